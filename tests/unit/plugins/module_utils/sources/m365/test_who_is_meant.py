# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who in the store is meant by a user of Microsoft 365, what a new login does, and what only a person can settle."""

from __future__ import annotations

import pytest

DOMAIN = "contoso.onmicrosoft.com"
MAX = f"mmustermann@{DOMAIN}"


@pytest.fixture
def phone(staff):
    return staff()


def conflicts_of(system) -> list[str]:
    """Sync, make sure that nobody was changed, and return the reasons of the conflicts."""
    before = system.objects()
    result = system.sync()
    assert system.objects() == before
    assert result["counts"]["updated"] == result["counts"]["created"] == result["counts"]["removed"] == 0
    return [conflict["reason"] for conflict in result["conflicts"]]


@pytest.mark.parametrize(
    "found_by",
    [
        {"username": MAX},
        {"username": "mmustermann"},
        {"username": "max", "email": MAX.title()},
        {"username": "max", "email": "Max@contoso.example"},
    ],
    ids=["equal login", "local part", "e-mail equal to the login", "e-mail equal to the mail"],
)
def test_an_existing_user_is_recognised_and_gets_the_login_of_the_tenant(phone, cloud, found_by):
    phone.by_hand("user", display_name="Max", extension="200", **found_by)
    before = phone.user(found_by["username"])
    cloud.tenant.add(MAX, displayName="Max Mustermann", mail="max@contoso.example")
    result = phone.sync()
    assert (result["counts"]["updated"], result["counts"]["created"]) == (1, 0)
    after = phone.user(MAX)
    assert (after["id"], after["extension"], after["auth_method"]) == (before["id"], "200", "sso")
    assert phone.sync()["changed"] is False


def test_a_new_login_is_a_rename_in_place_and_apps_must_be_paired_again(staff, cloud):
    user = cloud.tenant.add(MAX, mobilePhone="0151")
    phone = staff(create_softphone=True, create_mobile_phone=True)
    phone.sync()
    before = phone.user(MAX)
    cloud.tenant.change(user, userPrincipalName=f"meister@{DOMAIN}")
    simulated, result = phone.sync(check=True), phone.sync()
    assert simulated["plan_digest"] == result["plan_digest"]
    for one in (simulated, result):
        (change,) = one["changes"]
        assert (change["action"], change["before"]["username"]) == ("update", MAX)
        assert change["before"]["devices"] == [{"type": "softphone"}, {"type": "mobile", "number": "0151"}]
        assert [device["pairing"] for device in change["after"]["devices"]] == ["required", "required"]
        (warning,) = one["warnings"]
        assert "1 user gets another login, so that their paired mobile apps and softphones must be paired" in warning
        assert f"{MAX} -> meister@{DOMAIN}" in warning
    after = phone.user(f"meister@{DOMAIN}")
    assert after["id"] == before["id"]
    again = phone.sync()
    assert (again["changed"], again["warnings"]) == (False, [])
    assert phone.user(f"meister@{DOMAIN}") == after


def test_an_adopted_users_own_devices_are_paired_again_but_telephones_stay(phone, cloud):
    devices = [
        {"type": "mobile", "number": "0151", "pairing": "ok"},
        {"type": "ip_phone", "mac": "00:11:22:33:44:55"},
        {"type": "softphone"},
    ]
    phone.by_hand("user", username="mmustermann", display_name="Max", devices=devices)
    cloud.tenant.add(MAX)
    phone.sync()
    assert {one["type"]: one.get("pairing") for one in phone.user(MAX)["devices"]} == {
        "mobile": "required",
        "ip_phone": None,
        "softphone": "required",
    }


def test_once_paired_again_it_stays_so(staff, cloud):
    user = cloud.tenant.add(MAX, mobilePhone="0151")
    phone = staff(create_mobile_phone=True)
    phone.sync()
    new = f"meister@{DOMAIN}"
    cloud.tenant.change(user, userPrincipalName=new)
    phone.sync()
    phone.by_hand("user", username=new, devices=[{"type": "mobile", "number": "0151", "pairing": "ok"}])
    phone.sync()
    cloud.tenant.change(user, displayName="Somebody else")
    phone.sync()
    assert phone.user(new)["devices"] == [{"type": "mobile", "number": "0151", "pairing": "ok"}]


