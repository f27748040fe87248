# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page "Add an output" is true: its code, registered as it says, publishes the book."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.outputs import registry

PAGE = Path(__file__).parents[5] / "docs/development/add-an-output.md"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the format of the page."""
    code: dict[str, Any] = {"__name__": "the_page"}
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    exec(compile(block, str(PAGE), "exec"), code)
    monkeypatch.setitem(registry.FORMATS, "plain_list", code["PlainList"])


@pytest.mark.usefixtures("page")
def test_the_format_of_the_page_publishes_the_book(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Reception of the head office", phone="+49 30 1")
    system.by_hand("phonebook_entry", display_name="Nobody")
    result = publish(system, "plain_list", "list.txt")
    assert (tmp_path / "out/list.txt").read_text("utf-8") == "+49 30 1 Reception of the hea\n"
    assert result["counts"]["cut"] == 1
    assert result["counts"]["left_out"] == 1
    assert publish(system, "plain_list", "list.txt")["changed"] is False
