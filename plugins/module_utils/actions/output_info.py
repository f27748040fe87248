# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Shows what each output has written, and which formats there are."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    OneName,
    Result,
    Task,
    read_limit,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Format
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import every_format, format_class
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


@dataclass(frozen=True)
class OutputArguments(OneName):
    """All outputs, or the one of a name with as many entries as `limit` says."""

    limit: int

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> OutputArguments:
        """Read the module's options."""
        return cls(params.get("name"), read_limit(params))


@dataclass(frozen=True)
class OutputList(Result):
    """Outputs, with what the ledger says of them."""

    outputs: Sequence[Mapping[str, t.Any]]


@dataclass(frozen=True)
class FormatList(Result):
    """Formats, with their options, limits and fields."""

    formats: Sequence[Mapping[str, t.Any]]


def list_outputs(task: Task, wanted: OutputArguments) -> OutputList:
    """Return the outputs, or one, with what the ledger says of them (module output_info)."""
    store, name = task.store, wanted.name
    with store.snapshot():
        outputs = ledger.every(store)
        if name is not None:
            names = [one.name for one in outputs]
            if name not in names:
                raise DefinitionError(f'There is no output "{name}" in {store.where}.{nearest(name, names)}')
            outputs = [one for one in outputs if one.name == name]
        shown = [_shown(store, one, wanted.limit if name is not None else 0) for one in outputs]
    return OutputList(False, shown)


output_info = Action(OutputArguments.from_params, list_outputs)


def _shown(store: Store, output: ledger.Published, limit: int) -> dict[str, t.Any]:
    state = output.state
    entries = []
    if limit:
        rows = sorted(ledger.entries(store, output), key=lambda row: (row[2].casefold(), row[0]))
        entries = [
            {"key": key, "name": name, "place": place, "values": json.loads(content)}
            for key, place, name, mark, _token, _pending, content in rows[:limit]
            if mark
        ]
    return {
        "name": output.name,
        "format": output.format,
        "target": output.target,
        "published": state.get("published"),
        "count": output.entries,
        "files": [
            {"path": one.path, "entries": one.entries, "sha256": one.sha256} for one in output.files if one.sha256
        ],
        "left_out": state.get("left_out", []),
        "cut": state.get("cut", []),
        "entries": entries,
        "truncated": output.entries > len(entries),
    }


def list_formats(_task: Task, wanted: OneName) -> FormatList:
    """Return the formats, or one, with options, limits and fields (module format_info)."""
    name = wanted.name
    formats = [format_class(name)] if name is not None else list(every_format())
    return FormatList(False, [_described(one) for one in formats])


format_info = Action(OneName.from_params, list_formats)


def _described(format_: type[Format]) -> dict[str, t.Any]:
    return {
        "name": format_.NAME,
        "title": format_.TITLE,
        "target": format_.TARGET,
        "sends": format_.SENDS,
        "options": {
            name: {key: value for key, value in option.items() if key not in ("no_log", "options")}
            for name, option in format_.OPTIONS.items()
        },
        "limits": dict(format_.LIMITS),
        "fields": dict(format_.FIELDS),
        "numbers": list(format_.NUMBERS),
        "needs_number": format_.NEEDS_NUMBER,
        "notes": list(format_.NOTES),
    }
