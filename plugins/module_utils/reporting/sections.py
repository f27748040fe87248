# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Putting changes into the sections of a report, a chunk at a time, so that a report of any length needs no memory."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import IO

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import SECTIONS, Change

CHUNK = 200
_IN_MEMORY = 4 << 20

Render = Callable[[str, str, str, list[Change]], str]
"""Takes section, kind, action and the changes of one chunk; returns their text."""


class Sections:
    """The changes of a report, rendered in chunks of one kind and action each. A context manager.

    After `fill`: `counts` (section -> changes) and `fields` ((kind, action, field) -> how often it changes).
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.fields: Counter[tuple[str, str, str]] = Counter()
        self._stack = ExitStack()
        self._files: dict[tuple[str, str, str], IO[str]] = {}

    def __enter__(self) -> Sections:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def fill(self, changes: Iterable[Change], render: Render) -> None:
        """Go through all changes once."""
        waiting: dict[tuple[str, str, str], list[Change]] = {}
        for change in changes:
            section = change.section
            self._count(section, change)
            place = (section, change.kind, change.action)
            chunk = waiting.setdefault(place, [])
            chunk.append(change)
            if len(chunk) == CHUNK:
                self._file(place).write(render(*place, chunk))
                waiting[place] = []
        for place, chunk in waiting.items():
            if chunk:
                self._file(place).write(render(*place, chunk))

    def places(self, section: str) -> list[tuple[str, str]]:
        """Return the (kind, action) of which a section has changes, in the order in which they came."""
        return [(kind, action) for own, kind, action in self._files if own == section]

    def read(self, section: str, kind: str, action: str) -> Iterator[str]:
        """Yield the text of one part."""
        file = self._files[section, kind, action]
        file.seek(0)
        while text := file.read(1 << 16):
            yield text

    def _count(self, section: str, change: Change) -> None:
        self.counts[section] += 1
        if change.action == "update":
            for name in {**change.before, **change.after}:
                if change.differs(name):
                    self.fields[change.kind, change.action, name] += 1
        else:
            self.fields[change.kind, change.action, ""] += 1

    def _file(self, place: tuple[str, str, str]) -> IO[str]:
        if place not in self._files:
            file = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="")  # noqa: SIM115
            self._files[place] = self._stack.enter_context(file)
        return self._files[place]


def in_order(sections: Sections) -> list[str]:
    """Return the sections that have changes, in the order of what hurts."""
    return [section for section in SECTIONS if sections.counts[section]]
