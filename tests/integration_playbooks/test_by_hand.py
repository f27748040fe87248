# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that people declare in a playbook, in one store named for the whole play."""

from __future__ import annotations

import pytest

SECRET = "recognisable-passphrase"
DEVICE_SECRET = "recognisable-device-word"
GROUP = "group/telephony.connector.connector"

POOL = {"extension_pool": {"ranges": ["200-209"], "reserved": ["200"]}}
RECEPTION = {
    "username": "reception",
    "display_name": "Reception",
    "password": SECRET,
    "roles": ["Front desk"],
    "phonebook": {"mobile": "+49 171 1", "labels": {"Room": "3.07"}},
    "devices": [{"type": "ip_phone", "mac": "00:11:22:AA:BB:CC", "password": DEVICE_SECRET}],
}
DOCTOR = {"display_name": "Family doctor", "owner": "reception", "phone": "+49 89 5550142"}
TAXI = {"number": "*10", "destination": "+49 89 19410", "display_name": "Taxi"}
OBJECTS = {"user": RECEPTION, "phonebook_entry": DOCTOR, "speed_dial": TAXI}


class Play:
    """Runs tasks with fully qualified names and the store named once, in module_defaults."""

    def __init__(self, ansible):
        self.ansible = ansible
        self.store = ansible.folder / "named.db"

    def __call__(self, *tasks, options=(), names=()):
        names = names or [next(iter(task)) for task in tasks]
        named = [
            {"name": name, **{f"telephony.connector.{module}": given for module, given in task.items()}}
            for name, task in zip(names, tasks, strict=True)
        ]
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {GROUP: {"store": str(self.store)}},
            "tasks": named,
        }
        done = self.ansible.playbook([play], *options)
        assert done.returncode == 0, done.output
        assert SECRET not in done.output
        assert DEVICE_SECRET not in done.output
        return done

    def look(self):
        """Return the objects of every kind, without their ids."""
        done = self(*({"object_info": {"kind": kind}} for kind in OBJECTS), names=list(OBJECTS))
        found = [done.result(kind)["objects"] for kind in OBJECTS]
        return [[{name: value for name, value in one.items() if name != "id"} for one in objects] for objects in found]


@pytest.fixture
def play(ansible):
    return Play(ansible)


@pytest.fixture
def declared():
    """Return the tasks that declare one object of each kind, and the pool."""
    return (POOL, *({kind: fields} for kind, fields in OBJECTS.items()))


def test_a_simulation_a_run_and_a_second_run_without_a_change(play, declared):
    simulated = play(*declared, options=("--check", "--diff"))
    assert simulated.recap["changed"] == 4
    for line in (
        "+display_name: Reception",
        "+password: ********",
        "+phone: +49 89 5550142",
        "+destination: +49 89 19410",
    ):
        assert line in simulated.output
    assert not play.store.exists()

    assert play(*declared, options=("-vvv",)).recap["changed"] == 4
    assert not play.ansible.store.exists(), "the store is the one named in module_defaults"
    users, entries, dials = play.look()
    assert users[0]["extension"] == "201", "the lowest of the pool that is not reserved"
    assert (users[0]["phonebook"], users[0]["roles"], users[0]["profiles"]) == (
        RECEPTION["phonebook"], ["Front desk"], [],
    )  # fmt: skip
    assert (entries, dials) == ([{**DOCTOR, "profiles": []}], [{**TAXI, "profiles": []}])
    assert SECRET.encode() not in play.store.read_bytes()
    assert DEVICE_SECRET.encode() not in play.store.read_bytes()

    again = play(*declared, options=("--diff",))
    assert again.recap["changed"] == 0
    assert not [line for line in again.output.splitlines() if line.startswith(("+", "-")) and line[1:2].isalpha()]


@pytest.mark.newest_alone
def test_a_change_shows_what_it_changes_and_nothing_else(play, declared):
    play(*declared)
    changed = (
        {"extension_pool": {**POOL["extension_pool"], "reserved": ["200", "209"]}},
        {"phonebook_entry": {**DOCTOR, "phone": "+49 89 5550143"}},
        # the entry is hers, and goes with her
        {"user": {"username": "reception", "rename_to": "frontdesk", "extension": "205", "password": f"{SECRET}-2"}},
        {"speed_dial": {"number": "*10", "display_name": ""}},
    )
    simulated = play(*changed, options=("--check", "--diff"))
    assert simulated.recap["changed"] == 4
    done = play(*changed, options=("--diff",))
    lines = [line for line in done.output.splitlines() if line.startswith(("+", "-")) and line[1:2].isalpha()]
    assert {
        "-username: reception", "+username: frontdesk", "-extension: 201", "+extension: 205",
        "+password: ******** (changed)", "-phone: +49 89 5550142", "+phone: +49 89 5550143", "-display_name: Taxi",
        "-owner: reception", "+owner: frontdesk",
    } <= set(lines)  # fmt: skip
    assert not [line for line in lines if "mobile" in line or "destination" in line]
    assert [line for line in simulated.output.splitlines() if line in lines] == lines


@pytest.mark.newest_alone
def test_state_absent_takes_objects_out_once(play, declared):
    play(*declared)
    gone = (
        {"phonebook_entry": {"display_name": "Family doctor", "owner": "reception", "state": "absent"}},
        {"speed_dial": {"number": "*10", "state": "absent"}},
        {"user": {"username": "reception", "state": "absent"}},
    )
    simulated = play(*gone, options=("--check", "--diff"))
    assert simulated.recap["changed"] == 3
    assert "-extension: 201" in simulated.output
    assert [len(found) for found in play.look()] == [1, 1, 1]
    assert play(*gone).recap["changed"] == 3
    assert play.look() == [[], [], []]
    assert play(*gone).recap["changed"] == 0


@pytest.mark.newest_alone
def test_a_number_that_somebody_has_is_refused_in_words(play, declared):
    play(*declared)
    task = {"name": "clash", "speed_dial": {"number": "201", "destination": "1", "store": str(play.store)}}
    refused = play.ansible.tasks(task)
    assert refused.returncode != 0
    assert refused.result("clash")["msg"] == (
        'Speed dial "201" cannot be set: number 201 is taken by the user "reception"; choose another one.'
    )


def test_profiles_and_templates_can_be_looked_at(play):
    source = {"url": "https://files.corp.example/users.csv", "url_username": "reader", "url_password": SECRET}
    profile = {"name": "staff", "template": "csv_users", "source": source}
    done = play({"profile": profile}, {"profile_info": {}}, {"template_info": {"name": "csv_users"}}, options=("-vvv",))
    (found,) = done.result("profile_info")["profiles"]
    assert (found["name"], found["template"], found["linked_objects"]) == ("staff", "csv_users", 0)
    assert found["source"]["url"] == source["url"]
    (template,) = done.result("template_info")["templates"]
    assert template["variables"]["phone"] == "row.phone"
    assert {"path", "url", "share"} <= set(template["source_options"])


def test_the_playbook_show_lists_the_phonebook(play, declared):
    play(*declared)
    shown = play.ansible.playbook("telephony.connector.show", variables={"telephony_connector_store": str(play.store)})
    assert shown.returncode == 0, shown.output
    assert "Reception" in shown.output
    assert "+49 89 19410" in shown.output
    assert "Family doctor" not in shown.output, "a private entry is not in the company's phonebook"
    searched = play.ansible.playbook(
        "telephony.connector.show",
        variables={"telephony_connector_store": str(play.store), "connector_search": "nobody of this name"},
    )
    assert "0 in the phonebook" in searched.output
