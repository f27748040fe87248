# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module tells of its progress, and what is shown of it."""

from __future__ import annotations

import json
import time

import pytest
from ansible import constants

from ansible_collections.telephony.connector.plugins.module_utils import progress as teller
from ansible_collections.telephony.connector.plugins.plugin_utils import progress


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return the file that a module tells its progress to."""
    path = tmp_path / "state"
    path.touch()
    monkeypatch.setenv(teller.FILE, str(path))
    monkeypatch.setattr(teller, "_state", teller._State())
    return path


def state(path):
    return json.loads(path.read_text())


def test_a_phase_and_its_records(told, monkeypatch):
    monkeypatch.setattr(teller, "_SECONDS", 1000)
    teller.phase("reading", 1000)
    assert state(told) == {"phase": "reading", "done": None, "expected": 1000, "rate": None}
    monkeypatch.setattr(teller._state, "began", time.monotonic() - 2000)
    teller.at(10)
    assert state(told)["done"] is None, "not more often than can be seen"
    monkeypatch.setattr(teller._state, "due", 0.0)
    teller.at(500_000)
    assert state(told)["done"] == 500_000
    assert state(told)["rate"] == pytest.approx(250, rel=0.1)
    teller.phase("writing")
    assert state(told) == {"phase": "writing", "done": None, "expected": None, "rate": None}


@pytest.mark.parametrize("path", ["", "/nowhere/at all"])
def test_nobody_who_follows_costs_nothing_and_harms_nothing(monkeypatch, path):
    monkeypatch.setenv(teller.FILE, path)
    monkeypatch.setattr(teller, "_state", teller._State())
    teller.phase("reading")
    teller.at(5)
    for needed in ("time", "json", "os"):
        monkeypatch.setattr(teller, needed, None)
    teller.at(teller.EVERY)


@pytest.mark.parametrize(
    ("told", "seconds", "line"),
    [
        ({"phase": "reading", "done": 45000, "expected": 100000, "rate": 9012.3}, 5.2,
         "sync staff: reading, 45,000 of about 100,000 records, 9,012/s, 0:05 elapsed"),
        ({"phase": "reading", "done": 45000, "expected": 10, "rate": 9012.3}, 65,
         "sync staff: reading, 45,000 records, 9,012/s, 1:05 elapsed"),
        ({"phase": "planning", "done": None, "expected": None, "rate": None}, 3601,
         "sync staff: planning, 60:01 elapsed"),
        ({"phase": "writing", "done": None, "expected": 1, "rate": None}, 3,
         "sync staff: writing, 1 record, 0:03 elapsed"),
        ({"phase": "reading", "done": 1, "expected": 1, "rate": None}, 3,
         "sync staff: reading, 1 of about 1 record, 0:03 elapsed"),
        ({"phase": "reading", "done": 1, "expected": None, "rate": None}, 3,
         "sync staff: reading, 1 record, 0:03 elapsed"),
        ({"phase": "reading", "done": 1, "expected": 2, "rate": None}, 3,
         "sync staff: reading, 1 of about 2 records, 0:03 elapsed"),
        ({"phase": "reading", "done": 0, "expected": 0, "rate": None}, 3,
         "sync staff: reading, 0 records, 0:03 elapsed"),
    ],
)  # fmt: skip
def test_a_line(told, seconds, line):
    assert progress.line_of("sync staff", told, seconds) == line


@pytest.fixture
def callback(monkeypatch):
    """Return a function that sets the callback of the standard output."""

    def choose(name):
        def value(setting, *rest, **more):
            return name if setting == "DEFAULT_STDOUT_CALLBACK" else None

        monkeypatch.setattr(constants.config, "get_config_value", value)

    return choose


def shown(monkeypatch, arguments=None, is_secret=False):
    """Return where lines of a task would go: None, "stdout" or "stderr"."""
    lines = []
    monkeypatch.setattr(
        progress.display, "display", lambda line, stderr: lines.append("stderr" if stderr else "stdout")
    )
    with progress.of_task("sync", arguments or {}, is_secret) as followed:
        if followed is None:
            return None
        with open(followed.environment[teller.FILE], "w") as file:
            json.dump({"phase": "reading"}, file)
        followed.tick()
    followed.tick()  # the file is gone
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("default", "stdout"), ("ansible.builtin.default", "stdout"), ("awx_display", "stdout"),
        ("community.general.yaml", "stdout"), ("json", None), ("ansible.posix.json", None),
        ("ansible.posix.jsonl", None),
        ("community.general.null", None), ("somebodys.own", "stderr"),
    ],
)  # fmt: skip
def test_lines_go_where_they_do_no_harm(callback, monkeypatch, name, place):
    callback(name)
    assert shown(monkeypatch) == place


def test_nothing_is_shown_when_it_is_not_wanted(callback, monkeypatch):
    callback("default")
    assert shown(monkeypatch, {"progress": False}) is None
    assert shown(monkeypatch, {"progress": "no"}) is None
    assert shown(monkeypatch, is_secret=True) is None
    monkeypatch.setenv(progress.SWITCH, "0")
    assert shown(monkeypatch) is None


@pytest.mark.parametrize(("words", "seconds"), [("5", 5), ("0", 0.1), ("often", 3)])
def test_how_often(monkeypatch, words, seconds):
    monkeypatch.setenv(progress.INTERVAL, words)
    assert progress.seconds_between_lines() == seconds
