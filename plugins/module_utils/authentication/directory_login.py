# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Asks a directory whether somebody's password is right: by a bind as the user, found by a template or by a search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import Answer
from ansible_collections.telephony.connector.plugins.module_utils.authentication.dn_template import (
    DnTemplate,
    UnusableNameError,
)
from ansible_collections.telephony.connector.plugins.module_utils.authentication.kept_connections import (
    Connections,
    NewConnections,
)
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import LdapSettings
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import (
    BindRefused,
    DirectoryError,
    TlsFault,
    Unreachable,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import (
    escape_filter_value,
    shown,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import is_blank

if TYPE_CHECKING:
    import ldap3


#: Names that no server can take for others: a DN or account name of letters, digits and a few separators.
_PLAIN = re.compile(r"[A-Za-z0-9=,.@_-]+(?: [A-Za-z0-9=,.@_-]+)*")


class _DeniedError(Exception):
    """The login ends here; `answer` says why."""

    def __init__(self, reason: str, detail: str = "", uri: str = "") -> None:
        super().__init__(reason)
        self.answer = Answer(reason, detail, uri=uri)


def sign_in(
    settings: LdapSettings | None, username: str, password: str, connections: Connections | None = None
) -> Answer:
    """Return what the directory of the settings says to a login; whatever goes wrong on the way is a denial.

    `connections` are where connections come from: new ones where nothing is given.

    Raises DefinitionError only where the test cannot be done at all, as ldap3 is missing.
    """
    if is_blank(password):
        return Answer(reasons.EMPTY_PASSWORD)
    if settings is None:
        return Answer(reasons.NOT_SET_UP)
    if not settings.enabled:
        return Answer(reasons.SWITCHED_OFF)
    require("ldap3", "ldap3", "2.9", "LDAP authentication")
    connections = connections or NewConnections()
    try:
        if settings.bind_dn:
            template = _template(settings.bind_dn)
            return _bind(connections, settings.servers, template.name_of(username), password, template.is_dn, True)
        found, uri = _search(connections, settings, username)
        # the server that knows the entry: another one may be down, or not have it yet
        return _bind(connections, replace(settings.servers, uris=(uri,)), found, password, True, False)
    except _DeniedError as denied:
        return denied.answer
    except UnusableNameError as error:
        return Answer(reasons.UNUSABLE_NAME, f'The user name "{username}" {error}.')
    except Unreachable as error:
        return Answer(reasons.CERTIFICATE if isinstance(error, TlsFault) else reasons.UNREACHABLE, error.message)
    except DefinitionError as error:
        return Answer(reasons.UNUSABLE_SETTINGS, error.message)


@lru_cache(maxsize=8)
def _template(bind_dn: str) -> DnTemplate:
    return DnTemplate(bind_dn)


def _bind(
    connections: Connections, servers: Servers, name: str, password: str, is_dn: bool, is_template: bool
) -> Answer:
    """Sign in under a name at the directory, and make sure that it is this one who is signed in."""
    try:
        connected = connections.signed_in(servers, name, password)
        is_sound = False
        try:
            if connected.is_proven and _PLAIN.fullmatch(name):
                # it was asked on this connection before, and a server understands such a name as it is written
                is_sound = True
                return Answer(reasons.ACCEPTED, "", name, connected.uri)
            try:
                with connected.answered_in_time():
                    signed_in_as = _who_am_i(connected.connection)
            except Exception as error:  # whatever it is, it proves no login
                detail = f"After the sign-in, {connected.uri} {connected.trouble(error)}."
                return Answer(reasons.UNREACHABLE, detail, name)
            is_sound = True
            if signed_in_as is not None and not _is_same(name, signed_in_as, is_dn):
                who = f'as "{shown(signed_in_as)}"' if signed_in_as else "anonymously"
                return Answer(reasons.NOT_SIGNED_IN, f"{connected.uri} has signed in {who}.", name, connected.uri)
            connected.is_proven = signed_in_as is not None
            return Answer(reasons.ACCEPTED, _passed_over(connected), name, connected.uri)
        finally:
            connections.give_back(connected, is_sound)
    except BindRefused as error:
        reason = error.reason if error.reason in reasons.ADVICE else reasons.REFUSED
        return Answer(reason, _refusal(error, reason, is_template), name, error.uri)
    except Unreachable as error:
        reason = reasons.CERTIFICATE if isinstance(error, TlsFault) else reasons.UNREACHABLE
        return Answer(reason, error.message, name)
    except DirectoryError as error:
        return Answer(reasons.REFUSED, error.message, name)


def _refusal(error: BindRefused, reason: str, is_template: bool) -> str:
    """Return what the directory says besides the reason, which is told in words of its own."""
    if reason == reasons.REFUSED:
        return error.message
    if reason == reasons.WRONG_PASSWORD and is_template:
        return f"{error.refusal}; as the name is made by bind_dn, it may also be one that is not there."
    return f"{error.refusal}."


def _passed_over(connected: Connected) -> str:
    return f"Servers tried before without success: {'; '.join(connected.passed_over)}." if connected.passed_over else ""


def _who_am_i(connection: ldap3.Connection) -> str | None:
    """Return the identity of a connection (RFC 4532), "" for nobody, None where the server does not tell."""
    told: Any = connection.extend.standard.who_am_i()
    if connection.result.get("result") != 0:
        return None
    return str(told or "")


def _is_same(name: str, signed_in_as: str, is_dn: bool) -> bool:
    """Say whether the identity that a server tells is the one we have asked for.

    A server may write a DN another way, or know the entry by another path, but not under another first name. How
    accounts are told in other forms ("u:CORP\\mmuster") is left to the servers.
    """
    if not signed_in_as.partition(":")[2].strip():
        return False  # nobody, also as "dn:"
    if not is_dn or not signed_in_as.lower().startswith("dn:"):
        return True
    return _first_values(name) == _first_values(signed_in_as[3:])


def _first_values(dn: str) -> set[str]:
    """Return the values of a DN's first component, in lower case.

    By RFC 4514 rather than by ldap3, which refuses what servers write, such as ``uid=a#b``.
    """
    component = re.match(r"(?:\\.|[^\\,;])*", dn, re.DOTALL)
    pairs = re.findall(r"(?:\\.|[^\\+])+", component[0] if component else "", re.DOTALL)
    return {_folded(_unescaped(pair.partition("=")[2].lstrip(" "))) for pair in pairs}


def _unescaped(value: str) -> str:
    """Return the value that a text of RFC 4514 stands for."""
    octets = bytearray()
    place = 0
    while place < len(value):
        pair = value[place + 1 : place + 3]
        if value[place] != "\\":
            octets += value[place].encode("utf-8", "surrogatepass")
            place += 1
        elif len(pair) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in pair):
            octets.append(int(pair, 16))
            place += 3
        else:
            octets += pair[:1].encode("utf-8", "surrogatepass")
            place += 2
    return octets.decode("utf-8", "replace")


def _folded(value: str) -> str:
    # no casefold(), which takes a long "ſ" for an "s" as directories do
    return unicodedata.normalize("NFC", value).lower()


# -- search, then bind ----------------------------------------------------------------------------------------------


def _search(connections: Connections, settings: LdapSettings, username: str) -> tuple[str, str]:
    """Return the DN of the only entry of a user, and the server that has it; raises _DeniedError."""
    try:
        connected, hits, result = _found(connections, settings, username, False)
    except _DeniedError as denied:
        if denied.answer.reason != reasons.UNREACHABLE or isinstance(connections, NewConnections):
            raise
        # a connection that was kept may have been cut meanwhile
        connected, hits, result = _found(connections, settings, username, True)
    said = str(result.get("description"))
    if len(hits) > 1 or said == "sizeLimitExceeded":
        raise _DeniedError(reasons.AMBIGUOUS, uri=connected.uri)
    if said != "success":
        # also a referral: wherever it points, nobody is sent there with a password
        message = f"{connected.uri} answers the search with {said} ({result.get('result')})."
        if not settings.proxy_user:
            message += " It was asked anonymously: set proxy_user and proxy_password."
        raise _DeniedError(reasons.SEARCH_FAILED, message, connected.uri)
    if not hits or not hits[0]["dn"] or not _has_name(hits[0], settings.username_attribute, username):
        raise _DeniedError(reasons.NOT_FOUND, uri=connected.uri)
    return str(hits[0]["dn"]), connected.uri


def _found(
    connections: Connections, settings: LdapSettings, username: str, afresh: bool
) -> tuple[Connected, list[dict[str, Any]], dict[str, Any]]:
    """Return the connection that was used, what it found, and the result of the search; raises _DeniedError."""
    try:
        connected = connections.searching(settings.servers, settings.proxy_user, settings.proxy_password, afresh)
    except BindRefused as error:
        raise _DeniedError(reasons.PROXY_REFUSED, error.message, error.uri) from None
    is_sound = False
    try:
        with connected.answered_in_time():
            hits = _hits(connected.connection, settings, username)
        is_sound = True
        return connected, hits, dict(connected.connection.result)
    except Exception as error:  # the connection, or an answer that ldap3 trips over
        detail = f"During the search, {connected.uri} {connected.trouble(error)}."
        raise _DeniedError(reasons.UNREACHABLE, detail, connected.uri) from None
    finally:
        connections.give_back(connected, is_sound)


def _hits(connection: ldap3.Connection, settings: LdapSettings, username: str) -> list[dict[str, Any]]:
    """Return the entries that the directory finds, two at most; references to other servers are left out."""
    import ldap3

    name = settings.username_attribute
    scopes: Any = {"base": ldap3.BASE, "onelevel": ldap3.LEVEL}
    connection.search(
        settings.base_dn,
        f"(&({name}={escape_filter_value(username)}){settings.search_filter})",
        search_scope=scopes.get(settings.search_scope, ldap3.SUBTREE),
        dereference_aliases=ldap3.DEREF_NEVER,
        attributes=[name],
        size_limit=2,
        time_limit=settings.timeout,
    )
    return [item for item in connection.response or () if item.get("type") == "searchResEntry"]


def _has_name(entry: dict[str, Any], attribute: str, username: str) -> bool:
    """Say whether an entry really has the user name.

    Directories compare more loosely than we do: to OpenLDAP, a full-width letter is the letter. What may not be read
    is taken as the directory has found it.
    """
    attributes: dict[str, Any] = entry.get("raw_attributes") or {}
    values: list[bytes] = next((values for name, values in attributes.items() if name.lower() == attribute.lower()), [])
    texts = [value.decode("utf-8", "replace") for value in values]
    return not texts or _folded(username) in map(_folded, texts)
