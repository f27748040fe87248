# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in Ansible's worker and a task in a process of its own do the same; and which of the two it is."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

SECRET = "recognisable-passphrase"
GROUP = "group/telephony.connector.connector"
USERS = "displayname,username,phone,email\nMax Muster,mmuster,217,max@corp.example\nBad User,bad user,218,\n"
WORKER, PROCESS = {"TELEPHONY_CONNECTOR_DIRECT": "1"}, {"TELEPHONY_CONNECTOR_DIRECT": "0"}


def person(name, **more):
    return {"username": name, "display_name": name.title(), **more}


STAFF = {"name": "staff", "template": "csv_users", "source": {"path": "users.csv"}}
SYNC = {"profile": "staff", "definition": STAFF}
TASKS = [
    {"name": "declare", "profile": STAFF},
    {"name": "sync", "sync": SYNC},
    {"name": "explain", "sync": {**SYNC, "only": "mmuster", "explain": True}},
    {"name": "masked", "user": person("anna", password=SECRET, email=f"{SECRET}@x.example")},
    {"name": "not masked", "user": person("eva", email=f"{SECRET}@x.example")},
    {"name": "entry", "phonebook_entry": {"display_name": "Family doctor", "phone": "+49 89 5550142"}},
    {"name": "dial", "speed_dial": {"number": "*10", "destination": "+49 89 19410", "display_name": "Taxi"}},
    {"name": "pool", "extension_pool": {"ranges": ["200-209"], "reserved": ["200"]}},
    {"name": "set back", "user": person("mmuster", email="other@corp.example")},
    {"name": "unknown option", "sync": {**SYNC, "profil": "staff"}, "ignore_errors": True},
    {"name": "wrong type", "object_info": {"kind": "user", "limit": "many"}, "ignore_errors": True},
    {"name": "hidden", "object_info": {"kind": "user"}, "no_log": True},
    {"name": "loop", "object_info": {"kind": "{{ item }}"}, "loop": ["user", "users", "user"], "ignore_errors": True},
    {"name": "elsewhere", "object_info": {"kind": "user", "store": "{{ omit }}"},
     "environment": {"TELEPHONY_CONNECTOR_STORE": "other/../other.db"}},
    {"name": "default place", "object_info": {"kind": "user"}},
]  # fmt: skip


def run(ansible, folder, where, *options, tasks=None, defaults=None):
    """Run the tasks in a folder of their own, with the store `store.db` there."""
    folder.mkdir(exist_ok=True)
    (folder / "users.csv").write_text(USERS)
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "collections": ["telephony.connector"],
        "module_defaults": {GROUP: defaults or {}},
        "tasks": tasks or TASKS,
    }
    (folder / "play.json").write_text(json.dumps([play]))
    environment = {
        **where,
        "TELEPHONY_CONNECTOR_STORE": str(folder / "store.db"),
        "TELEPHONY_CONNECTOR_PROGRESS": "0",  # which lines there are hangs on how busy the machine is
    }
    return ansible.playbook(str(folder / "play.json"), *options, environment=environment)


def told(done, folder):
    """Return what a run printed, without the few words that are its own."""
    lines = done.output.replace(str(folder), "FOLDER").splitlines()
    return [line for line in lines if not line.startswith(("PLAY [", "[WARNING]: Deprecation"))]


@pytest.mark.parametrize(
    "options", [pytest.param(("--check", "--diff", "-v"), marks=pytest.mark.newest_alone), ("--diff", "-v")]
)
def test_both_ways_say_and_return_the_same(ansible, options):
    folder, found = ansible.folder / "both", []
    # in a simulation, what fails or only reads is left out
    tasks = [task for task in TASKS if len(task) == 2] if "--check" in options else TASKS
    for where in (WORKER, PROCESS):
        done = run(ansible, folder, where, *options, tasks=tasks)
        found.append((done.returncode, told(done, folder), done.tasks))
        assert [line["task"] for line in done.tasks] == [task["name"] for task in tasks], done.output
        assert (folder / "store.db").exists() is ("--check" not in options)
        shutil.rmtree(folder)
    direct, ordinary = found
    assert direct[2] == ordinary[2]
    assert direct[1] == ordinary[1]
    results = {line["task"]: line["result"] for line in direct[2]}
    if "--check" not in options:
        assert results["sync"]["counts"]["created"] == 1
        assert results["masked"]["object"]["email"] == "********@x.example"
        assert results["not masked"]["object"]["email"] == f"{SECRET}@x.example", "the task before has hidden it"
        assert results["set back"]["changed"]
        assert results["elsewhere"]["count"] == 0
        assert results["default place"]["count"] == 3
        assert 'Did you mean "profile"?' in results["unknown option"]["msg"]
        assert ["must be one of" in item.get("msg", "") for item in results["loop"]["results"]] == [False, True, False]


