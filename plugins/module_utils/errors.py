# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The errors of this collection: one sentence for the person who must act, made into a task failure in module.py."""

from __future__ import annotations

import difflib
import errno
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

#: Between the parts of a name, such as phonebook.mobile.
_PARTS = re.compile("[._]")


def visible(text: str, allowed: str = "") -> str:
    """Return a text in which what acts on a terminal, or hides, can be seen: escapes, marks of direction, zero widths.

    `allowed` are such characters that stay as they are.
    """
    return text if text.isprintable() else "".join(one if one in allowed else _visible(one) for one in text)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":  # a blank of another width
        return " "
    return " ⏎ " if character == "\n" else f"⟨U+{ord(character):04X}⟩"


def capital(text: str) -> str:
    """Return a text that begins a sentence, with a capital letter."""
    return text[:1].upper() + text[1:]


class ConnectorError(Exception):
    """Something a person must settle: the message says what, where, and what to do, and never holds a secret.

    `details` are further return values for the failed task (JSON-able).
    """

    #: what may stand in a message although it acts on a terminal
    ALLOWED = ""

    def __init__(self, message: str, **details: Any) -> None:
        message = visible(message, self.ALLOWED)  # it may repeat what a source, a server or a file says
        super().__init__(message)
        self.message = message
        self.details = details


class DefinitionError(ConnectorError):
    """A profile, an option or an expression is wrong; nothing was read or written."""


class DifferenceError(ConnectorError):
    """A test found something else than it expects; the message has several lines, as a diff has."""

    ALLOWED = "\n"


class SourceError(ConnectorError):
    """A source cannot be read at all (before its first record)."""


class StoreError(ConnectorError):
    """The store cannot be opened, read or written."""


class RefusedError(ConnectorError):
    """A guard, or a reviewed plan that no longer fits, stops the run; nothing was changed.

    `outcome` is what the engine would have returned, for a report of the refused plan; None where no plan was made.
    """

    def __init__(self, message: str, outcome: Any = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.outcome = outcome


class ReportMissingError(ConnectorError):
    """What the task was for is done and kept, and only its report cannot be written; `details` are its result."""


def nearest_of(name: str, choices: Iterable[str]) -> str:
    """Return the choice that is most like a name, without regard to case, or "" when none is like it."""
    if len(name) > 100:  # comparing takes a time that grows with the product of the lengths
        return ""
    folded = {choice.casefold(): choice for choice in choices if len(choice) <= 100}
    # "mobil" means phonebook.mobile, "days" grace_days: a name may be like a part of one
    parts = {part: choice for full, choice in folded.items() for part in _PARTS.split(full) if len(part) > 3}
    hits = difflib.get_close_matches(name.casefold(), {**parts, **folded}, n=1, cutoff=0.6)
    if not hits:
        return ""
    return folded.get(hits[0]) or parts[hits[0]]


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return a hint such as `` Did you mean "phone"?`` (with a leading blank), or "" when nothing is near."""
    hit = nearest_of(name, choices)
    return f' Did you mean "{hit}"?' if hit and hit != name else ""


def way_on(error: OSError, otherwise: str) -> str:
    """Return what to do about a file that cannot be written: make room on a full disk, `otherwise` what is said."""
    return "make room on that disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else otherwise
