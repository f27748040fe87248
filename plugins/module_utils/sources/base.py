# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What every source offers: records with their number, rows that cannot be used, and how the read ended."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias, runtime_checkable

from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options

#: Seconds for which a source that tells only what changed is believed, before everything is read again.
_LONGEST_TRUST = 24 * 3600

Cell: TypeAlias = "str | list[str] | None"
"""One value of a record; a list where the source holds several values; None or "" where it holds nothing."""


class Record(NamedTuple):
    """One record: its number as the source's own people count (a line of the file, header included; a row of Excel;
    from 1 where nobody counts), and its cells in the order of `Reading.columns`."""

    number: int
    row: tuple[Cell, ...]


class Unusable(NamedTuple):
    """A record that the source itself cannot use; never used in part.

    `row` holds the cells as far as they could be read (not aligned with the columns). `field` is the column at fault,
    "" where it is the record as a whole. `value` is "" where the cell could be a secret. `rule` completes "the record".
    """

    number: int
    row: tuple[Cell, ...]
    field: str
    value: str
    rule: str


class Gone(NamedTuple):
    """An incremental source says that the record with this key is no longer there."""

    key: str


@dataclass
class ReadResult:
    """How a read ended; final once the iteration has ended.

    `complete` False (with `reason`, one sentence) means that records may be missing, so nothing may be removed.
    `checkpoint` is what the next read may be given (JSON-able, without secrets), None when there is none to keep.
    `unchanged`: the source says that nothing changed since the checkpoint; it yielded no records.
    `full` False: an incremental read, in which a record that does not appear is not missing, unless it is Gone. It is
    known as soon as the reading is open, and no key comes both as a record and as Gone.
    `unread` are beginnings of keys: a part of the source that could not be read, whose records are not missing. All
    else is complete. The source makes the keys, so a profile with a key of its own takes the read for incomplete.
    `whole` are beginnings of keys, too: parts that an incremental read told in full, so that a record of theirs which
    does not appear is missing. Those that are there when the reading is open are read faster.
    """

    complete: bool = True
    reason: str = ""
    checkpoint: dict[str, Any] | None = None
    unchanged: bool = False
    full: bool = True
    warnings: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


class Reading(Protocol):
    """One read that is under way. It can be iterated once."""

    columns: tuple[str, ...]
    result: ReadResult

    def __iter__(self) -> Iterator[Record | Unusable | Gone]: ...


class Source(Protocol):
    """A family of sources. Making one checks the options (DefinitionError) and touches nothing; `read` opens it.

    Three more attributes are of use where they are there: `HAS_RECORD_IDS`, True where the source gives every record an
    id for good, which is the key of its templates; `EMPTY_HINT`, what to look at when it gives nothing; and
    `columns_hint`, what to do about a column that it lacks, "" where its first line names the columns.
    """

    family: ClassVar[str]
    OPTIONS: ClassVar[Options]
    SECRETS: ClassVar[frozenset[str]]

    def __init__(self, options: Mapping[str, Any]) -> None: ...

    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> AbstractContextManager[Reading]:
        """Open the source and return the reading; leaving the context closes it.

        `wanted` are the columns the profile uses (any case), `checkpoint` what the last complete read gave. Raises
        SourceError when it cannot be opened or its columns cannot be used; a failure in the middle ends the iteration
        and is told in `result`.
        """


class SignInSource(Source, Protocol):
    """A source at which the people it has can sign in, too."""

    def authentication(self) -> dict[str, Any]:
        """Return the options of the module `ldap_auth` that fit this source."""


class PhoneUser(NamedTuple):
    """A user of the phone system, as a source may need to know: the login, and the e-mail address or ""."""

    username: str
    email: str


@runtime_checkable
class KnowsProfileKey(Protocol):
    """A source that can tell what is gone by several keys; the engine sets `profile_key`, the profile's, before reads.

    `KEYS` are the columns that a profile may have as its key although the source reads changes alone.
    """

    KEYS: ClassVar[tuple[str, ...]]
    profile_key: str


@runtime_checkable
class KnowsPhoneUsers(Protocol):
    """A source that reads for the phone system's users; the engine sets `phone_users` before each read."""

    phone_users: Sequence[PhoneUser]


@runtime_checkable
class KnowsOwnStore(Protocol):
    """A source that must not read the profile's own store; the engine sets `own_store`, its facts, before each read."""

    own_store: Mapping[str, str]


class UnchangedReading:
    """The reading of a source that says that nothing changed since `checkpoint`: no columns and no records."""

    def __init__(self, checkpoint: Mapping[str, Any]) -> None:
        self.columns: tuple[str, ...] = ()
        self.result = ReadResult(unchanged=True, checkpoint=dict(checkpoint))

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield nothing."""
        return iter(())


def is_recent(full: float) -> bool:
    """Say whether the last full read, at this time (seconds since 1970), is less than a day ago, and not to come."""
    return 0 <= time.time() - full < _LONGEST_TRUST


def columns_hint_of(source: Source) -> str:
    """Return what to do about a column that a source lacks, for messages; "" where its first line names the columns."""
    return str(getattr(source, "columns_hint", "Does the profile spell it as the source does?"))
