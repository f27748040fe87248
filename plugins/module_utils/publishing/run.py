# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One publication from beginning to end: select, render, compare, guard, and - unless it is a simulation - write."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    RefusedError,
    StoreError,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import FileFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import format_class
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Dialling
from ansible_collections.telephony.connector.plugins.module_utils.publishing import guards, ledger, outcome, ownership
from ansible_collections.telephony.connector.plugins.module_utils.publishing.entry_target import Entries
from ansible_collections.telephony.connector.plugins.module_utils.publishing.file_target import FileTarget, folders_of
from ansible_collections.telephony.connector.plugins.module_utils.publishing.folder_target import FolderTarget
from ansible_collections.telephony.connector.plugins.module_utils.publishing.inner_numbers import inner_numbers
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import MADE, Plan, Staged
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch
from ansible_collections.telephony.connector.plugins.module_utils.publishing.staging import inputs_of, stage
from ansible_collections.telephony.connector.plugins.module_utils.publishing.unchanged import unchanged_plan
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, sip_passwords
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import StaleError, Store
from ansible_collections.telephony.connector.plugins.module_utils.store.output_lock import output_lock

#: How often a plan is made again because the store was changed before SIP passwords were made.
_ATTEMPTS = 5


class Target(Protocol):
    """What files and entries have in common."""

    def plan(self, staged: Any) -> Plan: ...
    def intend(self, store: Store, output_id: int, plan: Plan) -> None: ...
    def write(self, plan: Plan) -> None: ...
    def record(self, store: Store, output_id: int, plan: Plan) -> None: ...
    def close(self) -> None: ...


def publish(store: Store, order: Order, simulate: bool) -> dict[str, Any]:
    """Bring an output in step with the store, or simulate it; returns what the module does.

    Raises RefusedError when a guard or `expect_plan` stops a run (a simulation returns `result: refused` instead).
    """
    guards.check_limits(order.guards)
    store.read_once()
    with contextlib.ExitStack() as stack:
        if not simulate:
            stack.enter_context(output_lock(store, order.name))
        for _attempt in range(_ATTEMPTS):
            with contextlib.suppress(StaleError):
                return _publish(store, order, simulate)
    raise StoreError(
        f'Output "{order.name}": Others change {store.where} all the time, so no SIP passwords could be made; nothing'
        " was changed: run again."
    )


def _publish(store: Store, order: Order, simulate: bool) -> dict[str, Any]:
    """Do it once; StaleError, and nothing is changed, when the store was changed before SIP passwords were made."""
    with store.snapshot():
        published = ledger.find(store, order.name)
        revision = store.revision()
    _check_same_target(order, published)
    inputs = "" if order.absent else inputs_of(order, Dialling(order.numbers))
    with contextlib.closing(_scratch(order)) as scratch:
        nothing = unchanged_plan(order, published, inputs, revision, scratch)
        if nothing is not None and order.expect_plan in (None, nothing.digest):
            return outcome.result_of(nothing, None)
    with _planned(store, order, published, simulate) as (target, plan):
        refusal = guards.refusal(plan)
        if refusal and not simulate:
            told = {**outcome.summary_of(plan, None), "result": "refused", "changed": False}
            raise RefusedError(refusal, {**outcome.result_of(plan, None), "result": "refused"}, **told)
        result = outcome.result_of(plan, refusal)
        secretless, revision = plan.staged.secretless, plan.staged.revision
        if simulate:
            return result
        if not secretless:
            _carry_out(store, target, plan, result)
            return result
    # the same plan again, now with the SIP passwords that a stand-in stood for
    reason = f'made for the output "{order.name}"'
    made = sip_passwords.make(store, [int(key) for key in secretless], reason, revision)
    with _planned(store, order, published, simulate) as (target, plan):
        if plan.staged.revision != revision + 1:
            raise StaleError
        reviewed = {name: result[name] for name in ("plan_digest", "counts", "summary")}
        result = {**outcome.result_of(plan, None), **reviewed}
        result["counts"][MADE] = made
        _carry_out(store, target, plan, result)
    return result


@contextlib.contextmanager
def _planned(store: Store, order: Order, published: ledger.Published, simulate: bool) -> Iterator[tuple[Target, Plan]]:
    """Select, render and compare; yield the open target with the plan."""
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(contextlib.closing(_scratch(order)))
        progress.phase("selecting")
        with store.snapshot():
            dialling = Dialling(order.numbers, inner_numbers(store, order.numbers))
            staged = stage(store, order, published, scratch, dialling)
            taken = _taken(store, staged)
        staged = replace(staged, taken=taken)
        ownership.refuse({path: taken[path] for path in _wanted(staged) if path in taken})
        # a plan with stand-ins is not what is written
        target = stack.enter_context(contextlib.closing(_open(order, published, simulate or bool(staged.secretless))))
        progress.phase("comparing")
        yield target, target.plan(staged)


