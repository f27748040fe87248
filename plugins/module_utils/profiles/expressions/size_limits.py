# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How large what an expression makes may be, judged before it is made: a few characters could ask for gigabytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

try:
    from jinja2.exceptions import SecurityError
except ImportError:  # environment() says so in words
    SecurityError = Exception  # type: ignore[assignment,misc]

MAX_LENGTH = 100_000  # of a list, or of a text that an operator repeats, as in the sandbox's range()
MAX_TEXT = 4_000_000  # characters of a text that is put together
MAX_WIDTH = 1_000  # of a column, an indentation or a list of lists
MAX_BITS = 4_096  # of a power

#: Flags, width and precision of a conversion of printf-style formatting, behind its key.
_SPECIFICATION = re.compile(r"[#0\- +]*(\*|[0-9]*)(?:\.(\*|[0-9]*))?")


def weight(value: Any, limit: int = MAX_TEXT) -> int:
    """Return about how many characters a value would have as text, more than `limit` where it is only known that."""
    if isinstance(value, (str, bytes)):
        return len(value)
    total, waiting = 0, [value]
    while waiting and total <= limit:
        one = waiting.pop()
        if isinstance(one, (str, bytes)):
            total += len(one) + 1
        elif isinstance(one, Mapping):
            total += len(one) + 1
            waiting += [part for pair in one.items() for part in pair]
        elif isinstance(one, (list, tuple, set, frozenset)):
            total += len(one) + 1
            waiting += one if total <= limit else ()
        elif isinstance(one, int):
            total += one.bit_length() // 3 + 1
        else:
            total += 1
    return total


def check_text(*parts: Any) -> None:
    """Refuse parts that make a text of more than MAX_TEXT characters."""
    if sum(map(weight, parts)) > MAX_TEXT:
        raise SecurityError(f"a text of more than {MAX_TEXT} characters may not be made")


def check_product(left: Any, right: Any) -> None:
    """Refuse `*` for what would be huge."""
    for many, times in ((left, right), (right, left)):
        if not (isinstance(times, int) and isinstance(many, (str, bytes, list, tuple)) and times > 1):
            continue
        if len(many) * times > MAX_LENGTH or weight(many) * times > MAX_TEXT:
            raise SecurityError(f"a text or list of more than {MAX_LENGTH} parts may not be made")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MAX_BITS:
        raise SecurityError("the product is too large")


def check_power(base: Any, exponent: Any) -> None:
    """Refuse `**` for what would be huge."""
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > MAX_BITS:
        raise SecurityError("the power is too large")


def check_sum(left: Any, right: Any) -> None:
    """Refuse `+` of texts or lists that would be huge."""
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)) and len(left) + len(right) > MAX_LENGTH:
        raise SecurityError(f"a list of more than {MAX_LENGTH} parts may not be made")
    if isinstance(left, (str, bytes)) and isinstance(right, (str, bytes)):
        check_text(left, right)


def check_replace(text: str | bytes, old: Any, new: Any, *_count: Any) -> None:
    """Refuse a replacement that makes a huge text."""
    if type(text) is not type(old) or type(text) is not type(new):
        return  # refused by Python
    found = text.count(old)  # type: ignore[arg-type]
    if found * len(new) + len(text) > MAX_TEXT:
        raise SecurityError(f"a text of more than {MAX_TEXT} characters may not be made")


def check_join(separator: str | bytes, parts: Any) -> list[Any]:
    """Refuse to join to a huge text; return the parts, which may have been there only once."""
    found = limited_list(parts)
    if weight(found) + len(separator) * len(found) > MAX_TEXT:
        raise SecurityError(f"a text of more than {MAX_TEXT} characters may not be made")
    return found


def limited_list(parts: Iterable[Any]) -> list[Any]:
    """Return a list of what comes, refused as soon as it is huge."""
    found: list[Any] = []
    total = 0
    for part in parts:
        found.append(part)
        total += weight(part) + 1
        if total > MAX_TEXT or len(found) > MAX_LENGTH:
            raise SecurityError(f"a list of more than {MAX_LENGTH} parts may not be made")
    return found


def check_format(text: str, arguments: Any) -> None:
    """Refuse `%` on a text with a width of more than three digits, or one that makes a huge text."""
    conversions, place = 0, text.find("%")
    while place >= 0:
        behind = _behind_key(text, place + 1)
        specification = _SPECIFICATION.match(text, behind)
        sizes = specification.groups() if specification is not None else ()
        if any(size == "*" or len(size or "") > 3 for size in sizes):
            raise SecurityError("a format may not have a width of more than 3 digits")
        conversions += 1
        # behind the letter; that of %% is the second %
        place = text.find("%", (behind if specification is None else specification.end()) + 1)
    if conversions * (weight(arguments) + MAX_WIDTH) + len(text) > MAX_TEXT * 2:
        raise SecurityError(f"a text of more than {MAX_TEXT} characters may not be made")


def _behind_key(text: str, place: int) -> int:
    """Return the place behind the key of a conversion, whose brackets are counted as Python counts them."""
    if text[place : place + 1] != "(":
        return place
    depth = 0
    for end in range(place, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if depth == 0:
            return end + 1
    return len(text)
