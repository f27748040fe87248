# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The first half of a plan: every record of the source is recognised as unchanged, or mapped and staged.

A record whose fingerprint is known from the last run is done after one hash: its link, its definition and its object
are as they were. Only the others reach the expressions.
"""

from __future__ import annotations

import contextlib
import hashlib
import typing as t
from collections.abc import Callable, Iterator

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask, replace_secrets
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    BoundMapper,
    Desired,
    Filtered,
    Mapped,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    Reading,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint, digest, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import Work
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Who
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import encode, encode_clean

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa


class Reader:
    """Reads one source into the staging tables of `work`; afterwards `known` holds what was not seen again."""

    def __init__(self, work: Work) -> None:
        self.work = work
        #: fingerprint -> number of objects, of records that need no second look
        self.known: dict[bytes, int] = {}
        #: fingerprints of records whose object was changed by others since
        self.dirty: set[bytes] = set()
        #: keys of records that came, where it matters which did
        self._came: set[str | None] | None = None
        self.is_loaded = False  # whether a record that came unchanged is recognised by its fingerprint

    def has_dirty(self) -> bool:
        """Say whether an object was changed by others since its record was last looked at."""
        if not self.work.linked:
            return False
        tables, ours, clean = self._links()
        looked_at = frozenset(self.work.carried.keys)  # again in any case
        query = sa.select(self.work.schema.links.c.key).select_from(tables).where(ours, sa.not_(clean))
        return any(key not in looked_at for (key,) in self.work.store.rows(query))

    def load_known(self) -> None:
        """Load what is known of all records: for a full read, not for one that brings changes alone."""
        if self.is_loaded or not self.work.linked:
            return
        self.is_loaded = True
        tables, ours, clean = self._links()
        links = self.work.schema.links
        watched = frozenset(self.work.carried.keys)  # whether these came must be seen
        key = links.c.key if watched else sa.null()
        query = sa.select(links.c.fingerprint, clean, key).select_from(tables).where(ours)
        known, dirty, only = self.known, self.dirty, self.work.only
        for fingerprint, is_clean, name in self.work.store.rows(query):
            mark = bytes(fingerprint)  # PostgreSQL gives a view of it
            if is_clean and name not in watched and mark not in dirty and only is None:
                known[mark] = known.get(mark, 0) + 1  # all objects of one record have its fingerprint
            else:
                dirty.add(mark)
                known.pop(mark, None)

    def _links(self) -> tuple[t.Any, t.Any, t.Any]:
        """Return the profile's links with their objects, which of the links are ours, and which of these are clean."""
        links, objects = self.work.schema.links, self.work.schema.objects
        clean = links.c.version == objects.c.version
        tables = links.join(objects, objects.c.id == links.c.object_id)
        if self.work.pool.is_declared:
            # a user without a number gets one as soon as there is a pool
            clean &= (objects.c.kind != "user") | objects.c.fields.contains('"extension":', autoescape=True)
        # an expression, so that SQLite goes through the links as they lie, as the objects do: not in the order of keys
        return tables, links.c.profile_id + 0 == self.work.profile_id, clean

    def has_seen(self, mark: bytes) -> bool:
        """Say whether a record with the fingerprint of a link came unchanged in this (full) read."""
        return self.is_loaded and self.work.only is None and mark not in self.known and mark not in self.dirty

    def forget(self) -> None:
        """Let go of what was known, once it is clear what is missing: of a million records it is 100 MiB."""
        self.known, self.dirty = {}, set()

    def read(self, reading: Reading, mapper: BoundMapper) -> None:
        """Read everything; counts and findings go to `work`."""
        self.mapper = mapper
        self._came = set() if self.work.carried.keys else None
        counts, known, handle = self.work.findings.counts, self.known, self._handle
        fingerprint = _fingerprinter(self.work, reading.columns)
        read = unchanged = last = 0
        for item in reading:
            if isinstance(item, Record):
                read += 1
                last = item.number
                mark = fingerprint(item.row)
                slots = known.pop(mark, 0)
                if slots:
                    unchanged += slots
                else:
                    handle(item, mark)
            elif isinstance(item, Unusable):
                read += 1
                last = item.number
                self._unusable(item)
            elif isinstance(item, Gone):
                self.work.gone.add(item.key)
        for record in self._look_again(reading, last):
            read += 1
            handle(record, fingerprint(record.row))
        if self.work.only is None:
            counts["read"] = read
        counts["unchanged"] += unchanged
        self.work.staging.finish_reading()
        for sentence in mapper.notices.sentences():
            self.work.findings.warn(sentence)

    def _look_again(self, reading: Reading, last: int) -> Iterator[Record]:
        """Yield the records that were rejected before, and neither came anew nor went; those lost before are gone."""
        work, came, parts = self.work, self._came or set(), tuple(reading.result.whole)
        work.gone |= work.carried.lost - came
        for key, record in work.carried.refused.items():
            if key not in came and key not in work.gone and not key.startswith(parts):
                last += 1
                yield record if reading.result.unchanged else Record(last, record.row)

    def _handle(self, record: Record, mark: bytes) -> None:
        outcome = self.mapper.map(record)
        work = self.work
        if self._came is not None:
            self._came.add(outcome.key)
        if work.only is not None and not self._is_wanted(record, outcome.key):
            return
        if isinstance(outcome, Mapped):
            for desired in outcome.objects:
                self._stage(record.number, outcome.key, desired, mark)
            if not outcome.objects:
                work.gone.add(outcome.key)
        elif isinstance(outcome, Filtered):
            work.findings.counts["filtered"] += 1
            if work.linked and outcome.key:
                self._mark(record.number, outcome.key, staging.FILTERED, mark)
        elif isinstance(outcome, Rejected):
            self._reject(record, outcome, mark)

    def _stage(self, number: int, key: str, desired: Desired, mark: bytes | None) -> None:
        work, fields, kind = self.work, desired.fields, desired.kind
        stored, after = fields, None
        if kind == "user" and ("password" in fields or "pin" in fields or "devices" in fields):
            stored = replace_secrets(fields, lambda path, value: work.seal(work.staging.last + 1, path, value))
            if stored != fields:
                after = encode(mask(fields))
        username, extension = (
            (fields["username"], fields.get("extension")) if kind == "user" else (None, fields.get("number"))
        )
        slot, name, text = desired.slot, KINDS[kind].name_of(fields), encode_clean(stored)
        operation = staging.UNMARKED
        if work.staging.is_marked:
            operation = digest.mark_of(key, slot, kind, staging.CREATE, name, "", after or text)
        plain = (operation, number, key, slot, kind, name, text, mark, username, extension)
        fax_number, lacks_number = fields.get("fax_extension"), kind == "user" and extension is None
        if fax_number or lacks_number or after:
            work.staging.has_fax_numbers |= fax_number is not None
            work.staging.has_lacking_numbers |= lacks_number
            work.staging.add(*plain, staging.CREATE, fax_number, lacks_number, after)
        else:
            work.staging.add(*plain)
        if slot not in work.mapped:
            work.mapped[slot] = desired.mapped
            work.labels.update(name.partition("labels.")[2] for name in desired.mapped if "labels." in name)
        if "roles" in fields:
            work.roles.update(fields["roles"])

    def _mark(self, number: int, key: str | None, action: str, mark: bytes | None) -> None:
        unmarked = staging.UNMARKED
        self.work.staging.add(
            unmarked, number, key, None, None, None, None, mark, None, None, action, None, False, None
        )

    def _reject(self, record: Record, outcome: Rejected, mark: bytes) -> None:
        who = Who(record.number, outcome.key, lambda: self.mapper.name_of(record.row))
        self.work.findings.reject(who, outcome.field, outcome.value, outcome.rule)
        if outcome.key and len(self.work.refused) <= checkpoint.MOST_REFUSED:
            self.work.refused[outcome.key] = record
        if self.work.linked and outcome.key:
            self._mark(record.number, outcome.key, staging.REJECTED, mark)
        self.work.protect(record.row)

    def _unusable(self, item: Unusable) -> None:
        if self.work.only is not None:
            return
        # where no column is at fault, the cells may stand under each other's names
        who = Who(item.number, None, lambda: self.mapper.name_of(item.row) if item.field else None)
        self.work.findings.reject(who, item.field, item.value, item.rule)
        self.work.protect(item.row)

    def _is_wanted(self, record: Record, key: str | None) -> bool:
        work = self.work
        if key is None or key.casefold() != (work.only or "").casefold():
            if key is not None and len(work.other_keys) < 10_000:
                work.other_keys.append(key)
            return False
        work.findings.counts["read"] += 1
        if work.explaining:
            work.explanation = {"record": record.number, "key": key, **self.mapper.explain(record)}
        return True


