# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user whose record is gone is a leaver for some days, and the same user as before when it comes back."""

from __future__ import annotations

import pytest

PEOPLE = "username,displayname,phone,password\nanna,Anna,200,secret-of-anna\nben,Ben,201,secret-of-ben\n"


def play(folder):
    profile = {
        "name": "staff",
        "template": "csv_users",
        "source": {"path": str(folder / "people.csv")},
        "leavers": {"action": "disable", "grace_days": 30},
    }
    tasks = [
        {"name": "profile", "telephony.connector.profile": profile},
        {"name": "sync", "telephony.connector.sync": {"profile": "staff"}},
        {"name": "login", "telephony.connector.auth_test": {"username": "ben", "password": "secret-of-ben"}},
        {"name": "leavers", "telephony.connector.object_info": {"kind": "user", "leavers": True}},
        {"name": "phonebook", "telephony.connector.object_info": {"kind": "directory"}},
    ]
    return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]


@pytest.mark.newest_alone
def test_a_leaver_cannot_sign_in_and_comes_back_as_before(ansible):
    people = ansible.folder / "people.csv"
    people.write_text(PEOPLE)
    first = ansible.playbook(play(ansible.folder))
    assert first.result("login")["authenticated"] is True, first.output

    people.write_text(PEOPLE.partition("ben,")[0])
    simulated = ansible.playbook(play(ansible.folder), "--check", "--diff")
    assert simulated.result("sync")["counts"]["disabled"] == 1, simulated.output
    left = ansible.playbook(play(ansible.folder))
    counts = left.result("sync")["counts"]
    assert (counts["disabled"], counts["removed"]) == (1, 0)
    assert left.result("login")["authenticated"] is False
    assert left.result("login")["reason"] == "leaver"
    assert [one["username"] for one in left.result("leavers")["objects"]] == ["ben"]
    assert [one["display_name"] for one in left.result("phonebook")["objects"]] == ["Anna"]
    assert ansible.playbook(play(ansible.folder)).recap["changed"] == 0

    people.write_text(PEOPLE)
    back = ansible.playbook(play(ansible.folder))
    assert back.result("sync")["counts"]["returned"] == 1
    assert back.result("login")["authenticated"] is True
    assert back.result("leavers")["objects"] == []
