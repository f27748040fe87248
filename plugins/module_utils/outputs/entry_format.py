# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Formats whose target is changed entry by entry: a directory, an address book, tables of a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Format, Item, Values


class Present(NamedTuple):
    """What lies at a place of an entry target; `token` names its version (an ETag, a hash of what we set there)."""

    place: str
    token: str


class Operation(NamedTuple):
    """One thing to do at an entry target.

    `action`: create | update | remove. `values` and `secret` are what is wanted (empty for a removal), `before` what
    was written last ({} for what is not ours yet), `token` the version that lies at `old_place` ("" where nothing
    does). `old_place` is where the entry is now; it differs from `place` when the entry moves.
    """

    action: str
    key: str
    name: str
    place: str
    old_place: str
    values: Values
    secret: str
    before: Values
    token: str


class Written(NamedTuple):
    """One operation that is done: the token of what now lies there ("" for a removal).

    `error` is a sentence for one that could not be done while the others go on.
    """

    key: str
    token: str
    error: str = ""


class EntryTarget(Protocol):
    """An open entry target."""

    def present(self, known: Mapping[str, str]) -> Iterable[Present]:
        """Yield what lies at the target, other people's entries as well; `known` is place -> token as last written."""

    def holds(self, item: Item, present: Present) -> bool:
        """Say whether what lies there is already what would be written; only asked when the tokens leave it open."""

    def write(self, operations: Iterator[Operation]) -> Iterator[Written]:
        """Do them, in one transaction or batch where the target has such; TargetError when it fails as a whole."""

    def close(self) -> None:
        """Close the connection."""


class EntryFormat(Format):
    """A format whose target is changed entry by entry."""

    TARGET: ClassVar[str] = "entries"
    #: whether targets and places are the same that differ in the case of letters alone
    IGNORES_CASE: ClassVar[bool] = False
    #: whether entries have something alone besides their place
    HAS_CLAIMS: ClassVar[bool] = False

    def claims(self, values: Values) -> Iterable[str]:
        """Return what no other entry of the target may have, such as the alias of an account."""
        return ()

    def open(self, check_mode: bool) -> EntryTarget:
        """Connect; in check mode nothing may be written. TargetError when it cannot be reached."""
        raise NotImplementedError
