# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a cell of a workbook says, as text: as a person reads it, and as the same value in a CSV file would be."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376, part 1, 22.4.2.4 (bstr)
_SHOWN_DIGITS = 15  # Excel's own precision; what is beyond it is noise, such as 0.30000000000000004
_LONGEST_NUMBER = 40  # characters
_MOST_DIGITS = 308

ToDate = Callable[[float], object]


class CellError(Exception):
    """A cell holds an error of Excel's, such as #N/A, or a number that is none."""


@dataclass(frozen=True)
class Style:
    """How a number is shown: as a date, or with as many digits as the format has zeros (0 for any other format)."""

    is_date: bool = False
    zeros: int = 0


def style_of(number_format: str, is_date: bool) -> Style:
    """Return the style of a number format such as "0000", which shows 231 as 0231."""
    plain = number_format.partition(";")[0].strip()
    return Style(is_date, len(plain) if re.fullmatch("0{2,40}", plain) else 0)


def text_of(
    kind: str, text: str, style: Style, to_date: Callable[[float], object], shared: Callable[[int], str]
) -> str:
    """Return the text of a cell of a type (18.18.11), "" for an empty one; CellError for one that has no value.

    `to_date` turns Excel's number of a day into a date, a time or both; `shared` gives the text of a number.
    """
    if kind == "s":
        try:
            return _unescaped(shared(int(text)))
        except (ValueError, IndexError):
            raise CellError("refers to a text that the workbook does not have") from None
    if kind in ("str", "inlineStr"):
        return _unescaped(text)
    if kind == "b":
        return "true" if text.strip() in ("1", "true") else "false"
    if kind == "e":
        raise CellError(f"holds the error {text.strip()[:20] or '#N/A'}")
    if kind == "d" or not text.strip():
        return text.strip()
    return _number(text.strip(), style, to_date)


def _number(text: str, style: Style, to_date: ToDate) -> str:
    try:
        if len(text) > _LONGEST_NUMBER:
            raise ValueError
        number = Decimal(text)
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise CellError("holds a number that is none") from None
    if style.is_date:
        try:
            return iso(to_date(float(number)))
        except (OverflowError, ValueError, TypeError):
            pass  # a number that is no day, e.g. below 0, which Excel shows as ####
    if number == number.to_integral_value():
        whole = str(int(number))
        return whole.zfill(style.zeros) if number >= 0 else whole
    shown = f"{Decimal(f'{float(number):.{_SHOWN_DIGITS}g}'):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def iso(moment: object) -> str:
    """Return a date, a time or both as ISO 8601 writes it; midnight is no time."""
    if isinstance(moment, datetime.datetime):
        # Excel keeps moments as fractions of a day, which are never quite a second
        moment = (moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat()
    if isinstance(moment, datetime.time):
        return moment.replace(microsecond=0).isoformat()
    return str(moment)


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # an emoji and the like is escaped in two halves
    return plain if plain.isascii() else plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
