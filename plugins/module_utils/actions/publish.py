# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Brings an output in step with the store, or takes it away (module publish)."""

from __future__ import annotations

import os
import re
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils import option_values
from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, if_given
from ansible_collections.telephony.connector.plugins.module_utils.actions.attempt_notes import forget_output, with_note
from ansible_collections.telephony.connector.plugins.module_utils.actions.report_request import ReportRequest
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import COMPANY, Format, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import format_class
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Numbers
from ansible_collections.telephony.connector.plugins.module_utils.plan_options import check_plan_options
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Guards, Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.run import publish
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: Options of formats that may stand beside O(target) as well as in it.
FORMAT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "version": {"type": "str"},
    "title": {"type": "str"},
    "columns": {"type": "dict"},
    "encoding": {"type": "str"},
    "delimiter": {"type": "str"},
    "each": {"type": "str"},
    "template": {"type": "path"},
    "sip_user": {"type": "str"},
    "mode": {"type": "raw"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
}

PUBLISH_SPEC: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "format": {"type": "str"},
    "target": {"type": "dict"},
    "filter": {"type": "str"},
    "book": {"type": "str", "default": COMPANY},
    "numbers": {
        "type": "dict",
        "options": {
            "form": {
                "type": "str",
                "choices": ["as_is", "e164", "international", "national"],
                "default": "as_is",
            },
            "country": {"type": "str"},
            "international_prefix": {"type": "str", "default": "00"},
            "outside_line": {"type": "str", "default": ""},
        },
    },
    "guards": {"type": "dict", "options": {"max_removals": {"type": "raw"}, "max_updates": {"type": "raw"}}},
    "state": {"type": "str", "choices": ["published", "absent"], "default": "published"},
    "adopt": {"type": "bool", "default": False},
    "expect_plan": {"type": "str"},
    "changes_limit": {"type": "int", "default": 500},
    "report": {"type": "path"},
    **FORMAT_OPTIONS,
}


@dataclass(frozen=True)
class PublishArguments:
    """What a task wants of an output; its format and numbers are checked where the store is at hand, in `order_of`.

    `format_options` stand beside `target`, `numbers` and `guards` are those that were given.
    """

    name: str
    format: str | None
    target: Mapping[str, t.Any] | None
    format_options: Mapping[str, t.Any]
    filter: str | None
    book: str
    numbers: Mapping[str, t.Any]
    guards: Mapping[str, str]
    is_absent: bool
    adopt: bool
    expect_plan: str | None
    changes_limit: int
    report: ReportRequest | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> PublishArguments:
        """Read the module's options."""
        guards = params.get("guards") or {}
        return cls(
            name=params.get("name") or params.get("format") or "",
            format=params.get("format") or None,
            target=params.get("target"),
            format_options={name: params[name] for name in FORMAT_OPTIONS if params.get(name) is not None},
            filter=params.get("filter"),
            book=params.get("book") or COMPANY,
            numbers={name: value for name, value in (params.get("numbers") or {}).items() if value is not None},
            guards={name: str(value) for name, value in guards.items() if value is not None},
            is_absent=params.get("state") == "absent",
            adopt=bool(params.get("adopt")),
            expect_plan=params.get("expect_plan"),
            changes_limit=params["changes_limit"],
            report=ReportRequest.from_params("publish", params),
        )


@dataclass(frozen=True)
class PublishResult(Result):
    """What was published, or would be."""

    result: str
    name: str
    format: str
    target: str
    plan_digest: str
    counts: Mapping[str, int]
    summary: str
    left_out: Sequence[Mapping[str, str]]
    cut: Sequence[Mapping[str, str]]
    conflicts: Sequence[Mapping[str, str]]
    files: Sequence[Mapping[str, t.Any]]
    warnings: Sequence[str]
    changes: Sequence[Mapping[str, t.Any]]
    changes_truncated: bool
    diff: Sequence[Mapping[str, str]] | None = if_given()


