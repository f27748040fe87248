# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that change without a change of their entry, as a server counts it: they lead to a full read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.tests.directory_life import change, tree
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

from .following import SUFFIX, WANTED, again, read

GROUP = f"cn=pbx,ou=groups,{SUFFIX}"


@pytest.mark.parametrize(
    "search_filter",
    [
        f"(memberOf={GROUP})",
        f"(&(objectClass=inetOrgPerson)( MEMBEROF = {GROUP}))",
        f"(&(objectClass=inetOrgPerson)(!(!(memberOf:distinguishedNameMatch:={GROUP}))))",
    ],
)
def test_a_filter_by_membership_sees_who_joined_a_group_and_who_left(slapd: Slapd, search_filter: str) -> None:
    members = "".join(f"member: uid=user0{number},ou=people,{SUFFIX}\n" for number in (1, 2))
    slapd.modify(f"dn: {GROUP}\nobjectClass: groupOfNames\ncn: pbx\n{members}\n")
    first = read(slapd, search_filter=search_filter)
    assert sorted(first.column("uid")) == ["user01", "user02"]
    change(slapd, "cn=pbx,ou=groups", "modify", "add: member", f"member: uid=user05,ou=people,{SUFFIX}")
    second = again(slapd, first, search_filter=search_filter)
    assert (second.result.full, sorted(second.column("uid"))) == (True, ["user01", "user02", "user05"])
    change(slapd, "cn=pbx,ou=groups", "modify", "delete: member", f"member: uid=user01,ou=people,{SUFFIX}")
    third = again(slapd, second, search_filter=search_filter)
    assert (third.result.full, sorted(third.column("uid"))) == (True, ["user02", "user05"])
    change(slapd, "uid=user02,ou=people", "modify", "replace: cn", "cn: Changed")
    fourth = again(slapd, third, search_filter=search_filter)
    assert (fourth.result.full, fourth.column("cn")) == (False, ["Changed"])


@pytest.mark.parametrize(
    ("search_filter", "words"),
    [
        ("(&(objectClass=inetOrgPerson)(!(hasSubordinates=TRUE)))", "does not count changes of hassubordinates"),
        ("(&(objectClass=inetOrgPerson)(|(uid=*)(pwdLastSuccess=*)))", "does not count changes of pwdlastsuccess"),
        ("(&(objectClass=inetOrgPerson)(!(1.2.840.113556.1.2.102=*)))", "not 1.2.840.113556.1.2.102"),
    ],
)
def test_a_filter_by_what_is_not_counted_is_read_in_full_and_named(
    slapd: Slapd, search_filter: str, words: str
) -> None:
    whole = read(slapd, search_filter=search_filter)
    assert (len(whole.rows), whole.result.checkpoint) == (20, None)
    (warning,) = whole.result.warnings
    assert words in warning


def test_a_login_from_what_is_not_counted_is_read_in_full(slapd: Slapd) -> None:
    whole = read(slapd, *WANTED, "username", username_field="pwdLastSuccess")
    assert whole.result.checkpoint is None
    assert "does not count changes of pwdlastsuccess" in whole.result.warnings[0]


def test_who_has_others_below_is_no_leaf_any_more(slapd: Slapd) -> None:
    leaves = "(&(objectClass=inetOrgPerson)(hasSubordinates=FALSE))"
    first = read(slapd, search_filter=leaves)
    slapd.modify(person(SUFFIX, "below", unit="uid=user01,ou=people"))
    second = read(slapd, checkpoint=first.result.checkpoint, search_filter=leaves)
    assert second.result.full
    assert {"user01", "below"} & set(second.column("uid")) == {"below"}


@pytest.mark.parametrize(("attribute", "rules"), [("manager", ""), ("seeAlso", ""), ("manager", "by * none")])
def test_who_names_somebody_that_is_renamed_or_deleted_names_them_right(
    tmp_path: Path, attribute: str, rules: str
) -> None:
    # the overlay refint corrects the name, and leaves the time of change as it is; seeAlso is a sort of another one
    hidden = [f'access to dn.base="cn=Subschema" {rules}', "access to * by * read"] if rules else []
    referring = ["overlay refint", f"refint_attributes {attribute}"]
    server = Slapd(tmp_path / "slapd", settings=["moduleload refint", *hidden], memberof=referring)
    boss, somebody = f"uid=user01,ou=people,{SUFFIX}", "uid=user03,ou=people"
    server.load(server.base_ldif() + tree())
    server.start()
    try:
        change(server, somebody, "modify", f"add: {attribute}", f"{attribute}: {boss}")
        first = read(server, *WANTED, attribute)
        assert not again(server, first, *WANTED, attribute).result.full
        change(server, "uid=user01,ou=people", "modrdn", "newrdn: uid=boss", "deleteoldrdn: 1")
        _wait(lambda: boss not in server.search("(uid=user03)", attribute))
        second = again(server, first, *WANTED, attribute)
        assert (second.result.full, set(second.column(attribute))) == (True, {None, boss.replace("user01", "boss")})
        change(server, "uid=boss,ou=people", "delete")
        _wait(lambda: "boss" not in server.search("(uid=user03)", attribute))
        third = again(server, second, *WANTED, attribute)
        assert (third.result.full, set(third.column(attribute))) == (True, {None})
        assert not again(server, first, *WANTED, "description").result.full
    finally:
        server.stop()


def _wait(happened: Callable[[], bool]) -> None:
    """Wait for what the server does after it has answered."""
    until = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)
