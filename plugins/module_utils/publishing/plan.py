# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a publication is about to do: a value that each phase gets from the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.publishing.ledger import Published
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch

CREATE, UPDATE, REMOVE = "create", "update", "remove"
#: Why something is written that the target had, and has not any more.
MISSING = "missing in the target"
#: Nothing to be done at the target, only in the ledger.
RECORD = "record"
CONFLICT = "conflict"
#: Name of a count: SIP passwords that the run makes.
MADE = "sip_passwords_made"

_OPERATIONS = """
SELECT o.action, o.key, coalesce(w.name, k.name), coalesce(w.place, k.place), coalesce(k.place, w.place), o.reason,
  coalesce(k.mark, ''), coalesce(w.mark, ''), coalesce(k.content, '{}'), coalesce(w.content, '{}'),
  coalesce(w.secret, ''), o.token
FROM operations o LEFT JOIN wanted w USING (key) LEFT JOIN known k USING (key)
"""


@dataclass(frozen=True)
class FileChange:
    """One file of the target. `action`: create | update | remove | record | conflict | "" when it stays untouched.

    `temporary` is where it lies rendered, "" in a simulation; `by_hand`: somebody else wrote to it since.
    """

    path: str
    entries: int
    sha256: str
    action: str
    reason: str = ""
    temporary: str = ""
    by_hand: bool = False
    kind: str = "file"


@dataclass(frozen=True)
class Staged:
    """What is wanted, laid beside what the ledger says was written; no target was looked at yet."""

    order: Order
    published: Published
    scratch: Scratch
    findings: Findings
    inputs: str
    revision: int
    wanted: int
    warnings: tuple[str, ...] = ()
    #: how many entries are wanted in each file
    places: Mapping[str, int] = field(default_factory=dict)
    #: keys of the entries whose secret the run makes; in a plan something else stands for it
    secretless: tuple[str, ...] = ()
    #: of hashes of what holds secrets
    key: bytes = field(default=b"", repr=False)
    #: path or place -> output, of what is wanted or was written and another output writes too
    taken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """All that would be done, with its digest."""

    staged: Staged
    counts: Mapping[str, int]
    digest: str
    files: tuple[FileChange, ...] = ()
    conflicts: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Whether the target would be written to."""
        counts = self.counts
        is_changed = any(one.action in (CREATE, UPDATE, REMOVE) for one in self.files)
        return is_changed or any(counts[name] for name in ("created", "updated", "removed"))


@dataclass(frozen=True)
class Row:
    """One operation of a plan, as it lies in the scratch tables."""

    action: str
    key: str
    name: str
    place: str
    old_place: str
    reason: str
    old_mark: str
    mark: str
    before: dict[str, Any] = field(repr=False)
    after: dict[str, Any] = field(repr=False)
    secret: str = field(repr=False)
    token: str


def operations(scratch: Scratch, limit: int = -1) -> Iterator[Row]:
    """Yield the operations in the order people read them: what is created and updated by name, removals last."""
    order = "ORDER BY o.action = 'remove', coalesce(w.sort, ''), coalesce(w.name, k.name), o.key LIMIT ?"
    visible = "WHERE o.action IN ('create', 'update', 'remove')"
    for row in scratch.rows(f"{_OPERATIONS} {visible} {order}", limit):
        yield _row(row)


def records(scratch: Scratch) -> Iterator[Row]:
    """Yield what only the ledger has to note."""
    for row in scratch.rows(f"{_OPERATIONS} WHERE o.action = 'record'"):
        yield _row(row)


def _row(row: tuple[Any, ...]) -> Row:
    action, key, name, place, old_place, reason, old_mark, mark, before, after, secret, token = row
    values = json.loads(before), json.loads(after)
    return Row(action, key, name, place, old_place, reason, old_mark, mark, *values, secret, token)


def digest_of(staged: Staged, files: tuple[FileChange, ...]) -> str:
    """Return the digest: of the output's name, format and target and of every operation, in no particular order."""
    order = staged.order
    head = [order.name, order.absent, order.format.NAME if order.format else "", _target(order)]
    digest = hashlib.sha256(json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    # in an order that hangs on nothing but what is done
    query = (
        "SELECT o.action || coalesce(k.mark, '') || coalesce(w.mark, '') AS mark FROM operations o LEFT JOIN wanted w"
        " USING (key) LEFT JOIN known k USING (key) WHERE o.action != 'record' ORDER BY mark"
    )
    for rows in staged.scratch.many(query):
        digest.update("".join([mark for (mark,) in rows]).encode())
    for one in files:
        if one.action not in ("", RECORD):
            digest.update(f"\0{one.action}\0{one.path}\0{one.sha256}".encode("utf-8", "surrogatepass"))
    return f"sha256:{digest.hexdigest()}"


def _target(order: Order) -> str:
    return order.format.target if order.format else ""