def publish_with_report(task: Task, wanted: PublishArguments) -> PublishResult:
    """Publish, or simulate it (module publish), write the report that is asked for, and note how it ended."""
    if wanted.is_absent:
        result = _told(task, wanted)
        forget_output(task, wanted.name)
        return result
    return with_note(task, attempts.OUTPUT, wanted.name, lambda: _told(task, wanted), lambda done: done.result)


publish_output = Action(PublishArguments.from_params, publish_with_report)


def _told(task: Task, wanted: PublishArguments) -> PublishResult:
    def run(limit: int) -> dict[str, t.Any]:
        return _published(task.store, replace(wanted, changes_limit=limit), task.check_mode, task.diff)

    if wanted.report is None:
        return PublishResult(**run(wanted.changes_limit))
    from ansible_collections.telephony.connector.plugins.module_utils.actions.run_and_report import publish_and_report

    check_plan_options(wanted.expect_plan, wanted.changes_limit)
    return PublishResult(**publish_and_report(task, wanted.report, wanted.changes_limit, run))


def _published(store: Store, wanted: PublishArguments, simulate: bool, diff: bool) -> dict[str, t.Any]:
    try:
        return publish(store, order_of(store, wanted, diff), simulate)
    except (DefinitionError, TargetError) as error:
        if not wanted.name or f'"{wanted.name}"' in error.message:
            raise
        raise type(error)(f'Output "{wanted.name}": {error.message}', **error.details) from None


def order_of(store: Store, wanted: PublishArguments, diff: bool = False) -> Order:
    """Return what is asked for, checked; DefinitionError for what is wrong with it."""
    if not wanted.name:
        raise DefinitionError("Give the format of the output, or the name of one that is to be taken away.")
    if not wanted.format and not wanted.is_absent:
        raise DefinitionError(f'Give the format of the output "{wanted.name}".')
    check_plan_options(wanted.expect_plan, wanted.changes_limit)
    return Order(
        name=wanted.name,
        format=_format(wanted) if wanted.format and (wanted.target or not wanted.is_absent) else None,
        filter=wanted.filter,
        numbers=_numbers(store, wanted.numbers),
        guards=Guards(**wanted.guards),
        adopt=wanted.adopt,
        absent=wanted.is_absent,
        expect_plan=wanted.expect_plan,
        changes_limit=wanted.changes_limit,
        diff=diff,
    )


def _format(wanted: PublishArguments) -> Format:
    """Return the format with its options checked: those of the target, and those that stand beside it."""
    chosen = format_class(wanted.format or "")
    options = {**wanted.format_options, **(wanted.target or {})}
    if "version" in options:
        options["version"] = str(options["version"])
    if "mode" in options:
        options["mode"] = _octal(options["mode"])
    if isinstance(options.get("path"), str):
        options["path"] = os.path.abspath(os.path.expanduser(options["path"]))
    return chosen({**option_values.checked(options, chosen.OPTIONS, f"format {chosen.NAME}"), "book": wanted.book})


def _octal(mode: t.Any) -> str:
    """Return a mode as octal digits; without quotes, YAML makes the number 416 of 0640. DefinitionError for 640."""
    if not isinstance(mode, int) or isinstance(mode, bool):
        return str(mode)
    if not 0 <= mode <= 0o777:
        raise DefinitionError(f'The option mode must be octal digits in quotes, such as "0644", not {mode}.')
    return f"{mode:04o}"


def _numbers(store: Store, options: Mapping[str, t.Any]) -> Numbers:
    given = dict(options)
    if not given.get("country"):
        given["country"] = (read_setting(store, "numbers") or {}).get("country") or ""
    for name in ("international_prefix", "outside_line"):
        if re.search(r"[^0-9*#+]", str(given.get(name) or "")):
            raise DefinitionError(
                f'The option numbers.{name} must consist of what a phone dials, such as 00, not "{given[name]}".'
            )
    return Numbers(**given)
