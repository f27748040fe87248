# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The plan in the making: a temporary table beside the store, so that a million operations need no memory.

Every wanted object is one row. It is staged as `create`; the planner then turns rows into something else: an update of
the object it is linked to, a touch (nothing but the link is renewed), a conflict, a rejection. Removals are added last.
The table lives in the session only: it is never written to the store, and goes when the connection closes.
"""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Iterable, Iterator
from operator import itemgetter

from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.operation_marks import (
    UNMARKED,
    OperationMarks,
)

CREATE, UPDATE, TOUCH, REMOVE, RELEASE = "create", "update", "touch", "remove", "release"
REJECTED, CONFLICT, FILTERED = "rejected", "conflict", "filtered"
#: A user who becomes a leaver; and what is told of an update by which a leaver is a user again (see `told`).
DISABLE, RETURN = "disable", "return"
#: A record that the filter wants, and whose person has left.
LEAVES = "leaves"
#: An object that has lost its record and stays, since the record may be there and only be broken; what would become of
#: it otherwise stands in `origin`.
SUSPECT = "suspect"
#: A row that is not asked for, in a plan for one record.
IGNORED = "ignored"
#: Reasons that decide about something.
DUPLICATE_KEY = "duplicate key"
NO_LONGER_THERE = "no longer in the source"
GRACE_OVER = "a leaver whose grace period is over"
BACK = "back in the source"
ADOPTED = "adopted: it was there before"
#: What the reason of an update begins with that brings a leaver back.
BACK_AND = f"{BACK}; "
SEEN_BY_A_PERSON = "no longer in the source, as far as can be told"
#: The update of a private entry that goes with its owner, whosever entry it is.
FOLLOW = "follow"
#: Actions that change an object, in the order people read them.
OPERATIONS = (CREATE, UPDATE, DISABLE, REMOVE)
#: Rows staged, or looked at, at a time.
CHUNK = 5000

Columns = tuple[str, ...]
#: What an ordinary record fills of its row. Each further column costs a first import a twentieth of its time.
PLAIN = ("seq", "record", "key", "slot", "kind", "name", "fields", "fingerprint", "username", "number")
#: What any other record fills.
COLUMNS = (*PLAIN, "action", "fax_number", "lacks_number", "after", "pool")


class _Tables:
    """The temporary tables as SQLAlchemy Core objects, the same for all plans; their statements are compiled once."""

    def __init__(self) -> None:
        metadata = self.metadata = sa.MetaData()
        text = sa.Text
        self.staged = sa.Table(
            "staged",
            metadata,
            sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("record", sa.Integer),
            sa.Column("key", text),
            sa.Column("slot", text),
            sa.Column("kind", text),
            sa.Column("action", text, nullable=False, server_default=CREATE),
            sa.Column("name", text),
            sa.Column("reason", text),
            sa.Column("before", text),
            sa.Column("after", text),  # NULL: the same as fields
            sa.Column("fields", text),
            sa.Column("applied", text),  # NULL: the same as fields
            sa.Column("fingerprint", sa.LargeBinary),
            sa.Column("origin", text),
            sa.Column("object_id", sa.BigInteger),
            sa.Column("version", sa.Integer),
            # identifiers that the object claims anew
            sa.Column("username", text),
            sa.Column("number", text),
            sa.Column("fax_number", text),
            sa.Column("lacks_number", sa.Boolean),
            sa.Column("returns", sa.Boolean),  # an update by which a leaver is a user again
            sa.Column("pool", text),  # whence a user gets a number; NULL: the default one
            prefixes=["TEMPORARY"],
        )
        # identifiers that an update gives up; of a record that stands twice, each row does
        self.released = sa.Table(
            "released",
            metadata,
            sa.Column("space", text, primary_key=True),
            sa.Column("value", text, primary_key=True),
            sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
            prefixes=["TEMPORARY"],
        )
        # fingerprints of records that were read before and did not come this time
        self.unseen = sa.Table(
            "unseen", metadata, sa.Column("fingerprint", sa.LargeBinary, primary_key=True), prefixes=["TEMPORARY"]
        )
        # keys that an incremental source reports as gone
        self.gone = sa.Table("gone", metadata, sa.Column("key", text, primary_key=True), prefixes=["TEMPORARY"])
        # links whose record is gone: removed, released, or found again under another key
        self.missing = sa.Table(
            "missing",
            metadata,
            sa.Column("object_id", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("key", text),
            sa.Column("slot", text),
            prefixes=["TEMPORARY"],
        )


@functools.cache
def _tables() -> _Tables:
    """Return them; not before the first plan, since SQLAlchemy is slow to import."""
    return _Tables()


class Staging:
    """The temporary tables of one plan."""

    def __init__(self, store: Store, is_marked: bool) -> None:
        """`is_marked`: rows are staged with their marks, which is of use where most stay what they are staged as."""
        self.store = store
        self.is_marked = is_marked
        #: staged row -> name in the table credentials -> the secret itself, which waits for the run
        self.secrets: dict[int, dict[str, str]] = {}
        tables = _tables()
        self.table, self.released, self.unseen = tables.staged, tables.released, tables.unseen
        self.gone, self.missing = tables.gone, tables.missing
        for table in tables.metadata.sorted_tables:
            store.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table.name}")
            # not `create_all`: a store may hold tables of these names too
            store.connection.execute(sa.schema.CreateTable(table))
        self._plain: list[Row] = []
        self._others: list[Row] = []
        self.last = 0
        self._is_analysed = True
        #: actions that a row has, or had
        self._actions: set[str] = set()
        #: how many rows have which, while that is known
        self._counts: dict[str, int] | None = None
        self.marks = OperationMarks()
        # whether some row has a fax number, or a user lacks a number: most plans need not look for them
        self.has_fax_numbers = False
        self.has_lacking_numbers = False
        # whether an update sets a change by hand back, or changes a login or a number
        self.has_set_back = self.has_renumbered = False
        #: what makes of rows what they are written as, both by the columns that they have the values of
        self.follow: t.Callable[[dict[Columns, list[Row]]], dict[Columns, list[Row]]] | None = None
        #: pools of which users were given numbers
        self.giving_pools: set[str] = set()

    def add(self, mark: bytes, *values: t.Any) -> int:
        """Stage one row, the values of PLAIN or of COLUMNS after seq, and return its number; `mark`: for the digest."""
        self.last += 1
        self.marks.add(mark)
        waiting = self._plain if len(values) < len(PLAIN) else self._others
        waiting.append((self.last, *values))
        if len(waiting) >= CHUNK:
            self.flush()
        return self.last

    def add_many(self, marks: t.Sequence[bytes], columns: t.Sequence[t.Iterable[t.Any]]) -> None:
        """Stage as many rows as there are marks, by their columns: those of PLAIN or those of COLUMNS after seq."""
        last = self.last + len(marks)
        waiting = self._plain if len(columns) < len(PLAIN) else self._others
        waiting += zip(range(self.last + 1, last + 1), *columns, strict=False)  # some may have no end
        self.last = last
        self.marks.add(*marks)
        if len(waiting) >= CHUNK:
            self.flush()

    def add_rows(self, columns: tuple[str, ...], rows: list[tuple[t.Any, ...]]) -> None:
        """Stage many rows with other columns, after everything else has been staged."""
        numbered = [(self.last + place, *row) for place, row in enumerate(rows, 1)]
        self.store.insert_rows(self.table, ("seq", *columns), numbered)
        self.last += len(rows)
        place = columns.index("action")
        self._note({row[place] for row in rows})
        self.marks.add(*[UNMARKED] * len(rows))

    def flush(self) -> None:
        """Write what is still buffered."""
        waiting = {PLAIN: self._plain, COLUMNS: self._others}
        self._plain, self._others = [], []
        if not any(waiting.values()):
            return
        for columns, rows in (self.follow(waiting) if self.follow else waiting).items():
            if rows:
                place = columns.index("action") if "action" in columns else None
                self._note({CREATE} if place is None else {row[place] for row in rows})
                self.store.insert_rows(self.table, columns, rows)

    def finish_reading(self) -> None:
        """All records are staged: make look-ups by key quick.

        PostgreSQL joins all rows at once, and would write the index with every change of a row.
        """
        self.flush()
        if self.store.is_sqlite:
            self.store.connection.exec_driver_sql("CREATE INDEX staged_key ON staged (key, slot)")
        self.analyse()

    def finish_following(self) -> None:
        """It is settled which rows mean an object that is there: make look-ups of what is claimed twice quick.

        Not before, since most rows of objects that are there claim nothing anew. PostgreSQL does without: it goes
        through all rows once.
        """
        for column in ("username", "number") if self.store.is_sqlite else ():
            # with all that a claim is made of, so that claims are written in order and without looking at the rows
            names = f"{column}, kind, action, object_id"
            statement = f"CREATE INDEX staged_{column} ON staged ({names}) WHERE {column} IS NOT NULL"
            self.store.connection.exec_driver_sql(statement)
        self.analyse()

    def analyse(self) -> None:
        """Have PostgreSQL know how many rows have which action, if it has changed.

        Without figures, or with old ones, it takes the rows that are meant for a few and joins them one by one.
        """
        if not self._is_analysed and not self.store.is_sqlite:
            self.store.connection.exec_driver_sql(
                "ANALYZE staged (seq, key, slot, action, object_id, username, number)"
            )
        self._is_analysed = True

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield (first, last) sequence numbers, so that rows can be changed between two looks."""
        for first in range(1, self.last + 1, CHUNK):
            yield first, first + CHUNK - 1

    def change(self, rows: t.Sequence[dict[str, t.Any]]) -> None:
        """Change staged rows: each mapping has `row` (the sequence number) and the columns to set, the same in all."""
        if not rows:
            return
        columns = [name for name in rows[0] if name != "row"]
        values = itemgetter(*columns, "row")
        self.change_rows(columns, [values(row) for row in rows])

    def change_rows(self, columns: t.Sequence[str], rows: t.Sequence[Row]) -> None:
        """Do the same with rows that are the values of these columns, and the sequence number."""
        place = columns.index("action") if "action" in columns else None
        self._note({row[place] for row in rows} if place is not None else ())
        self.store.update_rows(self.table, columns, "seq", rows)
        for row in rows:
            self.marks.set(row[-1], UNMARKED)

    def update(self, statement: sa.Update, *actions: str) -> None:
        """Change staged rows by a statement that gives them these actions; their marks stay."""
        self.store.connection.execute(statement)
        self._note(actions)

    def _note(self, *actions: Iterable[str]) -> None:
        """Rows are not as they were, and some may have these actions now."""
        self._actions.update(*actions)
        self._is_analysed, self._counts = False, None

    def told(self) -> t.Any:
        """Return the action of a row as people and the digest are told it."""
        staged = self.table.c
        return sa.case(
            (staged.returns.is_(True) & (staged.action == UPDATE), sa.literal(RETURN)),
            (staged.action == FOLLOW, sa.literal(UPDATE)),
            else_=staged.action,
        )

    def has(self, *actions: str) -> bool:
        """Say whether some row has one of these actions."""
        return any(self.count(*actions))

    def count(self, *actions: str) -> tuple[int, ...]:
        """Return how many rows have each of these actions."""
        if self._counts is None:
            self._counts = self._count(sorted(self._actions))
        return tuple(self._counts.get(action, 0) for action in actions)

    def _count(self, possible: list[str]) -> dict[str, int]:
        if len(possible) < 2:
            return dict.fromkeys(possible, self.last)
        # in one look at the rows, which grouping would sort
        numbers = (sa.func.count(sa.case((self.table.c.action == action, 1))) for action in possible)
        (counted,) = self.store.rows(sa.select(*numbers))
        return dict(zip(possible, counted, strict=True))

    def restrict(self, keys: t.Collection[str]) -> None:
        """Keep the rows of these keys only: all others are ignored from now on."""
        others = self.table.c.key.not_in(keys) | self.table.c.key.is_(None)
        self.update(self.table.update().where(others).values(action=IGNORED), IGNORED)
        self.marks.clear()
