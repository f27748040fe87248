# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Rows in bulk, through the driver: row by row costs 4 to 50 times more."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Iterator
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: So many rows of a table SQLite gives as one text.
_AS_TEXT = 10_000
#: Up to so many rows, PostgreSQL is told each change by itself.
_FEW = 20
#: A temporary table with rows that are about to be changed.
_CHANGING = "changing"

Row = t.Any  # a sequence of values; from a select also with their names


class Bulk:
    """What an open store can do with many rows at once, inside a transaction."""

    connection: sa.Connection

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a SQLite file."""
        return self.connection.dialect.name == "sqlite"

    def rows(self, statement: t.Any, size: int = 5000) -> Iterator[Row]:
        """Yield the rows of a select as the driver gives them, plain tuples, streamed `size` at a time."""
        if self.is_sqlite:
            with self.connection.execute(statement) as result:
                # past SQLAlchemy's rows, which cost more than reading them; SQLite streams by itself
                cursor: t.Any = result.cursor
                while chunk := cursor.fetchmany(size):
                    yield from chunk
            return
        with self.connection.execute(statement.execution_options(yield_per=size)) as result:
            for part in result.partitions():
                yield from map(tuple, part)

    def binaries(self, column: sa.Column[bytes], where: sa.ColumnElement[bool]) -> Iterator[list[bytes]]:
        """Yield the values of a column of short binaries, thousands at a time, without those that are NULL."""
        if not self.is_sqlite:
            rows = self.rows(sa.select(column).where(where, column.is_not(None)))
            while part := list(islice(rows, _AS_TEXT)):
                yield [bytes(value) for (value,) in part]  # the driver gives views of them
            return
        # a row of its own for each value costs Python twice as much as a text with many
        rowid: sa.ColumnElement[int] = sa.literal_column(f"{column.table.name}.rowid")
        last = self.connection.execute(sa.select(sa.func.max(rowid)).select_from(column.table)).scalar() or 0
        for start in range(0, last + 1, _AS_TEXT):
            is_meant = rowid.between(start, start + _AS_TEXT - 1)
            query = sa.select(sa.func.group_concat(sa.func.hex(column))).where(where, is_meant)
            text = self.connection.execute(query).scalar()
            if text is not None:
                yield [*map(bytes.fromhex, text.split(","))]

    def texts(self, values: t.Sequence[str]) -> sa.TableValuedAlias:
        """Return a table with one column, `value`, of so many texts: a condition that names them takes longer."""
        if self.is_sqlite:
            return sa.func.json_each(json.dumps(values, ensure_ascii=False)).table_valued("value", name="wanted")
        named = sa.func.unnest(sa.literal(values, sa.ARRAY(sa.Text()))).table_valued("value", name="wanted")
        return named.render_derived()

    @contextlib.contextmanager
    def looking_up(self) -> Iterator[None]:
        """Have PostgreSQL look each of some rows up in large tables, inside a transaction, not go through these."""
        kinds = () if self.is_sqlite else ("hashjoin", "mergejoin")
        for kind in kinds:
            self.connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
        yield
        for kind in kinds:
            self.connection.exec_driver_sql(f"SET LOCAL enable_{kind} = on")

    def analyse(self, *tables: sa.Table) -> None:
        """Have PostgreSQL count tables that were written in bulk; by itself it does so a minute later, or never."""
        if not self.is_sqlite:
            self.connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")

    def insert_rows(self, table: sa.Table, columns: t.Sequence[str], rows: t.Sequence[Row]) -> None:
        """Insert many rows at once: executemany on SQLite, COPY on PostgreSQL (row by row costs 15 times more)."""
        if not rows:
            return
        if not self.is_sqlite:
            self._copy(table.name, columns, rows)
            return
        raw: t.Any = self.connection.connection.driver_connection
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        # names from the schema, never from outside
        raw.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608

    def update_rows(self, table: sa.Table, columns: t.Sequence[str], key: str, rows: t.Sequence[Row]) -> None:
        """Set `columns` of many rows, each (values ..., value of the column `key`)."""
        if not rows:
            return
        if not self.is_sqlite and len(rows) > _FEW:
            self._update_from_copy(table, columns, key, rows)
            return
        raw: t.Any = self.connection.connection.driver_connection
        mark = "?" if self.is_sqlite else "%s"
        values = ", ".join(f"{name} = {mark}" for name in columns)
        # names from the schema, never from outside
        statement = f"UPDATE {table.name} SET {values} WHERE {key} = {mark}"  # noqa: S608
        with contextlib.closing(raw.cursor()) as cursor:
            cursor.executemany(statement, rows)

    def _update_from_copy(self, table: sa.Table, columns: t.Sequence[str], key: str, rows: t.Sequence[Row]) -> None:
        """Do the same on PostgreSQL: COPY into a table of its own and one UPDATE from there."""
        execute, name = self.connection.exec_driver_sql, table.name
        # names from the schema, never from outside
        copied = f"SELECT {', '.join((*columns, key))} FROM {name}"  # noqa: S608
        execute(f"CREATE TEMPORARY TABLE {_CHANGING} AS {copied} WITH NO DATA")
        self._copy(_CHANGING, (*columns, key), rows)
        values = ", ".join(f"{column} = {_CHANGING}.{column}" for column in columns)
        # keys that lie together are found without going through the whole table
        first, last = min(row[-1] for row in rows), max(row[-1] for row in rows)
        is_meant = f"{name}.{key} = {_CHANGING}.{key} AND {name}.{key} BETWEEN %s AND %s"
        execute(f"UPDATE {name} SET {values} FROM {_CHANGING} WHERE {is_meant}", (first, last))  # noqa: S608
        execute(f"DROP TABLE {_CHANGING}")

    def _copy(self, table: str, columns: t.Sequence[str], rows: t.Sequence[Row]) -> None:
        raw: t.Any = self.connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
