# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Testing what a profile makes of given rows (module mapping_test): no store, no source, no network."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task
from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    DifferenceError,
    visible,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import ALL_COLUMNS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.expectations import (
    Difference,
    Expectation,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    BoundMapper,
    Filtered,
    Mapped,
    Mapper,
    Outcome,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell, Record
from ansible_collections.telephony.connector.plugins.module_utils.sources.secret_columns import is_secret_column

#: row.Login, row['Login name']
_COLUMN = re.compile(r"row(?:\.(\w+)|\[['\"](.+?)['\"]\])")
DEFAULT_NAME = "mapping_test"


@dataclass(frozen=True)
class MappingArguments:
    """A profile, rows, and what each of them is to become."""

    definition: Definition
    rows: Sequence[Mapping[str, t.Any]]
    expected: Sequence[Expectation]

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> MappingArguments:
        """Read the module's options."""
        options, rows, expect = (params[name] for name in ("definition", "rows", "expect"))
        if len(rows) != len(expect):
            raise DefinitionError(
                f"There are {len(rows)} rows, but {len(expect)} entries in expect: give one for each row."
            )
        expected = [Expectation(f"The option expect[{place}]", given) for place, given in enumerate(expect)]
        definition = Definition.from_options({"name": DEFAULT_NAME, **_given(options)}, needs_source=False)
        return cls(definition, rows, expected)


@dataclass(frozen=True)
class MappingResult(Result):
    """What each row became."""

    passed: int
    results: Sequence[Mapping[str, t.Any]]
    warnings: Sequence[str]


def compare(_task: Task, wanted: MappingArguments) -> MappingResult:
    """Map the rows and compare them with what is expected; raises DifferenceError with the difference."""
    rows, expected = wanted.rows, wanted.expected
    mapper = Mapper(wanted.definition)
    given = tuple(dict.fromkeys(str(name) for row in rows for name in row))
    # rows need to hold only what they are a test of: a column that no row has is there, and empty
    folded = {name.strip().casefold() for name in given}
    others = sorted(name for name in mapper.wanted - {ALL_COLUMNS} if name.casefold() not in folded)
    columns = (*given, *others)
    bound = mapper.bind(columns)
    results = [
        _result(number, bound, columns, row, one)
        for number, (row, one) in enumerate(zip(rows, expected, strict=True), start=1)
    ]
    warnings = [
        f'No row has the column "{name}", which the profile names: is it misspelt, or missing in rows?'
        for name in mapper.unknown_columns(given)
    ]
    passed = sum(result["ok"] for result in results)
    if passed < len(results):
        raise DifferenceError(_message(results, rows), passed=passed, results=results, warnings=warnings)
    return MappingResult(False, passed, results, warnings)


check_mapping = Action(MappingArguments.from_params, compare)


def hidden(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the module's options as they may be shown: what rows and expectations hold of passwords is masked.

    A column is one of secrets by its name, or because the profile makes a secret of it.
    """
    definition = params.get("definition") or {}
    return {**params, **{name: _hidden(params.get(name), _secret_columns(definition)) for name in ("rows", "expect")}}


def _secret_columns(definition: t.Any) -> set[str]:
    """Return the columns, in lower case, of which a definition makes secrets."""
    variables = (definition.get("variables") if isinstance(definition, Mapping) else None) or {}
    sources = [str(source) for name, source in variables.items() if is_secret_column(str(name))]
    found = [_COLUMN.findall(source) for source in sources]
    return {(plain or quoted).casefold() for columns in found for plain, quoted in columns}


def _hidden(value: t.Any, columns: set[str], is_in_secret: bool = False) -> t.Any:
    if isinstance(value, Mapping):
        return {
            name: _hidden(inner, columns, is_secret_column(str(name)) or str(name).casefold() in columns)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_hidden(inner, columns, is_in_secret) for inner in value]
    return MASK if is_in_secret and value not in (None, "") else value


def _given(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in options.items() if value is not None}


def _result(
    number: int, bound: BoundMapper, columns: tuple[str, ...], row: Mapping[str, t.Any], expectation: Expectation
) -> dict[str, t.Any]:
    record = Record(number, tuple(_cell(number, name, row.get(name)) for name in columns))
    outcome = bound.map(record)
    differences = expectation.differences(outcome)
    return {
        "row": number,
        "ok": not differences,
        "became": _became(outcome),
        "differences": [one._asdict() for one in differences],
    }


def _cell(number: int, name: str, value: t.Any) -> Cell:
    """Return a value as a source would give it: text, a list of texts, or nothing."""
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else ""  # as sources of JSON give it
    if isinstance(value, Mapping):
        raise DefinitionError(f'Row {number}: the value of "{name}" must be a string or a list of strings.')
    return None if value is None else str(value)


def _became(outcome: Outcome) -> t.Any:
    """Return what a row became in the form of `expect`, secrets masked."""
    if isinstance(outcome, Filtered):
        return None
    if isinstance(outcome, Mapped):
        objects = [{one.kind: KINDS[one.kind].nest(mask(one.fields))} for one in outcome.objects]
        return objects[0] if len(objects) == 1 else objects
    return {"rejected": outcome.field, "value": outcome.value, "rule": outcome.rule}


def _message(results: list[dict[str, t.Any]], rows: Sequence[Mapping[str, t.Any]]) -> str:
    failed = [result for result in results if not result["ok"]]
    few = "1 row does" if len(failed) == 1 else f"{len(failed)} rows do"
    lines = [f"{few} not become what is expected, of {len(results)} (- expected, + what the profile makes):"]
    for result in failed:
        lines += ["", f"row {result['row']} ({_called(rows[result['row'] - 1])})"]
        for one in result["differences"]:
            lines += _as_diff(Difference(**one))
    return "\n".join(lines)


def _called(row: Mapping[str, t.Any]) -> str:
    """Return the first filled cell, by which a person finds the row again."""
    filled = (f"{name}: {value}" for name, value in row.items() if value not in (None, "", []))
    return visible(next(filled, "all empty")[:100])


def _as_diff(difference: Difference) -> list[str]:
    texts = [("-", difference.expected), ("+", difference.actual)]
    return [f"  {difference.where}"] + [f"{sign}   {_text(value)}" for sign, value in texts]


def _text(value: t.Any) -> str:
    if value is None:
        return "(nothing)"
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
