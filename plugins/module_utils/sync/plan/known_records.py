# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What is known of the records that came before: their fingerprints, and whether their objects are as the profile left
them. A record whose fingerprint is known is done after one hash: its link, its definition and its object are as they
were.
"""

from __future__ import annotations

import hashlib
import marshal
import typing as t
from collections.abc import Callable, Collection, Iterator
from itertools import chain

from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import Portion, Sealed
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

Row = tuple[t.Any, ...]


class KnownRecords:
    """The fingerprints that the profile's links hold. What comes again is taken out; the rest was not seen again."""

    def __init__(self, context: PlanContext) -> None:
        self._context = context
        #: fingerprint -> number of objects, of records that need no second look
        self.unseen: dict[bytes, int] = {}
        #: fingerprints of records whose object was changed by others since
        self.dirty: set[bytes] = set()
        #: those of them that are of leavers
        self.leaving: set[bytes] = set()
        self.is_loaded = False  # whether a record that came unchanged is recognised by its fingerprint

    def has_dirty(self, looked_at: Collection[str]) -> bool:
        """Say whether an object was changed by others since its record was last looked at.

        Those of the keys `looked_at`, and leavers, are looked at again in any case.
        """
        context = self._context
        if not context.linked:
            return False
        tables, clean = self._links()
        again = frozenset(looked_at)
        links = context.schema.links.c
        query = sa.select(links.key, links.object_id).select_from(tables).where(self._ours(), sa.not_(clean))
        return any(
            key not in again and object_id not in context.leavers for key, object_id in context.store.rows(query)
        )

    def load(self, watched: Collection[str] = ()) -> None:
        """Load what is known of all records: for a full read, not for one that brings changes alone.

        `watched` are keys of which it must be seen whether they came, as it must of the one record that is asked for.
        """
        context = self._context
        if self.is_loaded or not context.linked:
            return
        self.is_loaded = True
        self.dirty = self._marks_of_dirty(frozenset(watched))
        links, unseen = context.schema.links, self.unseen
        for marks in context.store.binaries(links.c.fingerprint, self._ours()):
            new = dict.fromkeys(marks, 1)  # most are those of one object each
            if len(new) == len(marks) and unseen.keys().isdisjoint(new):
                unseen.update(new)
            else:  # all objects of one record have the same
                for mark in marks:
                    unseen[mark] = unseen.get(mark, 0) + 1
        for mark in self.dirty:
            unseen.pop(mark, None)
        self._look_at_leavers()

    def _marks_of_dirty(self, watched: frozenset[str]) -> set[bytes]:
        """Return the fingerprints of records whose object was changed by others, or that are looked at in any case."""
        context = self._context
        tables, clean = self._links()
        links = context.schema.links.c
        rows = context.store.rows(sa.select(links.fingerprint).select_from(tables).where(self._ours(), sa.not_(clean)))
        marks = {bytes(mark) for (mark,) in rows}  # PostgreSQL gives views of them
        only = context.only and context.only.casefold()
        if watched or only:
            for mark, key in context.store.rows(sa.select(links.fingerprint, links.key).where(self._ours())):
                if key in watched or key.casefold() == only:
                    marks.add(bytes(mark))
        return marks

    def _look_at_leavers(self) -> None:
        """Have the records of leavers looked at if they come, be they as they were."""
        context = self._context
        if not context.leavers:
            return
        links, leavers = context.schema.links, context.schema.leavers
        query = sa.select(links.c.fingerprint).join(leavers, leavers.c.object_id == links.c.object_id)
        for (fingerprint,) in context.store.rows(query.where(links.c.profile_id == context.profile_id)):
            mark = bytes(fingerprint)
            self.dirty.add(mark)
            self.leaving.add(mark)
            self.unseen.pop(mark, None)

    @property
    def only_leavers_missing(self) -> bool:
        """Say whether, in a full read, nobody but leavers did not come."""
        return self.is_loaded and not self.unseen and self.dirty <= self.leaving

    def _ours(self) -> sa.ColumnElement[bool]:
        """Return which links are the profile's."""
        # an expression, so that SQLite goes through the links as they lie, as the objects do: not in the order of keys
        return self._context.schema.links.c.profile_id + 0 == self._context.profile_id

    def _links(self) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
        """Return the links with their objects, and which of the links are clean."""
        context = self._context
        links, objects = context.schema.links, context.schema.objects
        clean = links.c.version == objects.c.version
        if context.pools:
            # a user without a number gets one as soon as there is a pool
            clean &= (objects.c.kind != "user") | objects.c.fields.contains('"extension":', autoescape=True)
        return links.join(objects, objects.c.id == links.c.object_id), clean

    def has_seen(self, mark: bytes) -> bool:
        """Say whether a record with the fingerprint of a link came unchanged in this (full) read."""
        return self.is_loaded and mark not in self.unseen and mark not in self.dirty

    def not_seen_again(self) -> Iterator[bytes]:
        """Yield the fingerprints of records that did not come as they were."""
        return chain(self.unseen, self.dirty)

    def forget(self) -> None:
        """Let go of what was known, once it is clear what is missing: of a million records it is 100 MiB."""
        self.unseen, self.dirty = {}, set()


