# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The store's tables, defined once for SQLite and PostgreSQL.

Object fields are kept as canonical JSON text with flat names (``phonebook.mobile``): one text serves the object, its
link's last applied values and the journal, and set-based statements copy it without a round trip through Python.

A change of a table is a new version: raise SCHEMA_VERSION, add a step to `store/migrations/`, and let
the test of `test_schema_version.py` note what the tables are now.
"""

from __future__ import annotations

import functools

from ansible_collections.telephony.connector.plugins.module_utils.store.schema import (
    journal,
    numbers,
    objects,
    outputs,
    past_objects,
    state,
    suspects,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Version of the tables.
SCHEMA_VERSION = 10


class Schema:
    """The tables as SQLAlchemy Core objects; made when a store is opened, since SQLAlchemy is slow to import."""

    def __init__(self) -> None:
        self.metadata = sa.MetaData()
        self.meta = state.meta(self.metadata)
        self.settings = state.settings(self.metadata)
        self.profiles = state.profiles(self.metadata)
        self.holds = state.holds(self.metadata)
        self.objects = objects.objects(self.metadata)
        self.identifiers = objects.identifiers(self.metadata)
        self.credentials = objects.credentials(self.metadata)
        self.links = objects.links(self.metadata)
        self.roles = objects.names(self.metadata, "roles")
        self.labels = objects.names(self.metadata, "labels")
        self.runs = journal.runs(self.metadata)
        self.changes = journal.changes(self.metadata)
        self.past_objects = past_objects.past_objects(self.metadata)
        self.past_links = past_objects.past_links(self.metadata)
        self.past_credentials = past_objects.past_credentials(self.metadata)
        self.touched_links = past_objects.touched_links(self.metadata)
        self.unattributed = suspects.unattributed(self.metadata)
        self.suspects = suspects.suspects(self.metadata)
        self.leavers = objects.leavers(self.metadata)
        self.past_leavers = past_objects.past_leavers(self.metadata)
        self.resting_numbers = numbers.resting_numbers(self.metadata)
        self.outputs = outputs.outputs(self.metadata)
        self.output_files = outputs.output_files(self.metadata)
        self.output_entries = outputs.output_entries(self.metadata)
        self.output_blocks = outputs.output_blocks(self.metadata)


@functools.cache
def schema() -> Schema:
    """Return the tables, the same for all stores of a process."""
    return Schema()
