# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module metrics: what monitoring is told of runs, refused and failed ones included, as another parser reads it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from .conftest import Run

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(path: Path) -> Samples:
    """Return what Prometheus' own parser reads, every sample once."""
    found: Samples = {}
    for family in text_string_to_metric_families(path.read_text("utf-8")):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name.removeprefix("telephony_connector_"), frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


@pytest.fixture
def metrics(run: Run, tmp_path: Path) -> Any:
    """Return a function that writes the metrics and reads them."""
    path = tmp_path / "connector.prom"

    def read() -> Samples:
        run("metrics", path=str(path))
        return samples(path)

    return read


def test_runs_outputs_and_pools_are_told(run: Run, users_csv: Path, tmp_path: Path, metrics: Any) -> None:
    began = int(time.time())
    run("extension_pool", ranges=["217-226"], reserved=["220"])
    run("profile", name='the "staff"', template="csv_users", source={"path": str(users_csv)})
    run("sync", profile='the "staff"')
    run("publish", format="yealink", target={"path": str(tmp_path / "book.xml")})
    found = metrics()
    staff = {"profile": 'the "staff"'}
    assert began <= value(found, "profile_last_success_timestamp_seconds", **staff) <= time.time()
    assert 0 < value(found, "profile_last_run_duration_seconds", **staff) < 60
    assert value(found, "profile_last_run_result", **staff, result="changed") == 1
    assert value(found, "profile_last_run_result", **staff, result="unchanged") == 0
    assert value(found, "profile_last_run_records", **staff, count="created") == 2
    assert value(found, "profile_last_run_records", **staff, count="rejected") == 0
    assert value(found, "profile_objects", **staff) == 2
    assert value(found, "objects", kind="user") == 2
    assert value(found, "profile_hold", **staff) == 0
    run("profile", name='the "staff"', hold="the directory moves")
    assert value(metrics(), "profile_hold", **staff) == 1
    assert value(found, "output_last_run_result", output="yealink", result="changed") == 1
    assert value(found, "output_entries", output="yealink", format="yealink", count="entries") == 2
    pool = {"pool": "default", "range": "217-226"}
    states = {
        state: value(found, "pool_numbers_by_state", **pool, state=state) for state in ("used", "reserved", "free")
    }
    assert states == {"used": 2, "reserved": 1, "free": 7}
    assert value(found, "pool_numbers", **pool) == 10


def test_a_guard_and_a_lost_source_are_counted_and_do_not_count_as_success(
    run: Run, users_csv: Path, tmp_path: Path, metrics: Any
) -> None:
    rows = "".join(f"User {number},user{number},{number}\n" for number in range(300, 320))
    users_csv.write_text(f"displayname,username,phone\n{rows}", encoding="utf-8")
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    run("sync", profile="staff")
    before = metrics()
    users_csv.write_text("displayname,username,phone\nUser 1,user300,300\n", encoding="utf-8")
    assert run("sync", profile="staff", check=True)["result"] == "refused"
    assert metrics() == before
    for _attempt in range(2):
        assert run("sync", profile="staff")["failed"]
    found = metrics()
    assert value(found, "profile_guard_trips_total", profile="staff") == 2
    assert value(found, "profile_last_run_result", profile="staff", result="refused") == 1
    assert value(found, "profile_last_run_records", profile="staff", count="created") == 20
    run("profile", name="staff", hold="look at it first")
    assert "on hold" in run("sync", profile="staff")["msg"]
    assert value(metrics(), "profile_guard_trips_total", profile="staff") == 2
    run("profile", name="staff", hold=False)
    users_csv.unlink()
    assert run("sync", profile="staff")["failed"]
    assert run("sync", profile="stuff")["failed"]
    found = metrics()
    assert value(found, "profile_runs_total", profile="staff", result="failed") == 1
    assert value(found, "profile_runs_total", profile="staff", result="changed") == 1
    assert not [labels for _name, labels in found if ("profile", "stuff") in labels]
    name = ("profile_last_success_timestamp_seconds", frozenset({("profile", "staff")}))
    assert found[name] == before[name]


def test_an_output_that_is_taken_away_is_forgotten(run: Run, tmp_path: Path, metrics: Any) -> None:
    run("user", username="anna", display_name="Anna", extension="200")
    run("publish", format="yealink", target={"path": str(tmp_path / "book.xml")})
    assert any(name.startswith("output_") for name, _labels in metrics())
    run("publish", name="yealink", state="absent")
    assert not any(name.startswith("output_") for name, _labels in metrics())


def test_the_file_is_replaced_in_one_step_and_only_when_something_has_changed(run: Run, tmp_path: Path) -> None:
    run("user", username="anna", display_name="Anna")
    path = tmp_path / "connector.prom"
    assert run("metrics", path=str(path), check=True)["changed"] is True
    assert not path.exists()
    assert run("metrics", path=str(path))["changed"] is True
    assert path.stat().st_mode & 0o777 == 0o644
    before = path.stat()
    assert run("metrics", path=str(path))["changed"] is False
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    with path.open(encoding="utf-8") as reader:
        run("user", username="ben", display_name="Ben")
        assert run("metrics", path=str(path))["changed"] is True
        assert 'objects{kind="user"} 1' in reader.read()
    assert [one.name for one in tmp_path.glob(".metrics-*")] == []


@pytest.mark.parametrize(("name", "words"), [("a.txt", "must end in .prom"), ("nowhere/a.prom", "cannot be written")])
def test_a_place_that_cannot_be_is_told(run: Run, tmp_path: Path, name: str, words: str) -> None:
    run("user", username="anna", display_name="Anna")
    assert words in run("metrics", path=str(tmp_path / name))["msg"]


def test_alert_rules_name_metrics_and_labels_that_there_are(
    run: Run, users_csv: Path, tmp_path: Path, metrics: Any
) -> None:
    run("extension_pool", ranges=["217-226"], reserved=[])
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    run("sync", profile="staff")
    run("publish", format="yealink", target={"path": str(tmp_path / "book.xml")})
    known = {(name, label, text) for name, labels in metrics() for label, text in labels}
    names = {name for name, _label, _text in known}
    folder = Path(__file__).parents[4] / "docs"
    rules = yaml.safe_load((folder / "examples/prometheus/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 5
    for rule in rules:
        used = re.findall(r"telephony_connector_(\w+)(?:\{(\w+)=(~?)\"([^\"]*)\"\})?", rule["expr"])
        assert used, rule
        for name, label, _is_pattern, text in used:
            assert name in names
            assert all((name, label, one) in known for one in text.split("|") if label)
        for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
            assert (used[0][0], label) in {(name, one) for name, one, _text in known}
    page = (folder / "metrics.md").read_text("utf-8")
    told = set(re.findall(r"`((?:profile|output|pool)_\w+|objects)`", page.partition("| metric |")[2]))
    assert names <= told | {name for name in names if name.startswith("output_last_run_")} | {
        "output_runs_total", "output_guard_trips_total"
    }  # fmt: skip