def marker(context: PlanContext, columns: tuple[str, ...]) -> Callable[[Portion | Sealed], list[bytes]]:
    """Return the function that fingerprints the records of a portion: by their cells, or as they were sent."""
    of_row = fingerprinter(context, columns)
    sealed: dict[str, Callable[[bytes], bytes]] = {}

    def marks(portion: Portion | Sealed) -> list[bytes]:
        if isinstance(portion, Portion):
            return [*map(of_row, portion.rows)]
        of_sent = sealed.get(portion.form)
        if of_sent is None:
            of_sent = sealed[portion.form] = _sealed_fingerprinter(context, columns, portion.form)
        return [*map(of_sent, portion.sent)]

    return marks


def _sealed_fingerprinter(context: PlanContext, columns: tuple[str, ...], form: str) -> Callable[[bytes], bytes]:
    base = _keyed(context, columns, form)
    base.update(b"\0\0\0")
    copy = base.copy

    def fingerprint(sent: bytes) -> bytes:
        mark = copy()
        mark.update(sent)
        return mark.digest()

    return fingerprint


def fingerprinter(context: PlanContext, columns: tuple[str, ...]) -> Callable[[Row], bytes]:
    """Return the function that fingerprints a row: keyed, and different for another definition or other columns."""
    copy = _keyed(context, columns).copy

    has_empty = False  # whether rows hold empty cells, as most of directories do: then that is asked first

    def fingerprint(row: Row) -> bytes:
        nonlocal has_empty
        mark = copy()
        if not has_empty or None not in row:
            try:
                # texts hold no NUL (such rows are unusable), so the joined text stands for one row only
                mark.update("\0".join(row).encode("utf-8", "surrogatepass"))
                return mark.digest()
            except TypeError:  # takes longer than asking
                has_empty = True
        mark.update(b"\0\0")
        mark.update(_plain(row))
        return mark.digest()

    return fingerprint


def _keyed(context: PlanContext, *how: t.Any) -> hashlib.blake2b:
    """Return what a fingerprint begins with: the store's key, the definition, and how records are read."""
    # 15 bytes: Python needs 48 for such a text, and 64 for one of 16, of which a million may be known
    base = hashlib.blake2b(key=context.store.vault.row_key(), digest_size=15)
    base.update(repr((context.definition.digest, *how)).encode("utf-8", "surrogatepass"))
    return base


def _plain(row: Row) -> bytes:
    """Return what stands for one row with lists or empty cells only, the same in every run."""
    try:
        # its second format knows no references, which would hang on what else Python has in memory
        return marshal.dumps(row, 2)
    except ValueError:  # a value that is more than a text
        return repr(row).encode("utf-8", "surrogatepass")


def raw_fingerprinter(context: PlanContext) -> Callable[[Row], bytes]:
    """Return the function that fingerprints a row that cannot be used: keyed, and the same whatever the definition."""
    base = hashlib.blake2b(key=context.store.vault.row_key(), digest_size=15, person=b"unused")

    def fingerprint(row: Row) -> bytes:
        mark = base.copy()
        mark.update(repr(row).encode("utf-8", "surrogatepass"))
        return mark.digest()

    return fingerprint
