# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of a real Active Directory domain controller become users, phonebook entries and speed dials."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers import samba_dc
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.samba_dc import (
    BASE_DN,
    DISABLED,
    GROUPS,
    NORMAL,
    READER,
    READER_PASSWORD,
    STAFF,
    user,
)

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")

ANNA = f"CN=Müller\\, Anna \\22Änne\\22,{STAFF}"
PEOPLE = [
    (
        ANNA,
        user(
            "AMueller",
            "Anna-Pw1!",
            displayName="Müller, Anna",
            givenName="Anna",
            sn="Müller",
            mail="anna@corp.example",
            telephoneNumber="217",
            mobile="+49 171 5550123",
            homePhone="+49 30 1",
            facsimileTelephoneNumber="+49 30 2",
            company="Corp Ltd",
            title="Head of Sales",
            info="likes tea",
            pager="701",
        ),
    ),
    (f"CN=Bob,{STAFF}", user("bob", displayName="Bob", telephoneNumber="218")),
    (f"CN=Gone,{STAFF}", user("gone", displayName="Gone", userAccountControl=str(DISABLED))),
    (f"CN=Late,{STAFF}", user("late", displayName="Late", accountExpires="132223104000000000")),
    (f"CN=mobydick,{STAFF}", user("mobydick", displayName="Phone system")),
    (f"CN=Supplier,{STAFF}", {"objectClass": "contact", "displayName": "Supplier", "telephoneNumber": "+49 30 99"}),
    (
        f"CN=PC1,CN=Computers,{BASE_DN}",
        {"objectClass": "computer", "sAMAccountName": "PC1$", "userAccountControl": "4096"},
    ),
]


@pytest.fixture(scope="module")
def dc(tmp_path_factory):
    directory, cache = tmp_path_factory.mktemp("dc") / "dc", samba_dc.cache_of(tmp_path_factory)
    try:
        with samba_dc.running(directory, cache, PEOPLE) as server:
            yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def system(tmp_path):
    from ansible_collections.telephony.connector.tests.system import System

    return System(str(tmp_path / "store.db"), tmp_path)


def source(dc, **options: Any) -> dict[str, Any]:
    """Return the options of a source as its ordinary account."""
    return {
        "domain": "example.test",
        "server": [dc.ip],
        "ca_path": dc.ca.path("ca.crt"),
        "username": READER,
        "password": READER_PASSWORD,
        **options,
    }


def read(options, *wanted, **more):
    from ansible_collections.telephony.connector.tests.directory import read_directory

    return read_directory(options, *(wanted or ("sAMAccountName",)), family="ad", **more)


def logins(whole):
    return sorted(filter(None, whole.column("sAMAccountName")))


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


