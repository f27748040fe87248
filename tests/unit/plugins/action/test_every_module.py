# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module has an action that runs it directly."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.plugin_utils.direct import DirectAction

PLUGINS = Path(__file__).parents[4] / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_an_action_that_has_loaded_it(name):
    action = importlib.import_module(f"ansible_collections.telephony.connector.plugins.action.{name}").ActionModule
    assert issubclass(action, DirectAction)
    assert Path(action.module.__file__).resolve() == (PLUGINS / "modules" / f"{name}.py").resolve()


def test_there_is_no_action_without_a_module():
    assert sorted(path.stem for path in (PLUGINS / "action").glob("[a-z]*.py")) == MODULES


#: what some tasks need, and no other may wait for
LIBRARIES = (
    "argon2", "exchangelib", "ldap3", "msal", "openpyxl", "phonenumbers", "psycopg", "requests", "smbprotocol",
)  # fmt: skip

_IMPORT_AS_ANSIBLE = """
import gc
import sys
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
_AnsibleCollectionFinder([sys.argv[1]])._install()
from ansible_collections.telephony.connector.plugins.action.sync import ActionModule
names = ActionModule.module.__name__, ActionModule.__base__.__module__
print({type(sys.modules[name].__loader__).__name__ for name in names})
print(gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects()))
print(*sorted(sys.modules))
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import schema
print(schema.cache_info().currsize)
"""


@pytest.fixture(scope="module")
def loaded():
    """Return what a process tells that has loaded an action as Ansible does, line by line."""
    collections = next(path for path in sys.path if (Path(path) / "ansible_collections/telephony/connector").is_dir())
    command = [sys.executable, "-c", _IMPORT_AS_ANSIBLE, collections]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    return done.stdout.splitlines()


def test_modules_are_not_compiled_anew_for_every_playbook(loaded):
    assert loaded[0] == "{'SourceFileLoader'}"


def test_what_is_loaded_is_not_searched_for_garbage_again_and_again(loaded):
    assert loaded[1] == "True True"


def test_libraries_that_a_sync_of_a_csv_file_does_not_need_are_not_imported(loaded):
    there = loaded[2].split()
    assert "sqlalchemy" in there
    assert not set(LIBRARIES).intersection(there)
    assert not [name for name in there if ".module_utils.reporting." in name or ".excel_workbook" in name]


def test_the_tables_are_made_before_the_workers(loaded):
    assert loaded[3] == "1"
