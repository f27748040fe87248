# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""From the values of a directory to cells: text as it is, identifiers and dates readable, everything else left out."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from typing import TypeAlias

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell

Decode: TypeAlias = "Callable[[list[bytes]], Cell]"

# Folded names. Photos and other binary are no use to a phone system, and passwords none of its business.
_LEFT_OUT = frozenset(
    (
        "jpegphoto",
        "thumbnailphoto",
        "thumbnaillogo",
        "photo",
        "audio",
        "usercertificate",
        "usersmimecertificate",
        "userpkcs12",
        "cacertificate",
        "crosscertificatepair",
        "certificaterevocationlist",
        "authorityrevocationlist",
        "logonhours",
        "msexchmailboxsecuritydescriptor",
        "ntsecuritydescriptor",
        "userparameters",
        "userpassword",
        "unicodepwd",
        "dbcspwd",
        "ntpwdhistory",
        "lmpwdhistory",
        "supplementalcredentials",
        "sambantpassword",
        "sambalmpassword",
        "sambapasswordhistory",
        "pwhistory",
        "pwdhistory",
        "krb5key",
        "krbprincipalkey",
        "authpassword",
    )
)
_GUIDS = frozenset(
    (
        "objectguid",
        "ms-ds-consistencyguid",
        "parentguid",
        "invocationid",
    )
)
_SIDS = frozenset(
    (
        "objectsid",
        "sidhistory",
        "tokengroups",
        "securityidentifier",
    )
)
_FILETIMES = frozenset(
    (
        "accountexpires",
        "lastlogon",
        "lastlogoff",
        "lastlogontimestamp",
        "pwdlastset",
        "badpasswordtime",
        "lockouttime",
        "msds-userpasswordexpirytimecomputed",
    )
)
_GENERALIZED_TIME = re.compile(r"(\d{14})(?:[.,](\d+))?(Z|[+-]\d\d(?:\d\d)?)", re.ASCII)
_NEVER = (0, 0x7FFFFFFFFFFFFFFF)
_1601 = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def decoder(attribute: str) -> Decode | None:
    """Return what makes a cell of the values of an attribute (its name without options); None: it is left out."""
    name = attribute.casefold()
    if name in _LEFT_OUT:
        return None
    if name in _GUIDS:
        return _each(guid)
    if name in _SIDS:
        return _each(sid)
    if name in _FILETIMES:
        return _each(filetime)
    return texts


def texts(values: list[bytes]) -> Cell:
    """Return texts; values that are not UTF-8 or hold a NUL are left out, dates are written as ISO 8601.

    Columns.maker takes single values by itself that are printable, begin with no blank, and can be no date: they are
    shorter than one, or do not begin with its digits.
    """
    if len(values) == 1:
        return _text(values[0])
    return _cell([_text(value) for value in values])


def _text(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    if text[:14].isdigit() and len(text) > 14:
        return date(text) or text
    # a directory takes no empty text (RFC 4517, 3.3.6), so people write a blank for none
    return None if text.isspace() else text


def _each(read: Callable[[bytes], str | None]) -> Decode:
    return lambda values: _cell([read(value) for value in values])


def _cell(found: list[str | None]) -> Cell:
    kept = [text for text in found if text is not None]
    return kept if len(kept) > 1 else (kept[0] if kept else None)


def date(text: str) -> str | None:
    """Return a generalized time (RFC 4517, section 3.3.13) as ISO 8601 with its zone, None if it is none."""
    match = _GENERALIZED_TIME.fullmatch(text)
    if not match:
        return None
    zone = "+0000" if match[3] == "Z" else f"{match[3]:0<5}"
    try:
        found = datetime.datetime.strptime(match[1] + zone, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return _iso(found)


def filetime(value: bytes) -> str | None:
    """Return a date of Active Directory (100 ns since 1601, [MS-DTYP] 2.3.3) as ISO 8601; None for never."""
    try:
        number = int(value)
        if number in _NEVER:
            return None
        return _iso((_1601 + datetime.timedelta(microseconds=number // 10)).replace(microsecond=0))
    except (ValueError, OverflowError):
        return None


def _iso(moment: datetime.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def guid(value: bytes) -> str | None:
    """Return a GUID ([MS-DTYP] 2.3.4) as people write it; text that already is one stays."""
    if len(value) == 16:
        return str(uuid.UUID(bytes_le=value))
    try:
        return str(uuid.UUID(value.decode()))
    except ValueError:
        return None


def sid(value: bytes) -> str | None:
    """Return a security identifier ([MS-DTYP] 2.4.2) as text, ``S-1-5-21-...-1104``; text that already is one stays."""
    if value[:2] == b"S-":
        return texts([value])  # type: ignore[return-value]  # one value gives one text
    if len(value) < 8 or len(value) != 8 + 4 * value[1]:
        return None
    authority = int.from_bytes(value[2:8], "big")
    parts = [int.from_bytes(value[place : place + 4], "little") for place in range(8, len(value), 4)]
    return "-".join(map(str, ("S", value[0], authority, *parts)))
