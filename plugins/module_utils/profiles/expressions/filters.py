# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The filters that expressions have beside Jinja2's own. Each takes anything, undefined values too, and gives text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import e164
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import regex_timeout

# What plain letters stand for a letter; all others lose their accents.
_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "Ae",
        "ø": "oe",
        "Ø": "Oe",
        "å": "aa",
        "Å": "Aa",
        "œ": "oe",
        "Œ": "Oe",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
    }
)
_PIECE = 1000  # characters
_LONGEST_NUMBER = 250  # characters; phonenumbers takes no more, either
_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def cn(value: Any) -> str:
    """Return the first value of a distinguished name, unescaped (RFC 4514); text that is no DN stays as it is."""
    text = _text(value)
    match = re.match(r"\s*[A-Za-z0-9.-]+\s*=\s*((?:\\.|[^\\,+;])*)", text, re.DOTALL)
    return _ESCAPED.sub(_unescape, _rstrip_unescaped(match[1])) if match else text


def digits(value: Any) -> str:
    """Keep the digits 0 to 9."""
    return re.sub("[^0-9]", "", _text(value))


def to_ascii(value: Any) -> str:
    """Write umlauts and accents with plain letters (ä: ae, ß: ss, é: e); what has no plain letter is left out."""
    text = _text(value)
    if text.isascii():
        return text
    # in pieces, as the order of accents without end takes a time that grows with the square of their number
    return "".join(_plain(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE))


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()


def regex_search(value: Any, pattern: str, group: int | str = 0, ignorecase: bool = False) -> str:
    """Return the first part that fits the pattern, or one group of it (number, name, or "\\1"); "" if nothing fits."""
    text = _text(value)
    regex_timeout.begin(pattern, text)
    try:
        match = re.search(pattern, text, re.IGNORECASE if ignorecase else 0)
    finally:
        regex_timeout.end()
    if not match:
        return ""
    if isinstance(group, str) and group.startswith("\\"):
        group = int(group[1:])
    return match[group] or ""


def regex_replace(value: Any, pattern: str, replacement: str = "", ignorecase: bool = False, count: int = 0) -> str:
    """Replace each part that fits the pattern (or the first `count`); "\\1" in the replacement is a group."""
    text = _text(value)
    regex_timeout.begin(pattern, text)
    try:
        return re.sub(pattern, replacement, text, count=count, flags=re.IGNORECASE if ignorecase else 0)
    finally:
        regex_timeout.end()


def international(text: str, region: str) -> str:
    """Return a phone number in E.164 ("+4930123456"), or "" if it is none; `region` (ISO 3166) is its default country.

    Raises ValueError for an unknown region.
    """
    if len(text) > _LONGEST_NUMBER:
        check_region(region)
        return ""
    return _international(text, region)


@lru_cache(maxsize=10_000)
def _international(text: str, region: str) -> str:
    check_region(region)
    return e164(text, region)


def check_region(region: str) -> None:
    """Raise ValueError for what is no region with phone numbers, DefinitionError when the library is missing."""
    require("phonenumbers", "phonenumbers", "8.12.0", "the filter e164")
    import phonenumbers

    if str(region).upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f'e164 needs a region such as "DE", not "{region}"')


def check_arguments(name: str, arguments: Sequence[Any]) -> None:
    """Check the arguments of a filter before any record is read; None stands for one that a record decides.

    Raises ValueError with what is wrong, DefinitionError when a library is missing.
    """
    first = arguments[0] if arguments else ""
    if name == "e164":
        check_region("DE" if first is None else first)
    elif name in ("regex_search", "regex_replace") and isinstance(first, str):
        try:
            re.compile(first)
        except re.error as error:
            raise ValueError(f"{first!r} is no regular expression ({error})") from None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _rstrip_unescaped(text: str) -> str:
    """Drop the blanks before a separator, but not one that is escaped."""
    stripped = text.rstrip(" ")
    return stripped + " " if stripped.endswith("\\") and stripped != text else stripped


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\", "")).decode("utf-8", "replace")
    return match[2]


FILTERS: dict[str, Callable[..., Any]] = {
    "ascii": to_ascii,
    "cn": cn,
    "digits": digits,
    "regex_replace": regex_replace,
    "regex_search": regex_search,
}
