# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module report, and the option report of sync: the same file of a simulation, a run, and a past run."""

from __future__ import annotations

import contextlib
import errno
import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.publishing import run as publishing_run
from ansible_collections.telephony.connector.plugins.module_utils.reporting import writing
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import Planner

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
    assert told(path)["changes"][0]["after"]["phonebook"]["mobile"] == "+49 171 5550123"
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


def test_a_simulation_is_reported_with_all_its_changes(run: Run, users_csv: Path, tmp_path: Path) -> None:
    path, options = tmp_path / "a.json", {"template": "csv_users", "source": {"path": str(users_csv)}}
    run("extension_pool", ranges=["217-226"], reserved=["226"])
    result = run("sync", check=True, diff=True, profile="staff", definition=options, report=str(path), changes_limit=1)
    assert (len(result["changes"]), result["changes_truncated"], result["plan_digest"]) == (
        1,
        True,
        told(path)["plan_digest"],
    )
    assert "or report: changes.html" in str(result["diff"])
    assert [one["name"] for one in told(path)["changes"]] == ["mmuster", "ebeispiel"]
    assert told(path)["simulation"] is True
    assert told(path)["pools"] == [{"label": "217-226", "size": 10, "used": 2, "reserved": 1}]
    assert result["plan_digest"] in told(path)["apply"]


def test_changes_in_json_are_those_of_the_result(run: Run, users_csv: Path, tmp_path: Path) -> None:
    text = "displayname,username,phone,mobile,roles,createMobile\nMax,max,201,+49 171 5550123,sales staff,yes\n"
    users_csv.write_text(text, "utf-8")
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    results = [
        run("sync", check=check, profile="staff", report=str(tmp_path / f"{check}.json")) for check in (True, False)
    ]
    users_csv.write_text(text.replace("5550123", "5550124"), "utf-8")
    results += [run("sync", profile="staff", report=str(tmp_path / "update.json"))]
    results += [run("undo", check=True, run=2, report=str(tmp_path / "undo.json"))]
    for name, result in zip(("True", "False", "update", "undo"), results, strict=True):
        changes = told(tmp_path / f"{name}.json")["changes"]
        assert [{key: value for key, value in one.items() if key != "section"} for one in changes] == result["changes"]
        assert len(changes) == 1
    assert results[0]["changes"][0]["after"]["devices"][0]["type"]  # the fields that a flat text would hide
    assert results[0]["changes"][0]["after"]["roles"]


def test_the_command_of_a_report_carries_out_its_plan(run: Run, staff: Path, tmp_path: Path) -> None:
    staff.write_text(staff.read_text("utf-8").replace("217", "219"), encoding="utf-8")
    run("sync", check=True, profile="staff", report=str(tmp_path / "a.json"))
    *_words, arguments = shlex.split(told(tmp_path / "a.json")["apply"])
    assert run("sync", **json.loads(arguments), report=str(tmp_path / "b.json"))["result"] == "changed"
    before, after = told(tmp_path / "a.json"), told(tmp_path / "b.json")
    assert (before["changes"], before["plan_digest"]) == (after["changes"], after["plan_digest"])
    assert (after["simulation"], after["apply"], after["run_id"]) == (False, "", run("run_info")["runs"][0]["id"])
    assert after["pools"][0]["used"] == 2


def counting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[str]:
    """Return a list that gets an entry with each call of a function."""
    called: list[str] = []
    kept = getattr(owner, name)

    def counted(*given: Any, **named: Any) -> Any:
        called.append(name)
        return kept(*given, **named)

    monkeypatch.setattr(owner, name, counted)
    return called


def test_a_refused_run_is_reported_with_its_plan(
    run: Run, users_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"Person {number},p{number},{300 + number}" for number in range(20)]
    users_csv.write_text("\n".join(["displayname,username,phone", *lines, ""]), encoding="utf-8")
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    run("sync", profile="staff")
    users_csv.write_text("\n".join(["displayname,username,phone", *lines[:5], ""]), encoding="utf-8")
    plans = counting(monkeypatch, Planner, "_make")
    failed = run("sync", profile="staff", report=str(tmp_path / "a.json"))
    assert failed["failed"] is True
    assert len(plans) == 1
    report = told(tmp_path / "a.json")
    assert (report["result"], len(report["changes"]), report["refusal"]) == ("refused", 15, failed["msg"])
    assert report["plan_digest"] in report["apply"]
    assert run("object_info", kind="user")["count"] == 20


def test_a_refused_publication_is_reported_with_its_plan(
    run: Run, staff: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"name": "desk", "format": "yealink", "target": {"path": str(tmp_path / "book.xml")}}
    run("publish", **options)
    run("user", username="mmuster", state="absent")
    plans = counting(monkeypatch, publishing_run, "stage")
    failed = run("publish", report=str(tmp_path / "a.json"), changes_limit=0, guards={"max_removals": "0"}, **options)
    report = told(tmp_path / "a.json")
    assert (report["result"], len(report["changes"]), report["refusal"]) == ("refused", 1, failed["msg"])
    assert (failed["result"], len(plans)) == ("refused", 1)


