# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads and writes a branch of a directory: all reading in pages, changes of changed attributes, many at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder
from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import (
    BrokenOffError,
    Request,
    operate,
    words_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected, connect
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import DirectoryError
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Done
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry as Found
from ansible_collections.telephony.connector.plugins.module_utils.directory.pipeline import carry_out
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Item, TargetError, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.attributes import (
    MANAGED,
    OBJECT_CLASSES,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.refusals import (
    NO_SUCH_OBJECT,
    SUCCESS,
    refusal,
    why_no_changes,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import (
    Operation,
    Present,
    Written,
)

#: names as we give them (UUID version 5)
_OURS = re.compile(r"uid=([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
_MOST_REFUSED = 20  # entries in a row; then it is not about the entries
_NAMES = {name.lower(): name for name in MANAGED}


class Branch:
    """The branch; see EntryTarget. Places are DNs as we write them, whatever the server's spelling of them."""

    def __init__(self, base: str, servers: Servers, options: Mapping[str, Any]) -> None:
        self._base, self._servers, self._options = base, servers, options
        self._open: Connected | None = None
        #: what lies there of entries that are not as the ledger says
        self._read: dict[str, Values] = {}

    def close(self) -> None:
        """Sign off."""
        if self._open is not None:
            self._open.close()

    @property
    def _where(self) -> str:
        return f"The directory {self._connected.uri}"

    @property
    def _connected(self) -> Connected:
        if self._open is None:
            options = self._options
            try:
                self._open = connect(self._servers, options["username"], options["password"])
            except DirectoryError as error:
                raise TargetError(error.message) from error
        return self._open

    # ---------------------------------------------------------------------------------------------------- what is there

    def present(self, known: Mapping[str, str]) -> Iterator[Present]:
        """Yield the entries that are named as we name them; others are in nobody's way."""
        self._check_base()
        request = Request(self._base, "(&(objectClass=inetOrgPerson)(uid=*))", "onelevel", MANAGED)
        search = Search(self._connected, request, self._options["page_size"])
        for found in search:
            match = _OURS.match(found.dn.decode("utf-8", "replace"))
            if match is None:
                continue
            place = f"uid={match[1].lower()},{self._base}"
            values = _values_of(found)
            token = token_of(values)
            if known.get(place) != token:
                self._read[place] = values
            yield Present(place, token)
        if search.failure:
            raise TargetError(search.failure)

    def _check_base(self) -> None:
        done = self._search(self._base, ())[1]
        if done.result == NO_SUCH_OBJECT:
            raise TargetError(
                f"{self._where} has no {self._base}, or the account may not see it: add it there (with ldapadd:"
                f" {_branch_ldif(self._base)}), or check base_dn."
            )
        if done.result != SUCCESS:
            raise TargetError(f"{self._where} cannot be searched under {self._base}: {words_of(done)}.")

    def _search(self, dn: str, attributes: tuple[str, ...]) -> tuple[Found | None, Done]:
        """Look at one entry."""
        found = None
        try:
            for message in operate(self._connected, Request(dn, "(objectClass=*)", "base", attributes), []):
                if isinstance(message, Found):
                    found = message
                elif isinstance(message, Done):
                    return found, message
        except BrokenOffError as error:
            raise TargetError(f"{self._where} {error}; run again.") from error
        raise TargetError(f"{self._where} gave no result; run again.")

    def holds(self, item: Item, present: Present) -> bool:
        """Say whether the entry that lies there has our values."""
        return present.token == token_of(item.values)

    # ---------------------------------------------------------------------------------------------------------- writing

    def write(self, operations: Iterator[Operation]) -> Iterator[Written]:
        """Do them, many at a time; what cannot be done for one entry is told, what ends all is a TargetError."""
        todo: dict[str, Operation] = {}
        refused, unseen = 0, True
        try:
            for number, (key, done) in enumerate(carry_out(self._connected, self._changes(operations, todo)), 1):
                progress.at(number)
                one = todo.pop(key)
                error = self._refusal(one, done)
                refused = refused + 1 if error else 0
                if refused >= _MOST_REFUSED:
                    raise TargetError(f"{self._where} refuses entry after entry; the last ({one.name}): {error}.")
                if unseen and not error and one.action != "remove":
                    unseen = False
                    first = one
                yield Written(key, "" if error or one.action == "remove" else token_of(one.values), error)
        except BrokenOffError as error:
            raise TargetError(
                f"{self._where} {error}; some entries are written and others are not: run again, which does the rest."
            ) from error
        if not unseen:
            self._look_at(first)

    def _changes(self, operations: Iterator[Operation], todo: dict[str, Operation]) -> Iterator[tuple[str, bytes]]:
        for one in operations:
            todo[one.key] = one
            yield one.key, self._request(one)

    def _request(self, one: Operation) -> bytes:
        if one.action == "remove":
            return encoder.removal(one.old_place)
        if one.action == "create":
            uid = one.place.partition(",")[0].removeprefix("uid=")
            return encoder.addition(one.place, {"objectClass": OBJECT_CLASSES, "uid": (uid,), **one.values})
        return encoder.modification(one.place, self._differences(one))

    def _differences(self, one: Operation) -> Values:
        """Return the attributes that are to change with their new values; a modification of none asks for nothing."""
        there = self._read.get(one.place, one.before)
        return {name: one.values.get(name, []) for name in MANAGED if one.values.get(name) != there.get(name)}

    def _refusal(self, one: Operation, done: Done) -> str:
        """Return why one entry could not be written, "" when it was; TargetError when others cannot be either."""
        is_gone = done.result == NO_SUCH_OBJECT
        if done.result == SUCCESS or (is_gone and one.action == "remove"):
            return ""
        if is_gone and one.action == "create":
            raise TargetError(f"{self._where} no longer has {self._base}; add it there and run again.")
        if words := why_no_changes(done):
            raise TargetError(f"{self._where} takes no changes: {words}.")
        changed = [] if one.action == "remove" else self._differences(one) if one.action == "update" else one.values
        return refusal(one.action, done, changed)

    def _look_at(self, one: Operation) -> None:
        """Say so when the account does not see what it wrote: each run would take it for changed by hand."""
        found, _done = self._search(one.place, MANAGED)
        if found is None:
            raise TargetError(f"{self._where} does not show an entry just written: give {self._options['username']} the"
                              f" right to read below {self._base}, and run again.")  # fmt: skip
        there = _values_of(found)
        hidden = [name for name in one.values if name not in there]
        if hidden:
            raise TargetError(
                f"{self._where} does not show {', '.join(hidden)} of an entry just written: give"
                f" {self._options['username']} the right to read it, and run again."
            )


def token_of(values: Values) -> str:
    """Return a digest of the values of our attributes, in whatever order a server gives them."""
    text = "\0".join(f"{name}\1" + "\1".join(sorted(values[name])) for name in sorted(values))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _values_of(found: Found) -> Values:
    values: Values = {}
    for name, given in found.attributes.items():
        plain = _NAMES.get(name.decode("ascii", "replace").lower())
        if plain and given:
            values[plain] = [one.decode("utf-8", "replace") for one in given]
    return values


def _branch_ldif(base: str) -> str:
    """Return what makes the branch, in one line."""
    attribute, _equals, value = base.partition(",")[0].partition("=")
    kinds = {"ou": "organizationalUnit", "o": "organization", "cn": "applicationProcess"}
    kind = kinds.get(attribute.lower(), "organizationalUnit")
    return f'"dn: {base}", "objectClass: {kind}", "{attribute}: {value}"'
