# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The journal: every run with its counts and findings, and every change with the values before and after."""

from __future__ import annotations

import contextlib
import json
import re
import typing as t
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import actor, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: The mode of a run that a person's change by hand is kept as.
BY_HAND = "manual"
_LARGEST = 2**63 - 1  # that a database can compare with


@dataclass(frozen=True)
class Run:
    """The head of one run. `profile` is None for a change by hand; `summary` is one line, made from counts if empty."""

    profile: str | None
    mode: str
    started: str
    result: str
    complete: bool = True
    plan_digest: str = ""
    summary: str = ""


def now() -> str:
    """Return the time as it stands in the journal: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start(store: Store, run: Run, findings: Findings) -> int:
    """Write a run (inside a writing transaction) and return its id."""
    told = {"warnings": findings.warnings, "rejected": findings.rejected, "conflicts": findings.conflicts}
    values = {
        **asdict(run),
        **asdict(actor.current()),
        "summary": run.summary or summary_line(findings.counts),
        "finished": now(),
        "counts": json.dumps(findings.counts),
        "findings": json.dumps(told, ensure_ascii=False),
    }
    inserted = store.connection.execute(store.schema.runs.insert().values(values))
    key: t.Any = inserted.inserted_primary_key
    return int(key[0])


def run_info(call: Call) -> dict[str, t.Any]:
    """Return past runs, the newest first, and with `run_id` or `name` their changes (module run_info)."""
    params = call.params
    store = call.store
    if params["limit"] < 0:
        raise DefinitionError("limit must be 0 or more.")
    runs = store.schema.runs
    query = sa.select(runs).order_by(runs.c.id.desc()).limit(min(params["limit"], _LARGEST))
    if params.get("profile") is not None:
        query = query.where(runs.c.profile == params["profile"])
    if params.get("run_id") is not None:
        query = query.where(runs.c.id == params["run_id"])
    with_changes = params.get("run_id") is not None or params.get("name") is not None
    with store.snapshot():
        result: dict[str, t.Any] = {"changed": False}
        if params.get("name") is not None:
            changed_it = sa.select(store.schema.changes.c.run_id).where(_names(store, params["name"]))
            query = query.where(runs.c.id.in_(changed_it))
        _check_known(store, params)
        result["runs"] = [_shown_run(row) for row in store.connection.execute(query).mappings()]
        if with_changes:
            result["changes"] = _changes(
                store, [run["id"] for run in result["runs"]], params.get("name"), min(params["limit"], _LARGEST)
            )
    return result


def _check_known(store: Store, params: Mapping[str, t.Any]) -> None:
    """Refuse a run or profile that there is not: an empty answer would read as "nothing happened"."""
    runs = store.schema.runs.c
    run_id, profile = params.get("run_id"), params.get("profile")
    if run_id is not None and not 0 < run_id <= _LARGEST:
        raise DefinitionError(f"there is no run {run_id} in {store.where}: leave run_id out to see which there are.")
    if run_id is not None and store.connection.scalar(sa.select(runs.id).where(runs.id == run_id)) is None:
        raise DefinitionError(f"there is no run {run_id} in {store.where}: leave run_id out to see which there are.")
    if profile is not None:
        known = set(
            store.connection.execute(sa.select(runs.profile).where(runs.profile.is_not(None)).distinct()).scalars()
        )
        known |= {stored.name for stored in profiles.every(store)}
        if profile not in known:
            raise DefinitionError(f'there is no profile "{profile}" in {store.where}.{nearest(profile, known)}')


def _names(store: Store, name: str) -> t.Any:
    """Match the changes of an object by its name or record key, or by a value (a number) that it got or lost.

    Letter case counts for nothing, since logins are kept in lower case, however a person or a source writes them.
    """
    changes = store.schema.changes.c
    value = _literally(json.dumps(name, ensure_ascii=False))
    conditions = [column.ilike(_literally(name), escape="\\") for column in (changes.name, changes.key)]
    conditions += [column.ilike(f"%:{value}%", escape="\\") for column in (changes.before, changes.after)]
    return sa.or_(*conditions)


def _literally(text: str) -> str:
    """Return a pattern for LIKE that stands for the text itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _changes(store: Store, run_ids: list[int], name: str | None, limit: int) -> list[dict[str, t.Any]]:
    changes = store.schema.changes
    query = sa.select(changes).where(changes.c.run_id.in_(run_ids))
    if name is not None:
        query = query.where(_names(store, name))
    query = query.order_by(changes.c.run_id.desc(), changes.c.seq).limit(limit)
    return [_shown_change(row) for row in store.connection.execute(query).mappings()]


_RUN_COLUMNS = (
    "id", "profile", "mode", "started", "finished", "actor", "job_id", "job_user", "result", "complete", "summary",
)  # fmt: skip


def _shown_run(row: t.Any) -> dict[str, t.Any]:
    findings = json.loads(row["findings"])
    shown = {name: row[name] for name in _RUN_COLUMNS}
    return {**shown, "plan_digest": row["plan_digest"], "counts": json.loads(row["counts"]), **findings}


def _shown_change(row: t.Any) -> dict[str, t.Any]:
    shown = {name: row[name] for name in ("run_id", "action", "kind", "object_id", "name", "key", "reason")}
    return {**shown, **nested_values(row["kind"], json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}"))}


def nested_values(kind: str, before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return before and after as people know the fields."""
    return {"before": KINDS[kind].nest(before), "after": KINDS[kind].nest(after)}
