# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a run leaves to the next one for a read that brings only changes, so that it ends as a full read would.

Such a read brings neither the records again that were rejected, nor word of those that went before. Both are looked at
as if it had. Rejected records may hold passwords, so they are kept encrypted.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from collections.abc import Iterable, Mapping
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import findings, staging

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome

#: Rejected records that are kept (where there are more, everything is read again), and keys of lost ones.
MOST_REJECTED, MOST_LOST = findings.LIMIT, 10_000
_CHUNK = 500


class Carryover(t.NamedTuple):
    """What was left.

    `rejected` are the rejected records by their keys, with cells in the order of `columns`. `lost` are the keys of
    objects that stay although their record is gone. `records` is how many there were at the last full read.
    """

    columns: tuple[str, ...] = ()
    rejected: Mapping[str, Record] = {}
    lost: frozenset[str] = frozenset()
    records: int = 0

    @property
    def keys(self) -> list[str]:
        """The keys of all records that a read of changes does not bring, and that need a second look."""
        return [*self.rejected, *self.lost]


def as_entries(store: Store, carryover: Carryover) -> dict[str, t.Any]:
    """Return what to keep with a checkpoint."""
    entries: dict[str, t.Any] = {"records": carryover.records, "lost": sorted(carryover.lost)}
    if carryover.rejected:
        records = [(key, record.number, record.row) for key, record in carryover.rejected.items()]
        entries["refused"] = store.vault.encrypt(json.dumps([carryover.columns, records]))
    return entries


def of(store: Store, checkpoint: Mapping[str, t.Any]) -> Carryover | None:
    """Return what was kept with a checkpoint; None where nothing was, or it cannot be read for want of the key."""
    if not {"records", "lost"} <= checkpoint.keys():  # of an earlier version
        return None
    lost, records = frozenset(checkpoint["lost"]), checkpoint["records"]
    if "refused" not in checkpoint:
        return Carryover(lost=lost, records=records)
    if not store.vault.has_key:
        return None
    columns, refused = json.loads(store.vault.decrypt(checkpoint["refused"]))
    by_key = {key: Record(number, tuple(row)) for key, number, row in refused}
    return Carryover(tuple(columns), by_key, lost, records)


def left_by(context: PlanContext, read: ReadOutcome) -> Carryover | None:
    """Return what a plan leaves; None where only a full read can settle it.

    A conflict, and a number that is taken, hang on what else there is; a record without a key cannot be known again.
    """
    findings, rejected = context.findings, read.intake.rejected
    if findings.conflict_count or findings.rejected_count != len(rejected) or len(rejected) > MOST_REJECTED:
        return None
    if rejected and not context.store.vault.has_key:
        return None
    lost = _lost(context, read)
    if lost and context.definition.mode == "mirror":
        # what stays for now is to be removed some day: not from memory, but when a full read shows that it is gone
        return None
    return Carryover(read.source_columns, rejected, lost, read.records)


def _lost(context: PlanContext, read: ReadOutcome) -> frozenset[str]:
    """Return the keys of objects that have lost their record and stay.

    They only help to find an object again, so those that are left out do no harm: the objects that a record no longer
    makes while it makes others, and all of them where they are many.
    """
    missing, staged, links = context.staging.missing.c, context.staging.table.c, context.schema.links.c
    settled = (staging.REMOVE, staging.DISABLE, staging.RELEASE, staging.UPDATE, staging.TOUCH)
    elsewhere = sa.select(staged.object_id).where(staged.object_id.is_not(None), staged.action.in_(settled))
    query = sa.select(missing.key).where(missing.object_id.not_in(elsewhere)).distinct().limit(MOST_LOST + 1)
    if context.leavers:  # every run looks for those of them that are due, but not for what one waits for
        waiting = sa.select(staged.object_id).where(staged.action == staging.SUSPECT)
        known = sa.select(context.schema.leavers.c.object_id)
        query = query.where(missing.object_id.not_in(known) | missing.object_id.in_(waiting))
    lost = set(context.store.connection.execute(query).scalars())
    if context.definition.mode == "mirror":
        return frozenset(lost)
    keys = iter(tuple(lost))
    while chunk := list(islice(keys, _CHUNK)):
        others = sa.select(links.key).where(
            links.profile_id == context.profile_id,
            links.key.in_(chunk),
            links.object_id.not_in(sa.select(missing.object_id)),
        )
        lost.difference_update(context.store.connection.execute(others).scalars())
    # a part of the source that could not be read says nothing of those who had gone from it before
    lost.update(key for key in read.carryover.lost if key.startswith(read.unreadable_prefixes))
    return frozenset(lost) if len(lost) <= MOST_LOST else frozenset()


def count_links(context: PlanContext, keys: Iterable[str]) -> int:
    """Return how many objects of the profile belong to these keys."""
    links, left, count = context.schema.links.c, iter(keys), 0
    while chunk := list(islice(left, _CHUNK)):
        query = sa.select(sa.func.count()).where(links.profile_id == context.profile_id, links.key.in_(chunk))
        count += int(context.store.connection.scalar(query) or 0)
    return count


def count_linked(store: Store, stored: Stored | None) -> int:
    """Return how many objects belong to a profile: counted by its last run, unless somebody has written since."""
    if stored is None:
        return 0
    kept = stored.checkpoint or {}
    is_current = kept.get("linked_at") == store.revision()
    return int(kept["linked"]) if is_current else stored.count_links(store)


def usable(stored: Stored | None, definition: Definition) -> dict[str, t.Any] | None:
    """Return what the last complete run left, unless the profile or its source is another one since."""
    checkpoint = stored.checkpoint if stored else None
    return checkpoint if checkpoint and checkpoint.get("belongs_to") == _belongs_to(definition) else None


def is_same_profile(stored: Stored | None, definition: Definition) -> bool:
    """Say whether records become what they became in the last complete run, as far as that run said by what."""
    checkpoint = (stored.checkpoint if stored else None) or {}
    return bool(checkpoint.get("definition", definition.digest) == definition.digest)


def _belongs_to(definition: Definition) -> str:
    options = {name: value for name, value in definition.source.items() if name not in definition.secret_paths}
    # the mode as well: what create_update has let stay, mirror has to find missing
    text = json.dumps([definition.digest, definition.mode, options], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def of_plan(context: PlanContext, read: ReadOutcome) -> dict[str, t.Any] | None:
    """Return what the next run is given. A read that ends without a place to go on from is a full one again."""
    if not read.complete or context.only is not None:
        return None
    left = left_by(context, read) if read.checkpoint and _may_skip(context.definition) else None
    entries = as_entries(context.store, left) if left else {}
    return {
        "belongs_to": _belongs_to(context.definition),
        "definition": context.definition.digest,
        "source": read.checkpoint,
        "columns": list(read.columns),
        "quiet": left is not None,
        **entries,
    }


def _may_skip(definition: Definition) -> bool:
    """Say whether a read may leave out what did not change; a file on disk or a share is always read."""
    return bool(definition.source.get("incremental") or definition.source.get("url"))
