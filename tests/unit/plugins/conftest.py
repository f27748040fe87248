# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests of plugins share, since they open thousands of stores where a playbook opens one.

Statements are compiled once, those that make the tables too, and passwords hashed at little cost. Each was a tenth to a
quarter of the work.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy.util import LRUCache


class Statements(LRUCache[Any, Any]):
    """Compiled statements of all stores: by the name of the database instead of by connection."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


@functools.cache
def _statements_of_tables(database: str) -> list[str]:
    """Return the words that make the tables of a store, as SQLAlchemy makes them out of their description."""
    import sqlalchemy

    from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import schema

    words: list[str] = []

    def note(statement: Any, *_words: Any, **_more: Any) -> None:
        words.append(str(statement.compile(dialect=engine.dialect)))

    engine = sqlalchemy.create_mock_engine(f"{database}://", note)
    schema().metadata.create_all(engine, checkfirst=False)
    assert not any("%" in one for one in words)  # a driver would take it for a place to fill in
    return words


@pytest.fixture(scope="session", autouse=True)
def _shared_by_all_stores() -> Iterator[None]:
    # not at the top, where the collection is not known yet
    from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
    from ansible_collections.telephony.connector.plugins.module_utils.store import connection
    from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import versions
    from ansible_collections.telephony.connector.tests.servers.reused_stores import kept_engine

    begin, statements = connection.Store.__init__, Statements(3000)

    def begin_with_statements(store: connection.Store, engine: Any, *words: Any, **more: Any) -> None:
        engine = kept_engine(engine)
        engine.update_execution_options(compiled_cache=statements)
        begin(store, engine, *words, **more)

    create = versions.create

    def create_from_words(connection: Any, schema: Any, facts: Mapping[str, str]) -> None:
        database = connection.dialect.name
        words = _statements_of_tables("postgresql+psycopg" if database == "postgresql" else database)
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(schema.metadata, "create_all", lambda made: [made.exec_driver_sql(one) for one in words])
            create(connection, schema, facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "create", create_from_words)
        patch.setattr(connection.Store, "__init__", begin_with_statements)
        # test_passwords.py looks at the real cost: it makes its hash when it is imported
        patch.setattr(passwords, "_TIME_COST", 1)
        patch.setattr(passwords, "_MEMORY_KIB", 8)
        yield
