# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The kinds of objects in a phone system, their fields, and what a valid set of field values is.

Inside the engine field names are flat: "display_name", "phonebook.mobile", "labels.Customer Number". People see them
nested; `Kind.flatten` and `Kind.nest` translate.
"""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import fields as rules
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import clean_devices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    FieldError,
    Notices,
    Rule,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import (
    can_be_dialled,
    check_destination,
    check_extension,
    check_outside_number,
    check_speed_dial,
)

__all__ = ["IDENTIFIERS", "KINDS", "Field", "FieldError", "Kind", "Notices"]

_LABELS = "labels"
#: Flat field that must be unique -> the space in which it must.
IDENTIFIERS = {"username": "username", "extension": "number", "number": "number", "fax_extension": "number"}


def labels_in(names: Iterable[str]) -> set[str]:
    """Return the labels that flat names of fields are of."""
    return {label for name in names if (label := name.partition(f"{_LABELS}.")[2])}


class Field(NamedTuple):
    """One field of a kind: its flat name and the rule for its values."""

    name: str
    rule: Rule


def take_clean(plan: Iterable[tuple[str, Rule, Any]], cells: Any, notices: Notices) -> dict[str, Any]:
    """Return the normalised, non-empty values of (name, rule, place in cells); raises FieldError."""
    clean: dict[str, Any] = {}
    plain, limit = rules.plain_text, rules.MAX_TEXT
    for name, rule, place in plan:
        value = cells[place]
        if value is None or value == "":
            continue
        # most values are plain texts with nothing to mend, which need no call
        if rule is plain and type(value) is str and len(value) <= limit and value.isprintable():
            value = value.strip()
        else:
            value = rule(name, value, notices)
        if value:
            clean[name] = value
    return clean


class Kind:
    """One kind of object: the order of its fields, which are required, and whether it carries labels."""

    def __init__(
        self,
        name: str,
        title: str,
        called: str,
        fields: Mapping[str, Rule],
        required: tuple[str, ...],
        labels: str = "",
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        """`called` is the field a person knows the object by; `labels` the group of its labels, if it has any.

        `defaults` are the values of fields that an object without them has.
        """
        self.name = name
        self.title = title
        self.required = required
        self.defaults = dict(defaults or {})
        self.fields = {field: Field(field, rule) for field, rule in fields.items()}
        self.groups = {field.rpartition(".")[0] for field in fields} | {labels}
        self.groups.discard("")
        self.called = called
        self._labels = labels + "." if labels else ""
        self._order = {field: position for position, field in enumerate(fields)}
        self.plan = lru_cache(maxsize=1024)(self._make_plan)
        self.in_order = lru_cache(maxsize=1024)(self._in_order)

    def is_field(self, name: str) -> bool:
        """Say whether a flat name is a field of this kind, labels included."""
        return name in self.fields or self._is_label(name)

    def name_of(self, fields: Mapping[str, Any]) -> str:
        """Return what a person calls this object: username, display name or number."""
        return str(fields.get(self.called, ""))

    def flatten(self, nested: Mapping[str, Any]) -> dict[str, Any]:
        """Return nested fields (as in playbooks) flat; raises FieldError for a name that is no field of this kind."""
        flat: dict[str, Any] = {}
        self._flatten_into(flat, "", nested)
        return flat

    def nest(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """Return flat fields nested, as people see them."""
        nested: dict[str, Any] = {}
        for name, value in flat.items():
            group, leaf = self._split(name)
            inner = nested
            for part in group:
                inner = inner.setdefault(part, {})
            inner[leaf] = value
        return nested

    def clean(self, flat: Mapping[str, Any], notices: Notices, partial: bool = False) -> dict[str, Any]:
        """Return the normalised, non-empty values in canonical order (labels last, sorted).

        Raises FieldError for a value that its field cannot take and, unless `partial`, for a required field that is
        missing. With `partial` a required field may be left out, but not be emptied.
        """
        clean = take_clean(((name, rule, name) for name, rule in self.plan(tuple(flat))), flat, notices)
        for name in self.required:
            if name not in clean and not (partial and flat.get(name) is None):
                raise FieldError(name, "", "required")
        return clean

    def clean_at(self, plan: Iterable[tuple[str, Rule, Any]], cells: Any, notices: Notices) -> dict[str, Any]:
        """Do the same with values that lie elsewhere: `plan` says for each field where in `cells`. For the hot path."""
        clean = take_clean(plan, cells, notices)
        for name in self.required:
            if name not in clean:
                raise FieldError(name, "", "required")
        return clean

    def _make_plan(self, names: tuple[str, ...]) -> tuple[tuple[str, Rule], ...]:
        """Put field names into canonical order, each with its rule; done once for every set of names."""
        for name in names:
            self._check_name(name)
        return tuple(
            (name, self.fields[name].rule if name in self.fields else rules.plain_text)
            for name in self._in_order(names)
        )

    def _in_order(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Put field names into canonical order: as the kind lists them, labels last by name."""
        last = len(self._order)
        return tuple(sorted(names, key=lambda name: (self._order.get(name, last), name)))

    def _is_label(self, name: str) -> bool:
        return bool(self._labels) and name.startswith(self._labels) and name != self._labels

    def _check_name(self, name: str) -> None:
        if not self.is_field(name):
            raise self._unknown(name)
        if name not in self.fields:
            label = name[len(self._labels) :]
            if rules.plain_text(name, label, Notices()) != label:
                raise FieldError(name, "", "the name of a label must not be empty, nor start or end with a blank")

    def _flatten_into(self, flat: dict[str, Any], prefix: str, nested: Mapping[str, Any]) -> None:
        for key, value in nested.items():
            name = prefix + str(key).strip()
            if name in self.groups:
                if value is not None and not isinstance(value, Mapping):
                    raise FieldError(name, value, "must be a mapping of field names to values")
                self._flatten_into(flat, name + ".", value or {})
            elif self.is_field(name) and self._split(name)[1] == name.removeprefix(prefix):
                flat[name] = value
            else:
                raise self._unknown(name)

    def _split(self, name: str) -> tuple[list[str], str]:
        """Split a flat name into its groups and its last part; a label's name may hold dots itself."""
        if self._is_label(name):
            return self._labels.rstrip(".").split("."), name[len(self._labels) :]
        *group, leaf = name.split(".")
        return group, leaf

    def _unknown(self, name: str) -> FieldError:
        return FieldError(name, "", f"unknown field of a {self.title}.{nearest(name, (*self.fields, *self.groups))}")


