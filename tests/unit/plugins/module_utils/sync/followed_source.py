# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source whose reads bring what changed, as far as a test tells it to, and runs of it."""

from __future__ import annotations

import contextlib

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, ReadResult, Record
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles

COLUMNS = ("username", "displayname", "phone", "status", "mobile")


class _Reading:
    def __init__(self, items, late=(), **result):
        self.columns = COLUMNS
        self.result = ReadResult(**result)
        self._items, self._late = items, late

    def __iter__(self):
        yield from self._items
        self.result.whole += self._late


class Directory:
    """A source whose reads bring what changed since the last one, when they get its checkpoint."""

    family, OPTIONS, SECRETS = "csv", {"url": {"type": "str"}}, frozenset()

    def __init__(self):
        self.people = {}
        self.changed = set()
        self.reads = []
        #: beginnings of keys that are told in full each time; those which the reading knows of at its end alone; unread
        self.whole, self.late, self.unread = [], [], []

    def __call__(self, _options):
        return self

    def set(self, username, *cells):
        self.people[username] = (username, *cells, *("",) * (len(COLUMNS) - 1 - len(cells)))
        self.changed.add(username)

    def drop(self, username):
        del self.people[username]
        self.changed.add(username)

    @contextlib.contextmanager
    def read(self, _wanted, checkpoint):
        full = checkpoint is None
        self.reads.append("full" if full else "changes")
        in_parts = {name for name in self.people if name.startswith((*self.whole, *self.late))}
        names = self.people if full else sorted(in_parts | (self.changed & set(self.people)))
        items = [Record(number, self.people[name]) for number, name in enumerate(names, 1)]
        parts = {} if full else {"whole": list(self.whole), "late": self.late, "unread": self.unread}
        if not full:
            items += [Gone(name) for name in sorted(self.changed - set(self.people))]
        yield _Reading(items, full=full, checkpoint={"there": "is one"}, **parts)


SECOND = {"username": "username ~ '-mobile'", "display_name": "displayname", "when": "row.mobile"}


def sync(system, directory, *kinds, **options):
    """Sync, and say how the source was read."""
    directory.reads.clear()
    result = system.sync(**options)
    if kinds:
        assert tuple(directory.reads) == kinds
    if not options.get("check"):
        directory.changed.clear()
    return result


def checkpoint_of(system):
    def find(call):
        with call.store.snapshot():
            return profiles.find(call.store, "staff").checkpoint

    return system.call(find)
