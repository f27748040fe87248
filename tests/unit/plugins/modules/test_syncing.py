# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules sync and run_info: what they return, what they refuse, and that simulation and run agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

RETURNED = {
    "changed",
    "result",
    "profile",
    "mode",
    "run_id",
    "plan_digest",
    "complete",
    "counts",
    "changes",
    "changes_truncated",
    "rejected",
    "conflicts",
}


def definition(path: Path, **options: Any) -> dict[str, Any]:
    return {"template": "csv_users", "source": {"path": str(path)}, **options}


@pytest.fixture
def declared(run: Run, users_csv: Path) -> Path:
    assert run("profile", name="staff", **definition(users_csv))["changed"] is True
    return users_csv


def test_a_second_run_changes_nothing(run: Run, declared: Path) -> None:
    first, second = run("sync", profile="staff"), run("sync", profile="staff")
    assert (first["changed"], first["result"], first["run_id"]) == (True, "changed", 1)
    assert (second["changed"], second["result"], second["counts"]["unchanged"]) == (False, "unchanged", 2)
    assert first.keys() >= RETURNED


def test_the_simulation_from_nothing_is_the_run(run: Run, users_csv: Path, tmp_path: Path) -> None:
    options = definition(users_csv)
    simulated = run("sync", check=True, diff=True, profile="staff", definition=options)
    assert not (tmp_path / "store.db").exists()
    run("profile", name="staff", **options)
    really = run("sync", diff=True, profile="staff", definition=options)
    assert simulated["run_id"] is None
    for name in ("changed", "result", "plan_digest", "counts", "changes", "diff"):
        assert simulated[name] == really[name], name


def test_a_definition_that_is_not_stored_is_simulated_but_not_run(run: Run, users_csv: Path) -> None:
    failed = run("sync", profile="staff", definition=definition(users_csv))
    assert failed.get("failed") is True
    assert "profile" in failed["msg"]


def test_another_definition_than_the_stored_one_is_told(run: Run, declared: Path) -> None:
    other = definition(declared, filter="row.mobile")
    simulated = run("sync", check=True, profile="staff", definition=other)
    assert simulated["counts"]["filtered"] == 1
    assert run("sync", profile="staff", definition=other).get("failed") is True
    assert run("sync", profile="staff", definition={**other, "name": "interns"}).get("failed") is True


def test_changes_tell_before_after_and_why(run: Run, declared: Path) -> None:
    run("sync", profile="staff")
    declared.write_text(declared.read_text("utf-8").replace("217", "231"), encoding="utf-8")
    result = run("sync", diff=True, profile="staff")
    assert result["changes"] == [
        {
            "action": "update",
            "kind": "user",
            "name": "mmuster",
            "key": "mmuster",
            "reason": "changed in the source",
            "before": {"extension": "217"},
            "after": {"extension": "231"},
        }
    ]
    overview, change = result["diff"]
    assert "user: 1 updated (extension 1)" in overview["prepared"]
    assert "user mmuster: extension 217 -> 231" in overview["prepared"]
    assert change["before"] == "extension: 217\n"
    history = run("run_info", name="217")["changes"]
    assert [(change["run_id"], change["action"]) for change in history] == [(2, "update"), (1, "create")]


def test_changes_are_cut_and_counted(run: Run, declared: Path) -> None:
    result = run("sync", check=True, profile="staff", changes_limit=1)
    assert (len(result["changes"]), result["changes_truncated"], result["counts"]["created"]) == (1, True, 2)


def test_a_guard_fails_the_run_and_not_the_simulation(run: Run, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    head = "displayname,username\n"
    many.write_text(head + "".join(f"User {n},user{n}\n" for n in range(20)), encoding="utf-8")
    run("profile", name="staff", **definition(many))
    run("sync", profile="staff")
    many.write_text(head + "User 0,user0\n", encoding="utf-8")
    simulated = run("sync", check=True, profile="staff")
    assert (simulated["result"], simulated["changed"], simulated["counts"]["removed"]) == ("refused", True, 19)
    failed = run("sync", profile="staff")
    assert failed.get("failed") is True
    assert simulated["plan_digest"] in failed["msg"]
    assert failed["counts"]["removed"] == 19
    assert run("object_info", kind="user", limit=0)["count"] == 20
    wrong = run("sync", profile="staff", expect_plan="sha256:0")
    assert wrong.get("failed") is True
    assert "expect_plan must be the plan_digest of a simulation" in wrong["msg"]
    assert run("sync", profile="staff", expect_plan=simulated["plan_digest"])["counts"]["removed"] == 19
    assert run("object_info", kind="user", limit=0)["count"] == 1


def test_one_record_alone_is_explained(run: Run, declared: Path) -> None:
    one = run("sync", check=True, profile="staff", only="mmuster", explain=True)
    explained = one["explain"]
    assert explained["row"]["displayname"] == "Max Muster"
    assert explained["variables"]["phone"] == "217"
    assert explained["operation"]["action"] == "create"
    assert one["counts"]["created"] == 1
    assert run("sync", profile="staff", only="nobody").get("failed") is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"profile": "stuff"}, 'Did you mean "staff"?'),
        ({"profile": "staff", "explain": True}, "only"),
        ({"profile": "staff", "changes_limit": -1}, "changes_limit"),
        ({"profile": "staff", "definition": {"template": "csv_users", "sorce": {}}}, 'Did you mean "source"?'),
        ({"profile": "staff", "definition": {"source": {"path": "users.csv"}}}, "template"),
        ({}, "profile"),
    ],
)
def test_a_wrong_option_fails_with_its_name(run: Run, declared: Path, options: dict[str, Any], words: str) -> None:
    failed = run("sync", **options)
    assert failed.get("failed") is True
    assert words in failed["msg"]
    assert "Internal error" not in failed["msg"]


def test_a_file_that_is_missing_is_named(run: Run, declared: Path) -> None:
    declared.unlink()
    failed = run("sync", profile="staff")
    assert failed.get("failed") is True
    assert str(declared) in failed["msg"]


def test_runs_are_kept_newest_first(run: Run, declared: Path) -> None:
    first = run("sync", profile="staff")
    run("sync", profile="staff")
    runs = run("run_info", profile="staff")["runs"]
    assert [entry["id"] for entry in runs] == sorted((entry["id"] for entry in runs), reverse=True)
    oldest = run("run_info", run_id=first["run_id"])
    assert oldest["runs"][0]["plan_digest"] == first["plan_digest"]
    assert oldest["runs"][0]["counts"] == first["counts"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", oldest["runs"][0]["started"])
    assert {change["name"] for change in oldest["changes"]} == {"mmuster", "ebeispiel"}


def test_what_a_source_says_acts_on_no_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("username,displayname,\u202ephone\nanna\u200b,Anna,\nben,\x9b2JBen,\n", encoding="utf-8")
    run("profile", name="staff", template="csv_users", source={"path": str(file)}, guards={"max_rejected": "100%"})
    result = run("sync", profile="staff", check=True)
    assert [(one["field"], one["rule"]) for one in result["rejected"]] == [
        ("username", "must not hold invisible characters (found U+200B)"),
        ("display_name", "must not hold control characters (found U+009B)"),
    ]
    looked_at = str([result["rejected"], result.get("warnings"), result.get("summary")])
    assert not any(character in looked_at for character in "\u200b\u202e\x9b")
    assert "⟨U+009B⟩2JBen" in looked_at
    run("sync", profile="staff")
    (journalled,) = run("run_info", profile="staff")["runs"]
    assert journalled["rejected"] == result["rejected"]
