# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People of a real OpenLDAP server become users, phonebook entries and speed dials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.directory import read_directory as read
from ansible_collections.telephony.connector.tests.directory import source_of as source
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

SUFFIX = "dc=example,dc=test"


@pytest.fixture
def slapd(tmp_path: Path) -> Iterator[Slapd]:
    """A server with three people, one of them with every attribute that the templates use."""
    server = Slapd(tmp_path / "slapd")
    people = [
        person(
            SUFFIX,
            "AMueller",
            cn="Anna Müller",
            displayName="Müller, Anna",
            givenName="Anna",
            sn="Müller",
            mail="anna@corp.example",
            telephoneNumber="217",
            mobile="+49 171 5550123",
            homePhone="+49 30 1",
            facsimileTelephoneNumber="+49 30 2",
            o="Corp Ltd",
            title="Head of Sales",
            pager="701",
        ),
        person(SUFFIX, "bob", cn="Bob", telephoneNumber=["218", "219"], mail="bob@corp.example", pager="702"),
        person(SUFFIX, "carl", cn="Carl"),
    ]
    server.load(server.base_ldif() + "".join(people))
    server.start()
    server.modify(
        f"dn: cn=Sales\\, Nord,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: Sales, Nord\n"
        f"member: uid=AMueller,ou=people,{SUFFIX}\nmember: uid=bob,ou=people,{SUFFIX}\n\n"
    )
    try:
        yield server
    finally:
        server.stop()


def test_users_are_imported_and_a_second_run_changes_nothing(slapd: Slapd, system: Any) -> None:
    system.pool("300-399")
    system.profile(template="ldap_users", source=source(slapd), create_softphone=True, create_mobile_phone=True)
    simulated = system.sync(check=True)
    assert simulated["counts"]["created"] == 3
    assert system.names() == []
    result = system.sync()
    assert (result["result"], result["complete"], result["warnings"]) == ("changed", True, [])
    assert result["plan_digest"] == simulated["plan_digest"]
    again = system.sync()
    assert (again["result"], again["counts"]["unchanged"]) == ("unchanged", 3)
    anna = system.user("amueller")
    expected = {
        "username": "amueller",
        "display_name": "Müller, Anna",
        "given_name": "Anna",
        "surname": "Müller",
        "email": "anna@corp.example",
        "extension": "217",
        "roles": ["Sales, Nord"],
        "phonebook": {
            "organisation": "Corp Ltd",
            "mobile": "+49 171 5550123",
            "homephone": "+49 30 1",
            "fax": "+49 30 2",
            "notes": "Head of Sales",
        },
        "devices": [{"type": "softphone"}, {"type": "mobile", "number": "+49 171 5550123"}],
    }
    assert {name: anna[name] for name in expected} == expected
    assert system.user("bob")["extension"] == "218"


def test_a_rename_and_a_move_are_updates_in_place(slapd: Slapd, system: Any) -> None:
    system.profile(template="ldap_users", source=source(slapd))
    system.sync()
    before = {user["username"]: user["id"] for user in system.objects()}
    slapd.modify(f"dn: ou=left,ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: left\n\n")
    slapd.modify(
        f"dn: uid=bob,ou=people,{SUFFIX}\nchangetype: modrdn\nnewrdn: uid=robert\ndeleteoldrdn: 1\n"
        f"newsuperior: ou=left,ou=people,{SUFFIX}\n\n"
    )
    result = system.sync()
    assert [(change["action"], change["after"]) for change in result["changes"]] == [("update", {"username": "robert"})]
    assert {user["id"] for user in system.objects()} == set(before.values())
    assert system.user("robert")["id"] == before["bob"]


