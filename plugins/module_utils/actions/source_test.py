# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a source step by step (module source_test): what works, what its columns hold, and what profile fits it."""

from __future__ import annotations

import json
import re
import time
import typing as t
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, read_limit
from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    ConnectorError,
    DefinitionError,
    SourceError,
    nearest,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Filtered,
    Mapped,
    Mapper,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record, Unusable, columns_hint_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    CheckError,
    Column,
    Sample,
    Steps,
    told_by,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.doctors import doctor_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.sources.secret_columns import is_secret_column
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import secrets_in
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles

_SAMPLES, _LONGEST = 3, 60
#: ?ukasz, Ma?gorzata; neither a question nor an address with a query.
_LOST = re.compile(r"[^:=/?]*\?[^\W\d_]")
_ERRORS = (("first line", "header"), ("have the same name", "header"), ("signs in", "sign_in"), (" 401", "sign_in"))


@dataclass(frozen=True)
class SourceArguments:
    """A template with the options of its source, or a stored profile; and how many records to look at."""

    profile: str | None
    template: str
    source: Mapping[str, t.Any]
    limit: int

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> SourceArguments:
        """Read the module's options."""
        template, profile = params.get("template") or "", params.get("profile")
        if profile is None and template not in TEMPLATES:
            raise DefinitionError(
                f'There is no template "{template}"; there are: {", ".join(TEMPLATES)}.{nearest(template, TEMPLATES)}'
            )
        return cls(profile, template, params.get("source") or {}, read_limit(params))


@dataclass(frozen=True)
class SourceResult(Result):
    """What was tried, what the columns hold, and the options of a profile that fits them as YAML."""

    ok: bool
    steps: Sequence[Mapping[str, t.Any]]
    columns: Sequence[Mapping[str, t.Any]]
    suggested: str


def examine(task: Task, wanted: SourceArguments) -> SourceResult:
    """Try the source of a template, or of a stored profile; a step that fails does not fail the task."""
    name, template, source = _asked(task, wanted)
    family = TEMPLATES[template].family
    steps, suggested = Steps(), ""
    columns: list[Column] = []
    rows: list[Record] = []
    try:
        options = given(source, OPTIONS[family], family)
        hint = columns_hint_of(source_class(family)(options))
        columns_wanted = Mapper(Definition.from_options({"name": name, "template": template, "source": source})).wanted
    except DefinitionError as error:
        steps.add("options", False, error.message)
        return _result(steps, [], "")
    steps.add("options", True, f"The options fit together ({template}).")
    doctor = doctor_of(family)
    sample = doctor.examine(options, steps, columns_wanted)
    if sample.wanted is not None:
        names, rows = _records(family, sample, steps, wanted.limit)
        columns = _columns(names, rows)
    if rows:
        profile = {"name": name, **doctor.suggest(template, sample.options, columns)}
        profile = {"name": name, "template": profile.pop("template"), "source": dict(sample.options), **profile}
        _try_mapping(profile, hint, steps, tuple(column.name for column in columns), rows)
        suggested = _as_yaml(profile, family)
    return _result(steps, columns, suggested)


try_source = Action(SourceArguments.from_params, examine)


def _asked(task: Task, wanted: SourceArguments) -> tuple[str, str, Mapping[str, t.Any]]:
    """Return name, template and source options: those given, or those of the profile."""
    name = wanted.profile
    if name is None:
        return wanted.template, wanted.template, wanted.source
    store = task.store
    with store.snapshot():
        stored = profiles.find(store, name)
        names = [] if stored else [profile.name for profile in profiles.every(store)]
    if stored is None:
        raise DefinitionError(f'There is no profile "{name}" in {store.where}.{nearest(name, names)}')
    return name, stored.options["template"], stored.options["source"]


# ------------------------------------------------------------------------------------------------------------ records


def _records(family: str, sample: Sample, steps: Steps, limit: int) -> tuple[tuple[str, ...], list[Record]]:
    """Read the first records as a sync does; record how that went."""
    rows: list[Record] = []
    names: tuple[str, ...] = ()
    started = time.monotonic()
    try:
        with source_class(family)(sample.options).read(sample.wanted or frozenset(), None) as reading:
            names = reading.columns
            unusable: list[Unusable] = []
            for item in islice(reading, limit):
                if isinstance(item, Record):
                    rows.append(item)
                elif isinstance(item, Unusable):
                    unusable.append(item)
            ended = len(rows) + len(unusable) < limit
            reason = reading.result.reason if ended and not reading.result.complete else ""
            lost = _lost_letters(names, rows) if family == "csv" else []
            text = _counted(rows, unusable, [*reading.result.warnings, *([reason] if reason else []), *lost])
        ok = bool(rows) and not reason
        steps.add("records", ok, text, time.monotonic() - started)
    except ConnectorError as error:
        steps.add(told_by(error.message, _ERRORS, "records"), False, error.message, time.monotonic() - started)
    return names, rows


