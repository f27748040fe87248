# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the phone system: outside numbers of a source become extensions, and extensions have a number outside."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import (
    mapping_test,
    store_settings,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.tests.publisher import publish

LINE = {"prefix": "+49 991 2960", "extension_digits": 3}
NUMBERS = {"country": "DE", "lines": [LINE]}
BERLIN = {"country": "DE", "lines": [{"prefix": "+49 30 5550", "extension_digits": 3}]}
HEADER = "username,displayname,phone\n"
ANNA = {"username": "a", "displayName": "A"}
FILTERED = {"phone": "row.phone | extension"}


def numbers(system, **lines):
    system.call(store_settings.store_settings, journal_days=None, numbers=lines)


def extensions(system):
    return {user["username"]: user.get("extension") for user in system.objects()}


@pytest.fixture
def staff(system):
    numbers(system, **NUMBERS)
    system.profile(variables=FILTERED)
    return system


def test_outside_numbers_become_extensions_and_others_are_rejected_with_the_reason(staff):
    result = staff.import_csv(
        HEADER + "a,A,+49 (0)991 2960-123\nb,B,0991/2960 124\nc,C,125\nd,D,+49 170 1234567\ne,E,\n"
    )
    assert extensions(staff) == {"a": "123", "b": "124", "c": "125", "e": None}
    (entry,) = result["rejected"]
    assert (entry["name"], entry["field"], entry["value"]) == ("d", "extension", "+49 170 1234567")
    assert entry["rule"] == "is on none of the lines of the phone system (+499912960 and 3 digits)"
    assert staff.sync()["changed"] is False


def test_without_lines_a_run_says_that_there_are_none(system):
    system.profile(variables=FILTERED)
    result = system.import_csv(
        HEADER + "a,A,+49 (0)991 2960-123\nb,B,0991/2960 124\nc,C,125\nd,D,1234567\ne,E,call me\n"
    )
    assert result["counts"]["rejected"] == 3
    (warning,) = (one for one in result["warnings"] if "no line" in one)
    assert "2 numbers are from outside, and there is no line to tell extensions by" in warning
    numbers(system, **NUMBERS)
    assert not [one for one in system.sync()["warnings"] if "no line" in one]


def test_a_number_on_no_line_may_be_left_out(staff):
    staff.pool("700-709")
    staff.profile(variables=FILTERED, on_invalid={"extension": "drop"})
    result = staff.import_csv(HEADER + "d,D,+49 170 1234567\n")
    assert (result["counts"]["rejected"], result["counts"]["dropped"]) == (0, 1)
    assert extensions(staff) == {"d": "700"}


def test_another_column_may_be_asked_where_a_number_is_on_no_line(staff):
    staff.profile(variables={"phone": "row.phone | extension or row.second | extension"})
    staff.import_csv(
        "username,displayname,phone,second\na,A,+49 170 1234567,0991 2960123\nb,B,,124\nc,C,0170 1,0170 2\n"
    )
    assert extensions(staff) == {"a": "123", "b": "124"}


def test_the_first_of_several_numbers_counts_that_is_on_a_line(system):
    result = system.call(
        mapping_test.check_mapping,
        definition={
            "template": "ldap_users",
            "numbers": NUMBERS,
            "variables": {"phone": "values.telephoneNumber | map('extension') | select | first"},
        },
        rows=[
            {**ANNA, "entryUUID": "1", "telephoneNumber": ["+49 170 1", "0991/2960-123", "124"]},
            {**ANNA, "entryUUID": "2", "telephoneNumber": ["+49 170 1"]},
        ],
        expect=[{"user": {"extension": "123"}}, {"user": {"extension": None}}],
    )
    assert result["passed"] == 2


def test_a_number_that_an_unusable_record_names_from_outside_is_not_given_to_somebody_else(staff):
    staff.pool("123-129")
    staff.import_csv(HEADER + "a,,+49 991 2960-123\nb,B,\n")
    assert extensions(staff) == {"b": "124"}


def test_other_lines_are_another_plan(staff):
    staff.import_csv(HEADER + "a,A,+49 991 2960123\n")
    unchanged = staff.sync(check=True)
    numbers(staff, country="DE", lines=[{"prefix": "+49 991 29601", "extension_digits": 2}])
    simulated = staff.sync(check=True)
    assert (unchanged["changed"], simulated["changed"]) == (False, True)
    assert simulated["plan_digest"] != unchanged["plan_digest"]
    assert staff.sync(expect_plan=simulated["plan_digest"])["plan_digest"] == simulated["plan_digest"]
    assert extensions(staff) == {"a": "23"}


def test_a_profile_may_have_lines_of_its_own(staff):
    staff.profile(variables=FILTERED, numbers=BERLIN)
    result = staff.import_csv(HEADER + "a,A,030/5550-123\nb,B,0991/2960-124\n")
    assert extensions(staff) == {"a": "123"}
    assert result["rejected"][0]["rule"].startswith("is on none of the lines of the phone system (+49305550")
    staff.by_hand("user", username="hand", display_name="Hand", extension="200")
    assert {user["username"]: user["did"] for user in staff.objects()} == {
        "a": "+49305550123",
        "hand": "+499912960200",
    }


