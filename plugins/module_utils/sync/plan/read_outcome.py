# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What reading a source comes to: the values that the phases after it work with."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.checkpoint import Carryover


@dataclass(frozen=True)
class Intake:
    """What the records of a read were taken for.

    `read` and `filtered` count records, `unchanged` the objects of records that came as they were. `gone`: keys that an
    incremental source reports as gone, and those of records that make nothing. `rejected`: rejected records by their
    keys, as long as they are few. `mapped`: slot -> the flat field names that the structure sets there. `secrets`:
    staged row -> {credential name: the secret in clear}, never written to the staging table. `roles` and `labels` are
    those that records name. `own_keys`, `own_read` and `own_filtered` are about the one
    record that is asked for, `other_keys` some keys of others. `unused`: key (None if
    there is none) and fingerprint of records that cannot be used. `named_numbers`: numbers of the pool that these name.
    """

    read: int = 0
    filtered: int = 0
    unchanged: int = 0
    gone: frozenset[str] = frozenset()
    rejected: Mapping[str, Record] = field(default_factory=dict)
    mapped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    secrets: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)
    roles: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    explanation: Mapping[str, t.Any] | None = None
    own_keys: frozenset[str] = frozenset()
    own_read: int = 0
    own_filtered: int = 0
    other_keys: tuple[str, ...] = ()
    unused: tuple[tuple[str | None, bytes], ...] = ()
    named_numbers: frozenset[str] = frozenset()

    @property
    def is_any_unattributed(self) -> bool:
        """Whether a record came that cannot be used and has no key: it may be anybody's."""
        return any(key is None for key, _fingerprint in self.unused)


@dataclass(frozen=True)
class ReadOutcome:
    """How a source was read.

    `complete` False: records may be missing, so nothing may be removed. `full` False: a record that did not come is not
    missing. `source_unchanged`: the source said that nothing changed since the last run, and was not read.
    `unreadable_prefixes` are beginnings of keys whose part of the source could not be read, `full_prefixes` of those
    that were read in full although the read is not. `columns`: those that the profile uses, folded; `source_columns`:
    all, as the source has them. `records`: how many the source has, as of its last full read. `carryover`: what the
    last run left, where this read brought changes only. `is_clean`: no object of the profile was changed by others
    since its record was last looked at. `checkpoint` is the source's own.
    """

    intake: Intake
    complete: bool = True
    full: bool = True
    source_unchanged: bool = False
    unreadable_prefixes: tuple[str, ...] = ()
    full_prefixes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    source_columns: tuple[str, ...] = ()
    records: int = 0
    carryover: Carryover = Carryover()  # noqa: RUF009  # immutable
    is_clean: bool = False
    checkpoint: Mapping[str, t.Any] | None = None