def test_who_is_deleted_or_filtered_out_is_removed(slapd: Slapd, system: Any) -> None:
    system.profile(template="ldap_users", source=source(slapd))
    system.sync()
    slapd.modify(f"dn: uid=carl,ou=people,{SUFFIX}\nchangetype: delete\n\n")
    assert [change["name"] for change in system.sync()["changes"] if change["action"] == "remove"] == ["carl"]
    system.profile(
        template="ldap_users", source=source(slapd), filter="'Sales, Nord' in values.memberOf | map('cn') and row.title"
    )
    assert system.sync()["counts"]["filtered"] == 1
    assert system.names() == ["amueller"]


def test_configured_authentication_sends_users_to_the_directory(slapd: Slapd, system: Any) -> None:
    system.profile(template="ldap_users", source=source(slapd), configure_authentication=True)
    system.sync()
    assert system.user("bob")["auth_method"] == "ldap"


def test_the_login_comes_from_the_field_that_is_named(slapd: Slapd, system: Any) -> None:
    has_mail = "(&(objectClass=inetOrgPerson)(mail=*))"
    system.profile(template="ldap_users", source=source(slapd, username_field="mail", search_filter=has_mail))
    system.sync()
    assert system.names() == ["anna@corp.example", "bob@corp.example"]


def test_phonebook_and_speed_dials_come_from_a_directory_too(slapd: Slapd, system: Any) -> None:
    system.profile(name="book", template="ldap_phonebook", source=source(slapd))
    system.sync("book")
    anna = system.objects("phonebook_entry", search="Anna")[0]
    expected = {"display_name": "Müller, Anna", "phone": "217", "organisation": "Corp Ltd", "fax": "+49 30 2"}
    assert {name: anna[name] for name in expected} == expected
    system.profile(name="dials", template="ldap_speed_dials", source=source(slapd))
    assert system.sync("dials")["counts"]["filtered"] == 1
    numbers = [(found["number"], found["destination"]) for found in system.objects("speed_dial")]
    assert numbers == [("701", "217"), ("702", "218")]


def test_a_blank_stands_for_no_value(slapd: Slapd, system: Any) -> None:
    blanks = "displayName:: IA==\ntitle:: ICA=\n\n"
    slapd.modify(person(SUFFIX, "emil", cn="Emil").rstrip("\n") + f"\n{blanks}")
    system.profile(template="ldap_users", source=source(slapd, search_filter="(uid=emil)"))
    result = system.sync()
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (1, 0)
    assert system.user("emil")["display_name"] == "Emil"


def test_only_what_the_profile_uses_is_asked_for(slapd: Slapd) -> None:
    whole = read(source(slapd), "UID", "telephonenumber", "dn", "Username")
    assert whole.columns == ("dn", "telephonenumber", "UID", "Username")
    assert whole.rows[1] == {
        "dn": f"uid=bob,ou=people,{SUFFIX}",
        "telephonenumber": ["218", "219"],
        "UID": "bob",
        "Username": "bob",
    }
    assert whole.result.complete
    more = read(source(slapd, attributes=["title"]), "uid")
    assert more.columns == ("title", "uid")
    assert more.column("title") == ["Head of Sales", None, None]


def test_a_profile_that_may_use_any_attribute_gets_all_there_are(slapd: Slapd) -> None:
    whole = read(source(slapd), "*", "entryUUID")
    assert {"cn", "displayName", "entryUUID", "givenName", "pager", "objectClass"} <= set(whole.columns)
    assert whole.column("displayName") == ["Müller, Anna", None, None]
    assert all(whole.column("entryUUID"))


def test_the_scope_decides_how_deep_is_read(slapd: Slapd) -> None:
    top = source(slapd, base_dn=SUFFIX)
    assert len(read(top).rows) == 3
    assert len(read({**top, "search_scope": "onelevel"}).rows) == 0
    assert read({**top, "base_dn": f"uid=bob,ou=people,{SUFFIX}", "search_scope": "base"}).column("uid") == ["bob"]


def test_pages_of_any_size_give_the_same(slapd: Slapd) -> None:
    found = [read(source(slapd, page_size=size)).column("uid") for size in (1, 2, 3, 1000)]
    assert found == [["AMueller", "bob", "carl"]] * 4


