# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in a playbook: lines, pools of sites that a record decides about, and whose a number is."""

from __future__ import annotations

NUMBERS = {"country": "DE", "lines": [{"prefix": "+49 991 2960", "extension_digits": 3}]}
NUMBER = "{{ '0991/2960-123' | telephony.connector.extension(numbers) }}"
PEOPLE = "username,displayname,phone,site\nanna,Anna,+49 (0)991 2960-123,\nben,Ben,,Berlin\ncarl,Carl,,Munich\n"


def tasks(folder):
    profile = {
        "name": "staff",
        "template": "csv_users",
        "source": {"path": str(folder / "people.csv")},
        "variables": {"phone": "row.phone | extension"},
        "pool": "row.site | lower",
        "guards": {"max_removals": "100%"},
    }
    return [
        {"name": "lines", "telephony.connector.store_settings": {"numbers": NUMBERS}},
        {"name": "berlin", "telephony.connector.extension_pool": {"name": "berlin", "ranges": ["300-309"]}},
        {
            "name": "munich",
            "telephony.connector.extension_pool": {"name": "munich", "ranges": ["400-409"], "cooldown_days": 30},
        },
        {"name": "profile", "telephony.connector.profile": profile},
        {"name": "sync", "telephony.connector.sync": {"profile": "staff"}},
        {"name": "range", "telephony.connector.number_info": {"range": "400-401"}},
        {"name": "number", "telephony.connector.number_info": {"number": NUMBER}},
    ]


def test_sites_have_pools_and_outside_numbers_become_extensions(ansible):
    (ansible.folder / "people.csv").write_text(PEOPLE)
    play = {"hosts": "localhost", "gather_facts": False, "vars": {"numbers": NUMBERS}, "tasks": tasks(ansible.folder)}
    first = ansible.playbook([play])
    assert first.returncode == 0, first.output
    assert first.result("sync")["counts"]["created"] == 3
    assert first.result("number")["holder"]["name"] == "anna"
    assert first.result("number")["numbers"][0]["did"] == "+499912960123"
    assert [(one["number"], one["state"]) for one in first.result("range")["numbers"]] == [
        ("400", "user"), ("401", "free"),
    ]  # fmt: skip
    again = ansible.playbook([play])
    assert again.recap["changed"] == 0, again.output

    (ansible.folder / "people.csv").write_text(PEOPLE.replace("carl,Carl,,Munich\n", ""))
    left = ansible.playbook([play])
    assert left.result("range")["numbers"][0]["state"] == "resting"
    (ansible.folder / "people.csv").write_text(PEOPLE.replace("carl,Carl", "dora,Dora"))
    other = ansible.playbook([play])
    assert [change["after"]["extension"] for change in other.result("sync")["changes"]] == ["401"]
