# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator is told, or kept from, in a bad hour: misspelt columns, bad rows, hand edits, mass changes."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, sync
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError

HEADER = "username,displayname,phone,email\n"
STAFF = HEADER + "anna,Anna,201,anna@corp.example\nben,Ben,202,\n"


def people(count, offset=0):
    return HEADER + "".join(f"user{n},User {n},{300 + n + offset},\n" for n in range(count))


def warned(result, words):
    return [warning for warning in result["warnings"] if words in warning]


# -- misspelt columns ------------------------------------------------------------------------------------------------


def test_a_misspelt_column_fails_and_names_the_nearest(system):
    system.profile(variables={"phone": "row.Phon"})
    for check in (True, False):
        with pytest.raises(SourceError, match=r'no column "Phon". Did you mean "phone"\?'):
            system.import_csv(STAFF, check=check)
    assert system.objects() == []


def test_a_misspelt_column_may_be_warned_of_only(system):
    system.profile()
    system.import_csv(STAFF)
    system.profile(variables={"phone": "row.Phon"}, missing_columns="warn")
    result = system.sync()
    assert warned(result, 'no column "Phon"')
    assert [user["extension"] for user in system.objects()] == ["201", "202"]


def test_what_only_the_template_names_may_be_missing(system):
    system.profile()
    assert system.import_csv("username,displayname\nanna,Anna\n")["result"] == "changed"


@pytest.mark.parametrize(
    "user",
    [
        {"phonebook": {"mobile": "row.cell"}},
        {"devices": [{"type": "mobile", "number": "row.cell"}]},
        {"devices": [{"type": "sip", "username": "username", "password": "row.cell ~ row.cell"}]},
        {"phonebook": {"notes": "'fax, mobile and password'"}},
    ],
)
def test_a_field_a_word_and_a_text_that_are_called_like_a_column_name_none(system, user):
    system.profile(structure={"user": user})
    assert system.import_csv("username,displayname,cell\nanna,Anna,0171 20\n")["counts"]["created"] == 1


def test_a_column_that_only_leavers_when_names_must_be_there(system):
    system.profile(leavers={"action": "disable", "when": "row.left == 'yes'"})
    system.import_csv("username,displayname,left\nanna,Anna,\nben,Ben,\n")
    assert system.import_csv("username,displayname,left\nanna,Anna,yes\nben,Ben,\n")["counts"]["disabled"] == 1
    with pytest.raises(SourceError, match='no column "left"'):
        system.import_csv("username,displayname,gone\nanna,Anna,yes\nben,Ben,\n")
    assert system.user("anna")["leaver"]


# -- mass changes ----------------------------------------------------------------------------------------------------


def test_renumbering_many_is_refused_with_the_way_on(system):
    system.profile()
    system.import_csv(people(40))
    simulated = system.import_csv(people(40, 100), check=True)
    assert (simulated["result"], simulated["counts"]["updated"]) == ("refused", 40)
    assert simulated["summary"] == "40 updated (40 renumbered)"
    assert warned(simulated, "40 of its 40 objects would get another login or number, max_renumbered (20%) allows 8")
    assert system.sync(expect_plan=simulated["plan_digest"])["result"] == "changed"


@pytest.mark.parametrize(
    ("limit", "count", "result"), [(10, 10, "changed"), (10, 11, "refused"), ("50%", 21, "refused")]
)
def test_updates_are_limited_where_the_profile_says_so(system, limit, count, result):
    system.profile(guards={"max_updates": limit})
    system.import_csv(people(40))
    text = people(40)
    for n in range(count):
        text = text.replace(f",User {n},", f",Other {n},")
    simulated = system.import_csv(text, check=True)
    assert (simulated["result"], simulated["counts"]["updated"]) == (result, count)
    assert bool(warned(simulated, "max_updates")) == (result == "refused")


def test_adopting_all_that_is_there_is_no_mass_change(system):
    for n in range(20):
        system.by_hand("user", username=f"user{n}", display_name=f"User {n}", extension=str(300 + n))
    system.profile()
    assert system.import_csv(people(20))["result"] == "changed"


# -- rejected records ------------------------------------------------------------------------------------------------


def test_rejected_records_are_grouped_with_column_line_and_reason(system):
    system.profile(variables={"phone": "row.Durchwahl"})
    text = "username,displayname,Durchwahl\n\nanna,Anna,2x1\nben,,202\ncarl,Carl,2x2\ndora,Dora,203\n"
    result = system.import_csv(text + "emil,Emil,2x3\nfritz,F,2x4\n")
    first = result["rejected"][0]
    assert (first["record"], first["column"], first["field"]) == (3, "Durchwahl", "extension")
    digits, required = result["rejected_by"]
    assert (digits["field"], digits["column"], digits["count"]) == ("extension", "Durchwahl", 4)
    assert digits["first"] == ["anna", "carl", "emil"]
    assert digits["reason"].startswith("extension (column Durchwahl) must")
    assert (required["rule"], required["reason"]) == (
        "required", "the column displayname is empty, and display_name is required",
    )  # fmt: skip


