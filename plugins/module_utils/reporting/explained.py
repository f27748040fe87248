# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The way of one record from its row to the fields of objects, as a table for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import as_text, flat, visible

_COLUMN = re.compile(r"\b(?:row|values)(?:\.(\w+)|\[\s*['\"](.+?)['\"]\s*\])")
_WIDEST = 44
_HEADS = ("COLUMN", "VALUE", "EXPRESSION", "RESULT", "FIELD", "WHAT HAPPENS")


class _Line(NamedTuple):
    column: str
    value: str
    expression: str
    result: str
    field: str
    happens: str


def table(
    explained: Mapping[str, Any], variables: Mapping[str, Any], structure: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """Return the table. `explained` is what sync returns as `explain`; its secrets are masked already.

    `variables` and `structure` are those of the profile, merged over the template's.
    """
    if not explained.get("row"):
        return f"There is no record {explained.get('key')} in the source.\n"
    lines = [_Line(*_HEADS), *_lines(explained, variables, structure)]
    widths = [min(_WIDEST, max(len(line[place]) for line in lines)) for place in range(len(_HEADS) - 1)]
    told = [_row(line, widths) for line in lines]
    return "\n".join([*_head(explained), *told]) + "\n"


def _head(explained: Mapping[str, Any]) -> list[str]:
    verdict = {True: "wanted", False: "left out by the filter", None: "the filter cannot be worked out"}
    head = [f"record {explained.get('record')}, key {explained.get('key')}: {verdict[explained.get('filter')]}"]
    rejected = explained.get("rejected")
    if rejected:
        head.append(f"rejected: {rejected['field']} {rejected['value']!r} {rejected['rule']}")
    head += [f"{one['action']} {one['kind']} {one['name']}: {one['reason']}" for one in _operations(explained)]
    if not rejected and explained.get("filter") and not _operations(explained):
        head.append("nothing to change")
    return [visible(line) for line in head] + [""]


def _operations(explained: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = explained.get("operation")
    return list(given) if isinstance(given, list) else [given] if given else []


def _lines(
    explained: Mapping[str, Any], variables: Mapping[str, Any], structure: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[_Line]:
    desired = [(one["kind"], flat(one["fields"])) for one in explained.get("desired") or ()]
    for kind, mappings in structure.items():
        made = [fields for own, fields in desired if own == kind]
        operations = [one for one in _operations(explained) if one["kind"] == kind]
        for place, mapping in enumerate(mappings):
            fields = made[place] if place < len(made) else {}
            operation = operations[place] if place < len(operations) else None
            for name, source in _expressions(mapping):
                columns = _columns(source, variables)
                if columns or fields.get(name):
                    happens = _happens(name, operation, bool(fields.get(name)))
                    yield from _of_field(explained["row"], kind, name, source, variables, columns, fields, happens)


def _of_field(
    row: Mapping[str, Any], kind: str, name: str, source: str, variables: Mapping[str, Any], columns: list[str],
    fields: Mapping[str, str], happens: str,
) -> Iterator[_Line]:  # fmt: skip
    """Yield the lines of one field: the first with everything, one more for each further column."""
    values = {str(column).casefold(): value for column, value in row.items()}
    expression = str(variables.get(source, source))
    first, *others = columns or [""]
    value = as_text(values.get(first.casefold()))
    yield _Line(first, value, expression, fields.get(name, ""), f"{kind}.{name}", happens)
    for column in others:
        yield _Line(column, as_text(values.get(column.casefold())), "", "", "", "")


def _expressions(mapping: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (flat field, expression) of an object of the structure; devices stand together."""
    for name, source in mapping.items():
        if name == "when" and not prefix:
            continue
        if isinstance(source, Mapping):
            yield from _expressions(source, f"{prefix}{name}.")
        elif isinstance(source, (list, tuple)):
            yield prefix + name, "(a list in the structure)"
        else:
            yield prefix + name, str(source)


def _columns(source: str, variables: Mapping[str, Any]) -> list[str]:
    """Return the columns that an expression uses, directly or through variables."""
    found: dict[str, None] = {}
    waiting, seen = [source], set()
    while waiting:
        text = waiting.pop(0)
        found |= dict.fromkeys(one or other for one, other in _COLUMN.findall(text))
        plain = _COLUMN.sub("", text)
        for name in re.findall(r"\b[A-Za-z]\w*\b", plain):
            if name in variables and name not in seen:
                seen.add(name)
                waiting.append(str(variables[name]))
    return list(found)


def _happens(name: str, operation: Mapping[str, Any] | None, is_set: bool) -> str:
    if operation is None:
        return "stays as it is" if is_set else ""
    before, after = flat(operation.get("before") or {}), flat(operation.get("after") or {})
    if operation["action"] == "create":
        return "set" if after.get(name) else ""
    if before.get(name, "") == after.get(name, ""):
        return "stays as it is" if is_set else ""
    return f"{before.get(name) or '(nothing)'} → {after.get(name) or '(nothing)'}"


def _row(line: _Line, widths: Sequence[int]) -> str:
    cells = [_cut(visible(text), width).ljust(width) for text, width in zip(line, widths, strict=False)]
    return "  ".join([*cells, visible(line.happens)]).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
