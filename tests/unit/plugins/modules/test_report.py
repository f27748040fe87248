# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module report, and the option report of sync: the same file of a simulation, a run, and a past run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run


@pytest.fixture
def staff(run: Run, users_csv: Path) -> Path:
    """Two users are imported in run 1."""
    run("extension_pool", ranges=["200-219"], reserved=["200"])
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    assert run("sync", profile="staff")["result"] == "changed"
    return users_csv


def told(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_a_past_run_is_reported(run: Run, staff: Path, tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    run_id = run("run_info", profile="staff")["runs"][0]["id"]
    result = run("report", profile="staff", path=str(path))
    assert (result["changed"], result["format"], result["run_id"]) == (True, "json", run_id)
    assert [(one["action"], one["name"]) for one in told(path)["changes"]] == [
        ("create", "mmuster"),
        ("create", "ebeispiel"),
    ]
    assert told(path)["changes"][0]["after"]["phonebook.mobile"] == "+49 171 5550123"
    assert (told(path)["simulation"], told(path)["about"]) == (False, "profile staff")
    assert run("report", run=run_id, path=str(path))["changed"] is False


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.xml"])
def test_every_format_can_be_written(run: Run, staff: Path, tmp_path: Path, name: str) -> None:
    assert run("report", profile="staff", path=str(tmp_path / name))["changed"] is True
    assert "staff" in (tmp_path / name).read_text("utf-8")


def test_check_mode_writes_nothing(run: Run, staff: Path, tmp_path: Path) -> None:
    result = run("report", check=True, diff=True, profile="staff", path=str(tmp_path / "a.html"))
    assert result["changed"] is True
    assert result["diff"]["after"] == "2 created\n"
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"run": 99}, "no run 99"),
        ({"profile": "stuff"}, 'Did you mean "staff"?'),
        ({"profile": "staff", "path": "a.pdf"}, "must end in one of"),
    ],
)
def test_what_is_not_there_is_told(run: Run, staff: Path, tmp_path: Path, options: dict[str, Any], words: str) -> None:
    assert words in run("report", **{"path": str(tmp_path / "a.html"), **options})["msg"]
