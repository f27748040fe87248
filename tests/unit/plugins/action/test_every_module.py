# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module has an action that runs it directly."""

from __future__ import annotations

import importlib
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
