# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading users page by page: all of a tenant, or the members of groups, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.microsoft import groups
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.faults import (
    ExpiredError,
    MicrosoftError,
    PermissionMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import ADVANCED, Page
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.users import UserRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)

PAGE = "999"  # the most that Graph gives at once
USERS = ("User.Read.All",)
MEMBERS = ("GroupMember.Read.All", "User.Read.All")

Query = tuple[str, tuple[str, ...], Mapping[str, str]]
"""The address of a first page, the permissions it needs, and the headers to send with every page."""


class UsersReading:
    """A read of all users. The first page is fetched at once, so that what cannot be read at all is said at once."""

    def __init__(self, connection: Connection, rows: UserRows, names: tuple[str, ...]) -> None:
        self.columns = rows.columns
        self.result = ReadResult()
        self._connection, self._rows = connection, rows
        self._queries = self._plan(names)
        self._pages = self._all_pages()
        self._first: Page | None = next(self._pages)
        self._seen: set[str] = set()
        self._number = 0

    def _plan(self, names: tuple[str, ...]) -> list[Query]:
        graph = self._connection.graph
        query = {"$select": self._rows.select, "$top": PAGE}
        if not names:
            return [(graph.url("users", query), USERS, {})]
        found = [groups.find(graph, name) for name in names]
        members = "groups/{}/transitiveMembers/microsoft.graph.user"
        counted = {"$count": "true", **query}
        return [(graph.url(members.format(group), counted), MEMBERS, ADVANCED) for group in dict.fromkeys(found)]

    def _all_pages(self) -> Iterator[Page]:
        """Yield every page of every query; from the beginning once more where Graph has lost the place."""
        for attempt in range(2):
            try:
                for url, needs, headers in self._queries:
                    for page in self._connection.graph.pages(url, needs, headers):
                        self._check_permission(page, needs)
                        yield page
                return
            except ExpiredError:
                if attempt:
                    raise

    def _check_permission(self, page: Page, needs: tuple[str, ...]) -> None:
        """Refuse users without their properties: that is what Graph gives to whoever may not read them."""
        users = page.items
        hidden = [user for user in users if not user.get("userPrincipalName")]
        blind = self._rows.asks_whether_enabled and users and all(user.get("accountEnabled") is None for user in users)
        if hidden or blind:
            raise PermissionMissingError(
                "Microsoft Graph lists users without their properties, so nothing is used of this read:"
                f" {self._connection.graph.missing(('User.Read.All',))}."
            )

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield each user once, whatever Graph repeats."""
        try:
            if self._first is not None:
                yield from self._records(self._first)
                self._first = None
            for page in self._pages:
                yield from self._records(page)
        except PermissionMissingError:
            raise
        except MicrosoftError as error:
            self.result.complete, self.result.reason = False, error.message
        self.result.warnings += self._connection.warnings()

    def _records(self, page: Page) -> Iterator[Record | Unusable]:
        make, seen = self._rows.row, self._seen
        for user in page.items:
            key = user["id"]
            if key in seen:
                continue
            seen.add(key)
            self._number += 1
            row = make(user)
            if page.may_hold_nul and (field := _with_nul(self.columns, row)):
                yield Unusable(self._number, row, field, "", f"must not hold a NUL character in {field}")
            else:
                yield Record(self._number, row)


def _with_nul(columns: tuple[str, ...], row: tuple[Any, ...]) -> str:
    return next((name for name, cell in zip(columns, row, strict=True) if "\0" in "".join(cell or "")), "")