class TestSignIn:
    @pytest.mark.parametrize(
        "name", [READER, f"{READER}@example.test", f"EXAMPLE\\{READER}", f"CN={READER},CN=Users,{BASE_DN}"]
    )
    def test_every_form_of_a_name_signs_in_and_leaves_itself_out(self, dc, name):
        assert READER not in logins(read(source(dc, username=name)))

    def test_without_ssl_the_connection_is_encrypted_all_the_same(self, dc):
        whole = read(source(dc, ssl=False))
        assert whole.rows
        assert not any("in cleartext" in warning for warning in whole.result.warnings)

    def test_no_encryption_at_all_must_be_asked_for_and_the_server_may_refuse_it(self, dc):
        assert "wants an encrypted connection" in fault(dc, ssl=False, start_tls=False)

    def test_the_next_server_is_asked_when_the_first_does_not_answer(self, dc):
        whole = read(source(dc, server=["127.0.0.1:1", dc.ip]))
        assert whole.rows
        assert any("127.0.0.1:1 cannot be reached" in warning for warning in whole.result.warnings)

    def test_a_certificate_of_another_authority_or_for_another_name_is_refused(self, dc):
        assert "is not trusted" in fault(dc, ca_path=dc.ca.path("other.crt"))
        dc.stop()
        dc._certificate = "wrongname"
        try:
            dc.start()
            assert "shows a certificate for another name" in fault(dc)
        finally:
            dc.stop()
            dc._certificate = "dc1"
            dc.start()

    @pytest.mark.parametrize(
        ("attributes", "words"),
        [
            ({"userAccountControl": "514"}, "the account is disabled"),
            ({"accountExpires": "132223104000000000"}, "the account has expired"),
            ({"pwdLastSet": "0"}, "the password must be changed"),
        ],
    )
    def test_the_state_of_the_account_is_told_in_words(self, dc, attributes, words):
        dn = dc.add_user("svc-state", "State-Pw1!")
        try:
            dc.modify(dn, **attributes)
            message = fault(dc, username="svc-state", password="State-Pw1!")
            assert words in message
            assert "Check username" not in message  # they are right
        finally:
            dc.delete(dn)

    def test_a_locked_account_is_told_from_a_wrong_password(self, dc):
        dn = dc.add_user("svc-lock", "Lock-Pw1!")
        dc.modify(BASE_DN, lockoutThreshold="2")
        try:
            for _attempt in range(3):
                words = fault(dc, username="svc-lock", password="Not-Lock-Pw1!")
            assert "the account is locked" in fault(dc, username="svc-lock", password="Lock-Pw1!")
            assert words
        finally:
            dc.modify(BASE_DN, lockoutThreshold="0")
            dc.delete(dn)

    def test_a_wrong_password_and_an_unknown_user_are_refused(self, dc):
        for options in ({"password": "Not-the-pw1"}, {"username": "nobody"}):
            message = fault(dc, **options)
            assert "the name or the password is wrong. Check username, password and domain." in message

    def test_a_base_dn_that_does_not_exist_is_named(self, dc):
        assert "check base_dn" in fault(dc, base_dn="OU=Nowhere,DC=example,DC=test")


def fault(dc, **options):
    """Return the sentence of a read that fails; it never holds the password."""
    with pytest.raises(SourceError) as caught:
        read(source(dc, **options))
    assert options.get("password", READER_PASSWORD) not in caught.value.message
    return caught.value.message


@pytest.fixture(scope="module")
def groups(dc):
    """Anna in Team, in Sales, in Company and back in Team (a circle), and Bob in Sales by his primary group."""
    team = dc.add(
        f"CN=Team\\, \\22A\\22,{GROUPS}", {"objectClass": "group", "sAMAccountName": "Team", "member": [ANNA]}
    )
    sales = dc.add_group("Sales", team)
    company = dc.add_group("Company", sales)
    dc.modify(team, member=[ANNA, company])
    primary = dc.add_group("Primary", f"CN=Bob,{STAFF}")
    dc.modify(f"CN=Bob,{STAFF}", primaryGroupID=str(rid(dc, primary)))
    dc.modify(sales, member=[team, primary])


