# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of a real Active Directory domain controller become users, phonebook entries and speed dials."""

from __future__ import annotations

import uuid

import pytest

from ansible_collections.telephony.connector.tests.servers.samba_domain import BASE_DN, DISABLED, NORMAL, READER, STAFF

from .people import logins, read, source

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")


class TestTemplates:
    def test_users_are_simulated_and_imported_and_a_second_run_changes_nothing(self, dc, system):
        system.pool("300-399")
        system.profile(template="ad_users", source=source(dc), create_softphone=True, create_mobile_phone=True)
        simulated = system.sync(check=True)
        assert (simulated["counts"]["created"], system.names()) == (2, [])
        result = system.sync()
        assert (result["result"], result["complete"], result["plan_digest"]) == (
            "changed",
            True,
            simulated["plan_digest"],
        )
        assert system.names() == ["amueller", "bob"]
        anna = system.user("amueller")
        phonebook = {"fax": "+49 30 2", "homephone": "+49 30 1", "mobile": "+49 171 5550123", "notes": "Head of Sales"}
        expected = {
            "display_name": "Müller, Anna",
            "given_name": "Anna",
            "surname": "Müller",
            "email": "anna@corp.example",
            "extension": "217",
            "roles": ["Domain Users"],
            "phonebook": {**phonebook, "organisation": "Corp Ltd"},
        }
        assert {name: anna[name] for name in expected} == expected
        assert [device["type"] for device in anna["devices"]] == ["softphone", "mobile"]
        again = system.sync()
        assert (again["changed"], again["counts"]["unchanged"]) == (False, 2)

    def test_the_phonebook_has_contacts_too(self, dc, system):
        system.profile(template="ad_phonebook", source=source(dc))
        system.sync()
        found = {entry["display_name"]: entry for entry in system.objects("phonebook_entry")}
        assert found["Supplier"]["phone"] == "+49 30 99"
        assert found["Müller, Anna"]["notes"] == "likes tea"

    def test_speed_dials_are_imported(self, dc, system):
        system.profile(template="ad_speed_dials", source=source(dc))
        system.sync()
        (found,) = system.objects("speed_dial")
        assert (found["number"], found["destination"], found["display_name"]) == ("701", "217", "Müller, Anna")

    def test_an_ip_phone_comes_from_the_attributes_that_the_profile_names(self, dc, system):
        dc.modify(f"CN=Bob,{STAFF}", wWWHomePage="00-1A-2B-3C-4D-5E", employeeNumber="25")
        system.profile(
            template="ad_users",
            source=source(dc),
            variables={"phonemac": "row.wWWHomePage", "exttimeout": "row.employeeNumber"},
            structure={"user": {"phonebook": {"labels": {"Account": "row.userPrincipalName or username"}}}},
        )
        system.sync()
        bob = system.user("bob")
        (phone,) = bob["devices"]
        assert (phone["type"], phone["mac"]) == ("ip_phone", "001a2b3c4d5e")
        assert phone["timeouts"]["external"]["ring"] == 25
        assert bob["phonebook"]["labels"] == {"Account": "bob"}


class TestRows:
    def test_identifiers_are_text(self, dc):
        (row,) = read(source(dc, search_filter="(sAMAccountName=bob)"), "objectGUID", "objectSid").rows
        raw = dc.value(f"CN=Bob,{STAFF}", "objectGUID")
        assert row["objectGUID"] == str(uuid.UUID(bytes_le=raw))
        assert row["objectSid"].startswith("S-1-5-21-")

    def test_disabled_and_expired_accounts_are_read_and_say_so(self, dc):
        rows = read(source(dc), "sAMAccountName", "disabled").rows
        disabled = {row["sAMAccountName"]: row["disabled"] for row in rows if row["sAMAccountName"]}
        assert disabled == {"AMueller": "", "bob": "", "gone": "true", "late": "true", "mobydick": ""}

    def test_computers_the_own_account_and_those_of_windows_are_left_out(self, dc):
        found = logins(read(source(dc)))
        assert not {READER, "PC1$", "Administrator", "krbtgt"} & set(found)
        whole = logins(read(source(dc, search_filter="(objectClass=user)")))
        assert {READER, "PC1$", "Administrator", "krbtgt"} <= set(whole)

    def test_characters_with_a_meaning_in_names_come_through(self, dc):
        (row,) = read(source(dc, search_filter="(sAMAccountName=amueller)"), "dn", "cn").rows
        assert row["cn"] == 'Müller, Anna "Änne"'
        assert row["dn"] == f'CN=Müller\\, Anna \\"Änne\\",{STAFF}'

    def test_references_to_other_parts_are_told_and_harmless(self, dc):
        result = read(source(dc)).result
        assert result.complete
        assert any("refers to other servers" in warning for warning in result.warnings)

    def test_small_pages_bring_the_same(self, dc):
        assert logins(read(source(dc, page_size=2))) == logins(read(source(dc)))


