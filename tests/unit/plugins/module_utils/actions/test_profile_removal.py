# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declaring, changing and taking out profiles, and what becomes of their objects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.actions import metrics, profile_info, sync_and_report
from ansible_collections.telephony.connector.plugins.module_utils.actions import profile as actions_profile
from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_removal as forgetting
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sync import object_changes
from ansible_collections.telephony.connector.tests.contents import contents

PEOPLE = "username,displayname,phone\nanna,Anna,201\nben,Ben,202\n"


@pytest.fixture
def staff(system):
    """Two imported people, one adopted by the import, and one made by hand."""
    system.by_hand("user", username="ben", display_name="Benno", language="de")
    system.by_hand("user", username="porter", display_name="Porter")
    system.profile()
    system.import_csv(PEOPLE)
    return system


def forget(system, check=False, diff=False, **options):
    return system.call(forgetting.forget, check, diff, **{"name": "staff", "objects": "keep", **options})


def profiles(system, **options):
    return system.call(profile_info.profiles_info, check=True, **options)["profiles"]


def test_its_objects_stay_as_if_a_person_had_made_them(staff):
    before = staff.objects()
    assert forget(staff) == {"changed": True, "profile": None, "removed_objects": 0}
    assert staff.objects() == [{**user, "profiles": []} for user in before]
    assert contents(staff.location)["links"] == []
    staff.profile("other")
    assert staff.sync("other")["counts"] | {"read": 2, "updated": 2, "created": 0} == staff.sync("other")["counts"] | {
        "updated": 2,
        "unchanged": 0,
    }


def test_its_objects_go_except_those_it_had_adopted(staff):
    simulated = forget(staff, check=True, diff=True, objects="remove")
    assert len(staff.names()) == 3
    done = forget(staff, diff=True, objects="remove")
    assert simulated == done
    assert done["removed_objects"] == 1
    assert [entry["before_header"] for entry in done["diff"][1:]] == ['user anna (the profile "staff" was removed)']
    assert staff.names() == ["ben", "porter"]
    assert staff.user("ben")["language"] == "de"
    assert {field for _space, _value, _object, field in _identifiers(staff)} == {"username", "extension"}
    assert not [row for row in _identifiers(staff) if row[1] in ("anna", "201")]


def test_what_somebody_else_removes_meanwhile_is_no_error(staff, monkeypatch):
    look_up, left = forgetting._private_entries, [1]

    def look_up_later(store, going):
        if left:
            left.pop()
            staff.by_hand("user", username="anna", state="absent")
        return look_up(store, going)

    monkeypatch.setattr(forgetting, "_private_entries", look_up_later)
    assert forget(staff, diff=True, objects="remove")["changed"]
    assert staff.names() == ["ben", "porter"]


def samples(system):
    """Return what the metrics say of profiles."""
    path = system.directory / "telephony.prom"
    system.call(metrics.write_metrics, path=str(path))
    return [line for line in path.read_text().splitlines() if line.startswith("telephony_connector_profile_")]


def test_how_its_runs_ended_is_forgotten_with_it(staff):
    staff.call(sync_and_report.sync_and_report, profile="staff", changes_limit=1)
    assert any("_runs_total" in line and line.endswith(" 1") for line in samples(staff))
    forget(staff)
    staff.profile()
    assert not any("_runs_total" in line and line.endswith(" 1") for line in samples(staff))


def test_an_undo_is_no_run_of_the_profile_for_the_metrics(staff):
    staff.import_csv(PEOPLE + "carl,Carl,203\n")
    before = samples(staff)
    staff.undo(staff.sync()["run_id"] - 1, guards={"max_removals": 9}, hold=False)
    assert [line for line in samples(staff) if "last_run_records" in line] == [
        line.replace('"created"} 1', '"created"} 0').replace('"unchanged"} 2', '"unchanged"} 3')
        for line in before
        if "last_run_records" in line
    ]


def _identifiers(system):
    return contents(system.location)["identifiers"]


