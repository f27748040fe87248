# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a directory step by step: every server, the sign-in, base, filter, pages, and what the account may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Address
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import check_extension
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    CheckError,
    Column,
    Sample,
    Steps,
    TlsCheck,
    access,
    examine_server,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import DirectorySource
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource

_COUNTED = 10_000  # entries; a size limit that bites later is told by the sync
_LOOKED_AT = 200
_BULKY = frozenset(
    ("jpegphoto", "thumbnailphoto", "usercertificate", "userpassword", "msexchmailboxsecuritydescriptor")
)
#: without these a directory of people is of no use to a phone system; where none of its people shows one, that is said
_NEEDED = ("telephonenumber", "mail")


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    return examine_directory(LdapSource(options), options, steps, wanted)


def suggest(template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """See Doctor."""
    if "speed_dials" in template:
        return {"template": template}
    return {"template": template} | _variables(template, columns, _ATTRIBUTES)


def examine_directory(
    source: DirectorySource, options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]
) -> Sample:
    """Record the steps of any family of directories."""
    reached = [address for address in source.servers.addresses if _reach(address, source, steps)]
    if not reached:
        return Sample(options)
    connected = _sign_in(source, steps)
    if connected is None:
        return Sample(options)
    with connected:  # pylint: disable=not-context-manager
        has_base = steps.run("base_dn", lambda: _look_at_base(connected, source))
        if not has_base:
            return Sample(options)
        matches = steps.run("filter", lambda: _count(connected, source, _LOOKED_AT, "filter"))
        steps.run("paging", lambda: _count(connected, source, _COUNTED, "paging"))
        if not matches:
            return Sample(options)
        seen = _attributes(connected, source)
        steps.run("attributes", lambda: _rights(seen, wanted, source))
    names = {name for name in seen if name.casefold() not in _BULKY}
    return Sample(options, frozenset(names | {name for name in wanted if name != "*"}))


def _reach(address: Address, source: DirectorySource, steps: Steps) -> bool:
    servers = source.servers
    tls = TlsCheck(servers.ca_path, servers.validate_certs) if address.is_ldaps else None
    return examine_server(steps, address.host, address.port, tls, servers.named_by)


def _sign_in(source: DirectorySource, steps: Steps) -> Connected | None:
    """Record the sign-in (and, with StartTLS, the certificate), and return the connection."""
    opened: list[Connected] = []

    def attempt() -> str:
        opened.append(source.connect())
        who = f"as {source.user}" if source.user else "as nobody (anonymously)"
        how = "encrypted" if opened[0].is_encrypted else "in cleartext: use ldaps:// or start_tls"
        return f"Signed in at {opened[0].uri} {who}, {how}."

    steps.run("sign_in", attempt)
    return opened[0] if opened else None


def _look_at_base(connected: Connected, source: DirectorySource) -> str:
    search = Search(connected, Request(source.base, "(objectClass=*)", "base", ("1.1",)), 1)
    if list(search):
        return f'The base DN "{source.base}" is there.'
    hint = _naming_contexts(connected)
    why = search.failure.rstrip(".") or f'The account sees no entry "{source.base}": check base_dn'
    raise CheckError(f"{why}.{f' The server has: {hint}.' if hint else ''}")


def _naming_contexts(connected: Connected) -> str:
    search = Search(connected, Request("", "(objectClass=*)", "base", ("namingContexts",)), 1)
    found = [value for entry in search for values in entry.attributes.values() for value in values]
    return ", ".join(value.decode("utf-8", "replace") for value in found[:5])