def _fingerprinter(work: Work, columns: tuple[str, ...]) -> Callable[[tuple[t.Any, ...]], bytes]:
    """Return the function that fingerprints a row: keyed, and different for another definition or other columns."""
    # 15 bytes: Python needs 48 for such a text, and 64 for one of 16, of which a million may be known
    base = hashlib.blake2b(key=work.store.vault.row_key(), digest_size=15)
    base.update(repr((work.definition.digest, columns)).encode("utf-8", "surrogatepass"))
    copy = base.copy

    def fingerprint(row: tuple[t.Any, ...]) -> bytes:
        mark = copy()
        try:
            # texts hold no NUL (such rows are unusable), so the joined text stands for one row only
            mark.update("\0".join(row).encode("utf-8", "surrogatepass"))
        except TypeError:
            mark.update(b"\0\0" + repr(row).encode("utf-8", "surrogatepass"))
        return mark.digest()

    return fingerprint


def check_only_found(work: Work, known_to_store: bool) -> None:
    """Say that there is no record of the wanted key, naming a near one."""
    if work.only is not None and not work.findings.counts["read"] and not known_to_store:
        example = f" Its keys look like this: {work.other_keys[0]}." if work.other_keys else ""
        hint = nearest(work.only, work.other_keys) or example
        raise SourceError(
            f'profile "{work.definition.name}" ({work.definition.template}): the source has no record with the key'
            f' "{work.only}".{hint}'
        )
