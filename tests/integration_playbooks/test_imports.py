# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's main job as people run it: simulate, run, run again, look at what changed, ask why."""

from __future__ import annotations

import pytest

SECRET = "recognisable-passphrase"
# columns as files of the original connector have them
USERS = f"""displayname,username,password,pin,phone,givenname,surname,email,mobile,homephone,job
Max Muster,mmuster,{SECRET},471100,,Max,Muster,max@corp.example,+49 171 1,,Sales
"Ebert, Eva",eeva,{SECRET},471100,211,Eva,Ebert,eva@corp.example,,,
Bad User,bad user,{SECRET},471100,212,Bad,User,,,,
"""


def play(*tasks, sync=None, **profile):
    """Return tasks that declare the profile, sync it with its definition, and then do the rest."""
    definition = {"name": "staff", "template": "csv_users", "source": {"path": "users.csv"}, **profile}
    return (
        {"name": "pool", "extension_pool": {"ranges": ["200-209"]}},
        {"name": "declare", "profile": definition},
        {"name": "sync", "sync": {"profile": "staff", "definition": definition, **(sync or {})}},
        *tasks,
    )


@pytest.fixture
def users(ansible):
    path = ansible.folder / "users.csv"
    path.write_text(USERS, encoding="utf-8")
    return path


def test_a_simulation_from_nothing_then_the_run_then_no_change(ansible, users):
    simulated = ansible.tasks(*play(), options=("--check", "--diff"))
    assert simulated.returncode == 0, simulated.output
    assert "+username: mmuster" in simulated.output
    assert (simulated.result("sync")["result"], simulated.result("sync")["run_id"]) == ("partial", None)
    assert not ansible.store.exists()

    look = {"name": "look", "object_info": {"kind": "user"}}
    done = ansible.tasks(*play(look), options=("-vvv",))
    counts = done.result("sync")["counts"]
    assert (counts["read"], counts["created"], counts["rejected"]) == (3, 2, 1)
    assert done.result("sync")["rejected"][0]["field"] == "username"
    assert [(user["username"], user["extension"]) for user in done.result("look")["objects"]] == [
        ("eeva", "211"),
        ("mmuster", "200"),
    ]
    assert SECRET not in done.output + simulated.output
    assert SECRET.encode() not in ansible.store.read_bytes()

    again = ansible.tasks(*play())
    assert again.recap["changed"] == 0
    assert again.result("sync")["counts"]["unchanged"] == 2


@pytest.mark.newest_alone
def test_a_change_is_shown_before_and_after_and_found_in_the_journal(ansible, users):
    assert ansible.tasks(*play()).returncode == 0
    users.write_text(USERS.replace(",211,", ",213,"), encoding="utf-8")
    why = {"name": "why", "run_info": {"name": "211"}}
    explain = {"name": "explain", "sync": {"profile": "staff", "only": "eeva", "explain": True}, "check_mode": True}
    run = ansible.tasks(*play(why, explain), options=("--diff",))
    assert "-extension: 211" in run.output
    assert "+extension: 213" in run.output
    change = run.result("why")["changes"][0]
    assert (change["name"], change["before"], change["after"]) == ("eeva", {"extension": "211"}, {"extension": "213"})
    assert run.result("explain")["explain"]["variables"]["phone"] == "213"
    assert SECRET not in run.output


@pytest.mark.newest_alone
def test_a_guard_stops_a_run_and_the_reviewed_plan_lifts_it(ansible, users):
    options = {"guards": {"max_removals": 0}}
    assert ansible.tasks(*play(**options)).returncode == 0
    users.write_text("\n".join(USERS.splitlines()[:2]) + "\n", encoding="utf-8")
    refused = ansible.tasks(*play(**options))
    assert refused.returncode != 0
    digest = refused.result("sync")["plan_digest"]
    assert f"expect_plan: {digest}" in refused.result("sync")["msg"]
    look = {"name": "look", "object_info": {"kind": "user"}}
    lifted = ansible.tasks(*play(look, sync={"expect_plan": digest}, **options))
    assert [user["username"] for user in lifted.result("look")["objects"]] == ["mmuster"]


@pytest.mark.newest_alone
def test_wrong_words_get_the_right_ones(ansible, users):
    wrong = {
        "option": {"name": "x", "template": "csv_users", "source": {"pth": "users.csv"}},
        "template": {"name": "x", "template": "csv_user", "source": {"path": "users.csv"}},
        "expression": {
            "name": "x",
            "template": "csv_users",
            "source": {"path": "u.csv"},
            "variables": {"job": "row.a |"},
        },
        "field": {
            "name": "x",
            "template": "csv_users",
            "source": {"path": "u"},
            "structure": {"user": {"emial": "email"}},
        },
    }
    run = ansible.tasks(*({"name": name, "profile": given, "ignore_errors": True} for name, given in wrong.items()))
    said = {name: run.result(name)["msg"] for name in wrong}
    assert 'Did you mean "path"?' in said["option"]
    assert 'Did you mean "csv_users"?' in said["template"]
    assert 'Variable "job" is not a valid expression at position' in said["expression"]
    assert 'Did you mean "email"?' in said["field"]
