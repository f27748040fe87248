# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Imports of this collection's code as Python does them: compiled once, not once a playbook.

Ansible's own importer compiles every file of a collection each time; for a hundred files that is a fifth of a second.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader

_PREFIX = "ansible_collections.telephony.connector.plugins."
_FOLDERS = tuple(_PREFIX + folder for folder in ("module_utils.", "modules.", "plugin_utils."))


class _Finder(MetaPathFinder):
    """Finds files below the folders that Ansible has found."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a file of ours is loaded, None for all others."""
        if path is None or not name.startswith(_FOLDERS):
            return None
        specs = (_folder(place).find_spec(name, target) for place in path)
        return next(filter(None, specs), None)


@cache
def _folder(path: str) -> FileFinder:
    """Return what looks into one folder: not through Python's hooks, since Ansible has one there."""
    return FileFinder(path, (SourceFileLoader, SOURCE_SUFFIXES))


@contextlib.contextmanager
def used() -> Iterator[None]:
    """Import so for a while. Whoever imports a plugin must find Python's list of finders as it was."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