def _taken(store: Store, staged: Staged) -> dict[str, str]:
    """Return path or place -> output, of what is wanted or was written and another output writes too."""
    order = staged.order
    if isinstance(order.format, EntryFormat):
        wanted = staged.scratch.rows("SELECT place, content FROM wanted UNION ALL SELECT place, '' FROM known")
        return ownership.owners_of_entries(store, order.name, order.format, wanted)
    return ownership.owners(store, order.name, {*_wanted(staged), *(one.path for one in staged.published.files)})


def _wanted(staged: Staged) -> set[str]:
    """Return the files and folders that are wanted."""
    output = staged.order.format
    if staged.order.absent or not isinstance(output, FileFormat):
        return set()
    return {*staged.places, *output.places()}


def _scratch(order: Order) -> Scratch:
    return Scratch(bool(order.format and order.format.HAS_SECRETS))


def _carry_out(store: Store, target: Target, plan: Plan, result: dict[str, Any]) -> None:
    """Write the target and the ledger; a target that fails leaves the ledger as it was."""
    order, published = plan.staged.order, plan.staged.published
    if published.id is None and order.absent:
        return
    name, place = result["format"], result["target"]
    output_id = published.id
    if plan.changes_something:
        with store.recording():
            _refuse_taken_meanwhile(store, plan)
            output_id = ledger.begin(store, published, name, place)
            target.intend(store, output_id, plan)
        progress.phase("writing", plan.counts["entries"] or None)
        target.write(plan)
    state = _state(plan, result)
    if not plan.changes_something and _is_recorded(plan, state):
        return
    with store.recording():
        if not plan.changes_something:
            _refuse_taken_meanwhile(store, plan)  # what lies there as wanted may be of another output's run
        if output_id is None:
            output_id = ledger.begin(store, published, name, place)
        target.record(store, output_id, plan)
        if order.absent:
            ledger.forget(store, output_id)
        else:
            ledger.finish(store, output_id, name, place, state)
    if isinstance(target, Entries) and plan.changes_something:
        _tell_errors(target.errors(plan), result)


def _refuse_taken_meanwhile(store: Store, plan: Plan) -> None:
    """Raise TargetError where another output has begun to write the same since the plan was made."""
    known, taken = plan.staged.taken, _taken(store, plan.staged)
    ownership.refuse({place: taken[place] for place in taken if known.get(place) != taken[place]})


def _tell_errors(errors: list[tuple[str, str]], result: dict[str, Any]) -> None:
    """Say which operations the target refused; all others are done."""
    if errors:
        result["result"] = "partial"
        result["conflicts"] += [{"name": name, "place": "", "entries": 1, "reason": error} for name, error in errors]
        result["warnings"].append(
            f"{len(errors)} entries could not be written; the first: {errors[0][0]}: {errors[0][1]}"
        )


def _is_recorded(plan: Plan, state: dict[str, Any]) -> bool:
    """Say whether the ledger already knows all this, but for the time."""
    before = plan.staged.published.state
    is_same = all(before.get(name) == value for name, value in state.items() if name != "published")
    has_news = plan.staged.scratch.number("SELECT count(*) FROM operations") or any(one.action for one in plan.files)
    is_pending = any(one.pending for one in plan.staged.published.files)
    return is_same and not has_news and not is_pending


def _state(plan: Plan, result: dict[str, Any]) -> dict[str, Any]:
    """Return what the ledger keeps of a run, beside files and entries."""
    counts = {name: plan.counts[name] for name in ("entries", "left_out", "cut", "conflicts")}
    return {
        "inputs": plan.staged.inputs,
        "revision": plan.staged.revision,
        "warnings": list(plan.staged.warnings),
        "counts": counts,
        "left_out": result["left_out"],
        "left_out_values": plan.staged.findings.left_out_values,
        "cut": result["cut"],
        "folders": folders_of([one.path for one in plan.files if one.kind != "page"]),
        "published": clock.stamp(),
    }


def _open(order: Order, published: ledger.Published, simulate: bool) -> Any:
    if isinstance(order.format, EntryFormat):
        return Entries(order.format, simulate, order.adopt)
    if order.format is None and published.id is not None and format_class(published.format).TARGET == "entries":
        raise DefinitionError(
            f'The output "{order.name}" lies in {published.target}: give its format and target, so that it can be'
            " reached and taken away."
        )
    kind = (
        order.format.TARGET if order.format else format_class(published.format).TARGET if published.format else "file"
    )
    target = FolderTarget if kind == "folder" else FileTarget
    return target(order.format if isinstance(order.format, FileFormat) else None, simulate, order.adopt)


def _check_same_target(order: Order, published: ledger.Published) -> None:
    """Refuse to take an output elsewhere when what it wrote would be left behind."""
    if published.id is None or order.format is None:
        return
    both = (order.format.TARGET, format_class(published.format).TARGET)
    is_other = both[0] != both[1] or "entries" in both
    if is_other and (published.format, published.target) != (order.format.NAME, order.format.target):
        raise DefinitionError(
            f'The output "{order.name}" is published as {published.format} to {published.target}: take it away there'
            " with state: absent first, or give this one another name."
        )