def test_values_are_dropped_where_the_profile_says_so_and_the_run_is_no_partial_one(system):
    system.profile(on_invalid={"extension": "drop", "pin": "drop"})
    result = system.import_csv("username,displayname,phone,pin\nanna,Anna,2x1,12\nben,Ben,202,1234\n")
    assert (result["result"], result["counts"]["created"], result["counts"]["dropped"]) == ("changed", 2, 2)
    assert warned(result, "1 value of extension left out: must")
    assert warned(result, "1 value of pin left out: must have 4 digits or more (first: ********)")
    assert "extension" not in system.user("anna")
    assert system.sync()["result"] == "unchanged"


@pytest.mark.parametrize("count", [2, 200])
def test_numbers_that_nobody_can_dial_are_taken_and_counted(system, count):
    odd = [("Ann", "keine", "-"), ("Ben", "+49 991 1", "none"), *((f"P{n}", f"{n + 10}", "") for n in range(count))]
    system.csv("displayname,phone,mobile\n" + "".join(f"{','.join(row)}\n" for row in odd))
    system.profile("book", "csv_phonebook")
    result = system.sync("book")
    assert (result["result"], result["counts"]["created"], result["counts"]["dropped"]) == ("changed", count + 2, 0)
    assert warned(
        result, "3 phone numbers have no digit, so nobody can dial them; they were taken as they are (first: "
    )
    assert {one.get("mobile") for one in system.objects("phonebook_entry", limit=1000)} == {"-", "none", None}
    assert system.sync("book")["warnings"] == []


def test_a_number_of_somebody_else_is_dropped_too(system):
    system.by_hand("speed_dial", number="202", destination="0")
    system.profile(on_invalid={"extension": "drop"})
    result = system.import_csv(STAFF + "carl,Carl,203,\ndora,Dora,203,\n")
    assert (result["counts"]["created"], result["counts"]["dropped"], result["counts"]["rejected"]) == (4, 3, 0)
    assert warned(result, "3 values of extension left out, taken by others")
    assert [user.get("extension") for user in system.objects()] == ["201", None, None, None]
    assert system.sync()["result"] == "unchanged"


def test_who_has_a_number_keeps_it_when_the_new_one_is_dropped(system):
    system.profile(on_invalid={"extension": "drop"})
    system.import_csv(STAFF)
    system.by_hand("speed_dial", number="203", destination="0")
    result = system.import_csv(STAFF.replace(",201,anna@", ",203,a@") + "carl,Carl,201,\n")
    assert system.user("anna")["extension"] == "201"
    assert system.user("anna")["email"] == "a@corp.example"
    assert "extension" not in system.user("carl")
    assert result["counts"]["dropped"] == 2
    assert system.sync()["counts"]["updated"] == 0


@pytest.mark.parametrize("field", ["username", "display_name"])
def test_what_everybody_needs_cannot_be_dropped(system, field):
    with pytest.raises(DefinitionError, match="cannot be drop"):
        system.profile(on_invalid={field: "drop"})


# -- changes by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [{}, {"roles": "keep"}])
def test_a_role_that_is_taken_away_by_hand_comes_back_whatever_the_policy_and_the_warning_says_so(system, policy):
    system.profile(field_policy=policy)
    system.import_csv("username,displayname,roles\nanna,Anna,Sales\n")
    (warning,) = system.by_hand("user", username="anna", roles=[])["warnings"]
    assert "sets roles of anna itself, so its next sync sets that back: change roles in the source" in warning
    assert "field_policy" not in warning
    system.sync()
    assert system.user("anna")["roles"] == ["Sales"]


def test_a_change_by_hand_warns_at_once_and_is_counted_when_it_is_set_back(system):
    system.profile()
    system.import_csv(STAFF)
    told = system.by_hand("user", username="anna", extension="209", language="de")
    (warning,) = told["warnings"]
    assert warning.startswith('The profile "staff" sets extension of anna itself, so its next sync sets that back')
    assert "field_policy: {extension: keep}" in warning
    result = system.import_csv(STAFF.replace("Ben", "Benno"))
    assert (result["counts"]["updated"], result["counts"]["set_back"]) == (2, 1)
    assert warned(result, "(user anna: extension); field_policy: {extension: keep}")
    assert result["summary"] == "2 updated (1 renumbered), 1 set back"
    assert system.user("anna")["language"] == "de"