@pytest.mark.usefixtures("groups")
class TestGroups:
    def members(self, dc, **options):
        rows = read(source(dc, **options), "sAMAccountName", "memberOf").rows
        found = {row["sAMAccountName"]: row["memberOf"] for row in rows}
        return {name: {cn(dn) for dn in ([dns] if isinstance(dns, str) else dns or [])} for name, dns in found.items()}

    def test_direct_groups_hold_the_primary_one(self, dc):
        members = self.members(dc)
        assert members["AMueller"] == {'Team, "A"', "Domain Users"}
        assert members["bob"] == {"Primary", "Domain Users"}

    def test_nested_groups_are_those_that_the_server_finds_itself(self, dc):
        found = self.members(dc, groups="nested")
        assert found["AMueller"] == {'Team, "A"', "Sales", "Company", "Domain Users", "Users"}
        # the server's rule knows nothing of primary groups, so it is asked for them as well
        primary = {"AMueller": "Domain Users", "bob": "Primary"}
        for name, group in primary.items():
            assert found[name] == chain(dc, name) | chain(dc, group) | {group}

    def test_a_profile_can_choose_by_group(self, dc, system):
        system.profile(
            template="ad_users",
            source=source(dc, groups="nested"),
            filter="'Company' in values.memberOf | map('cn')",
            variables={"roles": "values.memberOf | map('cn') | select('in', ['Sales', 'Board']) | list"},
        )
        system.sync()
        assert {name: system.user(name)["roles"] for name in system.names()} == {
            "amueller": ["Sales"],
            "bob": ["Sales"],
        }

    def test_a_list_that_comes_in_parts_is_read_to_its_end(self, dc):
        from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
        from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import connect
        from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search

        members = [dc.add_user(f"many{number}") for number in range(23)]
        group = dc.add_group("Many", *members)
        made: Any = source_class("ad")(source(dc))
        with connect(made.servers, made.user, READER_PASSWORD) as connected:
            # this server cuts nothing by itself; asked for a part, it answers as Windows does after 1,500 values
            search = Search(connected, Request(group, "(objectClass=*)", "base", ("member;range=0-9", "cn")), 1000)
            (entry,) = list(search)
        assert search.failure == ""
        assert sorted(entry.attributes[b"member"]) == sorted(member.encode() for member in members)
        for member in members:
            dc.delete(member)


def cn(dn):
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.filters import (
        cn as first_value,
    )

    return first_value(dn)


def rid(dc, dn):
    return int.from_bytes(dc.value(dn, "objectSid")[-4:], "little")


def chain(dc, name):
    """Return the groups of an account by the server's own rule for chains."""
    dc.admin.search(BASE_DN, f"(sAMAccountName={name})", attributes=["objectClass"])
    dn = next(item["dn"] for item in dc.admin.response if item["type"] == "searchResEntry")
    from ldap3.utils.conv import escape_filter_chars

    rule = f"(member:1.2.840.113556.1.4.1941:={escape_filter_chars(dn)})"
    dc.admin.search(BASE_DN, f"(&(objectClass=group){rule})", attributes=["cn"])
    return {item["attributes"]["cn"][0] for item in dc.admin.response if item["type"] == "searchResEntry"}


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


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"domain": None}, "needs the option domain"),
            ({"domain": "DC=example,DC=test"}, "must be the DNS name of the domain"),
            ({"server": None}, "needs the option server"),
            ({"server": ["ldaps://dc1"]}, "is for the option uri"),
            ({"uri": ["ldaps://dc1"]}, "leave out server and ssl"),
            ({"start_tls": True}, "encrypted from the beginning"),
            ({"search_filter": "(cn=a"}, 'a closing ")" is missing'),
            ({"groups": "all"}, "groups cannot be"),
            ({"password": ""}, "needs the option password"),
        ],
    )
    def test_what_does_not_fit_is_refused_before_anything_is_opened(self, options, words):
        given = {"domain": "example.test", "server": ["dc1"], "username": "x", "password": "y", **options}
        with pytest.raises(DefinitionError) as caught:
            source_class("ad")(given)
        assert words in caught.value.message

    def test_servers_and_base_follow_from_domain_and_server(self):
        options = {
            "domain": "corp.example",
            "server": ["dc1.corp.example", "fd00::1"],
            "username": "x",
            "password": "y",
        }
        made: Any = source_class("ad")(options)
        assert made.servers.uris == ("ldaps://dc1.corp.example:636", "ldaps://[fd00::1]:636")
        assert (made.base, made.user) == ("DC=corp,DC=example", "x@corp.example")
        made = source_class("ad")({**options, "ssl": False, "base_dn": "OU=Staff,DC=corp,DC=example"})
        assert (made.servers.uris[0], made.servers.start_tls) == ("ldap://dc1.corp.example:389", True)
        assert made.base == "OU=Staff,DC=corp,DC=example"


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
