# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of a server in the shape of Univention Corporate Server become users of the phone system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.ucs import (
    GROUPS,
    MACHINE,
    MACHINE_PASSWORD,
    SUFFIX,
    USERS,
    Ucs,
    ucs_group,
    ucs_user,
)


@pytest.fixture
def ucs(tmp_path, ca):
    server = Ucs(tmp_path / "ucs", ca.path("server"))
    anna = ucs_user(
        "anna",
        displayName="Anna Mueller",
        givenName="Anna",
        sn="Mueller",
        mailPrimaryAddress="anna@ucs.test",
        mail="other@ucs.test",
        telephoneNumber=["217", "+49 30 217"],
        homePhone="+49 30 1",
        mobile="+49 171 5550123",
        title="Head of Sales",
    )
    people = (anna, ucs_user("bob"), ucs_user("unmarked", marked=False), ucs_user("former", shadowExpire="1"))
    try:
        server.load(server.base_ldif() + "".join(people))
        server.start()
        server.modify(ucs_group("phone", "anna", "bob"))
        yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    finally:
        server.stop()


@pytest.fixture
def location(tmp_path: Path) -> str:
    """Return where a store is; what is read is the same on each database: SQLite will do."""
    return str(tmp_path / "store.db")


def source(ucs, ca, **options: Any) -> dict[str, Any]:
    return {
        "domain": "ucs.test",
        "server": [f"localhost:{ucs.tls_port}"],
        "ca_path": ca.path("ca.crt"),
        "username": MACHINE,
        "password": MACHINE_PASSWORD,
        **options,
    }


def read(options, *wanted, **more):
    from ansible_collections.telephony.connector.tests.directory import read_directory

    return read_directory(options, *(wanted or ("uid",)), family="ucs", **more)


def test_marked_users_are_imported_and_a_second_run_changes_nothing(ucs, ca, system):
    system.pool("300-399")
    system.profile(template="ucs_users", source=source(ucs, ca), create_mobile_phone=True)
    assert system.sync(check=True)["counts"]["created"] == 2
    system.sync()
    assert system.names() == ["anna", "bob"]
    anna = system.user("anna")
    expected = {
        "display_name": "Anna Mueller",
        "given_name": "Anna",
        "surname": "Mueller",
        "email": "anna@ucs.test",
        "extension": "217",
        "roles": ["phone"],
    }
    assert {name: anna[name] for name in expected} == expected
    assert anna["phonebook"] == {"homephone": "+49 30 1", "mobile": "+49 171 5550123", "notes": "Head of Sales"}
    assert [(device["type"], device["number"]) for device in anna["devices"]] == [("mobile", "+49 171 5550123")]
    assert not system.sync()["changed"]


@pytest.mark.parametrize(
    "attributes", [{"shadowExpire": "1"}, {"krb5KDCFlags": "254"}, {"sambaAcctFlags": "[UD         ]"}]
)
def test_each_sign_of_a_disabled_user_is_recognised(ucs, ca, attributes):
    ucs.modify(ucs_user("gone", **attributes))
    rows = read(source(ucs, ca), "uid", "disabled").rows
    assert {row["uid"]: row["disabled"] for row in rows} == {"anna": "", "bob": "", "former": "true", "gone": "true"}


def test_an_expiry_in_the_future_disables_nobody(ucs, ca):
    ucs.modify(ucs_user("temporary", shadowExpire="99999"))
    rows = read(source(ucs, ca), "uid", "disabled").rows
    assert {row["uid"]: row["disabled"] for row in rows}["temporary"] == ""


def test_disabling_and_unmarking_remove_and_a_rename_stays_the_same_user(ucs, ca, system):
    system.profile(template="ucs_users", source=source(ucs, ca))
    system.sync()
    before = system.user("anna")
    ucs.modify(f"dn: uid=anna,{USERS}\nchangetype: modrdn\nnewrdn: uid=anna.meier\ndeleteoldrdn: 1\n")
    ucs.modify(f"dn: uid=bob,{USERS}\nchangetype: modify\nreplace: mobydickActivated\nmobydickActivated: FALSE\n")
    counts = system.sync()["counts"]
    assert (counts["updated"], counts["removed"], counts["created"]) == (1, 1, 0)
    assert system.user("anna.meier")["id"] == before["id"]


@pytest.mark.parametrize(
    ("name", "leaves", "returns"),
    [
        ("anna", "add: shadowExpire\nshadowExpire: 1\n", "delete: shadowExpire\n"),
        (
            "bob",
            "replace: mobydickActivated\nmobydickActivated: FALSE\n",
            "replace: mobydickActivated\nmobydickActivated: TRUE\n",
        ),
    ],
)
def test_who_is_disabled_or_unmarked_there_is_a_leaver_and_comes_back_as_before(ucs, ca, system, name, leaves, returns):
    system.profile(template="ucs_users", source=source(ucs, ca), leavers={"action": "disable", "grace_days": 30})
    system.sync()
    before = system.user(name)
    ucs.modify(f"dn: uid={name},{USERS}\nchangetype: modify\n{leaves}")
    counts = system.sync()["counts"]
    assert (counts["disabled"], counts["removed"]) == (1, 0)
    ucs.modify(f"dn: uid={name},{USERS}\nchangetype: modify\n{returns}")
    assert system.sync()["counts"]["returned"] == 1
    assert system.user(name) == before