def test_what_a_profile_does_not_set_or_keeps_is_not_warned_of(system):
    system.profile(field_policy={"extension": "keep"})
    system.import_csv(STAFF)
    assert "warnings" not in system.by_hand("user", username="anna", extension="209", language="de")
    assert "warnings" not in system.by_hand("user", username="ben", email="ben@corp.example")
    assert system.sync()["counts"]["set_back"] == 0
    assert "brings it back" in system.by_hand("user", username="ben", state="absent")["warnings"][0]


def test_the_reason_is_true_whatever_runs_lay_between(system):
    system.profile(field_policy={"display_name": "keep"})
    system.import_csv(STAFF)
    system.by_hand("user", username="anna", display_name="Anna by hand")
    assert system.sync()["counts"]["updated"] == 0
    system.profile()
    assert system.sync()["counts"]["set_back"] == 1
    system.import_csv(STAFF.replace("Ben", "Benno"))
    system.profile(variables={"displayname": "row.displayname ~ '.'"})
    system.sync()
    changes = system.call(run_info.run_info, check=True, limit=10, profile="staff", run_id=None, name="anna")["changes"]
    assert [change["reason"].partition(",")[0] for change in changes] == [
        "changed in the source",
        "set back to what the source says",
        "new in the source",
    ]
    assert "by the profile" in changes[0]["reason"]


def test_a_number_that_a_person_has_moved_stays_there(system):
    system.profile(field_policy={"extension": "keep"})
    system.import_csv(STAFF)
    system.by_hand("user", username="anna", extension="")
    system.by_hand("user", username="porter", display_name="Porter", extension="201")
    result = system.sync()
    assert (result["result"], result["counts"]["rejected"]) == ("unchanged", 0)
    assert warned(result, "User anna stays without the extension 201, which a person has moved: porter has it already")
    again = system.sync()
    assert (again["result"], warned(again, "stays without")) == ("unchanged", [])
    assert system.import_csv(STAFF.replace("anna@", "a@"))["counts"]["updated"] == 1


# -- renames ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "before", "after", "shared", "rule"),
    [
        ("phone", "201", "201", "number", "extension"),
        ("email", "a@corp.example", "A@corp.example", "e-mail address", "email"),
        ("givenname,surname", "Anna,Meier", "Anna,Meier", "names", "[given_name, surname]"),
    ],
)
def test_a_rename_that_looks_like_a_leaver_and_a_joiner_is_named(system, columns, before, after, shared, rule):
    system.profile()
    head = f"username,displayname,{columns}\n"
    system.import_csv(f"{head}amueller,Anna,{before}\nben,Ben,{',' * columns.count(',')}\n")
    changed = f"{head}ameier,Anna,{after}\nben,Ben,{',' * columns.count(',')}\n"
    result = system.import_csv(changed, check=True)
    assert (result["counts"]["created"], result["counts"]["removed"]) == (1, 1)
    (warning,) = warned(result, "amueller goes and ameier comes")
    assert f"with the same {shared}." in warning
    assert f"match: [username, {rule}]" in warning
    system.profile(match=["username", rule.strip("[]").split(", ") if "[" in rule else rule])
    assert system.sync()["counts"]["updated"] == 1


def test_people_who_share_nothing_are_no_rename(system):
    system.profile()
    system.import_csv(STAFF)
    result = system.import_csv(HEADER + "anna,Anna,201,anna@corp.example\ncarl,Carl,203,\n", check=True)
    assert warned(result, "goes and") == []


# -- what --diff shows -----------------------------------------------------------------------------------------------


def test_a_diff_begins_with_the_totals_and_says_what_it_leaves_out(system):
    system.profile()
    system.import_csv(people(20))
    text = people(20).replace("user0,", "user0x,").replace(",301,", ",401,").replace("User 3", "User three")
    system.csv(text)
    result = system.call(sync.synchronise, check=True, diff=True, profile="staff", changes_limit=1)
    overview, change, rest = result["diff"]
    assert overview["prepared"].splitlines()[:2] == [
        'profile "staff": 1 created, 2 updated (1 renumbered), 1 removed',
        "  user: 1 created, 2 updated (extension 1, display_name 1), 1 removed",
    ]
    assert "    user user1: extension 301 -> 401" in overview["prepared"]
    assert result["plan_digest"] in overview["prepared"]
    assert "before" in change
    assert rest["prepared"].startswith("3 more changes are not shown. To see all 4: changes_limit: 4 ")