class TestMoves:
    def test_a_rename_and_a_move_are_an_update_in_place_and_disabling_removes(self, dc, system):
        dn = dc.add_user("mover", displayName="Mover", telephoneNumber="250")
        system.profile(template="ad_users", source=source(dc))
        system.sync()
        before = system.user("mover")
        unit = dc.add(f"OU=Elsewhere,{BASE_DN}", {"objectClass": "organizationalUnit"})
        dn = dc.move(dn, rdn="CN=Muster\\, Max", parent=unit)
        dc.modify(dn, sAMAccountName="mmuster", displayName="Muster, Max")
        result = system.sync()
        assert (result["counts"]["updated"], result["counts"]["created"], result["counts"]["removed"]) == (1, 0, 0)
        after = system.user("mmuster")
        assert (after["id"], after["extension"], after["display_name"]) == (before["id"], "250", "Muster, Max")
        dc.modify(dn, userAccountControl=str(DISABLED))
        assert system.sync()["counts"]["removed"] == 1
        assert "mmuster" not in system.names()

    @pytest.mark.parametrize("incremental", [False, True])
    def test_who_is_disabled_there_is_a_leaver_and_comes_back_as_before(self, dc, system, incremental):
        name = f"leaving{incremental}".lower()
        dn = dc.add_user(name, displayName="On Leave", telephoneNumber="251" if incremental else "252")
        options = source(dc, incremental=incremental)
        system.profile(template="ad_users", source=options, leavers={"action": "disable", "grace_days": 30})
        system.sync()
        before = system.user(name)
        dc.modify(dn, userAccountControl=str(DISABLED))
        counts = system.sync()["counts"]
        assert (counts["disabled"], counts["removed"]) == (1, 0)
        assert system.user(name)["leaver"]["profile"]
        assert not system.sync()["changed"]
        dc.modify(dn, userAccountControl=str(NORMAL))
        assert system.sync()["counts"]["returned"] == 1
        assert system.user(name) == before
        dc.delete(dn)  # others count whom they find

    def test_disabling_many_trips_the_guard(self, dc, system):
        names = [f"temp{number}" for number in range(8)]
        dns = [dc.add_user(name, displayName=name) for name in names]
        system.profile(template="ad_users", source=source(dc))
        system.sync()
        for dn in dns:
            dc.modify(dn, userAccountControl=str(DISABLED))
        simulated = system.sync(check=True)
        assert simulated["result"] == "refused"
        assert set(names) <= set(system.names())
        system.sync(expect_plan=simulated["plan_digest"])
        assert not set(names) & set(system.names())


class TestTrying:
    def test_a_domain_is_tried_and_its_profile_runs(self, dc, system):
        from ansible_collections.telephony.connector.tests.trying import Tried

        tried = Tried("ad_users", source(dc))
        assert tried.failed == {}
        profile = tried.profile()
        system.profile(profile.pop("name"), profile.pop("template"), **profile)
        assert system.sync("ad_users")["counts"]["created"] == 2

    @pytest.mark.parametrize(
        ("options", "step"),
        [
            ({"password": "not-the-password"}, "sign_in"),
            ({"base_dn": f"OU=None,{BASE_DN}"}, "base_dn"),
            ({"server": ["localhost:1"]}, "port"),
        ],
    )
    def test_each_fault_is_found_at_its_step(self, dc, options, step):
        from ansible_collections.telephony.connector.tests.trying import Tried

        assert list(Tried("ad_users", source(dc, **options)).failed) == [step]
