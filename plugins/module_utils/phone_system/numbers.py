# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The number space that users, fax lines and speed dials share: what an extension may be, and ranges of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

EMERGENCY = frozenset(("110", "112"))  # must always reach the outside
MAX_DIGITS = 20
_BETWEEN = re.compile(r"[\s./()-]+")  # what people write between the digits
TRUNK_ZERO = re.compile(r"\(0+\)")  # +49 (0)991: not dialled from abroad
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_POOL_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
#: what can be dialled of a number as people write it: a digit, or a SIP address
DIALLED = re.compile(r"[0-9]|\A\s*sips?:", re.ASCII | re.IGNORECASE)
PLAIN_EXTENSION = re.compile(rf"(?!11[02](?![0-9]))[1-9][0-9]{{1,{MAX_DIGITS - 1}}}")


def check_extension(value: str) -> str:
    """Return an extension as it is, or raise ValueError with the rule that it breaks."""
    if PLAIN_EXTENSION.fullmatch(value):  # nearly all
        return value
    if not (value.isascii() and value.isdigit()):
        raise ValueError("must consist of digits only")
    if not 2 <= len(value) <= MAX_DIGITS:
        raise ValueError(f"must have 2 to {MAX_DIGITS} digits")
    if value.startswith("0"):
        raise ValueError("must not start with 0")
    if value in EMERGENCY:
        raise ValueError("must not be an emergency number (110, 112)")
    return value


def check_outside_number(value: str) -> str:
    """Return a number with its country in E.164 ("+499912960123"), or raise ValueError with the rule that it breaks."""
    plain = only_digits(value)
    if not _E164.fullmatch(plain):
        raise ValueError("must be a number with its country, such as +49 991 2960123")
    return plain


def only_digits(number: str) -> str:
    """Return a number without what people write between its digits, +49 (0)991 2960-1 as +4999129601."""
    return _BETWEEN.sub("", TRUNK_ZERO.sub("", number))


def check_speed_dial(value: str) -> str:
    """Return the number of a speed dial: an extension, or `*` and one to 20 digits; raises ValueError with the rule."""
    if not value.startswith("*"):
        return check_extension(value)
    if not re.fullmatch(r"\*[0-9]{1,20}", value):
        raise ValueError(f"must consist of 1 to {MAX_DIGITS} digits after the *")
    return value


def can_be_dialled(value: str) -> bool:
    """Say whether there is something to dial in a number as people write it: a digit, or a SIP address."""
    return DIALLED.search(value) is not None


def check_destination(value: str) -> str:
    """Return what a speed dial calls: something with a digit to dial, or a SIP address; raises ValueError."""
    if can_be_dialled(value):
        return value
    raise ValueError("must hold at least one digit, or be a sip: address")


def is_pool_name(text: str) -> bool:
    """Say whether a text can be the name of an extension pool: a word of letters, digits, - and _."""
    return _POOL_NAME.fullmatch(text) is not None


def parse_ranges(ranges: Iterable[str | int]) -> tuple[range, ...]:
    """Turn ranges such as "200-299" or a single "300" into ascending, disjoint ranges of numbers.

    Raises DefinitionError for anything else, for an end below its start and for ends that no extension can have.
    """
    merged: list[range] = []
    for piece in sorted(map(_parse_range, ranges), key=lambda piece: piece.start):
        if merged and piece.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, piece.stop))
        else:
            merged.append(piece)
    return tuple(merged)


def without(part: range, holes: Iterable[range]) -> list[range]:
    """Return what is left of a range without others (ascending, as `parse_ranges` returns them)."""
    left, start = [], part.start
    for hole in holes:
        if start < hole.stop and hole.start < part.stop:
            left.append(range(start, max(start, hole.start)))
            start = hole.stop
    left.append(range(start, max(start, part.stop)))
    return [piece for piece in left if piece]


def _parse_range(text: str | int) -> range:
    match = re.fullmatch(r"([1-9][0-9]{1,19})(?:\s*-\s*([1-9][0-9]{1,19}))?", str(text).strip(), re.ASCII)
    if not match:
        raise DefinitionError(
            f'Extension range "{text}" cannot be read; write "200-299" or "300", with 2 to {MAX_DIGITS} digits '
            "and without a leading 0."
        )
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise DefinitionError(f'Extension range "{text}" ends before it starts; write the lower number first.')
    return range(first, last + 1)
