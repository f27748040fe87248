# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs before it does anything: the files that Ansible packs for it, and what it imports."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

pytestmark = pytest.mark.once

PLUGINS = Path(__file__).parents[4] / "plugins"
PREFIX = "ansible_collections.telephony.connector.plugins.module_utils."
#: these check or read a profile's source, of whichever family it is
WITH_SOURCES = {"mapping_test", "profile", "source_test", "sync", "user_auth"}
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))

_SCRIPT = """
import json, sys
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.actions import profile, sync
Store.open(sys.argv[1]).close()
Mapper(Definition.from_options({"name": "staff", "template": "csv_users", "source": {"path": "/srv/users.csv"}}))
print(json.dumps(sorted(sys.modules)))
"""


def packed_with(module: str) -> set[str]:
    """Return the files below module_utils that Ansible packs: those of all imports, wherever in a file they stand.

    The initialisers of all folders above a file are packed too; they are empty, so that they bring nothing more.
    """
    waiting, packed = [PLUGINS / "modules" / f"{module}.py"], set()
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not f"{node.module}.".startswith(PREFIX):
                continue
            parts = f"{node.module}."[len(PREFIX) :].split(".")[:-1]
            for alias in node.names:
                place = PLUGINS.joinpath("module_utils", *parts, alias.name).with_suffix(".py")
                if not place.exists():
                    place = PLUGINS.joinpath("module_utils", *parts)
                    place = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
                if str(place) not in packed:
                    packed.add(str(place))
                    waiting.append(place)
    return {str(Path(place).relative_to(PLUGINS / "module_utils")) for place in packed}


@pytest.mark.parametrize("module", MODULES)
def test_only_modules_that_need_sources_are_packed_with_them(module):
    packed = packed_with(module)
    assert "module.py" in packed
    assert any(Path(name).match("sources/*/source.py") for name in packed) == (module in WITH_SOURCES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_an_action_that_runs_it_directly(module):
    assert (PLUGINS / "action" / f"{module}.py").exists(), "copy any other file of plugins/action under this name"


def test_initialisers_are_empty():
    assert [path for path in (PLUGINS / "module_utils").rglob("__init__.py") if path.stat().st_size] == []


def test_a_profile_of_a_csv_file_imports_no_other_source_and_no_library_of_one(tmp_path):
    store = str(tmp_path / "store.db")
    Store.open(store).close()  # makes its key, for which it encrypts
    command = [sys.executable, "-c", _SCRIPT, store]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)})
    imported = json.loads(done.stdout)
    sources = [name for name in imported if name.startswith(f"{PREFIX}sources.") and name.endswith(".source")]
    assert sources == [f"{PREFIX}sources.csv.source"]
    libraries = {"sqlalchemy", "jinja2", "ldap3", "msal", "requests", "exchangelib", "smbclient", "cryptography"}
    assert libraries & set(imported) == {"sqlalchemy", "jinja2"}
