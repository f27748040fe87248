# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a run leaves to the next one for a read that brings only changes, so that it ends as a full read would.

Such a read brings neither the records again that were rejected, nor word of those that went before. Both are looked at
as if it had. Rejected records may hold passwords, so they are kept encrypted.
"""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Iterable, Mapping
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import findings, staging

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import Work

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: Rejected records that are kept (where there are more, everything is read again), and keys of lost ones.
MOST_REFUSED, MOST_LOST = findings.LIMIT, 10_000
_CHUNK = 500


class Carried(t.NamedTuple):
    """What was left.

    `refused` are the rejected records by their keys, with cells in the order of `columns`. `lost` are the keys of
    objects that stay although their record is gone. `records` is how many there were at the last full read.
    """

    columns: tuple[str, ...] = ()
    refused: Mapping[str, Record] = {}
    lost: frozenset[str] = frozenset()
    records: int = 0

    @property
    def keys(self) -> list[str]:
        """The keys of all records that a read of changes does not bring, and that need a second look."""
        return [*self.refused, *self.lost]


def as_entries(store: Store, carried: Carried) -> dict[str, t.Any]:
    """Return what to keep with a checkpoint."""
    entries: dict[str, t.Any] = {"records": carried.records, "lost": sorted(carried.lost)}
    if carried.refused:
        records = [(key, record.number, record.row) for key, record in carried.refused.items()]
        entries["refused"] = store.vault.encrypt(json.dumps([carried.columns, records]))
    return entries


def of(store: Store, checkpoint: Mapping[str, t.Any]) -> Carried | None:
    """Return what was kept with a checkpoint; None where nothing was, or it cannot be read for want of the key."""
    if not {"records", "lost"} <= checkpoint.keys():  # of an earlier version
        return None
    lost, records = frozenset(checkpoint["lost"]), checkpoint["records"]
    if "refused" not in checkpoint:
        return Carried(lost=lost, records=records)
    if not store.vault.has_key:
        return None
    columns, refused = json.loads(store.vault.decrypt(checkpoint["refused"]))
    by_key = {key: Record(number, tuple(row)) for key, number, row in refused}
    return Carried(tuple(columns), by_key, lost, records)


def left_by(work: Work) -> Carried | None:
    """Return what a plan leaves; None where only a full read can settle it.

    A conflict, and a number that is taken, hang on what else there is; a record without a key cannot be known again.
    """
    counts, refused = work.findings.counts, work.refused
    if counts["conflicts"] or counts["rejected"] != len(refused) or len(refused) > MOST_REFUSED:
        return None
    if refused and not work.store.vault.has_key:
        return None
    lost = _lost(work)
    if lost and work.definition.mode == "mirror":
        # what stays for now is to be removed some day: not from memory, but when a full read shows that it is gone
        return None
    return Carried(work.source_columns, refused, lost, work.records)


def _lost(work: Work) -> frozenset[str]:
    """Return the keys of objects that have lost their record and stay.

    They only help to find an object again, so those that are left out do no harm: the objects that a record no longer
    makes while it makes others, and all of them where they are many.
    """
    missing, staged, links = work.staging.missing.c, work.staging.table.c, work.schema.links.c
    settled = (staging.REMOVE, staging.RELEASE, staging.UPDATE, staging.TOUCH)
    elsewhere = sa.select(staged.object_id).where(staged.object_id.is_not(None), staged.action.in_(settled))
    query = sa.select(missing.key).where(missing.object_id.not_in(elsewhere)).distinct().limit(MOST_LOST + 1)
    lost = set(work.store.connection.execute(query).scalars())
    if work.definition.mode == "mirror":
        return frozenset(lost)
    keys = iter(tuple(lost))
    while chunk := list(islice(keys, _CHUNK)):
        others = sa.select(links.key).where(
            links.profile_id == work.profile_id,
            links.key.in_(chunk),
            links.object_id.not_in(sa.select(missing.object_id)),
        )
        lost.difference_update(work.store.connection.execute(others).scalars())
    # a part of the source that could not be read says nothing of those who had gone from it before
    lost.update(key for key in work.carried.lost if key.startswith(tuple(work.unread)))
    return frozenset(lost) if len(lost) <= MOST_LOST else frozenset()


def count_links(work: Work, keys: Iterable[str]) -> int:
    """Return how many objects of the profile belong to these keys."""
    links, left, count = work.schema.links.c, iter(keys), 0
    while chunk := list(islice(left, _CHUNK)):
        query = sa.select(sa.func.count()).where(links.profile_id == work.profile_id, links.key.in_(chunk))
        count += int(work.store.connection.scalar(query) or 0)
    return count
