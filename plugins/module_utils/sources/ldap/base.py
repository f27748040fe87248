# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the families of directories have in common; each of them fills in where it differs.

A family overrides the methods of DirectorySource that stand under "hooks".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import (
    Connected,
    connect,
    connect_anonymously,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import (
    WRONG_PASSWORD,
    BindRefused,
    DirectoryError,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import checked_filter
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Reading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import DN, Columns, Finish
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.reading import (
    DirectoryReading,
    Entries,
    FullRead,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.schema import known_to
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options

_PAGE_SIZE = 1000  # what Active Directory gives at most; OpenLDAP has no limit of its own
_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.;_-]*")
ALL = "*"
USERNAME = "username"


class DirectorySource:
    """The base of every family of directories; see Source."""

    family: ClassVar[str]
    OPTIONS: ClassVar[Options]
    SECRETS: ClassVar[frozenset[str]]
    HAS_RECORD_IDS: ClassVar[bool] = True
    EMPTY_HINT: ClassVar[str] = (
        "check base_dn, search_scope and search_filter, and that the account may read the entries below base_dn"
    )

    #: the attribute that the family's templates have as key, and that Gone holds
    KEY: ClassVar[str]
    #: attributes that can be a profile's key instead
    KEYS: ClassVar[tuple[str, ...]] = ()
    USERNAME_FIELD: ClassVar[str] = "uid"
    #: the options that make the name and password to sign in with
    SIGN_IN_OPTIONS: ClassVar[str] = "username and password"
    FILTER: ClassVar[str] = "(objectClass=person)"
    #: columns that are no attributes: worked out by `finisher` (folded)
    MADE: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = given(options, self.OPTIONS, self.family)
        self.check_options()
        self.servers = self.make_servers()
        self.user = self.make_user()
        self.base = self.make_base()
        self.filter = checked_filter(self.make_filter())
        self._key_hint = ""
        self.page_size: int = self.options.get("page_size", _PAGE_SIZE)

    # ------------------------------------------------------------------------------------------------ hooks

    def check_options(self) -> None:
        """Refuse options that are missing or do not fit together (DefinitionError)."""
        self.require_option("base_dn", "where in the tree to search, such as ou=people,dc=corp,dc=example")
        if self.options.keys().isdisjoint(("username", "password")):
            return  # a directory that anybody may read; an empty name or password is a mistake, and not that
        self.require_option("username", "the DN of an account, such as uid=reader,ou=system,dc=corp,dc=example")
        self.require_option("password", "the password of that account")

    def require_option(self, name: str, words: str) -> None:
        """Refuse a source without an option, or with an empty one; `words` say what it is for."""
        if not self.options.get(name):
            raise DefinitionError(f"The {self.family} source needs the option {name}: {words}.")

    def make_servers(self) -> Servers:
        """Return the servers that the options name."""
        return Servers.from_options(self.options)

    def make_user(self) -> str:
        """Return the name to sign in with, "" for nobody's."""
        return str(self.options.get("username", ""))

    def make_base(self) -> str:
        """Return the DN under which is searched."""
        return str(self.options["base_dn"])

    def make_filter(self) -> str:
        """Return the search filter; it is checked afterwards."""
        return str(self.options.get("search_filter") or self.FILTER)

    def needed_attributes(self, wanted: frozenset[str]) -> Iterable[str]:
        """Return the attributes from which the wanted columns (folded) of MADE are worked out."""
        return ()

    def finisher(self, connected: Connected, wanted: frozenset[str]) -> Finish | None:
        """Return what works out columns for each entry, None when there is nothing to do for these columns (folded)."""
        return None

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """Return how the entries are got at: all of them, or what changed since the checkpoint (of this source)."""
        return FullRead(connected, request, self.page_size)

    # ------------------------------------------------------------------------------------------------ signing in

    def authentication(self) -> dict[str, Any]:
        """Return the options of `ldap_auth` with which the people of this source sign in at its directory.

        By a search, since nobody knows a template that fits every entry; by the filter of the source, so that those
        can sign in who are imported.
        """
        servers = self.servers
        return {
            "uri": list(servers.uris),
            "start_tls": servers.start_tls,
            "ca_path": servers.ca_path,
            "validate_certs": servers.validate_certs,
            "allow_plaintext": bool(self.options.get("allow_plaintext")),
            "base_dn": self.base,
            "search_scope": self.options.get("search_scope"),
            "username_attribute": self.options.get("username_field") or self.USERNAME_FIELD,
            "search_filter": self.filter,
            "proxy_user": self.user,
            "proxy_password": self.options.get("password", ""),
        }

    # ------------------------------------------------------------------------------------------------ reading

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        with Bounds.from_options(self.options, "The directory") as bounds, self.connect() as connected:
            connected.bounded(bounds)
            columns = self._columns(connected, wanted)
            folded = frozenset(name.casefold() for name in columns.names)
            if ALL in wanted:
                checkpoint = None  # which columns there are is found out by reading everything
            entries = self.entries(connected, self.request(columns.attributes), checkpoint, folded)
            reading = DirectoryReading(columns, entries, self.finisher(connected, folded), self._warnings(connected))
            yield reading if entries.full or reading.has_items else reading.as_unchanged()

    def connect(self) -> Connected:
        """Sign in; raises SourceError."""
        try:
            if not self.user:
                return connect_anonymously(self.servers)
            return connect(self.servers, self.user, self.options["password"])
        except BindRefused as error:
            advice = f" Check {self.SIGN_IN_OPTIONS}." if error.reason == WRONG_PASSWORD else ""
            advice = " The option username must be a DN." if error.is_about_name else advice
            raise SourceError(error.message + advice, **error.details) from error
        except DirectoryError as error:
            raise SourceError(error.message, **error.details) from error

    def request(self, attributes: tuple[str, ...], types_only: bool = False) -> Request:
        """Return the search for every entry that the options mean, with these attributes."""
        return Request(self.base, self.filter, self.options.get("search_scope", "subtree"), attributes, types_only)

    def _columns(self, connected: Connected, wanted: frozenset[str]) -> Columns:
        names = {name for name in (*wanted, *self.options.get("attributes", ())) if name != ALL}
        if ALL in wanted or ALL in self.options.get("attributes", ()):
            names |= self._attributes_in_use(connected)
        copies = {USERNAME: self.options.get("username_field") or self.USERNAME_FIELD}
        made = {name for name in names if name.strip().casefold() in {DN, *self.MADE, *copies}}
        # an attribute that the directory does not know is a column that is not there, rather than an empty one
        known = known_to(connected, {*(names - made), copies[USERNAME]})
        if copies[USERNAME] not in known and USERNAME in {name.casefold() for name in made}:
            raise SourceError(
                f'The directory at {connected.uri} knows no attribute "{copies[USERNAME]}": name the one that holds the'
                " login name in username_field."
            )
        self._key_hint = self._other_keys(connected, names - made - known)
        names = {name for name in names if name in made or name in known}
        folded = frozenset(name.casefold() for name in names)
        return Columns(names, self.MADE, copies, self.needed_attributes(folded))

    def _other_keys(self, connected: Connected, unknown: Iterable[str]) -> str:
        """Return a warning where the directory does not know the key, but another attribute that can be one."""
        if self.KEY.casefold() not in {name.casefold() for name in unknown}:
            return ""
        others = sorted(known_to(connected, self.KEYS))
        if not others or len(others) == len(self.KEYS):
            return ""
        return (
            f"The directory at {connected.uri} knows no attribute {self.KEY}, which the template has as key: set the"
            f" profile's key to row.{others[-1]}"
        )

    def _attributes_in_use(self, connected: Connected) -> set[str]:
        """Return the attributes that any entry has: asked for first, as the columns must be known before any row."""
        search = Search(connected, self.request((ALL,), types_only=True), self.page_size)
        found: set[bytes] = set()
        for entry in search:
            found.update(entry.attributes)
        if search.failure:
            raise SourceError(search.failure)
        # names of attributes are letters, digits and a few others (RFC 4512, 2.5): nothing else becomes a column
        return {name.decode() for name in found if _NAME.fullmatch(name)}

    def _warnings(self, connected: Connected) -> Iterator[str]:
        if self._key_hint:
            yield self._key_hint
        for sentence in connected.passed_over:
            yield f"{connected.uri} is read, because {sentence}"
        if connected.is_encrypted and not self.servers.validate_certs:
            gets = f"gets the password of {self.user}, and " if self.user else ""
            yield (
                f"The certificate of {connected.uri} is not checked (validate_certs: false), so that a"
                f" man-in-the-middle {gets}decides what is read: leave that out, and give the certificate of its"
                " authority as ca_path"
            )
        if self.user and not connected.is_encrypted and not self.options.get("allow_plaintext"):
            yield (
                f"The password of {self.user} is sent to {connected.uri} in cleartext: use ldaps:// or start_tls"
                " (or accept it with allow_plaintext: true)"
            )


__all__ = ["ALL", "DN", "USERNAME", "DirectorySource", "Entries", "FullRead"]
