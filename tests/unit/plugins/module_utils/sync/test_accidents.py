# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a source by accident costs nobody a number, a password or the account."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError, SourceError

HEADER = "username,displayname,phone,pin,status\n"
PEOPLE = "".join(f"user{number},User {number},{number},471100,aktiv\n" for number in range(201, 206))


@pytest.fixture
def staff(system):
    system.profile()
    system.import_csv(HEADER + PEOPLE)
    return system


def test_a_column_that_goes_while_the_profile_changes_is_told_as_well(staff):
    staff.profile(create_softphone=True)
    result = staff.import_csv(HEADER.replace("phone,pin", "Telefon,Geheimzahl") + PEOPLE)
    assert any("no longer has the columns phone, pin" in warning for warning in result["warnings"])
    staff.profile(variables={"phone": "row.Telefon"})
    assert staff.import_csv(HEADER.replace("phone,pin", "Telefon,Geheimzahl") + PEOPLE)["warnings"] == []


def test_a_renamed_column_leaves_the_fields_it_filled_and_is_told(staff):
    before = staff.objects()
    result = staff.import_csv(HEADER.replace("phone,pin", "Telefon,Geheimzahl") + PEOPLE)
    assert (result["result"], result["changed"]) == ("unchanged", False)
    assert any("no longer has the columns phone, pin" in warning for warning in result["warnings"])
    assert staff.objects() == before
    assert staff.import_csv(HEADER + PEOPLE)["warnings"] == []


def test_a_column_that_comes_back_empty_clears_what_it_had_filled(staff):
    header = "username,displayname,phone,email\n"
    staff.import_csv(
        header + "user201,User 201,201,a@x.example\n" + PEOPLE[PEOPLE.index("user202") :].replace(",471100,aktiv", ",")
    )
    staff.import_csv("username,displayname,phone\n" + "".join(f"user{n},User {n},{n}\n" for n in range(201, 206)))
    assert staff.user("user201")["email"] == "a@x.example"
    staff.import_csv(header + "".join(f"user{n},User {n},{n},\n" for n in range(201, 206)))
    assert "email" not in staff.user("user201")


def test_a_filter_on_a_column_that_is_not_there_fails(system):
    system.profile(filter="row.status == 'aktiv'")
    system.import_csv(HEADER + PEOPLE)
    with pytest.raises(SourceError, match='no column "status", which the filter needs'):
        system.import_csv(HEADER.replace("status", "Zustand") + PEOPLE)
    assert len(system.names()) == 5


def test_a_filter_that_leaves_out_the_only_record_is_told_in_the_singular(system):
    system.profile(filter="row.status == 'aktiv'")
    text = "username,displayname,status\nanna,Anna,"
    system.import_csv(text + "aktiv\n")
    with pytest.raises(RefusedError, match="leaves out the only record, so 1 object would be removed"):
        system.import_csv(text + "active\n")


def test_a_filter_that_lets_nobody_through_is_refused_until_it_was_looked_at(system):
    system.profile(filter="row.status == 'aktiv'")
    system.import_csv(HEADER + PEOPLE)
    system.csv(HEADER + PEOPLE.replace("aktiv", "active"))
    with pytest.raises(RefusedError, match="leaves out all 5 records"):
        system.sync()
    assert len(system.names()) == 5
    digest = system.sync(check=True)["plan_digest"]
    assert system.sync(expect_plan=digest)["counts"]["removed"] == 5


@pytest.mark.parametrize(("typed", "meant"), [("P4", "P3"), ("P3", "P4")])
def test_a_key_typed_twice_removes_nobody(system, typed, meant):
    system.profile(key="row.persnr")
    people = "persnr,username,displayname,phone\n" + "".join(f"P{n},nu{n},N {n},20{n}\n" for n in range(1, 7))
    system.import_csv(people)
    result = system.import_csv(people.replace(meant, typed))
    assert (result["result"], result["counts"]["removed"], result["changed"]) == ("partial", 0, False)
    assert len(system.names()) == 6


def test_a_refused_empty_read_plans_no_removals(staff):
    staff.csv(HEADER)
    result = staff.sync(check=True)
    assert (result["result"], result["counts"]["removed"], result["changes"]) == ("refused", 0, [])


def test_line_breaks_in_a_cell_reject_nobody(staff):
    result = staff.import_csv(HEADER + PEOPLE.replace("User 201", '"User\r\n 201"'))
    assert result["counts"]["rejected"] == 0
    assert staff.user("user201")["display_name"] == "User 201"
