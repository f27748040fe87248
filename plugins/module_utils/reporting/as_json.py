# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A report as JSON, for programs: everything in it, changes included."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Report


def render(report: Report, language: str) -> Iterator[str]:
    """Yield the pieces of the report. The changes stand one a line, each as in the task's result."""
    head = {
        "about": report.about,
        "mode": report.mode,
        "result": report.result,
        "simulation": report.is_simulation,
        "summary": report.summary,
        "run_id": report.run_id,
        "plan_digest": report.plan_digest,
        "counts": dict(report.counts),
        "refusal": report.refusal,
        "apply": report.apply,
        "facts": dict(report.facts),
        "rejected_by": [dict(one) for one in report.rejected_by],
        "rejected": [dict(one) for one in report.rejected],
        "conflicts": [dict(one) for one in report.conflicts],
        "kept": [dict(one) for one in report.kept],
        "warnings": list(report.warnings),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1, default=str)[:-2] + ',\n "changes": ['
    separator = "\n  "
    for change in report.changes:
        values = {"section": change.section, **change.as_result()}
        yield separator + json.dumps(values, ensure_ascii=False, default=str)
        separator = ",\n  "
    pools = json.dumps([one._asdict() for one in report.pools()], ensure_ascii=False)
    yield f'\n ],\n "pools": {pools}\n}}\n'
