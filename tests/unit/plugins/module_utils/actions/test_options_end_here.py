# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of modules end at the edge of the actions."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.actions import action

ACTIONS = Path(action.__file__).parent
#: where a call becomes arguments
EDGE = {"action.py"}


def test_no_action_behind_the_edge_takes_a_call_or_looks_into_its_options() -> None:
    words = re.compile(r"\.params\b|\bCall\b")
    found = {path.name for path in ACTIONS.glob("*.py") if words.search(path.read_text(encoding="utf-8"))}
    assert found <= EDGE


def test_no_other_folder_knows_of_options() -> None:
    for folder in ("sync", "publishing", "undoing", "reporting", "profiles", "outputs", "sources", "store"):
        for path in (ACTIONS.parent / folder).rglob("*.py"):
            assert not re.search(r"\bcall\.params\b|import Call\b", path.read_text(encoding="utf-8")), path
