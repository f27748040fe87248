# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How runs of profiles and outputs ended, those included that the journal does not hold: refused ones and failed ones.

Kept as one setting: a few numbers for each, which nothing but the metrics reads.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting, write_setting

SETTING = "attempts"
PROFILE, OUTPUT = "profile", "output"
REFUSED, FAILED = "refused", "failed"
#: How a run may end. The first ones are successes: the source was read, and what could be written is written.
SUCCESSES = ("unchanged", "changed", "partial")
RESULTS = (*SUCCESSES, REFUSED, FAILED)


@dataclass(frozen=True)
class Attempts:
    """How the runs of one profile or output ended: the last one (UTC, seconds that it took), and how many in all."""

    at: str
    result: str
    seconds: float
    succeeded: str = ""
    totals: dict[str, int] = field(default_factory=dict)


def every(store: Store, kind: str) -> dict[str, Attempts]:
    """Return name -> attempts of all profiles, or of all outputs, that were ever run (inside a snapshot)."""
    kept = (read_setting(store, SETTING) or {}).get(kind) or {}
    return {name: Attempts(**values) for name, values in sorted(kept.items())}


def add(store: Store, kind: str, name: str, result: str, seconds: float, at: str) -> None:
    """Note that a run has ended so (inside a writing transaction); `at` is ISO 8601, UTC."""
    kept: dict[str, t.Any] = read_setting(store, SETTING) or {}
    before = Attempts(**kept[kind][name]) if name in kept.get(kind, {}) else None
    totals = dict(before.totals) if before else {}
    totals[result] = totals.get(result, 0) + 1
    succeeded = at if result in SUCCESSES else before.succeeded if before else ""
    after = Attempts(at, result, round(seconds, 3), succeeded, totals)
    kept.setdefault(kind, {})[name] = asdict(after)
    write_setting(store, SETTING, kept)


def forget(store: Store, kind: str, name: str) -> None:
    """Forget a profile or output that was taken away (inside a writing transaction)."""
    kept: dict[str, t.Any] = read_setting(store, SETTING) or {}
    if kept.get(kind, {}).pop(name, None) is not None:
        write_setting(store, SETTING, kept)