def _count(connected: Connected, source: DirectorySource, most: int, step: str) -> str:
    """Say how many entries the filter matches, up to so many."""
    size = source.page_size if step == "paging" else min(most, source.page_size)
    search = Search(connected, source.request(("1.1",)), size)
    number = 0
    for number, _entry in enumerate(search, 1):
        if number >= most:
            break
    if search.failure and (step == "paging" or not number):
        raise CheckError(search.failure)
    if not number:
        scope = source.options.get("search_scope", "subtree")
        raise CheckError(
            f'No entry below "{source.base}" (scope {scope}) matches {source.filter}, or the account may not see it:'
            " check search_filter, base_dn and the rights of the account."
        )
    some = f"{most} entries or more" if number >= most else f"{number} {'entry' if number == 1 else 'entries'}"
    if step == "filter":  # how far a read comes is the next step
        return f"The filter {source.filter} matches {some}."
    return f"{some} could be read, in pages of {source.page_size}."


def _attributes(connected: Connected, source: DirectorySource) -> dict[str, int]:
    """Return the attributes of the first entries, each with the number of entries that show it."""
    request = source.request(("*", source.KEY, "memberOf"), types_only=True)
    search = Search(connected, request, min(_LOOKED_AT, source.page_size))
    seen: dict[str, int] = {}
    for number, entry in enumerate(search, 1):
        for name in entry.attributes:
            text = name.decode("utf-8", "replace").partition(";")[0]
            seen[text] = seen.get(text, 0) + 1
        if number >= _LOOKED_AT:
            break
    return seen


def _rights(seen: Mapping[str, int], wanted: frozenset[str], source: DirectorySource) -> str:
    shown = {name.casefold() for name in seen}
    login = source.options.get("username_field") or source.USERNAME_FIELD
    needed = (source.KEY, login, *_NEEDED)
    missing = [name for name in needed if name.casefold() not in shown]
    others = sorted(
        name for name in wanted
        if name.casefold() not in {*shown, "username", "dn", "*", *source.MADE, *(one.casefold() for one in needed)}
    )  # fmt: skip
    also = f" Nobody has {', '.join(others)} either, which the template would use." if others else ""
    if missing:
        raise CheckError(
            f"None of the first entries shows {', '.join(missing)}: either nobody has a value, or the account may not"
            f" read it. Check its rights, and the names of attributes.{also}"
        )
    return f"The account sees {len(seen)} attributes.{also}"


# ------------------------------------------------------------------------------------------------------- suggestion

#: variable -> attributes that hold it, best first
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "displayname": ("displayName", "cn", "name"),
    "givenname": ("givenName",),
    "surname": ("sn",),
    "email": ("mail", "mailPrimaryAddress", "userPrincipalName"),
    "mobile": ("mobile", "mobileTelephoneNumber"),
    "homephone": ("homePhone",),
    "fax": ("facsimileTelephoneNumber",),
    "organisation": ("o", "company", "ou"),
}
_NUMBERS = ("telephoneNumber", "ipPhone", "pager", "otherTelephone")


def _variables(template: str, columns: Sequence[Column], attributes: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return variables for which the template asks an attribute that nobody has, where another is filled."""
    filled = {column.name.casefold(): column for column in columns if column.filled}
    made: dict[str, str] = {}
    for variable, names in attributes.items():
        first, *others = names
        if first.casefold() not in filled:
            other = next((name for name in others if name.casefold() in filled), None)
            if other is not None:
                made[variable] = access(other)
    if template.endswith("_users"):
        made |= _extension(filled)
    return {"variables": made} if made else {}


def _extension(filled: Mapping[str, Column]) -> dict[str, str]:
    """Return where the inner number is: in telephoneNumber as it stands, or in what looks like one."""
    for name in _NUMBERS:
        column = filled.get(name.casefold())
        if column and all(map(is_extension, column.values)):
            return {} if name == _NUMBERS[0] else {"phone": access(name)}
    if _NUMBERS[0].casefold() in filled:
        return {"phone": f"{access(_NUMBERS[0])} | default('') | regex_search('^ *[1-9][0-9]{{1,5}} *$')"}
    return {}


def is_extension(value: str) -> bool:
    """Say whether a value can be the extension of a user."""
    try:
        check_extension(value.strip())
    except ValueError:
        return False
    return True
