# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables cannot change without their version: what they are in each version is noted in the folder versions.

A change of the tables comes with SCHEMA_VERSION raised by one, a step in plugins/module_utils/store/migrations, and a
new file here, which NOTE_SCHEMA_VERSION=1 has this test write. A file that is there is never written again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import versions
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import SCHEMA_VERSION, Schema

FOLDER = Path(__file__).parent / "versions"
COMMAND = f"NOTE_SCHEMA_VERSION=1 python -m pytest {Path(__file__).relative_to(Path(__file__).parents[5])}"


def described(schema: Schema) -> str:
    """Return the tables as lines of text that hang on nothing but their definition."""
    return (
        "\n".join(
            line
            for table in sorted(schema.metadata.tables.values(), key=lambda table: table.name)
            for line in _lines(table)
        )
        + "\n"
    )


def _lines(table: sa.Table) -> Iterator[str]:
    yield f"table {table.name}" + ("" if table.dialect_options["sqlite"]["with_rowid"] else " without rowid")
    for column in table.columns:
        types = {str(column.type.compile(dialect=module.dialect())) for module in (sqlite, postgresql)}
        words = ["/".join(sorted(types))]
        words += ["primary key"] if column.primary_key else []
        words += [] if column.nullable else ["not null"]
        words += ["unique"] if column.unique else []
        words += [f"default {getattr(column.server_default, 'arg', '')}"] if column.server_default is not None else []
        words += [_reference(key) for key in column.foreign_keys]
        yield f"  {column.name}: {', '.join(words)}"
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield f"  {'unique ' if index.unique else ''}index {index.name}: {', '.join(c.name for c in index.columns)}"


def _reference(key: sa.ForeignKey) -> str:
    only = getattr(key.constraint, "_ddl_if", None)
    where = f" in {only.dialect}" if only else ""
    return f"references {key.target_fullname} on delete {key.ondelete}{where}"


def test_the_tables_are_those_of_their_version():
    noted = FOLDER / f"{SCHEMA_VERSION}.txt"
    now = described(Schema())
    if os.environ.get("NOTE_SCHEMA_VERSION") and not noted.exists():
        noted.write_text(now, encoding="utf-8")
    assert noted.exists(), f"note what the tables of version {SCHEMA_VERSION} are: {COMMAND}"
    assert now == noted.read_text(encoding="utf-8"), (
        f"the tables are no longer those of version {SCHEMA_VERSION}: raise SCHEMA_VERSION to {SCHEMA_VERSION + 1}, add"
        f" a step to store/migrations, and run: {COMMAND}"
    )


def test_there_is_one_step_to_every_version():
    assert sorted(versions.steps()) == list(range(2, SCHEMA_VERSION + 1))
    assert sorted(int(path.stem) for path in FOLDER.glob("*.txt")) == list(range(2, SCHEMA_VERSION + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema.objects.append_column(sa.Column("site", sa.Text)),
        lambda schema: sa.Table("sites", schema.metadata, sa.Column("name", sa.Text, primary_key=True)),
        lambda schema: sa.Index("ix_objects_name", schema.objects.c.name),
        lambda schema: setattr(schema.links.c.applied, "nullable", False),
        lambda schema: setattr(schema.runs.c.actor, "type", sa.Integer()),
    ],
)
def test_any_change_of_the_tables_is_seen(change):
    schema = Schema()
    change(schema)
    assert described(schema) != described(Schema())
