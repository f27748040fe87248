# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading only what changed in Active Directory since the last run, by the numbers of changes of one server.

A domain controller numbers every change, and each object has the number of its last one (uSNChanged, [MS-ADTS]
3.1.1.1.9). That says nothing of what an object only seems to hold: memberships are kept by the groups, a place in the
tree by the units above. So whatever cannot be seen by these numbers alone leads to a full read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request, operate
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import attributes_in
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search, paged_control
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.account import (
    NextExpiry,
    iso_now,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.changes import (
    Changes,
    guid_of,
    since,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.position import (
    SHOW_DELETED,
    Position,
    is_put_back,
    latest_changes,
    newest,
    numbered,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.root_dse import Root
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import Entries, FullRead

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_MOST_NAMED = 5
_RESTORED = (
    "The domain controller is older than when it was read last, as after a restore from a copy or a snapshot (or"
    " deleted objects were purged): everything is read"
)
_MEMBER_OF, _DISABLED, _ALL, _NUMBER = "memberof", "disabled", "*", "usnchanged"

# The units of the tree: when one is renamed or moved, the objects in it move without being changed themselves.
_UNITS = frozenset((b"organizationalunit", b"container", b"builtindomain", b"locality", b"organization", b"country"))
_GROUP = b"group"

# attributeSchema, [MS-ADTS] 3.1.1.2.3: syntaxes that hold the DN of another object, and flags of systemFlags.
_DN_SYNTAXES = ("2.5.5.1", "2.5.5.7", "2.5.5.14")
_NOT_REPLICATED, _CONSTRUCTED = 1, 4
# These change with the object itself, or as what is looked at above does.
_FOLLOWED = frozenset(
    ("distinguishedname", "memberof", "objectcategory", "objectguid", "usnchanged", "usncreated", "whenchanged")
)


def entries_since(
    connected: Connected,
    request: Request,
    checkpoint: Mapping[str, Any] | None,
    wanted: frozenset[str],
    page_size: int,
) -> Entries:
    """Return the changes since the checkpoint, or everything where they would not give the same as a full read."""
    root = Root.read(connected)
    follower = Follower(connected, request, wanted, page_size, root)
    if hindrance := follower.hindrance():
        everything = FullRead(connected, request, page_size)
        everything.warnings.append(f"The option incremental has no effect, everything is read: {hindrance}")
        return everything
    here = Position(root.invocation(connected), root.last_change, iso_now(), int(time.time()), root.time)
    before = Position.of(checkpoint)
    warnings = [_RESTORED] if before is not None and before.is_ahead_of(here) else []
    if before is not None and before.goes_on(here):
        changed = follower.changed_since(before)
        if is_put_back(connected, root.domain, before, changed.keys):
            warnings = [_RESTORED]
        elif not changed.needs_everything(_MEMBER_OF in follower.uses):
            kept = (one for one in before.witnesses if one[1] not in changed.keys)
            here = replace(here, witnesses=newest([*kept, *changed.numbered]))
            return Changes(follower, before, here, changed.keys)
    here = replace(here, witnesses=latest_changes(connected, root.domain, here.last_change))
    everything = Everything(connected, request, page_size, here)
    everything.warnings += warnings
    return everything


class Follower:
    """Asks a server what has changed."""

    def __init__(
        self, connected: Connected, request: Request, wanted: frozenset[str], page_size: int, root: Root
    ) -> None:
        self.connected, self.request, self.page_size, self.root = connected, request, page_size, root
        self.uses_disabled = _DISABLED in wanted
        self.uses = wanted | {name.lower() for name in request.attributes}
        self.uses |= attributes_in(request.filter)

    def hindrance(self) -> str:
        """Return why changes cannot be followed at all here, "" when they can."""
        if not self.root.last_change or not self.root.invocation(self.connected):
            return "the server does not say which changes it has made (dsServiceName, highestCommittedUSN)"
        if not _is_below(self.request.base, self.root.domain):
            return f"base_dn is not in {self.root.domain}, the domain of {self.connected.uri}"
        if blindness := self._blindness():
            return blindness
        if names := self._unfollowed():
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            return (
                f"{', '.join(names[:_MOST_NAMED])}{more} can have other values without a change of the object itself;"
                " leave them out of the profile's expressions and of search_filter"
            )
        return ""

    def _blindness(self) -> str:
        """Return why deleted objects are not shown, "" when the container is, and at least one that is in it.

        A container that may not be listed looks like an empty one.
        """
        container = f"CN=Deleted Objects,{self.root.domain}"
        own = Search(self.connected, Request(container, "(objectClass=*)", "base", ("objectGUID",)), 1, [SHOW_DELETED])
        shown = [guid_of(entry) for entry in own]
        if not any(shown):
            return (
                f"the account may not see {container}, so it would not notice who is deleted; permit it to list that"
                " container and read its properties"
            )
        one = [paged_control(1), SHOW_DELETED]
        request = Request(container, "(objectClass=*)", "onelevel", ("objectGUID",))
        answer = list(operate(self.connected, request, one))  # to its end: the connection is used on
        if any(isinstance(message, Entry) for message in answer):
            return ""
        return (
            f"nothing is to be seen in {container}: either nothing was deleted in this domain yet, or the account may"
            " not list that container and would not notice who is deleted; permit it to do so"
        )

    def _unfollowed(self) -> list[str]:
        """Return the attributes in use whose values change without a number, by the schema of the domain."""
        names = sorted(name for name in self.uses - _FOLLOWED if re.fullmatch(r"[a-z][a-z0-9-]*", name))
        unclear = sorted(self.uses - _FOLLOWED - set(names) - {_ALL})
        unclear = [name for name in unclear if name[:1].isdigit()]  # named by number; anything else is no attribute
        found = []
        for part in range(0, len(names), 100):
            either = "".join(f"(lDAPDisplayName={name})" for name in names[part : part + 100])
            wanted = ("lDAPDisplayName", "attributeSyntax", "linkID", "systemFlags")
            schema = Request(self.root.schema, f"(&(objectClass=attributeSchema)(|{either}))", "subtree", wanted)
            found += [name for name, values in self._entries(schema) if not _is_plain(values)]
        return sorted([*unclear, *found])

    def _entries(self, request: Request) -> Iterator[tuple[str, dict[str, list[bytes]]]]:
        search = Search(self.connected, request, self.page_size)
        for entry in search:
            values = {name.decode().lower(): found for name, found in entry.attributes.items()}
            yield values.get("ldapdisplayname", [b""])[0].decode(), values
        if search.failure:
            raise SourceError(search.failure)

    def changed_since(self, before: Position) -> _Changed:
        """Return what changed anywhere in the domain, deleted objects included; SourceError if that breaks off."""
        wanted = ("objectGUID", "objectClass", "uSNChanged")
        request = Request(self.root.domain, since(before), "subtree", wanted)
        search = Search(self.connected, request, self.page_size, [SHOW_DELETED])
        found = _Changed(set(), set(), [])
        for entry in search:
            number, key = numbered(entry)
            found.keys.add(key)
            found.numbered.append((number, key))
            for name, values in entry.attributes.items():
                if name.lower() == b"objectclass":  # deleted objects keep theirs
                    found.classes.update(value.lower() for value in values)
        if search.failure:
            raise SourceError(search.failure)
        return found


@dataclass
class _Changed:
    """The keys of objects that changed, all their classes (folded), and the numbers of their changes with the keys."""

    keys: set[str]
    classes: set[bytes]
    numbered: list[tuple[int, str]]

    def needs_everything(self, uses_groups: bool) -> bool:
        """Say whether something changed that shows in objects which did not change themselves."""
        return bool(self.classes & _UNITS) or (uses_groups and _GROUP in self.classes)


class Everything(FullRead):
    """A full read after which changes can be followed, if the account may read the numbers of all that it reads."""

    may_be_sealed = False

    def __init__(self, connected: Connected, request: Request, page_size: int, here: Position) -> None:
        attributes = (*(name for name in request.attributes if name.lower() != _NUMBER), _NUMBER)
        super().__init__(connected, replace(request, attributes=attributes), page_size, here.as_checkpoint())
        self._expiry = NextExpiry(here.moment)

    def __iter__(self) -> Iterator[Entry | Gone]:
        known: set[bytes] = set()  # how the server writes the name
        for entry in super().__iter__():
            if isinstance(entry, Entry):
                self._expiry.see(entry)
            if isinstance(entry, Entry) and not known & entry.attributes.keys():
                known |= {name for name in entry.attributes if name.lower() == _NUMBER.encode()}
                if not known & entry.attributes.keys() and self.checkpoint:
                    self.checkpoint = None
                    dn = entry.dn.decode("utf-8", "replace")
                    self.warnings.append(
                        "The option incremental has no effect, everything is read: the account may not read"
                        f" uSNChanged of {dn}"
                    )
            yield entry
        if self.checkpoint:
            self.checkpoint["expires"] = self._expiry.time


def _is_plain(values: Mapping[str, list[bytes]]) -> bool:
    """Say whether an attribute (as its schema describes it) changes only together with its object's number."""
    if values.get("linkid") or values.get("attributesyntax", [b""])[0].decode() in _DN_SYNTAXES:
        return False
    flags = int(values.get("systemflags", [b"0"])[0])
    return not flags & (_NOT_REPLICATED | _CONSTRUCTED)


def _is_below(dn: str, root: str) -> bool:
    """Say whether a DN is that of the root or of something in it; blanks after commas and letter case do not count."""
    parts, ends = (_parts(dn), _parts(root))
    return bool(ends) and parts[-len(ends) :] == ends


def _parts(dn: str) -> list[str]:
    return [re.sub(r"\s*=\s*", "=", part.strip()).lower() for part in re.split(r"(?<!\\),", dn) if part.strip()]


__all__ = ["Changes", "Position", "entries_since"]