def _counted(rows: Sequence[Record], unusable: Sequence[Unusable], more: Sequence[str]) -> str:
    number = "1 record was" if len(rows) == 1 else f"{len(rows) or 'No'} records were"
    sentences = [f"{number} read."]
    if unusable:
        first = unusable[0]
        sentences.append(f"{len(unusable)} cannot be used (first: record {first.number} {first.rule}).")
    return " ".join([*sentences, *(text if text.endswith(".") else f"{text}." for text in more)])


def _lost_letters(names: Sequence[str], rows: Sequence[Record]) -> list[str]:
    """Warn of question marks in words: the file was written in an encoding that lacks letters of these names."""
    open_places = [place for place, name in enumerate(names) if not is_secret_column(name)]
    cells = [value for record in rows for place in open_places for value in _values(record.row[place])]
    lost = [value for value in cells if _LOST.match(value)]
    if not lost:
        return []
    have = "1 value has" if len(lost) == 1 else f"{len(lost)} values have"
    first = f'{have} a question mark before a letter (first: "{_short(lost[0])}")'
    return [f"{first}: letters such as ł or ş may have been lost when the file was written; use CSV UTF-8."]


def _columns(names: Sequence[str], rows: Sequence[Record]) -> list[Column]:
    columns = []
    for place, name in enumerate(names):
        cells = [_values(record.row[place]) for record in rows]
        values = tuple(value for cell in cells for value in cell)
        columns.append(Column(name, sum(map(bool, cells)), values))
    return columns


def _values(cell: t.Any) -> list[str]:
    values = cell if isinstance(cell, (list, tuple)) else [cell]
    return [value for value in values if value and value.strip()]


def _shown(column: Column) -> dict[str, t.Any]:
    distinct = dict.fromkeys(column.values)
    is_secret = is_secret_column(column.name)
    samples = [MASK if is_secret else _short(value) for value in islice(distinct, _SAMPLES)]
    return {
        "name": column.name,
        "filled": column.filled,
        "distinct": len(distinct),
        "samples": list(dict.fromkeys(samples)),
    }


def _short(value: str) -> str:
    text = "".join(character if character.isprintable() else " " for character in value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


# --------------------------------------------------------------------------------------------------------- suggestion


def _try_mapping(
    profile: dict[str, t.Any], hint: str, steps: Steps, columns: tuple[str, ...], rows: Sequence[Record]
) -> None:
    """Record what the suggested profile makes of the records that were read."""

    def attempt() -> str:
        try:
            bound = Mapper(Definition.from_options(profile), hint).bind(columns)
        except SourceError as error:
            raise CheckError(f"The columns are not recognised, map them by hand: {error.message}") from None
        outcomes = [bound.map(record) for record in rows]
        kinds = Counter(one.kind for outcome in outcomes if isinstance(outcome, Mapped) for one in outcome.objects)
        rejected = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
        filtered = sum(isinstance(outcome, Filtered) for outcome in outcomes)
        made = ", ".join(f"{number} {_called(kind, number)}" for kind, number in kinds.items()) or "nothing"
        text = f"The suggested profile makes {made} of {len(rows)} record{'s' if len(rows) != 1 else ''}"
        text += f", leaves out {filtered}" if filtered else ""
        if rejected:
            by_field = Counter((one.field, one.rule) for one in rejected)
            text += "; " + "; ".join(f"{count} rejected ({field} {rule})" for (field, rule), count in by_field.items())
        if not kinds:
            raise CheckError(f"{text}: map the columns by hand, see columns.")
        return f"{text}."

    steps.run("mapping", attempt)


def _called(kind: str, number: int) -> str:
    title = KINDS[kind].title
    if number == 1:
        return title
    return f"{title.removesuffix('y')}ies" if title.endswith("y") else f"{title}s"


def _as_yaml(profile: Mapping[str, t.Any], family: str) -> str:
    """Return a profile's options as YAML; a secret becomes a variable of the playbook."""
    secrets = secrets_in(profile["source"], source_class(family).OPTIONS)
    source = {
        name: f"{{{{ source_{name} }}}}" if name in secrets else value for name, value in profile["source"].items()
    }
    plain = json.loads(json.dumps({**profile, "source": source}, default=str))
    from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump

    if not HAS_YAML:
        return json.dumps(plain, indent=2, ensure_ascii=False)  # which is YAML, too
    text: str = yaml_dump(plain, sort_keys=False, allow_unicode=True, width=1000)
    return text


def _result(steps: Steps, columns: Sequence[Column], suggested: str) -> SourceResult:
    return SourceResult(
        changed=False,
        ok=all(step.ok for step in steps.done),
        steps=[step._asdict() for step in steps.done],
        columns=[_shown(column) for column in columns],
        suggested=suggested,
    )
