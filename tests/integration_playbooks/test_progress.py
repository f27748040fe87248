# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long run says how far it is, and never where that would harm."""

from __future__ import annotations

import json

import pytest

OFTEN = {"TELEPHONY_CONNECTOR_PROGRESS_SECONDS": "0.1"}
PEOPLE = 8_000


@pytest.fixture
def tasks(ansible):
    lines = (f"Person {number},person{number},p{number}@corp.example" for number in range(PEOPLE))
    (ansible.folder / "people.csv").write_text("\n".join(["displayname,username,email", *lines]))
    staff = {"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}}
    return {"name": "declare", "profile": staff}, {"name": "sync", "sync": {"profile": "staff"}}


def lines_of(output):
    return [line for line in output.splitlines() if line.startswith("sync staff: ")]


@pytest.mark.both_ways
def test_a_long_run_says_how_far_it_is(ansible, tasks):
    done = ansible.tasks(*tasks, environment=OFTEN)
    assert done.returncode == 0, done.output
    assert any("records" in line for line in lines_of(done.output)), done.output
    assert done.result("sync")["counts"]["created"] == PEOPLE


def test_a_callback_for_programs_stays_as_it_is(ansible, tasks):
    callbacks = ansible.folder / "callbacks"
    callbacks.mkdir()
    (callbacks / "as_json.py").write_text(
        "import json\nfrom ansible.plugins.callback import CallbackBase\n\n"
        "class CallbackModule(CallbackBase):\n"
        "    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, 'stdout', 'as_json'\n\n"
        "    def v2_runner_on_ok(self, result):\n"
        "        print(json.dumps({'task': result.task.get_name()}))\n"
    )
    environment = {**OFTEN, "ANSIBLE_STDOUT_CALLBACK": "as_json", "ANSIBLE_CALLBACK_PLUGINS": str(callbacks)}
    done = ansible.tasks(*tasks, environment={**environment, "ANSIBLE_CALLBACKS_ENABLED": "as_json"})
    assert [json.loads(line)["task"] for line in done.output.splitlines()] == ["declare", "sync"]


def test_a_task_that_wants_none_shows_none(ansible, tasks):
    declare, sync = tasks
    sync["sync"]["progress"] = False
    assert lines_of(ansible.tasks(declare, sync, environment=OFTEN).output) == []
