# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Users as Graph gives them, made into rows: which properties can be asked for, and what becomes of their values."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # JSON has no heirs of str
import re
from collections.abc import Iterable, Iterator, Mapping
from operator import add, itemgetter
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell

#: Asked for when a profile reads whatever there is (`row[name]`).
COMMON = (
    "id", "userPrincipalName", "mail", "displayName", "givenName", "surname", "mobilePhone", "businessPhones",
    "faxNumber", "companyName", "department", "jobTitle", "officeLocation", "accountEnabled", "userType", "employeeId",
    "proxyAddresses", "otherMails", "onPremisesSamAccountName", "onPremisesExtensionAttributes", "preferredLanguage",
)  # fmt: skip
#: What else a list of users can hold (the v1.0 resource type user, without what only a single user can be asked for).
_FURTHER = (
    "ageGroup", "city", "country", "createdDateTime", "creationType", "employeeHireDate", "employeeLeaveDateTime",
    "employeeType", "externalUserState", "externalUserStateChangeDateTime", "imAddresses", "lastPasswordChangeDateTime",
    "mailNickname", "onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesImmutableId",
    "onPremisesLastSyncDateTime", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName", "postalCode", "securityIdentifier", "showInAddressList", "state", "streetAddress",
    "usageLocation",
)  # fmt: skip
_EXTENSIONS = "onPremisesExtensionAttributes"
_EXTENSION_NAMES = tuple(f"extensionAttribute{number}" for number in range(1, 16))
_OWN = "disabled"  # from accountEnabled, as the sources of directories have it
_NEEDED = ("id", "userPrincipalName")
_DIRECTORY_EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+", re.IGNORECASE)
_NAMES = {name.casefold(): name for name in (*COMMON, *_FURTHER, *_EXTENSION_NAMES, _OWN)}

#: Properties that are texts or null in every user, so that nothing is to be done about them.
_TEXTS = frozenset(COMMON) - {"accountEnabled", "businessPhones", "otherMails", "proxyAddresses", _EXTENSIONS}

Row = tuple[Cell, ...]


class UserRows:
    """Makes rows of users. `select` are the properties to ask for, `columns` the cells of a row; the first is the id.

    SourceError for a name that Graph has no property for.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        names = _columns(wanted)
        simple = [name for name in names if name not in _EXTENSION_NAMES and name != _OWN]
        texts = [name for name in simple if name in _TEXTS]
        self._odd = tuple(name for name in simple if name not in _TEXTS)
        self._nested = tuple(name for name in names if name in _EXTENSION_NAMES)
        self._derives = _OWN in names
        self.columns = (*texts, *self._odd, *self._nested, *([_OWN] if self._derives else []))
        asked = {*simple, *([_EXTENSIONS] if self._nested else []), *(["accountEnabled"] if self._derives else [])}
        self.select = ",".join(sorted(asked))
        self.asks_whether_enabled = "accountEnabled" in asked
        self._taken = (*texts, *self._odd)  # at least two: those that are always needed
        self._needs_more = bool(self._nested or self._derives)

    def rows(self, users: list[dict[str, Any]]) -> list[Row]:
        """Return the cells of each user; a property that is null or left out is None. The users are used up by that."""
        more = [self._more(user) for user in users] if self._needs_more else ()
        for name in self._odd:
            _make_cells(users, name)
        made: list[Row]
        try:
            made = list(map(itemgetter(*_as_in(users, self._taken)), users))
        except KeyError:  # something is left out
            made = [tuple(map(user.get, self._taken)) for user in users]
        return list(map(add, made, more)) if more else made

    def _more(self, user: Mapping[str, Any]) -> Row:
        inner = user.get(_EXTENSIONS) or {}
        cells = [_cell(inner.get(name)) for name in self._nested]
        if self._derives:
            cells.append("true" if user.get("accountEnabled") is False else "")
        return tuple(cells)


def _columns(wanted: Iterable[str]) -> list[str]:
    folded = {name.strip().casefold() for name in wanted}
    names = dict.fromkeys(_NEEDED)
    if "*" in folded:
        folded.discard("*")
        names |= dict.fromkeys((*COMMON, *_EXTENSION_NAMES, _OWN))
        names.pop(_EXTENSIONS)
    for name in sorted(folded):
        if name == _EXTENSIONS.casefold():
            names |= dict.fromkeys(_EXTENSION_NAMES)
        elif name in _NAMES:
            names[_NAMES[name]] = None
        elif _DIRECTORY_EXTENSION.fullmatch(name):
            names[_spelled(wanted, name)] = None
        else:
            shown = _spelled(wanted, name)
            raise SourceError(
                f'Users of Microsoft 365 have no property "{shown}" that can be read in lists.'
                f"{nearest(shown, _NAMES.values())}"
            )
    return list(names)


def _spelled(wanted: Iterable[str], folded: str) -> str:
    return next(name.strip() for name in wanted if name.strip().casefold() == folded)


def _as_in(users: list[dict[str, Any]], names: Iterable[str]) -> Iterator[str]:
    """Return the names as the very objects that are keys in a page, which are found without being compared."""
    keys = {name: name for name in users[0]} if users else {}
    return (keys.get(name, name) for name in names)


def _make_cells(users: list[dict[str, Any]], name: str) -> None:
    """Make cells of a property's values, where they are: to put rows together anew would cost several times as much."""
    for user in users:
        value = user.get(name)
        # what nearly all users have, such as one telephone number, without a call for each
        if value is None or type(value) is str:
            continue
        if value is True:
            user[name] = "true"
        elif type(value) is list and len(value) == 1 and type(value[0]) is str and value[0]:
            user[name] = value[0]
        else:
            user[name] = _cell(value)


def _cell(value: Any) -> Cell:
    """Return a value as a cell: true as "true" and false as "", several values as a list, and one as itself."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        texts = [text for one in value if isinstance(text := _cell(one), str) and text]
        return texts if len(texts) > 1 else (texts[0] if texts else None)
    return str(value)
