# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the steps of one plan share: the store, the definition, the staging tables and what has been found so far."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import Schema
from ansible_collections.telephony.connector.plugins.module_utils.sync.credentials import (
    credential_key,
    credential_name,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.checkpoint import Carried
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.staging import Staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.pool import Pool

#: Values of unused records that are remembered to protect objects; beyond this nothing is removed at all.
PROTECTED_LIMIT = 200_000


@dataclass
class Work:
    """One plan in the making.

    `profile_id` is None for a profile that is only declared in this task (check mode); `linked` is the number of
    objects that the profile has. `only`: handle the one record of this key.
    """

    store: Store
    definition: Definition
    profile_id: int | None
    linked: int
    pool: Pool
    only: str | None = None
    explaining: bool = False

    findings: Findings = field(default_factory=Findings)
    staging: Staging = field(init=False)
    #: slot -> the flat field names that the structure sets there
    mapped: dict[str, frozenset[str]] = field(default_factory=dict)
    #: staged row -> {credential name: the secret in clear}; never written to the staging table
    secrets: dict[int, dict[str, str]] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    #: keys that an incremental source reports as gone, and those of records that make nothing
    gone: set[str] = field(default_factory=set)
    #: values of rejected records, folded
    protected: set[str] = field(default_factory=set)
    #: records that the source has, as of its last full read
    records: int = 0
    #: rejected records by their keys, as long as they are few
    refused: dict[str, Record] = field(default_factory=dict)
    #: what the last run left, for a read that brings only changes
    carried: Carried = field(default_factory=Carried)
    #: staged row -> (old login, new login) of users whose apps must be paired again
    renamed: dict[int, tuple[str, str]] = field(default_factory=dict)
    other_keys: list[str] = field(default_factory=list)
    explanation: dict[str, t.Any] | None = None
    #: columns of the source that the profile uses, folded
    columns: list[str] = field(default_factory=list)
    #: all columns of the source, as it names them
    source_columns: tuple[str, ...] = ()
    #: the source said that nothing changed since the last run, and was not read
    source_unchanged: bool = False
    #: no object of the profile was changed by others since its record was last looked at
    is_clean: bool = False
    complete: bool = True
    #: beginnings of keys whose part of the source could not be read
    unread: list[str] = field(default_factory=list)
    full: bool = True
    #: beginnings of keys whose part of the source was read in full although the read is not
    whole: list[str] = field(default_factory=list)
    #: the source asks the phone system who its users are, so that the logins it names are those of today
    knows_users: bool = False
    #: private entries of others that go with their owner
    followers: int = 0

    def __post_init__(self) -> None:
        self.staging = Staging(self.store, is_marked=not self.linked)

    @property
    def schema(self) -> Schema:
        return self.store.schema

    def protect(self, values: t.Iterable[t.Any]) -> None:
        """Remember the values of a record that is not used: the object it is about may be known by any of them."""
        for cell in values:
            for value in cell if isinstance(cell, list) else (cell,):
                if isinstance(value, str) and value and len(self.protected) <= PROTECTED_LIMIT:
                    self.protected.add(value.strip().casefold())

    def seal(self, row: int, path: str, secret: str) -> str:
        """Return the fingerprint that stands for a secret in stored fields; the secret itself waits for the run."""
        name = credential_name(path)
        mark = self.store.vault.fingerprint(name, secret)
        self.secrets.setdefault(row, {})[credential_key(path, mark)] = secret
        return mark
