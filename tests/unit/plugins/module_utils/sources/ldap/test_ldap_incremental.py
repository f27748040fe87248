# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Incremental reads of a real OpenLDAP server leave exactly what full reads leave, whatever happened in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.directory_life import Life, change, objects_of
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

from .following import SUFFIX, WANTED, again, read, source


def test_only_what_changed_is_read(slapd: Slapd) -> None:
    first = read(slapd)
    assert (len(first.rows), first.result.full) == (20, True)
    assert "password" not in str(first.result.checkpoint)
    uuids = dict(zip(first.column("uid"), first.column("entryUUID"), strict=True))
    slapd.modify(person(SUFFIX, "new"))
    change(slapd, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    change(slapd, "uid=user02,ou=people", "modrdn", "newrdn: uid=renamed", "deleteoldrdn: 1")
    change(slapd, "uid=user03,ou=people", "delete")
    second = again(slapd, first)
    assert (second.result.full, second.result.complete) == (False, True)
    assert sorted(second.column("uid")) == ["new", "renamed", "user01"]
    assert second.gone == [uuids["user03"]]
    assert second.columns == first.columns
    third = again(slapd, second)
    assert (third.items, third.result.full) == ([], False)
    assert again(slapd, third).items == []


def test_what_leaves_or_enters_the_search_counts(slapd: Slapd) -> None:
    slapd.modify(person(SUFFIX, "outside", unit="ou=elsewhere"))
    first = read(slapd, search_filter="(&(objectClass=inetOrgPerson)(!(title=left)))")
    uuids = dict(zip(first.column("uid"), first.column("entryUUID"), strict=True))
    change(slapd, "uid=user01,ou=people", "modify", "add: title", "title: left")
    change(
        slapd,
        "uid=user02,ou=people",
        "modrdn",
        "newrdn: uid=user02",
        "deleteoldrdn: 0",
        f"newsuperior: ou=elsewhere,{SUFFIX}",
    )
    change(
        slapd,
        "uid=outside,ou=elsewhere",
        "modrdn",
        "newrdn: uid=outside",
        "deleteoldrdn: 0",
        f"newsuperior: ou=people,{SUFFIX}",
    )
    second = again(slapd, first, search_filter="(&(objectClass=inetOrgPerson)(!(title=left)))")
    assert not second.result.full
    assert second.column("uid") == ["outside"]
    assert {uuids["user01"], uuids["user02"]} <= set(second.gone)


def test_a_branch_that_was_moved_makes_a_full_read(slapd: Slapd) -> None:
    change(
        slapd,
        "uid=user01,ou=people",
        "modrdn",
        "newrdn: uid=user01",
        "deleteoldrdn: 0",
        f"newsuperior: ou=a,ou=people,{SUFFIX}",
    )
    first = read(slapd)
    change(slapd, "ou=a,ou=people", "modrdn", "newrdn: ou=a", "deleteoldrdn: 0", f"newsuperior: ou=elsewhere,{SUFFIX}")
    second = again(slapd, first)
    assert second.result.full
    assert "user01" not in second.column("uid")
    change(slapd, "ou=a,ou=elsewhere", "modrdn", "newrdn: ou=z", "deleteoldrdn: 1", f"newsuperior: ou=people,{SUFFIX}")
    third = again(slapd, second)
    assert third.result.full
    assert f"uid=user01,ou=z,ou=people,{SUFFIX}" in third.column("dn")


def test_a_changed_group_makes_a_full_read_where_memberships_count(slapd: Slapd) -> None:
    # the server fills memberOf in without counting that as a change of the member
    wanted = (*WANTED, "memberOf")
    first = read(slapd, *wanted)
    change(slapd, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    second = again(slapd, first, *wanted)
    assert not second.result.full
    group = (
        f"dn: cn=sales,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: sales\n"
        f"member: uid=user05,ou=people,{SUFFIX}\n\n"
    )
    slapd.modify(group)
    third = again(slapd, second, *wanted)
    assert third.result.full
    assert third.column("memberOf").count(f"cn=sales,ou=groups,{SUFFIX}") == 1
    assert not again(slapd, third, *wanted).result.full
    for lines in (("modrdn", "newrdn: cn=sold", "deleteoldrdn: 1"), ("delete",)):
        name = "sales" if lines[0] == "modrdn" else "sold"
        before = read(slapd, *wanted)
        change(slapd, f"cn={name},ou=groups", *lines)
        assert again(slapd, before, *wanted).result.full
    first = read(slapd)
    slapd.modify(group)
    assert not again(slapd, first).result.full


@pytest.mark.parametrize(
    "spoiled",
    [
        {"cookie": "rid=000,csn=20200101000000.000000Z#000000#000#000000"},
        {"cookie": "rid=000,csn=20990101000000.000000Z#000000#000#000000"},
        {"cookie": "garbage"},
        {"cookie": ""},
        {"uri": "ldap://another:389"},
        {"context": "another database"},
        {"full": 0},
        {"full": 99999999999},
    ],
)
def test_a_checkpoint_that_is_not_to_be_trusted_makes_a_full_read(slapd: Slapd, spoiled: dict[str, Any]) -> None:
    first = read(slapd)
    first.result.checkpoint.update(spoiled)
    second = again(slapd, first)
    assert (second.result.full, len(second.rows), second.result.complete) == (True, 20, True)
    assert not again(slapd, second).result.full


def test_what_happened_before_a_restart_of_the_server_makes_a_full_read(slapd: Slapd) -> None:
    first = read(slapd)
    change(slapd, "uid=user03,ou=people", "delete")
    slapd.stop()
    slapd.start()
    second = again(slapd, first)
    assert (second.result.full, len(second.rows)) == (True, 19)
    assert not again(slapd, second).result.full


def test_more_changes_than_the_size_limit_make_a_full_read(slapd: Slapd) -> None:
    first = read(slapd)
    slapd.modify("".join(person(SUFFIX, f"more{number}") for number in range(600)))
    second = again(slapd, first)
    assert (second.result.full, len(second.rows), second.result.complete) == (True, 620, True)


def test_what_the_server_does_not_count_as_a_change_is_always_read_in_full(slapd: Slapd) -> None:
    first = read(slapd, *WANTED, "pwdLastSuccess")
    assert first.result.checkpoint is None
    (warning,) = first.result.warnings
    assert "does not count changes of pwdlastsuccess" in warning


def test_a_server_without_content_synchronisation_is_read_in_full_and_named(tmp_path: Path) -> None:
    server = Slapd(tmp_path / "plain", synchronises=False).start()
    try:
        whole = read(server, search_filter="(uid=reader)")
        assert (whole.column("uid"), whole.result.complete, whole.result.checkpoint) == (["reader"], True, None)
        (warning,) = whole.result.warnings
        assert "offers no content synchronisation" in warning
    finally:
        server.stop()


_READER = f'by dn.exact="uid=reader,ou=people,{SUFFIX}"'


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ("dn.children=ou=people,{} attrs=entryCSN", "may not see entryCSN of 2 entries"),
        ("dn.base=ou=people,{} attrs=entryCSN,hasSubordinates", "entryCSN and hasSubordinates of ou=people"),
        ("dn.base={} attrs=entryUUID", "does not show the top of its tree"),
    ],
)
def test_an_account_from_which_changes_may_be_kept_back_reads_in_full(tmp_path: Path, hidden: str, words: str) -> None:
    # the server looks for changes with the account's own rights, and says nothing where they do not suffice
    rules = [
        "access to attrs=userPassword by anonymous auth by * none",
        f"access to {hidden.format(SUFFIX)} by * none",
        f"access to * {_READER} read by anonymous auth by * none",
    ]
    server = Slapd(tmp_path / "slapd", access="\n".join(rules))
    server.load(server.base_ldif() + person(SUFFIX, "anna") + person(SUFFIX, "bob"))
    server.start()
    try:
        whole = read(server)
        assert (len(whole.rows), whole.result.complete, whole.result.checkpoint) == (2, True, None)
        (warning,) = whole.result.warnings
        assert words in warning
    finally:
        server.stop()


