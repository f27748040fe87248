# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sync after the other: what is created, updated, removed, and what stays."""

from __future__ import annotations

import pytest

HEADER = "username,displayname,phone,email,mobile,job\n"
MAX = "mmuster,Max Muster,201,max@corp.example,+49 171 1,Sales\n"
EVA = "eeva,Eva Ebert,202,eva@corp.example,,\n"


@pytest.fixture
def staff(system):
    system.profile()
    return system


def test_a_first_import_creates_and_a_second_changes_nothing(staff):
    first = staff.import_csv(HEADER + MAX + EVA)
    assert (first["changed"], first["result"], first["counts"]["created"]) == (True, "changed", 2)
    max_muster = staff.user("mmuster")
    assert max_muster["display_name"] == "Max Muster"
    assert max_muster["extension"] == "201"
    assert max_muster["phonebook"] == {"mobile": "+49 171 1", "notes": "Sales"}
    assert max_muster["profiles"] == ["staff"]
    second = staff.sync()
    assert (second["changed"], second["result"], second["changes"]) == (False, "unchanged", [])
    assert second["counts"]["unchanged"] == 2
    assert staff.user("mmuster") == max_muster


def test_a_simulation_tells_what_the_run_does_and_writes_nothing(staff):
    staff.csv(HEADER + MAX + EVA)
    simulated = staff.sync(check=True)
    assert staff.objects() == []
    done = staff.sync()
    assert simulated["run_id"] is None
    assert isinstance(done["run_id"], int)
    assert {**simulated, "run_id": 0} == {**done, "run_id": 0}


def test_counts_of_records_add_up_to_what_was_read(system):
    system.profile(filter="row.job != 'Robot'")
    text = (
        HEADER + MAX + EVA + "r2d2,R2D2,203,,,Robot\n" + "no name,No Name,204,,,\n" + "twin,T1,,,,\n" + "twin,T2,,,,\n"
    )
    counts = system.import_csv(text)["counts"]
    assert counts == {
        "read": 6, "filtered": 1, "created": 2, "updated": 0,
        "unchanged": 0, "removed": 0, "rejected": 1, "conflicts": 2,
        "dropped": 0, "set_back": 0, "disabled": 0, "returned": 0,
    }  # fmt: skip


def test_a_changed_record_updates_its_object_in_place(staff):
    staff.import_csv(HEADER + MAX + EVA)
    before = staff.user("mmuster")
    result = staff.import_csv(HEADER + MAX.replace("Max Muster", "Max Meister") + EVA)
    (change,) = result["changes"]
    assert change["action"] == "update"
    assert (change["before"], change["after"]) == ({"display_name": "Max Muster"}, {"display_name": "Max Meister"})
    assert staff.user("mmuster") == {**before, "display_name": "Max Meister"}


def test_mirror_removes_what_is_gone_and_create_update_does_not(staff):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + MAX)
    assert result["counts"]["removed"] == 1
    (change,) = result["changes"]
    assert (change["action"], change["name"], change["before"]["email"]) == ("remove", "eeva", "eva@corp.example")
    assert change["after"] == {}
    assert staff.names() == ["mmuster"]
    staff.profile(mode="create_update")
    result = staff.import_csv(HEADER + EVA)
    assert (result["counts"]["created"], result["counts"]["removed"]) == (1, 0)
    assert staff.names() == ["eeva", "mmuster"]


def test_mirror_never_touches_what_it_does_not_own(staff):
    staff.by_hand("user", username="porter", display_name="Porter", extension="299")
    staff.by_hand("phonebook_entry", display_name="Taxi", phone="19410")
    staff.import_csv(HEADER + MAX + EVA)
    staff.import_csv(HEADER + EVA)
    assert staff.names() == ["eeva", "porter"]
    assert staff.names("phonebook_entry") == ["Taxi"]


def test_a_filtered_record_counts_as_missing(system):
    system.profile()
    system.import_csv(HEADER + MAX + EVA)
    system.profile(filter="row.job != 'Sales'")
    result = system.sync()
    assert (result["counts"]["filtered"], result["counts"]["removed"]) == (1, 1)
    assert result["changes"][0]["reason"] == "left out by the filter"
    assert system.names() == ["eeva"]


def test_two_users_swap_extensions_in_one_run(staff):
    staff.import_csv(HEADER + MAX + EVA)
    ids = {user["username"]: user["id"] for user in staff.objects()}
    result = staff.import_csv(HEADER + MAX.replace("201", "202") + EVA.replace("202", "201"))
    assert (result["result"], result["counts"]["updated"]) == ("changed", 2)
    assert {user["username"]: user["extension"] for user in staff.objects()} == {"mmuster": "202", "eeva": "201"}
    assert {user["username"]: user["id"] for user in staff.objects()} == ids
    assert staff.sync()["changed"] is False