def test_without_the_identifier_of_ucs_5_2_the_key_is_that_of_the_server(ucs, ca, system):
    ucs.modify(ucs_user("older", univentionObjectIdentifier=""))
    system.profile(template="ucs_users", source=source(ucs, ca))
    system.sync()
    assert "older" in system.names()
    (row,) = read(source(ucs, ca, search_filter="(uid=older)"), "entryUUID", "univentionObjectIdentifier").rows
    keys = {row[1] for row in _links(system)}
    assert row["entryUUID"] in keys
    assert row["univentionObjectIdentifier"] is None


def _links(system):
    from ansible_collections.telephony.connector.tests.contents import contents

    return contents(system.location)["links"]


@pytest.mark.parametrize(
    ("marker", "expected"), [("mobydickActivated", 3), ("", 4), ("otherActivated", 0), ("initials", 1)]
)
def test_the_marker_is_an_option(ucs, ca, marker, expected):
    ucs.modify(f"dn: uid=bob,{USERS}\nchangetype: modify\nadd: initials\ninitials: TRUE\n")
    assert len(read(source(ucs, ca, marker_attribute=marker)).rows) == expected


@pytest.mark.parametrize("name", [MACHINE, f"{MACHINE}$", f"{MACHINE}.ucs.test", f"cn={MACHINE},cn=computers,{SUFFIX}"])
def test_a_machine_account_signs_in_under_each_of_its_names(ucs, ca, name):
    assert read(source(ucs, ca, username=name)).rows


def test_start_tls_is_used_without_ssl(ucs, ca):
    whole = read(source(ucs, ca, ssl=False, server=[f"localhost:{ucs.port}"]))
    assert whole.rows
    assert whole.result.warnings == []


def test_a_wrong_password_and_a_certificate_of_somebody_else_are_told(ucs, ca):
    with pytest.raises(SourceError, match=r"the name or the password is wrong\. Check username, password and domain\."):
        read(source(ucs, ca, password="Not-the-pw"))
    with pytest.raises(SourceError, match="is not trusted"):
        read(source(ucs, ca, ca_path=ca.path("other.crt")))


def test_a_server_that_is_down_is_told_by_the_option_that_names_it(ucs, ca):
    with pytest.raises(SourceError, match="check server and the firewall"):
        read(source(ucs, ca, server=["localhost:1"]))


def test_changes_alone_are_read_and_a_removal_leads_to_a_full_read(ucs, ca, system):
    options = source(ucs, ca, incremental=True)
    system.profile(template="ucs_users", source=options, variables={"roles": "[]"})
    system.sync()
    ucs.modify(f"dn: uid=anna,{USERS}\nchangetype: modify\nreplace: displayName\ndisplayName: Anna M.\n")
    result = system.sync()
    assert (result["counts"]["read"], result["counts"]["updated"]) == (1, 1)
    ucs.modify(f"dn: uid=bob,{USERS}\nchangetype: delete\n")
    result = system.sync()
    assert (result["counts"]["read"], result["counts"]["removed"]) == (2, 1)
    assert system.names() == ["anna"]


def test_on_another_day_everything_is_read_since_accounts_expire_at_its_beginning(ucs, ca):
    options = source(ucs, ca, incremental=True)
    checkpoint = read(options, "uid", "disabled").result.checkpoint
    assert not read(options, "uid", "disabled", checkpoint=checkpoint).result.full
    yesterday = {**checkpoint, "full": checkpoint["full"] // 86400 * 86400 - 1}
    assert read(options, "uid", "disabled", checkpoint=yesterday).result.full


def test_a_group_takes_its_roles_along_with_changes_alone(ucs, ca, system):
    system.profile(template="ucs_users", source=source(ucs, ca, incremental=True))
    system.sync()
    ucs.modify(f"dn: cn=phone,{GROUPS}\nchangetype: modify\ndelete: uniqueMember\nuniqueMember: uid=bob,{USERS}\n")
    system.sync()
    assert {name: system.user(name).get("roles", []) for name in system.names()} == {"anna": ["phone"], "bob": []}


def test_ports_base_and_machine_account_follow_from_domain_and_server():
    options = {"domain": "ucs.test", "server": ["primary.ucs.test"], "username": "pbx", "password": "x"}
    made: Any = source_class("ucs")(options)
    assert made.servers.uris == ("ldaps://primary.ucs.test:7636",)
    assert (made.base, made.user) == ("dc=ucs,dc=test", "cn=pbx,cn=computers,dc=ucs,dc=test")
    assert made.filter == "(&(univentionObjectType=users/user)(mobydickActivated=TRUE))"
    made = source_class("ucs")({**options, "ssl": False})
    assert (made.servers.uris, made.servers.start_tls) == (("ldap://primary.ucs.test:7389",), True)
    without_domain = {**options, "domain": None, "base_dn": "cn=users,dc=ucs,dc=test"}
    made = source_class("ucs")(without_domain)
    assert made.user == "cn=pbx,cn=computers,dc=ucs,dc=test"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"domain": None}, "needs the option domain"),
        ({"server": None}, "needs the option server"),
        ({"marker_attribute": "a)(b"}, "must be the name of an attribute"),
        ({"username": None}, "machine account"),
        ({"server": ["a:99999"]}, "option server holds"),
        ({"username": "pbx@ucs.test"}, '"pbx@ucs.test" is neither'),
        ({"ca_path": "/ca.crt", "validate_certs": False}, "ca_path has no effect"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_opened(options, words):
    given = {"domain": "ucs.test", "server": ["a"], "username": "pbx", "password": "y", **options}
    with pytest.raises(DefinitionError) as caught:
        source_class("ucs")(given)
    assert words in caught.value.message
