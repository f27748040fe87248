# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phonebook entries, speed dials, labels and roles, and records that become several objects."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


def test_phonebook_and_speed_dials_are_imported_and_a_changed_phone_is_an_update(system):
    system.profile("book", "csv_phonebook")
    system.import_csv("displayname,phone,organisation\nMuster GmbH,+4989100,Muster\nMeier,+4989200,\n", "book")
    ids = {entry["display_name"]: entry["id"] for entry in system.objects("phonebook_entry")}
    result = system.import_csv("displayname,phone,organisation\nMuster GmbH,+4989111,Muster\nMeier,+4989200,\n", "book")
    assert (result["counts"]["created"], result["counts"]["updated"], result["counts"]["removed"]) == (0, 1, 0)
    assert {entry["display_name"]: entry["id"] for entry in system.objects("phonebook_entry")} == ids
    system.profile("dials", "csv_speed_dials")
    system.import_csv("displayname,speeddial,phone\nTaxi,801,0049 89 19410\n", "dials")
    assert system.objects("speed_dial")[0]["destination"] == "0049 89 19410"
    assert system.sync("dials")["changed"] is False


def test_labels_and_roles_that_are_named_are_made(system):
    system.profile(
        "book", "csv_phonebook", structure={"phonebook_entry": {"labels": {"Customer Number": "row.customernumber"}}}
    )
    system.import_csv("displayname,customernumber\nMuster GmbH,30000\n", "book")
    assert system.objects("phonebook_entry")[0]["labels"] == {"Customer Number": "30000"}
    system.by_hand("phonebook_entry", display_name="Muster GmbH", labels={"Rating": "A"})
    system.import_csv("displayname,customernumber\nMuster GmbH,30001\n", "book")
    assert system.objects("phonebook_entry")[0]["labels"] == {"Customer Number": "30001", "Rating": "A"}


def test_one_record_may_become_several_objects(system):
    entries = [
        {"display_name": "displayname", "phone": "phone"},
        {"display_name": "displayname ~ ' (mobile)'", "phone": "mobile", "when": "mobile"},
    ]
    system.profile("book", "csv_phonebook", structure={"phonebook_entry": entries}, match=[])
    system.import_csv("displayname,phone,mobile\nA,1,171\nB,2,\n", "book")
    assert system.names("phonebook_entry") == ["A", "A (mobile)", "B"]
    assert system.sync("book")["counts"]["unchanged"] == 3
    result = system.import_csv("displayname,phone,mobile\nA,1,\nB,2,172\n", "book")
    assert (result["counts"]["created"], result["counts"]["removed"]) == (1, 1)
    assert system.names("phonebook_entry") == ["A", "B", "B (mobile)"]


def test_the_words_of_a_choice_may_be_written_bare(system):
    devices = [{"type": "mobile", "number": "mobile", "pairing": "required", "when": "mobile"}, {"type": "softphone"}]
    system.profile(structure={"user": {"auth_method": "ldap", "devices": devices}})
    system.import_csv("username,displayname,mobile\na,A,171\nb,B,\n")
    assert system.user("a")["auth_method"] == "ldap"
    assert system.user("a")["devices"] == [
        {"type": "mobile", "number": "171", "pairing": "required"},
        {"type": "softphone"},
    ]
    assert system.user("b")["devices"] == [{"type": "softphone"}]


def test_a_device_that_comes_before_another_one_does_not_take_its_pairing(system):
    devices = [{"type": "mobile", "number": f"row.{name}", "when": f"row.{name}"} for name in ("first", "second")]
    system.profile(structure={"user": {"devices": devices}})
    system.import_csv("username,displayname,first,second\nanna,Anna,,172\n")
    system.by_hand("user", username="anna", devices=[{"type": "mobile", "number": "172", "pairing": "ok"}])
    paired = {"type": "mobile", "number": "172", "pairing": "ok"}
    for _again in range(2):
        system.import_csv("username,displayname,first,second\nanna,Anna,171,172\n")
        assert system.user("anna")["devices"] == [paired, {"type": "mobile", "number": "171"}]
    assert system.sync()["result"] == "unchanged"
    system.import_csv("username,displayname,first,second\nanna,Anna,171,173\n")
    assert system.user("anna")["devices"][0] == {**paired, "number": "173"}


def test_progress_tells_how_many_records_are_planned_and_written(system, monkeypatch):
    phases = {}
    monkeypatch.setattr(progress, "phase", lambda name, expected=None: phases.update({name: expected}))
    system.profile()
    rows = [f"user{number},User {number}\n" for number in range(8)]
    system.import_csv("username,displayname\n" + "".join(rows))
    assert (phases["planning"], phases["writing"]) == (8, 8)
    rows[3] = "user3,Three\n"
    system.import_csv("username,displayname\n" + "".join(rows))
    assert (phases["reading"], phases["planning"], phases["writing"]) == (8, 1, 1)


def test_ids_go_on_beyond_32_bits(system):
    store = Store.open(system.location, system.KEY)
    with store.writing():
        store.set_fact("next_object_id", str(2**31 + 5))
    store.close()
    system.profile()
    system.import_csv("username,displayname,phone,password\nanna,Anna,200,a-long-password\n")
    assert system.user("anna")["id"] > 2**31
    system.import_csv("username,displayname,phone,password\nanna,Anna B.,201,another-password\n")
    system.by_hand("user", username="ben", display_name="Ben")
    run_id = system.sync()["run_id"]
    assert system.undo(run_id - 2)["counts"]["restored"] == 1
