# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The journal: every run with its counts and findings, and every change with the values before and after."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import actor, retention
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings

#: The mode of a run that a person's change by hand is kept as.
BY_HAND = "manual"


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
    retention.prune(store)
    inserted = store.connection.execute(store.schema.runs.insert().values(values))
    key: t.Any = inserted.inserted_primary_key
    return int(key[0])


def nested_values(kind: str, before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return before and after as people know the fields."""
    return {"before": KINDS[kind].nest(before), "after": KINDS[kind].nest(after)}
