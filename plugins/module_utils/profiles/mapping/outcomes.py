# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What can become of a record."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Desired(NamedTuple):
    """One object as the source wants it. `fields` are clean and flat; `mapped` are all fields the structure sets."""

    slot: str
    kind: str
    fields: dict[str, Any]
    mapped: frozenset[str]


class Mapped(NamedTuple):
    """A record that is wanted, with its objects; `pool` is whence its user gets a number, None: the default one."""

    key: str
    objects: tuple[Desired, ...]
    pool: str | None = None


class Filtered(NamedTuple):
    """A record that the filter leaves out; `key` is None if it is empty or cannot be worked out.

    `leaves`: the filter wants it, but by `leavers.when` it is somebody's who has left.
    """

    key: str | None
    leaves: bool = False


class Rejected(NamedTuple):
    """A record that cannot be used; `value` is masked if it is secret. `key` as in Filtered."""

    key: str | None
    field: str
    value: str
    rule: str


class Alike(NamedTuple):
    """What many records become, side by side, each with its one object: fields are columns of clean texts.

    "" stands for no value. No text holds a character that JSON escapes, no field is a secret, and each column has a
    value; the first has one everywhere.
    """

    keys: list[str]
    slot: str
    kind: str
    columns: dict[str, list[str]]
    mapped: frozenset[str]


Outcome: TypeAlias = "Mapped | Filtered | Rejected"
