# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page "Add a source" is true: its code, registered as it says, brings people into the store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources import option_specs, registry
from ansible_collections.telephony.connector.tests.system import System

PAGE = Path(__file__).parents[5] / "docs/development/add-a-source.md"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the family of the page."""
    code: dict[str, Any] = {"__name__": "the_page"}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), code)
    monkeypatch.setitem(registry.FAMILIES, "json_lines", lambda: code["JsonLinesSource"])
    monkeypatch.setitem(option_specs.OPTIONS, "json_lines", code["OPTIONS"])
    monkeypatch.setitem(TEMPLATES, "json_lines_users", code["TEMPLATES"][0])


@pytest.mark.usefixtures("page")
def test_the_source_of_the_page_brings_people_into_the_store(tmp_path):
    system, file = System(str(tmp_path / "store.db"), tmp_path), tmp_path / "staff.jsonl"
    file.write_text(
        '{"id": 1, "login": "anna", "name": "Anna", "extension": "201"}\n{"id": 2, "login": "ben", "name": "Ben"}\n'
    )
    system.profile(template="json_lines_users", source={"path": str(file)})
    assert system.sync()["counts"]["created"] == 2
    assert {one["username"]: one.get("extension") for one in system.objects()} == {"anna": "201", "ben": None}
    file.write_text('{"id": 1, "login": "anna", "name": "Anna B.", "extension": "201"}\nno JSON\n')
    counts = system.sync()["counts"]
    assert (counts["updated"], counts["rejected"], counts["removed"]) == (1, 1, 0)
    file.unlink()
    with pytest.raises(Exception, match="cannot be read: No such file"):
        system.sync()