def test_module_defaults_count_both_ways(ansible):
    ansible.environment["ANSIBLE_CALLBACKS_ENABLED"] = "task_results"  # modules are packed by Ansible alone
    tasks = [{"name": "make", "user": person("anna")}, {"name": "look", "object_info": {"kind": "user"}}]
    for number, where in enumerate((WORKER, PROCESS)):
        store = ansible.folder / f"named-{number}.db"
        done = run(ansible, ansible.folder / "defaults", where, tasks=tasks, defaults={"store": str(store)})
        assert (done.result("look")["count"], store.exists()) == (1, True), done.output


def places(output):
    """Return by task why it ran in a process of its own, "" where it ran in Ansible's worker."""
    found = {}
    for block in output.split("TASK [")[1:]:
        where = re.search(r"^Running \S+ in (Ansible's worker|a process of its own \((.*)\))$", block, re.MULTILINE)
        assert where, block
        found[block.partition("]")[0]] = where[2] or ""
    return found


def test_where_a_task_runs(ansible):
    su = ansible.folder / "su"  # a way to become somebody that needs no rights
    su.write_text('#!/bin/sh\nfor last; do :; done\nexec /bin/sh -c "$last"\n')
    su.chmod(0o755)
    become = {"become": True, "become_method": "ansible.builtin.su", "become_exe": str(su)}
    expected = {
        "plain": ({}, ""),
        "time zone": ({"environment": {"TZ": "Asia/Tokyo"}}, ""),
        "delegated": ({"delegate_to": "localhost"}, ""),
        "async": ({"async": 60, "poll": 1}, "async"),
        "become": (become, "become"),
        "python path": ({"environment": {"PYTHONPATH": "/nowhere"}}, "environment PYTHONPATH"),
    }
    tasks = [{"name": name, "object_info": {"kind": "user"}, **more} for name, (more, _reason) in expected.items()]
    done = ansible.tasks(*tasks, options=("-vvv",))
    assert done.returncode == 0, done.output
    assert places(done.output) == {name: reason for name, (_more, reason) in expected.items()}
    assert [line["result"]["count"] for line in done.tasks] == [0] * len(tasks)


def test_another_interpreter_and_the_switch(ansible):
    other = ansible.folder / "python"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    other.chmod(0o755)
    task = {"name": "look", "object_info": {"kind": "user"}}
    done = ansible.tasks(task, options=("-vvv",), variables={"ansible_python_interpreter": str(other)})
    assert places(done.output) == {"look": f"interpreter {other}"}
    done = ansible.tasks(task, options=("-vvv",), environment=PROCESS)
    assert places(done.output) == {"look": "TELEPHONY_CONNECTOR_DIRECT is off"}


@pytest.fixture
def locked(ansible):
    """Return a store that somebody else is writing to, so that tasks wait."""
    ansible.warm = None  # processes are looked for by the environment that they were started with
    assert ansible.tasks({"name": "make", "user": person("first")}).returncode == 0
    lock = sqlite3.connect(ansible.store, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    yield lock
    lock.close()


def processes_of(folder):
    """Return the command lines of processes whose environment names a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return [words for words in found if words]


def gone(folder):
    due = time.monotonic() + 60
    while processes_of(folder) and time.monotonic() < due:
        time.sleep(0.05)
    return processes_of(folder) == []


@pytest.mark.parametrize("where", [WORKER, PROCESS], ids=["worker", "process"])
def test_a_task_that_is_too_slow_is_ended_and_has_done_nothing(ansible, locked, where):
    slow = {"name": "slow", "user": person("late"), "timeout": 2, "ignore_errors": True}
    look = {"name": "look", "object_info": {"kind": "user"}}
    done = ansible.tasks(slow, look, environment=where)
    assert done.returncode == 0, done.output
    assert done.result("slow")["timedout"]["period"] == 2
    assert gone(ansible.folder), "it must not go on when the lock is free"
    assert [user["username"] for user in done.result("look")["objects"]] == ["first"]


def test_an_interrupt_ends_the_task(ansible, locked):
    # in a process of its own, what an interrupt does is Ansible's affair: some versions wait for the module's end
    play = ansible.folder / "interrupted.json"
    tasks = [{"telephony.connector.user": person("late")}]
    play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = [str(ansible.programs / "ansible-playbook"), str(play), "-vvv"]  # fmt: skip
    output = ansible.folder / "output"
    with output.open("wb") as stream:
        running = subprocess.Popen(
            command, env=ansible.environment | WORKER, cwd=ansible.folder, stdout=stream, stderr=stream,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        due = time.monotonic() + 120
        while b"TASK [" not in output.read_bytes():
            assert time.monotonic() < due, output.read_text()
            time.sleep(0.05)
        time.sleep(2)  # until it waits for the lock
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=120) != 0
    assert gone(ansible.folder), processes_of(ansible.folder)
    locked.execute("ROLLBACK")
    assert [name for (name,) in locked.execute("SELECT name FROM objects")] == ["first"]
