# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Remembers what a simulation showed, so that a refused `expect_plan` can say which operations differ.

A digest alone cannot tell. The operations' names and hashes (no values) are kept in the cache folder of the user who
ran the simulation, never in the store: a simulation writes nothing that others see. Where the cache is gone (another
host, a container) the refusal lists what the plan would do now.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import typing as t
from collections import Counter
from pathlib import Path


class _Operations(t.Protocol):
    def first(self, limit: int) -> list[dict[str, t.Any]]: ...


class Plan(t.Protocol):
    """A plan that a person may review: of a sync, or of an undo."""

    @property
    def digest(self) -> str: ...

    @property
    def operations(self) -> _Operations: ...


#: Operations remembered of one plan, plans remembered in all, differences named in a message.
_OPERATIONS, _PLANS, _NAMED = 20_000, 20, 10


def remember(plan: Plan) -> None:
    """Keep the plan's operations for a later comparison; a cache that cannot be written costs only that."""
    with contextlib.suppress(OSError):
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / _file_name(plan.digest)
        draft = folder / f"{target.name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(_operations(plan), file)
        draft.replace(target)
        for old in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-_PLANS]:
            old.unlink()


def difference(plan: Plan, expected: str) -> str:
    """Return in words how the plan differs from the reviewed one."""
    now = _operations(plan)
    try:
        then = json.loads((_folder() / _file_name(expected)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return (
            "the reviewed plan is not known here; the plan is now: " + _listed(sorted(now))
            if now
            else ("the plan is now empty: there is nothing to do")
        )
    parts = (
        ("new in the plan: ", [name for name in now if name not in then]),
        ("no longer in it: ", [name for name in then if name not in now]),
        ("with other values: ", [name for name in now if name in then and then[name] != now[name]]),
    )
    told = "; ".join(words + _listed(sorted(names)) for words, names in parts if names)
    if told:
        return told
    if len(now) == _OPERATIONS:
        return f"the difference lies beyond the first {_OPERATIONS} operations"
    return (
        "it changes the same, but passwords or PINs are others, or the store, whose key their fingerprints hang on, was"
        " made after the simulation"
    )


def _operations(plan: Plan) -> dict[str, str]:
    operations = {}
    seen: Counter[str] = Counter()
    for change in plan.operations.first(_OPERATIONS):
        text = json.dumps([change["before"], change["after"]], sort_keys=True)
        name = f"{change['action']} {change['kind']} {change['name']}"
        seen[name] += 1
        if seen[name] > 1:  # as many entries of a phonebook may be called alike
            name = f"{name} ({seen[name]})"
        operations[name] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return operations


def _listed(names: t.Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _file_name(digest: str) -> str:
    # hashed again: what a person typed as expect_plan must not become part of a path
    return hashlib.sha256(digest.encode()).hexdigest() + ".json"


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "telephony-connector" / "plans"
