# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports from an archive: each file is compiled once, and becomes the same module as without our help."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

from ansible_collections.telephony.connector.plugins.module_utils import zipimport_once

_FILES = {
    "outer/__init__.py": "",
    "outer/known.py": "",
    "outer/plain.py": "def fail():\n    raise ValueError\n",
    "outer/inner/__init__.py": "HERE = __file__",
    "outer/inner/deep.py": "from outer.inner import HERE",
}
# `known` is imported before: what the interpreter remembers of the archive by then must not stay as it was
_SCRIPT = """
import importlib, json, os, sys, traceback, types
archive, library = sys.argv[1:]
sys.path[:0] = [archive]
import outer.known
if library:
    packed = types.ModuleType("packed")
    packed.__spec__ = None
    exec(compile(open(library).read(), library, "exec"), packed.__dict__)
    packed.compile_once(archive)
compiled = []
sys.addaudithook(lambda event, given: compiled.append(given[1]) if event == "compile" else None)
modules = [importlib.import_module(name) for name in ("outer.plain", "outer.inner", "outer.inner.deep", "textwrap")]
try:
    modules[0].fail()
except ValueError as error:
    text = traceback.format_exc()
facts = [[m.__file__, m.__spec__.origin, m.__package__, list(getattr(m, "__path__", []))] for m in modules]
ours = [str(name) for name in compiled if str(name).startswith(archive)]
print(json.dumps({"compiled": sorted(ours), "facts": facts, "text": text}))
"""


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "payload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in _FILES.items():
            file.writestr(name, text)
    return str(path)


def imported(archive, library):
    command = [sys.executable, "-c", _SCRIPT, archive, library]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_every_file_of_an_archive_is_compiled_once(archive):
    names = ("outer/inner/__init__.py", "outer/inner/deep.py", "outer/plain.py")
    assert imported(archive, zipimport_once.__file__)["compiled"] == [f"{archive}/{name}" for name in names]


def test_modules_and_their_tracebacks_are_as_without_help(archive):
    ours, plain = imported(archive, zipimport_once.__file__), imported(archive, "")
    assert (ours["facts"], ours["text"]) == (plain["facts"], plain["text"])
    assert "in fail\n    raise ValueError" in ours["text"]


def test_nothing_is_changed_outside_of_an_archive():
    assert not [hook for hook in sys.path_hooks if "packed" in getattr(hook, "__module__", "")]