def test_the_number_outside_follows_from_the_extension_until_it_is_set(staff):
    staff.import_csv(HEADER + "a,A,123\nb,B,\nc,C,1234\n")
    assert {user["username"]: user.get("did") for user in staff.objects()} == {
        "a": "+499912960123",
        "b": None,
        "c": None,
    }
    assert staff.by_hand("user", username="a", did="+49 (0)800 123-4567")["object"]["did"] == "+498001234567"
    assert staff.user("a")["did"] == "+498001234567"
    assert staff.by_hand("user", username="a", did="")["object"]["did"] == "+499912960123"
    with pytest.raises(DefinitionError, match="must be a number with its country"):
        staff.by_hand("user", username="a", did="0991 2960123")
    assert staff.sync()["changed"] is False


def test_the_phonebook_has_the_number_outside(staff, tmp_path):
    staff.import_csv(HEADER + "a,A,123\nb,B,\nc,C,124\n")
    staff.by_hand("user", username="c", did="+49 (0)800 123-4567")
    staff.by_hand("phonebook_entry", display_name="D", phone="126")
    assert [entry.get("did") for entry in staff.objects("directory")] == ["+499912960123", None, "+498001234567", None]

    path, csv = tmp_path / "book.csv", {"columns": {"name": "display_name", "outside": "did"}}
    national = {"form": "national", "country": "DE", "outside_line": "0"}
    publish(staff, path, "csv", **csv, numbers=national)
    assert path.read_text("utf-8").split() == ["name,outside", "A,009912960123", "B,", "C,008001234567", "D,"]
    numbers(staff, **BERLIN)
    assert publish(staff, path, "csv", **csv)["changed"] is True
    assert "A,+49305550123" in path.read_text("utf-8")


@pytest.mark.parametrize("expression", ["phone | did", "[phone] | map('extension') | first"])
def test_filters_that_need_lines_are_refused_where_there_are_none(staff, tmp_path, expression):
    with pytest.raises(DefinitionError, match=r'^Output "book": Column "x" uses the filter "(did|extension)" at .*did'):
        publish(staff, tmp_path / "book.csv", "csv", columns={"x": expression})


def test_a_source_may_set_the_number_outside(staff):
    staff.profile(variables=FILTERED, structure={"user": {"did": "row.outside"}})
    staff.import_csv("username,displayname,phone,outside\na,A,123,+49 991 2961-123\nb,B,124,\n")
    assert {user["username"]: user["did"] for user in staff.objects()} == {
        "a": "+499912961123",
        "b": "+499912960124",
    }


@pytest.mark.parametrize(
    ("template", "column", "key"),
    [
        ("ldap_users", "telephoneNumber", {**ANNA, "entryUUID": "1"}),
        ("ad_users", "telephoneNumber", {**ANNA, "objectGUID": "1", "sAMAccountName": "a"}),
        ("ucs_users", "telephoneNumber", {**ANNA, "entryUUID": "1"}),
        ("m365_users", "businessPhones", {**ANNA, "id": "1", "userPrincipalName": "a", "accountEnabled": "1"}),
    ],
)
def test_templates_of_directories_make_extensions_where_there_are_lines(system, template, column, key):
    def became(phone, **options):
        result = system.call(
            mapping_test.check_mapping,
            definition={"template": template, **options},
            rows=[{**key, column: phone}],
            expect=[{"user": {"username": "a"}}],
        )
        return result["results"][0]["became"]["user"].get("extension")

    assert became("+49 (0)991 2960-123", numbers=NUMBERS) == "123"
    assert became("+49 (0)991 2960-123", numbers=NUMBERS, variables={"phone": f"row.{column} | digits"}) != "123"
    assert became("124") == "124"
    if template == "m365_users":
        assert became("+49 170 1234567", numbers=NUMBERS) is None, "the usual public number is nobody's extension"


def test_a_definition_without_lines_is_what_it_was(system):
    plain = Definition.from_options({"name": "x", "template": "ad_users"}, needs_source=False)
    country = plain.with_numbers(OutsideNumbers("DE"))
    lines = plain.with_numbers(OutsideNumbers.from_options(NUMBERS))
    assert plain.digest == country.digest != lines.digest
    assert lines.with_numbers(OutsideNumbers()).digest == plain.digest
    assert lines.variables["phone"] == "row.telephoneNumber | extension"
    assert "numbers" not in plain.as_options()


def test_lines_of_a_profile_are_checked_when_it_is_declared(system):
    with pytest.raises(DefinitionError, match=r'Profile "staff" \(csv_users\): The prefix "0991" of a line'):
        system.profile(numbers={"lines": [{"prefix": "0991", "extension_digits": 3}]})
    assert system.profile(numbers={"country": None, "lines": []})["changed"] is True
    assert system.profile()["changed"] is False, "empty is the same as not given"
    assert system.profile(numbers=BERLIN)["profile"]["numbers"]["lines"] == [
        {"prefix": "+49305550", "extension_digits": 3}
    ]