def test_a_branch_that_goes_where_the_account_cannot_see_it_makes_a_full_read(tmp_path: Path) -> None:
    rules = [
        "access to attrs=userPassword by anonymous auth by * none",
        f'access to dn.subtree="ou=groups,{SUFFIX}" by * none',
        f"access to * {_READER} read by anonymous auth by * none",
    ]
    server = Slapd(tmp_path / "slapd", access="\n".join(rules))
    unit = f"dn: ou=a,ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: a\n\n"
    server.load(server.base_ldif() + unit + person(SUFFIX, "bob", unit="ou=a,ou=people"))
    server.start()
    try:
        first = read(server)
        assert first.column("uid") == ["bob"]
        change(
            server, "ou=a,ou=people", "modrdn", "newrdn: ou=a", "deleteoldrdn: 0", f"newsuperior: ou=groups,{SUFFIX}"
        )
        second = again(server, first)
        assert (second.result.full, second.rows) == (True, [])
    finally:
        server.stop()


def test_another_definition_is_read_in_full(slapd: Slapd, tmp_path: Path, kinds: list[str]) -> None:
    from ansible_collections.telephony.connector.tests.system import System

    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(template="ldap_users", source=source(slapd))
    system.sync()
    system.sync()
    assert kinds == ["changes"]
    system.profile(template="ldap_users", source=source(slapd), variables={"job": "row.cn"})
    assert system.sync()["counts"]["updated"] == 20
    assert kinds == ["changes"]
    system.profile(
        template="ldap_users", source=source(slapd, search_filter="(uid=user0*)"), guards={"max_removals": 50}
    )
    assert system.sync()["counts"]["removed"] == 10
    assert kinds == ["changes"]
    system.sync()
    assert kinds == ["changes", "changes"]


# ---------------------------------------------------------------------- random changes


@pytest.mark.parametrize("memberships", [False, True])
@pytest.mark.parametrize(("seed", "scope"), [(1, "subtree"), (2, "onelevel")])
def test_full_and_incremental_runs_end_in_the_same_store(
    slapd: Slapd, tmp_path: Path, kinds: list[str], seed: int, scope: str, memberships: bool
) -> None:
    from ansible_collections.telephony.connector.tests.system import System

    systems = {}
    for kind in ("incremental", "full"):
        system = System(str(tmp_path / f"{kind}.db"), tmp_path)
        system.pool("700-799")
        system.profile(
            template="ldap_users",
            source=source(
                slapd,
                incremental=kind == "incremental",
                search_scope=scope,
                search_filter="(&(objectClass=inetOrgPerson)(!(title=left)))",
            ),
            variables={} if memberships else {"roles": None},
            structure={} if memberships else {"user": {"roles": None}},
            guards={"max_removals": "100%"},
        )
        systems[kind] = system
    life = Life(slapd, seed)
    for _step in range(10):
        results = {kind: system.sync() for kind, system in systems.items()}
        assert {result["complete"] for result in results.values()} == {True}
        assert objects_of(systems["incremental"].location) == objects_of(systems["full"].location)
        life.happen()
    assert kinds.count("changes") > (0 if memberships else 3)