def test_a_number_of_a_removed_user_can_be_taken_over_in_the_same_run(staff):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + EVA + "new,New One,201,,,\n")
    assert (result["counts"]["removed"], result["counts"]["created"], result["counts"]["rejected"]) == (1, 1, 0)
    assert staff.user("new")["extension"] == "201"


def test_an_extension_that_another_user_has_rejects_the_record(staff):
    staff.by_hand("user", username="porter", display_name="Porter", extension="201")
    result = staff.import_csv(HEADER + MAX + EVA)
    assert result["result"] == "partial"
    (entry,) = result["rejected"]
    assert (entry["record"], entry["key"], entry["field"], entry["value"]) == (2, "mmuster", "extension", "201")
    assert "porter" in entry["rule"]
    assert staff.names() == ["eeva", "porter"]


def test_records_that_claim_one_number_are_both_rejected_and_the_chain_is_followed(staff):
    chain = "a,A,301,,,\nb,B,302,,,\nc,C,303,,,\n"
    staff.import_csv(HEADER + chain)
    # b wants a's number, a wants c's, c keeps its own: nobody can move
    result = staff.import_csv(HEADER + "a,A,303,,,\nb,B,301,,,\nc,C,303,,,\n")
    assert [entry["key"] for entry in result["rejected"]] == ["a", "b"]
    assert {user["username"]: user["extension"] for user in staff.objects()} == {"a": "301", "b": "302", "c": "303"}
    result = staff.import_csv(HEADER + chain + "d,D,400,,,\ne,E,400,,,\n")
    assert [entry["key"] for entry in result["rejected"]] == ["d", "e"]


def test_users_fax_lines_and_speed_dials_share_one_number_space(system):
    system.by_hand("speed_dial", number="201", destination="0049 89 1")
    system.profile()
    result = system.import_csv(HEADER + MAX)
    assert result["rejected"][0]["field"] == "extension"


def test_a_field_the_source_leaves_empty_is_cleared_only_if_this_profile_had_set_it(staff):
    staff.import_csv(HEADER + MAX + EVA)
    staff.by_hand("user", username="eeva", phonebook={"mobile": "+49 171 99"})
    result = staff.import_csv(HEADER + MAX.replace("max@corp.example", "").replace("+49 171 1", "") + EVA)
    assert "email" not in staff.user("mmuster")
    assert "mobile" not in staff.user("mmuster")["phonebook"]
    assert staff.user("eeva")["phonebook"] == {"mobile": "+49 171 99"}, "typed by a person, never set by the profile"
    assert result["counts"]["updated"] == 1
    assert staff.sync()["changed"] is False


def test_a_hand_edit_of_a_mapped_field_is_set_back_and_one_of_another_field_stays(staff):
    staff.import_csv(HEADER + MAX + EVA)
    staff.by_hand("user", username="mmuster", email="other@corp.example", language="de")
    result = staff.sync()
    (change,) = result["changes"]
    assert change["reason"] == "set back to what the source says"
    assert (staff.user("mmuster")["email"], staff.user("mmuster")["language"]) == ("max@corp.example", "de")
    assert staff.sync()["changed"] is False


@pytest.mark.parametrize(("policy", "expected"), [("force", "new@corp.example"), ("keep", "own@corp.example")])
def test_field_policy_decides_about_values_that_a_person_changed(system, policy, expected):
    system.profile(field_policy={"email": policy})
    system.import_csv(HEADER + MAX)
    system.by_hand("user", username="mmuster", email="own@corp.example")
    system.import_csv(HEADER + MAX.replace("max@", "new@"))
    assert system.user("mmuster")["email"] == expected


def test_field_policy_keep_follows_the_source_while_nobody_changed_the_value(system):
    system.profile(field_policy={"email": "keep"})
    system.import_csv(HEADER + MAX)
    system.import_csv(HEADER + MAX.replace("max@", "new@"))
    assert system.user("mmuster")["email"] == "new@corp.example"


def test_field_policy_create_only_sets_a_value_once(system):
    system.profile(field_policy={"phonebook": "create_only"})
    system.import_csv(HEADER + MAX)
    assert system.import_csv(HEADER + MAX.replace("171 1", "171 2"))["changed"] is False
    assert system.user("mmuster")["phonebook"]["mobile"] == "+49 171 1"
    system.import_csv(HEADER + MAX.replace("+49 171 1", ""))
    assert system.user("mmuster")["phonebook"]["mobile"] == "+49 171 1"


def test_a_rejected_record_leaves_its_object_untouched_and_is_not_missing(staff):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + MAX.replace("201", "0201") + EVA)
    assert (result["result"], result["counts"]["rejected"], result["counts"]["removed"]) == ("partial", 1, 0)
    assert result["rejected"][0]["value"] == "0201"
    assert staff.user("mmuster")["extension"] == "201"


