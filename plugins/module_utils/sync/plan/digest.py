# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The digest of a plan: of the profile's name and mode and of every operation, whatever the order of records.

Nothing in it depends on time, salts, ids or the order; secrets count by their keyed fingerprints. Each operation
has a mark of its own, made while it is staged: most stay what they were staged as, so that a first import need not read
all rows again.
"""

from __future__ import annotations

import hashlib
import typing as t
from collections.abc import Iterable, Iterator
from itertools import chain

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import operation_marks, staging

#: So many marks are put in order at once: a list of a million would take 60 MiB.
_AT_ONCE = 200_000
_FRESH = hashlib.blake2b(digest_size=operation_marks.SIZE).copy  # a copy costs less than a new one


def operation_hash(key: str, slot: str, kind: str, action: str, name: str, before: str, after: str) -> bytes:
    """Return the mark of one operation (16 bytes); `before` and `after` are JSON texts, secrets masked."""
    # no text holds NUL
    text = f"{key}\0{slot}\0{kind}\0{action}\0{name}\0{before}\0{after}"
    mark = _FRESH()
    mark.update(text.encode("utf-8", "surrogatepass"))
    return mark.digest()


def of_secrets(tables: staging.Staging, row: int, action: str, after: str) -> str:
    """Return what the secrets that an operation writes add to its mark: other secrets are another plan."""
    waiting = tables.secrets.get(row)
    if not waiting or action not in (staging.CREATE, staging.UPDATE, staging.RETURN):
        return ""
    made = []
    for name, secret in sorted(waiting.items()):
        kind = name.partition(":")[0]
        if f'"{"devices" if kind == "device" else kind}":' in after:
            made.append(tables.store.vault.fingerprint(kind, secret))
    return "".join(made)


def of_plan(profile: str, mode: str, only: str | None, tables: staging.Staging) -> str:
    """Return the digest of a profile's plan whose operations lie in the staging tables."""
    digest = hashlib.sha256(encode([profile, mode, only]).encode())
    # to sort the operations by key, each row would be looked up
    marks = chain(chain.from_iterable(tables.marks.known()), _other_marks(tables))
    for part in (b"".join(sorted(marks)),) if tables.last <= _AT_ONCE else _in_order(marks):
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _in_order(marks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield all marks in order, many at a time, by their first byte at first."""
    parts = [bytearray() for _byte in range(256)]
    for mark in marks:
        parts[mark[0]] += mark
    size = operation_marks.SIZE
    for part in parts:
        whole = bytes(part)
        yield b"".join(sorted(whole[place : place + size] for place in range(0, len(whole), size)))


def _other_marks(tables: staging.Staging) -> Iterator[bytes]:
    """Yield the marks of the operations that were changed since they were staged, or staged without one."""
    staged = tables.table.c
    action = sa.case((staged.action == staging.FOLLOW, staged.action), else_=tables.told())
    texts = (staged.slot, staged.kind, action, staged.name, sa.func.coalesce(staged.before, ""))
    after = sa.func.coalesce(staged.after, staged.fields, "")
    marked = (*staging.OPERATIONS, staging.RELEASE, staging.FOLLOW, staging.SUSPECT)
    if not tables.has(*marked):
        return
    query = sa.select(staged.seq, staged.key, *texts, after).where(staged.action.in_(marked))
    for unmarked in tables.marks.unmarked(staging.CHUNK):
        # many rows are quicker to go through than to look up
        is_dense = len(unmarked) > staging.CHUNK // 10
        which = staged.seq.between(unmarked[0], unmarked[-1]) if is_dense else staged.seq.in_(unmarked)
        wanted = set(unmarked)
        rows: list[t.Any] = list(tables.store.rows(query.where(which)))
        for seq, *operation in rows:
            if seq in wanted:
                key, slot, kind, action, name, before, text = operation
                secrets = of_secrets(tables, seq, action, text)
                yield operation_hash(key, slot, kind, action, name, before, text + secrets)
