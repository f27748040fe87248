# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The declared profile: its options, checked and merged over its template."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.leaver_policy import LeaverPolicy
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.profiles import policies
from ansible_collections.telephony.connector.plugins.module_utils.profiles.modes import MODES
from ansible_collections.telephony.connector.plugins.module_utils.profiles.option_reader import (
    OptionReader,
    fail,
    read_name,
    read_template,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.structure import (
    merge_structure,
    merge_variables,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES, Template
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import KnowsProfileKey
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import secrets_in

MAPPING_VERSION = 3  # goes up when the same definition makes something else of the same record

Match: TypeAlias = "tuple[str | tuple[str, ...], ...]"

_SWITCHES = {"create_softphone": "createSoftphone", "create_mobile_phone": "createMobile"}
_OPTIONS = (
    "name",
    "template",
    "source",
    "mode",
    "filter",
    "key",
    "match",
    "variables",
    "structure",
    "guards",
    "field_policy",
    "missing_columns",
    "on_invalid",
    "remove_adopted",
    "leavers",
    "pool",
    "numbers",
    "configure_authentication",
    *_SWITCHES,
)


@dataclass(frozen=True)
class Definition:
    """A profile as declared, merged over its template. Made by `from_options`; its expressions are not compiled yet."""

    name: str
    template: str
    source: dict[str, Any] = field(repr=False)  # holds secrets
    mode: str
    filter: str | None
    key: str
    match: Match
    variables: dict[str, Any]
    structure: dict[str, list[dict[str, Any]]]
    guards: dict[str, str | int]
    field_policy: dict[str, str]
    missing_columns: str
    on_invalid: dict[str, str]
    remove_adopted: bool
    leavers: LeaverPolicy
    pool: str | None
    numbers: OutsideNumbers | None
    configure_authentication: bool
    create_softphone: bool | None
    create_mobile_phone: bool | None
    options: dict[str, Any] = field(repr=False)
    outside_numbers: OutsideNumbers = field(default_factory=OutsideNumbers)

    @classmethod
    def from_options(cls, options: Mapping[str, Any], needs_source: bool = True) -> Definition:
        """Check the options of the module `profile` (None means not given) and merge them over the template.

        `needs_source`: False for a definition that only maps given rows, which may then say nothing of its source.
        Raises DefinitionError, which names the profile, its template and, for a wrong name, the nearest right one.
        """
        given = {name: value for name, value in options.items() if value is not None}
        name = read_name(given)
        template = read_template(name, given)
        try:
            return _Reader(name, template, given, needs_source).definition().with_numbers(OutsideNumbers())
        except DefinitionError as error:
            sentence = error.message if error.message.endswith((".", "?")) else f"{error.message}."
            raise DefinitionError(f'Profile "{name}" ({template.name}): {sentence}', **error.details) from None

    def with_numbers(self, of_store: OutsideNumbers) -> Definition:
        """Return the definition with the outside numbers that count: its own, else those of the phone system.

        Where there are lines, variables that a template fills with outside numbers hold the extensions instead.
        """
        counting = self.numbers if self.numbers is not None else of_store
        template, own = TEMPLATES[self.template], self.options.get("variables", {})
        chosen = template.with_lines if counting.lines else template.variables
        filled = {name: chosen[name] for name in template.with_lines if name not in own}
        return replace(self, outside_numbers=counting, variables={**self.variables, **filled})

    @property
    def family(self) -> str:
        """The family of the profile's source."""
        return TEMPLATES[self.template].family

    @property
    def secret_paths(self) -> frozenset[str]:
        """The names of source options that are secrets."""
        return source_class(self.family).SECRETS

    @property
    def encrypted_options(self) -> frozenset[str]:
        """The names of source options that are kept encrypted: secrets, and addresses with a query."""
        return secrets_in(self.source, source_class(self.family).OPTIONS)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides what a record becomes; the same on every machine and Python."""
        decisive = {
            "mapping": MAPPING_VERSION,
            "template": [self.template, TEMPLATES[self.template].version],
            "filter": self.filter,
            "key": self.key,
            "variables": self.variables,
            "structure": self.structure,
            "field_policy": self.field_policy,
            **({"on_invalid": self.on_invalid} if self.on_invalid else {}),
            **({"leaves": self.leavers.when} if self.leavers.when else {}),
            **({"pool": self.pool} if self.pool else {}),
            **({"numbers": self.outside_numbers.as_options()} if self.outside_numbers.lines else {}),
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_options(self) -> dict[str, Any]:
        """Return the options as declared, in one form for one meaning, JSON-able; secrets of the source included."""
        return copy.deepcopy(self.options)


class _Reader(OptionReader):
    """Reads the options of one profile; each method reads one of them and raises DefinitionError without a prefix."""

    def __init__(self, name: str, template: Template, given: Mapping[str, Any], needs_source: bool) -> None:
        super().__init__(given)
        self.name = name
        self.template = template
        self.needs_source = needs_source

    def definition(self) -> Definition:
        for option in self.given:
            if option not in _OPTIONS:
                fail(f'There is no option "{option}".{nearest(option, _OPTIONS)}')
        structure = self.structure()
        guards = policies.read_guards(self.mapping("guards"))
        leavers = policies.read_leavers(self.mapping("leavers"), structure)
        options = self.canonical(guards, leavers)
        return Definition(
            name=self.name,
            template=self.template.name,
            source=options["source"],
            mode=options["mode"],
            filter=self.text("filter", self.template.filter) or None,
            key=self.text("key", self.template.key) or fail("The option key must not be empty"),
            match=self.match(structure),
            variables=self.variables(),
            structure=structure,
            guards={**policies.GUARDS, **guards},
            field_policy=policies.read_field_policy(self.mapping("field_policy"), structure),
            missing_columns=self.choice("missing_columns", policies.MISSING_COLUMNS),
            on_invalid=policies.read_on_invalid(self.mapping("on_invalid"), structure),
            remove_adopted=bool(self.switch("remove_adopted")),
            leavers=leavers,
            pool=self.text("pool", None) or None,
            numbers=self.numbers(),
            configure_authentication=bool(self.switch("configure_authentication")),
            create_softphone=self.switch("create_softphone"),
            create_mobile_phone=self.switch("create_mobile_phone"),
            options=options,
        )

    def canonical(self, guards: Mapping[str, str | int], leavers: LeaverPolicy) -> dict[str, Any]:
        """Return what is declared in one form: no empty options, none that says the default."""
        canonical: dict[str, Any] = {
            name: copy.deepcopy(value)
            for name, value in {**self.given, "leavers": policies.leavers_as_options(leavers)}.items()
            if value != {} and (value is not False or name in _SWITCHES)
        }
        if canonical.get("missing_columns") == policies.MISSING_COLUMNS[0]:
            del canonical["missing_columns"]
        canonical.update(name=self.name, template=self.template.name, source=self.source(), mode=self.mode())
        if "match" in self.given:
            canonical["match"] = [item if isinstance(item, str) else list(item) for item in self.given["match"]]
        if guards:
            canonical["guards"] = dict(guards)
        if "numbers" in canonical:
            numbers = self.numbers()
            canonical["numbers"] = numbers.as_options() if numbers else {}
        return {name: canonical[name] for name in _OPTIONS if name in canonical}

    def numbers(self) -> OutsideNumbers | None:
        """Return the profile's own outside numbers; None where those of the phone system count."""
        given = self.mapping("numbers")
        read = OutsideNumbers.from_options(given)
        return read if read.as_options() else None

    def source(self) -> dict[str, Any]:
        options = {name: value for name, value in self.mapping("source").items() if value is not None}
        if not options and not self.needs_source:
            return {}
        source = source_class(self.template.family)(options)
        keys = [self.template.key]
        if isinstance(source, KnowsProfileKey):
            keys += [f"row.{name}" for name in source.KEYS if f"row.{name}" not in keys]
        key = self.text("key", None) or self.template.key
        others = f" or {', '.join(keys[1:])}" if keys[1:] else ""
        if options.get("incremental") and key.casefold() not in map(str.casefold, keys):
            fail(
                f"The option incremental needs the template's own key ({keys[0]}){others}, by which the source tells"
                " what is gone; leave out key, or incremental"
            )
        return copy.deepcopy(options)

    def mode(self) -> str:
        mode = str(self.given.get("mode", MODES[0]))
        if mode not in MODES:
            fail(f'There is no mode "{mode}"; there are: {", ".join(MODES)}.{nearest(mode, MODES)}')
        return mode

    def variables(self) -> dict[str, Any]:
        own = dict(self.mapping("variables"))
        for option, variable in _SWITCHES.items():
            decided = self.switch(option)
            if decided is None:
                continue
            if variable not in self.template.variables:
                fail(f"The option {option} is only for templates that make users with devices")
            own[variable] = decided
        return merge_variables(self.template.variables, own)

    def structure(self) -> dict[str, list[dict[str, Any]]]:
        template = dict(self.template.structure)
        if self.switch("configure_authentication"):
            if self.template.authentication is None:
                fail("The option configure_authentication is only for templates of users that sign in at a directory")
            template["user"] = {**template["user"], "auth_method": repr(self.template.authentication)}
        return merge_structure(template, self.mapping("structure"))

    def match(self, structure: Mapping[str, Any]) -> Match:
        given = self.given.get("match", self.template.match)
        if not isinstance(given, (list, tuple)):
            fail("The option match must be a list of field names, or of lists of field names that must fit together")
        known = {field for kind in structure for field in KINDS[kind].fields} - SECRET_FIELDS - policies.LIST_FIELDS
        if "user" in structure:
            known |= {"local_part", "login_email"}
        rules: list[str | tuple[str, ...]] = []
        for item in given:
            names = [item] if isinstance(item, str) else item
            if not isinstance(names, (list, tuple)) or not names:
                fail(
                    "The option match must be a list of field names, or of lists of field names that must fit together"
                )
            for name in names:
                if name not in known:
                    fail(f'The option match has an unknown field "{name}".{nearest(str(name), known)}')
            rules.append(item if isinstance(item, str) else tuple(names))
        return tuple(rules)