def phone_number(name: str, value: Any, notices: Notices) -> str:
    """A number as people write it; one without anything to dial, such as "none", is counted and kept."""
    number: str = rules.plain_text(name, value, notices)
    if number and not can_be_dialled(number):
        notices.count("nothing_to_dial", number)
    return number


_PHONEBOOK_OF_USER = {
    "phonebook.organisation": rules.plain_text,
    "phonebook.mobile": phone_number,
    "phonebook.homephone": phone_number,
    "phonebook.fax": phone_number,
    "phonebook.notes": rules.notes,
}

EXTENSION = rules.checked(check_extension)

KINDS: dict[str, Kind] = {
    "user": Kind(
        name="user",
        title="user",
        called="username",
        fields={
            "username": rules.username,
            "display_name": rules.display_name,
            "given_name": rules.plain_text,
            "surname": rules.plain_text,
            "email": rules.email,
            "extension": EXTENSION,
            "fax_extension": EXTENSION,
            "did": rules.checked(check_outside_number),
            "pin": rules.digits(at_least=4),
            "password": rules.password,
            "sip_password": rules.password,
            "auth_method": rules.choice(rules.AUTH_METHODS),
            "language": rules.plain_text,
            "roles": rules.names,
            **_PHONEBOOK_OF_USER,
            "devices": clean_devices,
        },
        required=("username", "display_name"),
        labels=f"phonebook.{_LABELS}",
        defaults={"auth_method": "internal"},
    ),
    "phonebook_entry": Kind(
        name="phonebook_entry",
        title="phonebook entry",
        called="display_name",
        fields={
            "display_name": rules.display_name,
            "phone": phone_number,
            "given_name": rules.plain_text,
            "surname": rules.plain_text,
            "organisation": rules.plain_text,
            "email": rules.email,
            "mobile": phone_number,
            "homephone": phone_number,
            "fax": phone_number,
            "notes": rules.notes,
            "owner": rules.username,
        },
        required=("display_name",),
        labels=_LABELS,
    ),
    "speed_dial": Kind(
        name="speed_dial",
        title="speed dial",
        called="number",
        fields={
            "number": rules.checked(check_speed_dial),
            "destination": rules.checked(check_destination),
            "display_name": rules.display_name,
        },
        required=("number", "destination"),
    ),
}
