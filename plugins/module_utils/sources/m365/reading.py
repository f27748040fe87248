# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading users page by page: all of a tenant, or the members of groups, each once; or those who changed."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # the values of a page are plain ones
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.microsoft import delta, groups
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import (
    ExpiredError,
    MicrosoftError,
    PermissionMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import ADVANCED, Page
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Item as User
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import (
    MAX_RECORD,
    MAX_VALUE,
    LimitReachedError,
    checked,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.rows import UserRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import (
    SIZE,
    Item,
    Part,
    Portion,
    each_of,
    portions_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unusable

PAGE = "999"  # the most that Graph gives at once
FETCHED = 15  # the most that can be named in one filter
USERS = ("User.Read.All",)
MEMBERS = ("GroupMember.Read.All", "User.Read.All")

_id_of = itemgetter("id")

Query = tuple[str, tuple[str, ...], Mapping[str, str]]
"""The address of a first page, the permissions it needs, and the headers to send with every page."""


class UsersReading:
    """A read of all users. The first page is fetched at once, so that what cannot be read at all is said at once."""

    def __init__(
        self,
        connection: Connection,
        rows: UserRows,
        names: tuple[str, ...] = (),
        checkpoint: Mapping[str, Any] | None = None,
    ) -> None:
        """`names` of groups, none for all users; `checkpoint` to keep when the read is complete."""
        self.columns = rows.columns
        self.result = ReadResult()
        self._connection, self._rows, self._checkpoint = connection, rows, checkpoint
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
                        check_permission(self._connection, self._rows, page)
                        yield page
                return
            except ExpiredError:
                if attempt:
                    raise

    def __iter__(self) -> Iterator[Item]:
        """See Reading."""
        return each_of(self.portions())

    def portions(self) -> Iterator[Part]:
        """Yield each user once, whatever Graph repeats; see ReadsPortions."""
        try:
            if self._first is not None:
                yield from self._parts(self._first)
                self._first = None
            for page in self._pages:
                yield from self._parts(page)
        except PermissionMissingError:
            raise
        except (MicrosoftError, LimitReachedError) as error:
            self.result.complete, self.result.reason = False, error.message
        if self.result.complete and self._checkpoint is not None:
            self.result.checkpoint = {**self._checkpoint, "users": self._number}
        self.result.warnings += self._connection.warnings()

    def _parts(self, page: Page) -> Iterator[Part]:
        is_plain = _is_plain(page)
        users, seen = page.take(), self._seen
        keys = set(map(_id_of, users))
        if len(keys) < len(users) or not keys.isdisjoint(seen):
            fresh = {user["id"]: user for user in users if user["id"] not in seen}
            users = list(fresh.values())
        seen |= keys
        first, self._number = self._number + 1, self._number + len(users)
        return to_parts(self._rows, first, users, is_plain, self.result)


class ChangesReading:
    """A read of what changed since a checkpoint. The changes are known when it is open; the users are fetched after."""

    def __init__(
        self, connection: Connection, rows: UserRows, changes: delta.Round, checkpoint: Mapping[str, Any]
    ) -> None:
        self.columns = rows.columns
        self.result = ReadResult(full=False)
        self._connection, self._rows, self._changes, self._checkpoint = connection, rows, changes, checkpoint

    def __iter__(self) -> Iterator[Item]:
        """See Reading."""
        return each_of(self.portions())

    def portions(self) -> Iterator[Part]:
        """Yield who is gone, and those who changed, as they are now; see ReadsPortions."""
        for key in self._changes.removed:
            yield Gone(key)
        number = 0
        missed = dict.fromkeys(self._changes.changed)
        try:
            for page in self._fetched():
                for user in page.items:
                    missed.pop(user["id"], None)
                yield from to_parts(self._rows, number + 1, page.items, _is_plain(page), self.result)
                number += len(page.items)
        except PermissionMissingError:
            raise
        except (MicrosoftError, LimitReachedError) as error:
            self.result.complete, self.result.reason = False, error.message
        if self.result.complete:
            # who was deleted meanwhile is in the next round; or a replica of the directory does not know them yet
            self.result.checkpoint = {**self._checkpoint, "link": self._changes.link, "missed": list(missed)}
        self.result.warnings += self._connection.warnings()

    def _fetched(self) -> Iterator[Page]:
        """Yield pages of the users who changed."""
        graph, changed = self._connection.graph, self._changes.changed
        for start in range(0, len(changed), FETCHED):
            keys = ",".join(f"'{key}'" for key in changed[start : start + FETCHED])
            url = graph.url("users", {"$select": self._rows.select, "$top": PAGE, "$filter": f"id in ({keys})"})
            for page in graph.pages(url, USERS):
                check_permission(self._connection, self._rows, page)
                yield page


def check_permission(connection: Connection, rows: UserRows, page: Page) -> None:
    """Refuse users without their properties: that is what Graph gives to whoever may not read them."""
    users = page.items
    hidden = [user for user in users if not user.get("userPrincipalName")]
    blind = rows.asks_whether_enabled and users and all(user.get("accountEnabled") is None for user in users)
    if hidden or blind:
        raise PermissionMissingError(
            "Microsoft Graph lists users without their properties, so nothing is used of this read:"
            f" {connection.graph.missing(USERS)}."
        )


def _is_plain(page: Page) -> bool:
    """Say whether no text of a page is too long or unfit, so that nobody need look at its users one by one."""
    return not (page.size > MAX_RECORD or page.may_hold_unfit() or page.may_hold_longer(MAX_VALUE))


def to_parts(rows: UserRows, first: int, users: list[User], is_plain: bool, result: ReadResult) -> Iterator[Part]:
    """Return the records of users, numbered from `first`; `result` is told when one of them is too large.

    `is_plain`: none is, nor holds one an unfit text.
    """
    made = rows.rows(users)
    for place in range(0, len(made), SIZE):
        some = made[place : place + SIZE]
        numbers = tuple(range(first + place, first + place + len(some)))
        if is_plain:
            yield Portion(numbers, some)
        else:
            yield from portions_of(_checked(rows, record, result) for record in map(Record, numbers, some))


def _checked(rows: UserRows, record: Record, result: ReadResult) -> Record | Unusable:
    return unusable(record, rows.columns) or checked(record, rows.columns, result, "Microsoft 365")
