# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Texts that a source can give, and no store can hold."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record, Unusable


def unfit(text: str) -> str:
    """Return what in a text no store can hold, "" for a text that fits; completes "must not hold ..."."""
    if "\0" in text:
        return "a NUL character"
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:  # JSON and workbooks can escape one half of a character (RFC 8259, 8.2)
        return "half a character"
    return ""


def unusable(record: Record, columns: Sequence[str]) -> Unusable | None:
    """Return what stands for a record with a text that does not fit, without such texts; None for any other record."""
    texts = ["".join(cell or "") for cell in record.row]
    found = next(((name, what) for name, text in zip(columns, texts, strict=True) if (what := unfit(text))), None)
    if found is None:
        return None
    name, what = found
    row = tuple("" if unfit(text) else cell for cell, text in zip(record.row, texts, strict=True))
    return Unusable(record.number, row, name, "", f"must not hold {what} in {name}")