def test_a_password_in_clear_is_warned_of_unless_it_is_meant(slapd: Slapd) -> None:
    (warning,) = read(source(slapd, allow_plaintext=None)).result.warnings
    assert "in cleartext" in warning
    assert read(source(slapd)).result.warnings == []


def test_umlauts_commas_and_parentheses_are_values_like_others(slapd: Slapd) -> None:
    unit = f"ou=Büro\\, Süd,ou=people,{SUFFIX}"
    slapd.modify(f"dn: {unit}\nobjectClass: organizationalUnit\nou: Büro, Süd\n\n")
    slapd.modify(person(SUFFIX, "dora", unit="ou=Büro\\, Süd,ou=people", cn='Dora "Dö" Öz (Ext)'))
    assert read(source(slapd, base_dn=unit), "cn").column("cn") == ['Dora "Dö" Öz (Ext)']
    assert read(source(slapd, search_filter="(cn=Dora*ÖZ \\28ext\\29)"), "uid").column("uid") == ["dora"]


def test_devices_roles_and_labels_come_out_of_attributes(slapd: Slapd, system: Any) -> None:
    slapd.modify(
        person(
            SUFFIX,
            "eve",
            telephoneNumber="220",
            carLicense="00:1A:2B:3C:4D:5E",
            departmentNumber="25",
            roomNumber="3.14",
        )
    )
    system.profile(
        template="ldap_users",
        source=source(slapd, search_filter="(uid=eve)"),
        variables={
            "phonemac": "row.carLicense",
            "inttimeout": "row.departmentNumber",
            "createSoftphone": "row.telephoneNumber",
            "roles": "values.memberOf | map('cn') | select('in', ['Sales, Nord'])",
        },
    )
    system.sync()
    eve = system.user("eve")
    timeouts = {"internal": {"ring": 25}}
    assert eve["devices"] == [
        {"type": "softphone", "timeouts": timeouts},
        {"type": "ip_phone", "mac": "001a2b3c4d5e", "timeouts": timeouts},
    ]
    assert not eve.get("roles")
    labels = {"phonebook_entry": {"labels": {"Room": "row.roomNumber"}}}
    system.profile(name="book", template="ldap_phonebook", source=source(slapd), structure=labels)
    system.sync("book")
    (entry,) = system.objects("phonebook_entry", search="eve")
    assert entry["labels"] == {"Room": "3.14"}


def test_an_attribute_that_the_directory_does_not_know_clears_nothing_and_is_named(slapd: Slapd, system: Any) -> None:
    options = {"template": "ldap_users", "source": source(slapd)}
    system.profile(**options)
    system.sync()
    other = {**options, "variables": {"mobile": "row.mobil", "email": "row.mail"}}
    system.profile(**other)
    with pytest.raises(SourceError, match=r'There is no column "mobil". '):
        system.sync()
    system.profile(**other, missing_columns="warn")
    result = system.sync()
    assert system.user("amueller")["phonebook"]["mobile"] == "+49 171 5550123"
    assert (result["counts"]["updated"], result["counts"]["unchanged"]) == (0, 3)
    (warning,) = result["warnings"]
    assert 'The source has no column "mobil", which the profile names' in warning


def test_a_login_attribute_that_the_directory_does_not_know_is_named(slapd: Slapd, system: Any) -> None:
    system.profile(template="ldap_users", source=source(slapd, username_field="sAMAccountName"))
    with pytest.raises(SourceError, match=r'knows no attribute "sAMAccountName": .* in username_field'):
        system.sync()


def test_one_record_is_found_by_the_login_that_it_had_and_by_nothing_else(slapd: Slapd, system: Any) -> None:
    system.profile(template="ldap_users", source=source(slapd))
    with pytest.raises(SourceError, match=r"no record with the key .bob.\. Its keys look like this: [0-9a-f-]{36}\."):
        system.sync(only="bob")
    system.sync()
    found = system.sync(only="Bob", explain=True, check=True)["explain"]
    assert found["variables"]["username"] == "bob"
