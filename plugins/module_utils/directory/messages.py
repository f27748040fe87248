# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The messages that answer a search (RFC 4511), as values."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class MalformedError(ValueError):
    """The bytes are not what RFC 4511 says, or end too early."""


class Entry(NamedTuple):
    """One entry as it was sent. Names of attributes are as the server writes them, with their options.

    `size` is how many bytes its message has.
    """

    dn: bytes
    attributes: dict[bytes, list[bytes]]
    controls: dict[str, bytes]
    size: int = 0


class Reference(NamedTuple):
    """Other servers hold other parts of the tree."""

    uris: list[str]


class Intermediate(NamedTuple):
    """A message between entries (RFC 4511, section 4.13)."""

    name: str
    value: bytes


class Done(NamedTuple):
    """The end of a search: result code, the matched DN, the server's words, referrals and controls."""

    result: int
    matched: str
    message: str
    referrals: list[str]
    controls: dict[str, bytes]


class Disconnection(NamedTuple):
    """The server says that it closes the connection (RFC 4511, section 4.4.1), with a result code and words."""

    result: int
    message: str


Message: TypeAlias = "Entry | Reference | Intermediate | Done | Disconnection"