def test_objects_of_other_profiles_stay(staff):
    staff.profile("book", "csv_phonebook")
    staff.import_csv("displayname,phone\nTaxi,19410\n", "book")
    forget(staff, objects="remove")
    assert staff.names("phonebook_entry") == ["Taxi"]
    assert [profile["name"] for profile in profiles(staff)] == ["book"]


def test_a_profile_that_is_not_there_changes_nothing(staff):
    before = contents(staff.location)
    assert forget(staff, name="nobody", objects="remove") == {"changed": False, "profile": None, "removed_objects": 0}
    assert contents(staff.location) == before


def test_a_profile_declared_anew_begins_from_nothing_and_adopts_what_was_left(staff):
    forget(staff)
    staff.profile()
    result = staff.sync()
    assert (result["counts"]["updated"], result["counts"]["created"]) == (2, 0)
    assert staff.import_csv(PEOPLE.partition("ben")[0])["counts"]["removed"] == 0, "adopted ones are released"
    assert len(staff.names()) == 3


def test_a_profile_is_told_with_the_number_of_its_objects_and_without_its_secrets(staff):
    source = {"url": "https://127.0.0.1:1/x", "url_username": "pbx", "url_password": "Regenbogen-47"}
    staff.profile("web", source=source)
    told = {profile["name"]: profile for profile in profiles(staff)}
    assert (told["staff"]["linked_objects"], told["web"]["linked_objects"]) == (2, 0)
    assert told["web"]["source"]["url_password"] == "********"
    assert [profile["name"] for profile in profiles(staff, name="web")] == ["web"]
    assert profiles(staff, name="nobody") == []


def test_a_changed_secret_is_a_change_and_the_same_secret_is_none(staff):
    source = {"url": "https://127.0.0.1:1/x", "url_username": "pbx", "url_password": "Regenbogen-47"}
    staff.profile("web", source=source)
    assert staff.profile("web", source=source)["changed"] is False
    other = {**source, "url_password": "Regenbogen-48"}
    changed = staff.call(
        actions_profile.declare, diff=True, name="web", template="csv_users", mode="mirror", source=other,
        remove_adopted=False, configure_authentication=False,
    )  # fmt: skip
    assert changed["changed"] is True
    assert changed["diff"]["before"]["source"]["url_password"] == "********"
    assert changed["diff"]["after"]["source"]["url_password"] == "******** (changed)"
    assert "Regenbogen" not in str(changed)
    assert staff.profile("web", source=other)["changed"] is False


@pytest.mark.parametrize("options", [{"filter": "row.phone +"}, {"template": "csv_user"}, {"key": "nothing"}])
def test_a_definition_that_cannot_be_leaves_the_stored_one(staff, options):
    before = contents(staff.location)
    with pytest.raises(DefinitionError, match='Profile "staff"'):
        staff.profile(**options)
    assert contents(staff.location) == before


def test_many_objects_are_removed_by_few_statements(system, monkeypatch):
    """One by one, 100,000 would hold the lock for three minutes."""
    monkeypatch.setattr(object_changes, "_REMOVED_AT_ONCE", 40)
    system.profile()
    system.import_csv("username,displayname,phone\n" + "".join(f"user{n},User {n},{n}\n" for n in range(1000, 1100)))
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        result = forget(system, objects="remove")
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert result["removed_objects"] == 100
    assert len([one for one in statements if one.startswith(("DELETE", "INSERT"))]) < 50
    tables = contents(system.location)
    assert {name: len(tables[name]) for name in ("objects", "links", "identifiers", "credentials")} == {
        "objects": 0, "links": 0, "identifiers": 0, "credentials": 0,
    }  # fmt: skip
    removals = sorted(row for row in tables["changes"] if row[2] == "remove")
    assert [(row[1], row[5]) for row in removals] == [(n - 999, f"user{n}") for n in range(1000, 1100)]


def test_a_misspelt_profile_is_warned_of_and_one_that_was_removed_is_not(staff):
    (warning,) = forget(staff, name="stafff")["warnings"]
    assert warning.startswith('There is no profile "stafff" in ')
    assert warning.endswith('Did you mean "staff"?')
    staff.profile("staff2")
    forget(staff)
    assert "warnings" not in forget(staff)