@pytest.mark.parametrize("broken", ["m muster,Max Muster,,,,\n", ",Max Muster,201,,,\n", "mmuster,Max Muster\n"])
def test_a_typing_error_in_the_login_removes_nobody(staff, broken):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + broken + EVA)
    assert (result["counts"]["rejected"], result["counts"]["removed"]) == (1, 0)
    assert staff.names() == ["eeva", "mmuster"]
    assert any("may be theirs" in warning for warning in result["warnings"])


def test_a_rejected_record_that_was_there_before_protects_nobody(staff):
    staff.import_csv(HEADER + MAX + EVA + "no body,No Body,,,,\n")
    result = staff.import_csv(HEADER + "no body,No Body,,,,\n" + EVA)
    assert (result["counts"]["rejected"], result["counts"]["removed"]) == (1, 1)
    assert staff.names() == ["eeva"]


def test_a_duplicate_key_in_the_file_changes_nobody(staff):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + MAX.replace("Muster", "M") + MAX.replace("Muster", "N") + EVA)
    assert (result["result"], result["counts"]["conflicts"], result["counts"]["removed"]) == ("partial", 2, 0)
    assert [entry["record"] for entry in result["conflicts"]] == [2, 3]
    assert staff.user("mmuster")["display_name"] == "Max Muster"


def test_a_repeated_record_is_named_and_changes_nobody(staff):
    staff.import_csv(HEADER + MAX + EVA)
    result = staff.import_csv(HEADER + MAX + EVA + MAX)
    assert (result["counts"]["unchanged"], result["counts"]["conflicts"], result["changed"]) == (2, 0, False)
    assert any("1 record is a repetition" in warning and "record 4" in warning for warning in result["warnings"])


def test_reordered_columns_and_rows_change_nothing(staff):
    staff.import_csv("username,displayname,phone\na,A,301\nb,B,302\n")
    result = staff.import_csv("phone,username,displayname\n302,b,B\n301,a,A\n")
    assert (result["changed"], result["counts"]["unchanged"]) == (False, 2)


def test_a_column_that_is_renamed_is_noticed_although_the_values_are_the_same(staff):
    staff.import_csv("username,displayname,mobile\na,A,171\n")
    result = staff.import_csv("username,displayname,homephone\na,A,171\n")
    assert result["changes"][0]["after"] == {"phonebook": {"homephone": "171"}}
    assert staff.user("a")["phonebook"] == {"homephone": "171", "mobile": "171"}, "nothing was said about the mobile"


def test_a_changed_definition_is_applied_to_records_that_did_not_change(system):
    system.profile()
    system.import_csv(HEADER + MAX)
    system.profile(structure={"user": {"phonebook": {"organisation": "'Corp'"}}})
    result = system.sync()
    assert result["changes"][0]["after"] == {"phonebook": {"organisation": "Corp"}}
    assert system.sync()["changed"] is False


def test_a_field_that_is_taken_out_of_the_structure_keeps_its_value(system):
    system.profile()
    system.import_csv(HEADER + MAX)
    system.profile(structure={"user": {"email": None}})
    assert system.sync()["changed"] is False
    assert system.user("mmuster")["email"] == "max@corp.example"


def test_passwords_are_kept_as_hashes_and_noticed_when_they_change(staff):
    header = "username,displayname,password,pin\n"
    first = staff.import_csv(header + "a,A,correct-horse,4711\n")
    assert first["changes"][0]["after"]["password"] == "********"
    assert staff.sync()["changed"] is False
    result = staff.import_csv(header + "a,A,battery-staple,4711\n")
    assert result["changes"][0]["after"] == {"password": "********"}
    assert "battery" not in repr(result)
    assert "horse" not in repr(first)


def test_roles_follow_the_source_and_leave_those_given_by_hand(staff):
    staff.import_csv('username,displayname,roles\na,A,"Sales,Support"\n')
    staff.by_hand("user", username="a", roles=["Sales", "Support", "Night shift"])
    staff.import_csv("username,displayname,roles\na,A,Support;Boss\n")
    assert sorted(staff.user("a")["roles"]) == ["Boss", "Night shift", "Support"]


def test_devices_are_made_and_updated_in_place(staff):
    header = "username,displayname,mobile,createSoftphone,createMobile,phonemac,phonepass\n"
    staff.import_csv(header + "a,A,+49171,1,yes,00:11:22:AA:BB:CC,secret-of-a-phone\n")
    devices = staff.user("a")["devices"]
    assert {device["type"] for device in devices} == {"softphone", "mobile", "ip_phone"}
    assert "secret-of-a-phone" not in repr(devices)
    for device in devices:
        if device["type"] == "mobile":
            device["pairing"] = "ok"
        device.pop("password", None)
    assert staff.sync()["changed"] is False
    staff.import_csv(header + "a,A,+49172,1,yes,,\n")
    assert {device["type"] for device in staff.user("a")["devices"]} == {"softphone", "mobile"}
    (mobile,) = [device for device in staff.user("a")["devices"] if device["type"] == "mobile"]
    assert mobile["number"] == "+49172"
