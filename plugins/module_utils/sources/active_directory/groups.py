# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The groups of an Active Directory account: the primary one, which memberOf leaves out, and groups inside of groups.

The groups of the domain are read once, each with the groups that it is in itself. Asking the server for each account
(the matching rule 1.2.840.113556.1.4.1941) gives the same, but takes minutes for a few thousand accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import sid

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

MEMBER_OF, PRIMARY, SID = "memberof", "primarygroupid", "objectsid"


class Groups:
    """The groups of one domain."""

    def __init__(self, groups: Iterable[tuple[str, str, list[str]]], is_nested: bool) -> None:
        """Take (DN, SID, DNs of the groups it is in) of every group; `is_nested` counts groups in groups, too."""
        self._is_nested = is_nested
        self._by_sid: dict[str, str] = {}
        self._parents: dict[str, list[str]] = {}
        for dn, number, parents in groups:
            self._by_sid[number] = dn
            if is_nested and parents:
                self._parents[dn.lower()] = parents
        self._closures: dict[str, tuple[str, ...]] = {}

    @classmethod
    def read(cls, connected: Connected, root: str, is_nested: bool, page_size: int) -> Groups:
        """Read the groups below `root`, the DN of the domain; SourceError when that fails."""
        wanted = ("objectSid", "memberOf") if is_nested else ("objectSid",)
        search = Search(connected, Request(root, "(objectClass=group)", "subtree", wanted), page_size)
        found = []
        for entry in search:
            attributes = {name.lower(): values for name, values in entry.attributes.items()}
            number = sid(attributes.get(SID.encode(), [b""])[0]) or ""
            parents = [value.decode("utf-8", "replace") for value in attributes.get(MEMBER_OF.encode(), ())]
            found.append((entry.dn.decode("utf-8", "replace"), number, parents))
        if search.failure:
            raise SourceError(f"The groups of the domain cannot be read. {search.failure}")
        return cls(found, is_nested)

    def fill(self, cells: dict[str, Cell]) -> None:
        """Put the DNs of all groups of an account, each once, into its cell memberOf."""
        groups = list(self._of(cells))
        cells[MEMBER_OF] = groups if len(groups) > 1 else (groups[0] if groups else None)

    def _of(self, cells: Mapping[str, Cell]) -> Iterable[str]:
        direct = _list(cells.get(MEMBER_OF))
        own, number = cells.get(SID), cells.get(PRIMARY)
        if isinstance(own, str) and isinstance(number, str):
            # the primary group has the account's own SID with another last number
            primary = self._by_sid.get(f"{own.rpartition('-')[0]}-{number}")
            direct = [*direct, primary] if primary else direct
        if not self._is_nested:
            return dict.fromkeys(direct)
        found: dict[str, str] = {}
        for dn in direct:
            for group in self._closure(dn):
                found.setdefault(group.lower(), group)
        return found.values()

    def _closure(self, dn: str) -> tuple[str, ...]:
        """Return a group and all groups that it is in, over any number of steps; circles are fine."""
        known = self._closures.get(dn)
        if known is None:
            found, waiting = {dn.lower(): dn}, [dn]
            while waiting:
                for parent in self._parents.get(waiting.pop().lower(), ()):
                    if parent.lower() not in found:
                        found[parent.lower()] = parent
                        waiting.append(parent)
            known = self._closures[dn] = tuple(found.values())
        return known


def _list(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else [cell] if cell else []
