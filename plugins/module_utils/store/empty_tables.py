# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Fills tables of PostgreSQL that are empty: their indexes are built once, of all rows, instead of row by row.

Keys come in no order, so each row finds its place in each index, which takes nearly half of a first import. SQLite has
its tables in the order of their keys, and is left as it is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: From so many new objects on.
_MANY = 5000
#: Each index of a table: name, definition, name of its constraint if it has one, definition of that, and whether these
#: words say all of it.
_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), k.conname, pg_get_constraintdef(k.oid),
  c.reltablespace = 0 AND c.reloptions IS NULL AND i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident
  AND obj_description(c.oid, 'pg_class') IS NULL AND (k.oid IS NULL OR obj_description(k.oid, 'pg_constraint') IS NULL)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid = CAST(%s AS regclass) ORDER BY c.relname
"""


@contextlib.contextmanager
def adding(store: Store, count: int, is_all: bool) -> Iterator[None]:
    """Add `count` new objects inside a writing transaction; `is_all`: it changes and removes nothing.

    Where they are many, PostgreSQL knows afterwards how many there are. The indexes of tables that are empty are built
    at the end. Empty is a table without a page: no reader finds a row there, whatever the state that it reads. Who
    reads it meanwhile waits for the commit. A table stays as it is where somebody else is looking at it this moment,
    where the role is not its owner, or where something else hangs on its indexes.
    """
    schema, is_many = store.schema, count > _MANY
    tables = (schema.identifiers, schema.links, schema.changes) if is_many and is_all and not store.is_sqlite else ()
    made: list[str] = []
    for table in tables:
        made += _without_indexes(store, table.name)
    yield
    for statement in made:
        store.connection.exec_driver_sql(statement)
    if is_many:
        store.analyse(schema.objects, schema.identifiers, schema.links)


def _without_indexes(store: Store, table: str) -> list[str]:
    """Drop the indexes of a table, if it is empty and nobody else uses it; return the statements that make them."""
    execute = store.connection.exec_driver_sql
    if not _is_empty(store, table):
        return []
    made: list[str] = []
    execute("SAVEPOINT filling")
    try:
        # never wait for a reader: it may hold another table that this transaction comes to later
        execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE NOWAIT")
        indexes = execute(_INDEXES, (table,)).all()
        if _is_empty(store, table) and all(is_plain for *_words, is_plain in indexes):
            quote = store.connection.dialect.identifier_preparer.quote
            for name, definition, constraint, words, _is_plain in indexes:
                if constraint is None:
                    execute(f"DROP INDEX {quote(name)}")
                    made.append(definition)
                else:
                    execute(f"ALTER TABLE {table} DROP CONSTRAINT {quote(constraint)}")
                    made.append(f"ALTER TABLE {table} ADD CONSTRAINT {quote(constraint)} {words}")
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        execute("ROLLBACK TO SAVEPOINT filling")
        made = []
    execute("RELEASE SAVEPOINT filling")
    return made


def _is_empty(store: Store, table: str) -> bool:
    words = "SELECT pg_relation_size(CAST(%s AS regclass)) = 0"
    return bool(store.connection.exec_driver_sql(words, (table,)).scalar())
