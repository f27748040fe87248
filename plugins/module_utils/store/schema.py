# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The store's tables, defined once for SQLite and PostgreSQL, and the steps that bring an older store forward.

Object fields are kept as canonical JSON text with flat names (``phonebook.mobile``): one text serves the object, its
link's last applied values and the journal, and set-based statements copy it without a round trip through Python.
"""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: Version of the tables below. A change adds an entry to MIGRATIONS and raises this by one.
SCHEMA_VERSION = 1


class Schema:
    """The tables as SQLAlchemy Core objects; made when a store is opened, since SQLAlchemy is slow to import."""

    def __init__(self) -> None:
        self.metadata = sa.MetaData()
        self._state()
        self._objects()
        self._journal()

    def _state(self) -> None:
        # revision, schema version, salts and counters: small facts about the store itself
        self.meta = sa.Table(
            "meta",
            self.metadata,
            sa.Column("name", sa.Text, primary_key=True),
            sa.Column("value", sa.Text, nullable=False),
        )
        # what a person configures for the phone system as a whole, such as the extension pool
        self.settings = sa.Table(
            "settings",
            self.metadata,
            sa.Column("name", sa.Text, primary_key=True),
            sa.Column("value", sa.Text, nullable=False),
        )
        self.profiles = sa.Table(
            "profiles",
            self.metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.Text, nullable=False, unique=True),
            sa.Column("options", sa.Text, nullable=False),  # as declared, secrets encrypted
            sa.Column("checkpoint", sa.Text),  # with the digest of the definition it belongs to
        )

    def _objects(self) -> None:
        self.objects = sa.Table(
            "objects",
            self.metadata,
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("version", sa.Integer, nullable=False),  # counts every change, so that a link sees a hand edit
            sa.Column("name", sa.Text, nullable=False),
            sa.Column("fields", sa.Text, nullable=False),
        )

        def object_id(**options: t.Any) -> sa.Column[int]:
            target = sa.ForeignKey("objects.id", ondelete="CASCADE")
            return sa.Column("object_id", target, nullable=False, **options)

        # everything that must be unique, in one place: user names, and the one number space of
        # extensions, fax lines and speed dials
        self.identifiers = sa.Table(
            "identifiers",
            self.metadata,
            sa.Column("space", sa.Text, primary_key=True),  # username | number
            sa.Column("value", sa.Text, primary_key=True),
            # no foreign key: its index would cost a first import more than the table, and is asked once a removal
            sa.Column("object_id", sa.BigInteger, nullable=False),
            sa.Column("field", sa.Text, nullable=False),
            sqlite_with_rowid=False,
        )
        # salted hashes (passwords, PINs) and encrypted secrets (device passwords)
        self.credentials = sa.Table(
            "credentials",
            self.metadata,
            object_id(primary_key=True),
            sa.Column("field", sa.Text, primary_key=True),
            sa.Column("value", sa.Text, nullable=False),
        )
        self.links = sa.Table(
            "links",
            self.metadata,
            sa.Column("profile_id", sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True),
            sa.Column("key", sa.Text, primary_key=True),
            sa.Column("slot", sa.Text, primary_key=True),
            object_id(index=True),
            sa.Column("version", sa.Integer, nullable=False),  # of the object, when the profile last looked at it
            sa.Column("fingerprint", sa.LargeBinary),  # of the raw record and the definition
            sa.Column("origin", sa.Text, nullable=False),  # created | adopted
            # NULL: all fields of the object, as they are while its version is this one; written out before another
            # hand changes the object. A first import would store every text a third time.
            sa.Column("applied", sa.Text),
        )
        for name in ("roles", "labels"):
            table = sa.Table(name, self.metadata, sa.Column("name", sa.Text, primary_key=True))
            setattr(self, name, table)

    def _journal(self) -> None:
        self.runs = sa.Table(
            "runs",
            self.metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("profile", sa.Text),  # a name, since runs outlive profiles; absent for a change by hand
            sa.Column("mode", sa.Text, nullable=False),
            sa.Column("started", sa.Text, nullable=False),
            sa.Column("finished", sa.Text, nullable=False),
            sa.Column("result", sa.Text, nullable=False),
            sa.Column("complete", sa.Boolean, nullable=False),
            sa.Column("plan_digest", sa.Text, nullable=False),
            sa.Column("counts", sa.Text, nullable=False),
            sa.Column("findings", sa.Text, nullable=False),  # warnings, rejected, conflicts
            sqlite_autoincrement=True,
        )
        self.changes = sa.Table(
            "changes",
            self.metadata,
            sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
            sa.Column("seq", sa.Integer, primary_key=True),
            sa.Column("action", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("object_id", sa.BigInteger, nullable=False),
            sa.Column("name", sa.Text, nullable=False),
            sa.Column("key", sa.Text),
            sa.Column("reason", sa.Text, nullable=False),
            sa.Column("before", sa.Text),
            sa.Column("after", sa.Text),
            sqlite_with_rowid=False,
        )

    roles: sa.Table
    labels: sa.Table


#: Steps forward: MIGRATIONS[n] brings a store of version n to n + 1, inside the caller's transaction.
MIGRATIONS: dict[int, Callable[[sa.Connection, Schema], None]] = {}


def stored_version(connection: sa.Connection, schema: Schema, where: str) -> int:
    """Return the store's schema version, 0 for an empty database; refuse a database that is not ours or is newer."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return 0
    if "meta" not in tables or "links" not in tables:
        raise StoreError(
            f"{where} is a database, but not one of telephony.connector (it has the table {sorted(tables)[0]!r}):"
            " name another file or database in the option store."
        )
    meta = schema.meta
    version = str(connection.scalar(sa.select(meta.c.value).where(meta.c.name == "schema_version")))
    if not version.isdigit():
        raise StoreError(f"{where} has no schema version: it is damaged, restore it from a backup.")
    if int(version) > SCHEMA_VERSION:
        raise StoreError(
            f"{where} was written by a newer version of telephony.connector (store version {version}, this collection"
            f" knows {SCHEMA_VERSION}): upgrade the collection on this machine."
        )
    return int(version)


def bring_forward(connection: sa.Connection, schema: Schema, version: int, facts: dict[str, str]) -> None:
    """Create the tables (version 0, with `facts` for the table meta) or migrate them step by step."""
    meta = schema.meta
    if version == 0:
        schema.metadata.create_all(connection)
        rows = [{"name": name, "value": value} for name, value in facts.items()]
        connection.execute(meta.insert(), [*rows, {"name": "schema_version", "value": str(SCHEMA_VERSION)}])
        return
    for step in range(version, SCHEMA_VERSION):
        MIGRATIONS[step](connection, schema)
    connection.execute(meta.update().where(meta.c.name == "schema_version").values(value=str(SCHEMA_VERSION)))
