# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Imports from the archive that Ansible packs a module into, without compiling every file twice.

Python's zipimport compiles a source once to tell its file name, and once more to run it. That was a sixth of the CPU
time of a task. Whoever is not in such an archive is left alone.
"""

from __future__ import annotations

import sys
from zipimport import zipimporter


class _Importer(zipimporter):
    """Tells a file name from the archive's directory; there are sources alone in what Ansible packs."""

    def get_filename(self, fullname: str) -> str:
        """Return what `__file__` of a module becomes."""
        suffix = "/__init__.py" if self.is_package(fullname) else ".py"
        return f"{self.archive}/{self.prefix}{fullname.rpartition('.')[2]}{suffix}"


def compile_once(archive: str) -> None:
    """Let everything that is imported from an archive from now on be compiled once."""

    def importer(path: str) -> _Importer:
        if not path.startswith(archive):
            raise ImportError
        return _Importer(path)

    sys.path_hooks.insert(0, importer)
    for path in list(sys.path_importer_cache):
        if path.startswith(archive):
            sys.path_importer_cache[path] = importer(path)


_loader = getattr(__spec__, "loader", None)
if isinstance(_loader, zipimporter):
    compile_once(_loader.archive)