def test_nothing_is_done_when_the_report_has_no_place(run: Run, staff: Path, tmp_path: Path) -> None:
    staff.write_text(staff.read_text("utf-8").replace("217", "219"), encoding="utf-8")
    assert "no folder" in run("sync", profile="staff", report=str(tmp_path / "none/a.html"))["msg"]
    assert [one["extension"] for one in run("object_info", kind="user")["objects"]] == ["218", "217"]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no room for any report."""

    def no_room(*_given: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing.tempfile, "NamedTemporaryFile", no_room)


@pytest.mark.usefixtures("full_disk")
def test_a_run_whose_report_is_missing_says_that_it_is_done(run: Run, staff: Path, tmp_path: Path) -> None:
    staff.write_text(staff.read_text("utf-8").replace("Eva B", "Eve B"), "utf-8")
    simulated = run("sync", check=True, profile="staff", report=str(tmp_path / "a.html"))
    assert simulated["msg"].startswith("The report")
    done = run("sync", profile="staff", report=str(tmp_path / "a.html"))
    assert done["msg"].startswith("Run 2 is carried out and complete in the store, only its report is missing: The ")
    assert "No space left on device" in done["msg"]
    assert (done["failed"], done["changed"], done["run_id"], done["counts"]["updated"]) == (True, True, 2, 1)
    assert [one["id"] for one in run("run_info", profile="staff")["runs"]] == [2, 1]
    with contextlib.closing(Store.open_as_guest(str(tmp_path / "store.db"))) as store, store.snapshot():
        noted = attempts.every(store, attempts.PROFILE)["staff"]
    assert (noted.result, noted.totals) == ("changed", {"changed": 2})
    undone = run("undo", run=2, report=str(tmp_path / "a.html"))
    assert (undone["changed"], undone["msg"][:20]) == (True, "Run 3 is carried out")
    again = run("undo", run=2, report=str(tmp_path / "a.html"))
    assert again["msg"].startswith("The report")


@pytest.mark.usefixtures("full_disk")
def test_a_publication_whose_report_is_missing_says_that_it_is_done(run: Run, staff: Path, tmp_path: Path) -> None:
    target = {"path": str(tmp_path / "desk.xml")}
    done = run("publish", name="desk", format="yealink", target=target, report=str(tmp_path / "a.html"))
    assert done["msg"].startswith('The output "desk" is done as asked, only the report of it is missing: The report')
    assert (done["changed"], done["counts"]["created"]) == (True, 2)
    assert (tmp_path / "desk.xml").exists()


def test_secrets_are_in_no_report(run: Run, users_csv: Path, tmp_path: Path) -> None:
    users_csv.write_text("displayname,username,password,pin\nMax,max,correct-horse-9,47114711\n", encoding="utf-8")
    options = {"template": "csv_users", "source": {"path": str(users_csv)}}
    run("profile", name="staff", **options)
    for name in ("a.html", "a.md", "a.json", "a.xml"):
        run("sync", check=True, profile="staff", report=str(tmp_path / name))
        text = (tmp_path / name).read_text("utf-8")
        assert "max" in text or name == "a.xml"
        assert "correct-horse-9" not in text
        assert "47114711" not in text


def test_explain_is_shown_as_a_table(run: Run, staff: Path) -> None:
    staff.write_text(staff.read_text("utf-8").replace("217", "219"), encoding="utf-8")
    result = run("sync", check=True, diff=True, profile="staff", only="mmuster", explain=True)
    lines = result["diff"][-1]["prepared"].splitlines()
    assert lines[0] == "record 2, key mmuster: wanted"
    assert lines[1].startswith("update user mmuster: ")
    assert lines[3].split() == ["COLUMN", "VALUE", "EXPRESSION", "RESULT", "FIELD", "WHAT", "HAPPENS"]
    assert ["phone", "219", "row.phone", "219", "user.extension", "217", "→", "219"] in [line.split() for line in lines]
    assert any("user.display_name stays as it is" in " ".join(line.split()) for line in lines)


def test_a_publication_is_reported(run: Run, staff: Path, tmp_path: Path) -> None:
    options = {"name": "desk", "format": "yealink", "target": {"path": str(tmp_path / "book.xml")}, "changes_limit": 1}
    simulated = run("publish", check=True, report=str(tmp_path / "a.json"), **options)
    assert (len(simulated["changes"]), simulated["changes_truncated"]) == (1, True)
    report = told(tmp_path / "a.json")
    assert (report["about"], report["simulation"], len(report["changes"])) == ("output desk", True, 2)
    assert not (tmp_path / "book.xml").exists()
    people = {"name": "people", "format": "pascom_users", "target": {"path": str(tmp_path / "people.csv")}}
    shown = run("publish", report=str(tmp_path / "b.json"), **people)["changes"]
    assert [one["name"] for one in shown] == ["Eva Beispiel", "Max Muster"]
    assert [
        {name: value for name, value in one.items() if name != "section"}
        for one in told(tmp_path / "b.json")["changes"]
    ] == shown
    run("publish", report=str(tmp_path / "a.html"), **options)
    assert "Changed the phone system" not in (tmp_path / "a.html").read_text("utf-8")
    assert "output desk" in (tmp_path / "a.html").read_text("utf-8")
