# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant of Microsoft 365 for tests: its users and groups, their history, and what query options make of them.

Written from Microsoft's documentation of Graph v1.0 and strict where Graph is: a query that Graph refuses is refused.
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterable
from typing import Any

# fmt: off
TEXTS = frozenset((
    "id", "userPrincipalName", "mail", "displayName", "givenName", "surname", "mobilePhone", "faxNumber", "companyName",
    "department", "jobTitle", "officeLocation", "userType", "employeeId", "onPremisesSamAccountName",
    "preferredLanguage", "city", "country", "mailNickname", "employeeType", "state",
))
LISTS = frozenset(("businessPhones", "proxyAddresses", "otherMails"))
PROPERTIES = TEXTS | LISTS | {"accountEnabled", "onPremisesExtensionAttributes"}
#: What comes without $select.
DEFAULTS = frozenset((
    "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
))
# fmt: on
NOT_FOR_DELTA = frozenset(("employeeType",))
DIRECTORY_EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+")

User = dict[str, Any]


class RefusedQueryError(Exception):
    """What Graph answers to a query that it does not take."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def bad(message: str, code: str = "Request_BadRequest") -> RefusedQueryError:
    return RefusedQueryError(400, code, message)


class Tenant:
    """Users by id, groups by id, and the log of changes that delta queries read."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.deleted: dict[str, User] = {}  # for 30 days
        #: (id, names of the properties that changed; None where the user is removed, with the reason)
        self.log: list[tuple[str, frozenset[str] | None, str]] = []

    # ---------------------------------------------------------------------------------------------------- changing

    def add(self, upn: str, **properties: Any) -> User:
        """Add a user; returns it. Properties that are not given are null, as in a new tenant."""
        user: User = {name: [] if name in LISTS else None for name in PROPERTIES}
        user |= {"id": str(uuid.uuid4()), "userPrincipalName": upn, "displayName": upn.partition("@")[0]}
        user |= {"accountEnabled": True, "userType": "Member", "mail": upn, **copy.deepcopy(properties)}
        self.users[user["id"]] = user
        self.log.append((user["id"], frozenset(user), ""))
        return user

    def change(self, user: User, **properties: Any) -> None:
        """Change properties of a user."""
        user.update(copy.deepcopy(properties))
        self.log.append((user["id"], frozenset(properties), ""))

    def delete(self, user: User, for_good: bool = False) -> None:
        """Delete a user, who can be restored unless it is for good. Groups forget a user at once."""
        self.users.pop(user["id"], None)
        self.deleted.pop(user["id"], None)
        if not for_good:
            self.deleted[user["id"]] = user
        for group in self.groups.values():
            group["members"] = [member for member in group["members"] if member != user["id"]]
        self.log.append((user["id"], None, "deleted" if for_good else "changed"))

    def restore(self, user: User) -> None:
        """Bring a deleted user back."""
        self.users[user["id"]] = self.deleted.pop(user["id"])
        self.log.append((user["id"], frozenset(user), ""))

    def group(self, name: str, members: Iterable[User] = (), groups: Iterable[str] = ()) -> str:
        """Add a group of users and of other groups (ids); returns its id."""
        key = str(uuid.uuid4())
        ids = [member["id"] for member in members]
        self.groups[key] = {"id": key, "displayName": name, "members": ids, "groups": list(groups)}
        return key

    # ----------------------------------------------------------------------------------------------------- reading

    def members(self, group: str) -> list[User]:
        """Return the users of a group and of the groups in it, each once."""
        found: dict[str, User] = {}
        waiting, seen = [group], set()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            found |= {key: self.users[key] for key in self.groups[one]["members"] if key in self.users}
            waiting += self.groups[one]["groups"]
        return list(found.values())

    def changes(self, since: int, until: int, names: frozenset[str]) -> list[dict[str, Any]]:
        """Return what a round of delta lists: only what changed, in the selected properties, in the order it did."""
        listed: list[dict[str, Any]] = []
        for key, changed, reason in self.log[since:until]:
            if changed is None:
                listed.append({"id": key, "@removed": {"reason": reason}})
            elif key in self.users and changed & names - {"id"}:
                user = self.users[key]
                listed.append({"id": key, **{name: user.get(name) for name in sorted(changed & names)}})
        return listed


def selected(text: str | None, for_delta: bool = False) -> frozenset[str]:
    """Return the properties that $select names; refuses one that a user does not have."""
    if text is None:
        return DEFAULTS
    names = text.split(",")
    for name in names:
        if name not in PROPERTIES and not DIRECTORY_EXTENSION.fullmatch(name):
            raise bad(f"Could not find a property named '{name}' on type 'microsoft.graph.user'.")
    unfit = sorted(NOT_FOR_DELTA & set(names)) if for_delta else []
    if unfit:
        raise bad(
            f"Change tracking is not supported for the following properties: {', '.join(unfit)}.", code="BadRequest"
        )
    return frozenset(names)


def shown(user: User, names: frozenset[str]) -> dict[str, Any]:
    """Return a user with the selected properties, null where there is nothing."""
    return {name: user.get(name) for name in sorted(names)}


def top(text: str | None, default: int) -> int:
    """Return the size of a page; 1 to 999."""
    if text is None:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise bad(f"Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive.")
    return int(text)


def filtered(users: Iterable[dict[str, Any]], text: str | None) -> list[dict[str, Any]]:
    """Return what a $filter leaves: `id in (...)` of 15 at most, or `name eq 'value'`; others are not known here."""
    if text is None:
        return list(users)
    if match := re.fullmatch(r"id in \(('[^']*'(?:,\s*'[^']*')*)\)", text):
        ids = re.findall(r"'([^']*)'", match[1])
        if len(ids) > 15:
            raise bad("Too many child clauses specified in search filter expression containing 'OR' operators: 15.")
        return [user for user in users if user["id"] in ids]
    if match := re.fullmatch(r"(\w+) eq ('((?:[^']|'')*)'|true|false)", text):
        name, quoted, inner = match[1], match[2], match[3]
        value: Any = inner.replace("''", "'") if inner is not None else quoted == "true"
        return [user for user in users if _equal(user.get(name), value)]
    raise bad(f"Invalid filter clause: {text}", code="Request_UnsupportedQuery")


def _equal(one: Any, other: Any) -> bool:
    return one.lower() == other.lower() if isinstance(one, str) and isinstance(other, str) else one is other