def test_a_change_without_a_new_login_pairs_nothing_again(staff, cloud):
    user = cloud.tenant.add(MAX, mobilePhone="0151")
    phone = staff(create_mobile_phone=True)
    phone.sync()
    cloud.tenant.change(user, displayName="Max Meister", mobilePhone="0171")
    result = phone.sync()
    assert result["warnings"] == []
    assert phone.user(MAX)["devices"] == [{"type": "mobile", "number": "0171"}]


def test_a_rename_of_another_template_pairs_nothing_again(system):
    system.profile(match=["email"])
    header = "username,displayname,email,mobile,createMobile\n"
    system.import_csv(header + "max,Max,max@corp.example,0151,yes\neva,Eva,,,\n")
    result = system.import_csv(header + "meister,Max,max@corp.example,0151,yes\neva,Eva,,,\n")
    assert result["warnings"] == []
    assert system.user("meister")["devices"] == [{"type": "mobile", "number": "0151"}]


def test_a_rename_that_cannot_be_done_is_not_warned_about(staff, cloud):
    user = cloud.tenant.add(MAX, mobilePhone="0151")
    phone = staff(create_mobile_phone=True)
    phone.sync()
    taken = f"taken@{DOMAIN}"
    phone.by_hand("user", username=taken, display_name="Somebody else")
    cloud.tenant.change(user, userPrincipalName=taken)
    result = phone.sync()
    assert [entry["field"] for entry in result["rejected"]] == ["username"]
    assert not any("paired" in warning for warning in result["warnings"])


def test_several_users_of_the_store_for_one_of_the_tenant_are_a_conflict(phone, cloud):
    phone.by_hand("user", username="mmustermann", display_name="Max")
    phone.by_hand("user", username="other", display_name="Max, too", email=MAX)
    cloud.tenant.add(MAX)
    assert conflicts_of(phone) == ["several objects match this record"]


def test_three_candidates_by_three_rules_are_all_named(phone, cloud):
    phone.by_hand("user", username="mmustermann", display_name="By its local part")
    phone.by_hand("user", username="second", display_name="By its login as e-mail", email=MAX)
    phone.by_hand("user", username=MAX, display_name="By its login")
    cloud.tenant.add(MAX)
    (conflict,) = phone.sync()["conflicts"]
    assert sorted(candidate["name"] for candidate in conflict["candidates"]) == sorted([MAX, "mmustermann", "second"])


def test_two_people_for_one_user_of_the_store_are_a_conflict(phone, cloud):
    phone.by_hand("user", username="mmustermann", display_name="Max")
    cloud.tenant.add(MAX)
    cloud.tenant.add("mmustermann@another.example")
    assert conflicts_of(phone) == ["several records match the same object"] * 2


def test_one_person_by_login_and_another_by_mail_are_a_conflict(phone, cloud):
    phone.by_hand("user", username="mmustermann", display_name="Max", email="boss@contoso.example")
    cloud.tenant.add(MAX)
    cloud.tenant.add(f"boss@{DOMAIN}", mail="boss@contoso.example")
    assert conflicts_of(phone) == ["several records match the same object"] * 2


def test_a_user_of_another_profile_is_a_conflict(phone, cloud):
    phone.profile("hr")
    phone.import_csv("username,displayname\nmmustermann,Max\n", name="hr")
    cloud.tenant.add(MAX)
    (reason,) = conflicts_of(phone)
    assert reason == 'the matching object belongs to the profile "hr"'


def test_a_new_person_with_an_old_login_is_not_the_one_who_had_it(phone, cloud):
    old = cloud.tenant.add(MAX, displayName="The first Max")
    phone.sync()
    before = phone.user(MAX)
    cloud.tenant.change(old, userPrincipalName=f"max.the.first@{DOMAIN}", mail=None)
    cloud.tenant.add(MAX, displayName="The second Max")
    result = phone.sync()
    assert (result["counts"]["created"], result["counts"]["updated"]) == (1, 1)
    assert phone.user(f"max.the.first@{DOMAIN}")["id"] == before["id"]
    assert phone.user(MAX)["display_name"] == "The second Max"
