# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Only what changed since the last read, by content synchronisation (RFC 4533, refreshOnly).

The server's word is taken only where it is certain to be the whole truth. In every doubt everything is read:

* Another server, another database, an older state of it (see witnesses.py), a cookie that is not answered with changes
  alone, or a last full read that is a day old.
* A branch of the tree was renamed or moved: its entries have other names or places, but do not count as changed.
* The profile or its search filter looks at what the server notes about sign-ins, or works out, which does not count as
  a change.
* The account may not see what is needed to tell changes.

What else there is to doubt depends on the server: see openldap.py and ds389.py.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import BrokenOffError, Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import attributes_in
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, is_recent
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.ds389 import Ds389, Ds389ByEntryUuid
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.openldap import OpenLdap
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import (
    Context,
    NotSureError,
    RestoredError,
    attributes_of,
    branches_of,
    context_of,
    parent_of,
    value_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.witnesses import Witnesses

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.delta import Delta

_UNTRACKED = re.compile(
    r"pwd.*|auth(?:timestamp|.*failure.*)|.*lastlogin.*|ismemberof|nsrole.*|krblast.*|(?:has|num)subordinates|\*|\+"
)


class Flavour(Protocol):
    """How a sort of server tells changes; a class without state."""

    #: the attribute with the ids by which the server names entries, the one that says when they changed
    unique: ClassVar[str]
    clock: ClassVar[str]
    #: what must be visible of every entry, and of every branch (the first has the ids)
    shown: ClassVar[tuple[str, ...]]
    shown_of_branches: ClassVar[tuple[str, ...]]

    @classmethod
    def begin(cls, connected: Connected, context: Context) -> dict[str, Any]:
        """Return from where changes can be told from now on, to be kept; raises NotSureError, BrokenOffError."""

    @classmethod
    def delta(
        cls,
        connected: Connected,
        request: Request,
        context: Context,
        checkpoint: Mapping[str, Any],
        used: frozenset[str],
        key: str,
    ) -> Delta:
        """Return what changed since the checkpoint; `used` are the attributes that decide what the profile reads.

        Raises NotSureError, BrokenOffError.
        """


_FLAVOURS: dict[str, type[Flavour]] = {"openldap": OpenLdap, "389 entryUUID": Ds389ByEntryUuid, "389": Ds389}


class Changes:
    """What changed: entries as they are now, and the keys of those that are gone."""

    full = False
    failure = ""

    def __init__(self, entries: list[Entry], gone: list[str], checkpoint: dict[str, Any]) -> None:
        self.references: list[str] = []
        self.warnings: list[str] = []
        self.checkpoint: dict[str, Any] | None = checkpoint
        self.gone = gone
        self._entries = entries

    def __iter__(self) -> Iterator[Entry | Gone]:
        yield from self._entries
        yield from map(Gone, self.gone)


class Everything:
    """A full read, from which the next one can go on where nothing speaks against it; else there is a warning."""

    full = True

    def __init__(self, connected: Connected, request: Request, page_size: int, wanted: frozenset[str]) -> None:
        self._connected, self._base = connected, request.base
        self.warnings: list[str] = []
        self.checkpoint: dict[str, Any] | None = None
        self._flavour: type[Flavour] = OpenLdap
        try:
            # where the server is first, so that what changes meanwhile comes again the next time
            self._flavour, self.checkpoint = _begin(connected, request, _used(request, wanted))
            request = request.with_attributes(self._flavour.unique, self._flavour.clock, *self._flavour.shown)
        except NotSureError as error:
            self.warnings.append(f"The option incremental has no effect: {error}")
        self._search = Search(connected, request, page_size)
        self.references = self._search.references

    @property
    def failure(self) -> str:
        return self._search.failure

    def __iter__(self) -> Iterator[Entry | Gone]:
        if self.checkpoint is None:
            yield from self._search
            return
        flavour, parents = self._flavour, set[bytes]()
        witnesses, values = Witnesses(flavour.unique, flavour.clock), [value_of(name) for name in flavour.shown]
        see, unseen = witnesses.see, 0
        for entry in self._search:
            parents.add(parent_of(entry.dn))
            for value in values:
                if not value(entry):
                    unseen += 1
            see(entry)
            yield entry
        if self.failure:
            return
        try:
            if unseen:
                raise NotSureError(f"the account may not see {' and '.join(flavour.shown)} of {unseen} entries")
            branches = branches_of(self._connected, self._base, parents, flavour.shown_of_branches)
            self.checkpoint |= {"branches": sorted(branches), "witnesses": witnesses.as_checkpoint()}
        except NotSureError as error:
            self.checkpoint = None
            self.warnings.append(f"The option incremental has no effect: {error}")


def changes(
    connected: Connected, request: Request, checkpoint: Mapping[str, Any], wanted: frozenset[str], key: str
) -> Changes | str:
    """Return what changed since the checkpoint, or, where everything must be read, why a person should know ("").

    `key` is the attribute with the profile's keys (folded), "" where the keys are made in another way.
    """
    try:
        return _changes(connected, request, checkpoint, _used(request, wanted), key)
    except RestoredError as error:
        return f"the directory {error}: everything is read"
    except (BrokenOffError, NotSureError):
        return ""  # the full read says what is the matter


def _used(request: Request, wanted: frozenset[str]) -> frozenset[str]:
    """Return the attributes that decide what the profile reads, folded: those of its search filter as well."""
    names = {*wanted, *request.attributes}
    return frozenset(name.partition(";")[0].casefold() for name in names) | attributes_in(request.filter)


def _check_counted(used: frozenset[str]) -> None:
    """Raise NotSureError unless the server counts changes of all these attributes."""
    if names := sorted(name for name in used if _UNTRACKED.fullmatch(name)):
        raise NotSureError(f"the server does not count changes of {', '.join(names)}")
    if numbers := sorted(name for name in used if name[:1].isdigit()):
        raise NotSureError(f"only names of attributes tell whether their changes are counted, not {', '.join(numbers)}")


def _begin(connected: Connected, request: Request, used: frozenset[str]) -> tuple[type[Flavour], dict[str, Any]]:
    """Return how the server tells changes, and where they can be asked for from now on."""
    _check_counted(used)
    root = attributes_of(connected, "", "lastChangeNumber", "dataVersion")
    if {"lastchangenumber", "dataversion"} <= root.keys():
        with suppress(NotSureError):
            return _begin_as("389 entryUUID", connected, request)
        return _begin_as("389", connected, request)
    return _begin_as("openldap", connected, request)


def _begin_as(name: str, connected: Connected, request: Request) -> tuple[type[Flavour], dict[str, Any]]:
    flavour = _FLAVOURS[name]
    context = context_of(connected, request.base, flavour.unique)
    try:
        begun = flavour.begin(connected, context)
    except BrokenOffError as error:
        raise NotSureError(f"the question for a cookie {error}") from error
    kept = {"uri": connected.uri, "context": context.identity, "flavour": name, "full": int(time.time())}
    return flavour, {**kept, **begun}


def _changes(
    connected: Connected, request: Request, checkpoint: Mapping[str, Any], used: frozenset[str], key: str
) -> Changes:
    flavour = _FLAVOURS.get(str(checkpoint.get("flavour")))
    branches, kept = set(checkpoint.get("branches") or ()), checkpoint.get("witnesses")
    full = float(checkpoint.get("full") or 0)
    if flavour is None or not branches or not kept or not is_recent(full):
        raise NotSureError
    _check_counted(used)
    context = context_of(connected, request.base, flavour.unique)
    if (connected.uri, context.identity) != (checkpoint.get("uri"), checkpoint.get("context")):
        raise NotSureError
    asked = request.with_attributes(flavour.unique, flavour.clock, *flavour.shown)
    witnesses = Witnesses(flavour.unique, flavour.clock, kept)
    try:
        delta = flavour.delta(connected, asked, context, checkpoint, used, key)
    except NotSureError as error:
        if not isinstance(error, RestoredError):
            witnesses.check(connected, context.dn)  # perhaps there is a reason that people should know
        raise
    if branches & delta.lost:
        raise NotSureError  # moved to where the account may not see it
    witnesses.check(connected, context.dn, delta.tells_of)
    witnesses.update(delta.entries, delta.lost)
    parents = {parent_of(entry.dn) for entry in delta.entries}
    branches |= branches_of(connected, request.base, parents, flavour.shown_of_branches)
    left = {**checkpoint, **delta.position, "branches": sorted(branches), "witnesses": witnesses.as_checkpoint()}
    return Changes(delta.entries, delta.gone, left)
