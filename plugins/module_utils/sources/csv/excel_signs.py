# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What tells an Excel workbook from a CSV file, before anything that reads workbooks is imported."""

from __future__ import annotations

from urllib.parse import urlsplit

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")


def begins_as_workbook(beginning: bytes) -> bool:
    """Say whether a file that begins so may be a workbook, or be taken for one."""
    return beginning.startswith((ZIP, OLE))


def is_named_as_workbook(name: str) -> bool:
    """Say whether the name of a file is one that Excel gives."""
    return name.lower().endswith(_ENDINGS)


def kind_of(path: str) -> str:
    """Return what messages call the file at a path, by its ending: an Excel workbook or a CSV file."""
    return "Excel workbook" if is_named_as_workbook(path) else "CSV file"


def kind_at(url: str) -> str:
    """Do the same for a web address, which may have a query and a fragment behind the name of the file."""
    return kind_of(urlsplit(url).path)
