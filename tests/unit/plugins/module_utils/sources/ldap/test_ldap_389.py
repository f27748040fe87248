# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""389 Directory Server, which is under FreeIPA: full and incremental reads, by each of its keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import ds389
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource
from ansible_collections.telephony.connector.tests.directory import WholeRead, source_of
from ansible_collections.telephony.connector.tests.directory_life import SUFFIX, Life, change, objects_of, tree
from ansible_collections.telephony.connector.tests.servers.ds389 import Ds389
from ansible_collections.telephony.connector.tests.servers.slapd import person
from ansible_collections.telephony.connector.tests.system import System

WANTED = ("entryUUID", "nsUniqueId", "uid", "cn", "dn", "memberOf")
FILTER = "(&(objectClass=inetOrgPerson)(!(title=left)))"


@pytest.fixture(scope="module", params=["own", "openldap"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ds389]:
    """A server that synchronises in its own way, and one that does in OpenLDAP's."""
    server = Ds389(tmp_path_factory.mktemp("ds389"), openldap=request.param == "openldap")
    try:
        server.start(load=False)
        server.modify(server.base_ldif() + tree())
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(running: Ds389) -> Iterator[Ds389]:
    """A running server, with the people of `tree` as they were in the beginning."""
    yield running
    for unit in ("people", "groups", "elsewhere"):
        found = running.search("-b", f"ou={unit},{SUFFIX}", "(!(uid=reader))", "1.1").splitlines()
        dns = [line[4:] for line in found if line.startswith("dn: ")]
        dns = [dn for dn in dns if dn not in (f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}")]
        running.modify("".join(f"dn: {dn}\nchangetype: delete\n\n" for dn in sorted(dns, key=len, reverse=True)))
    running.modify(tree())


def key_of(server: Ds389) -> str:
    """Return the attribute by which the server names what is gone."""
    return "entryUUID" if server.is_openldap else "nsUniqueId"


def read(server: Ds389, first: WholeRead | None = None, key: str = "", **options: Any) -> WholeRead:
    source = LdapSource(source_of(server, **{"incremental": True, "search_filter": FILTER, **options}))
    source.profile_key = f"row.{key or key_of(server)}"
    with source.read(frozenset(WANTED), first.result.checkpoint if first else None) as reading:
        return WholeRead(reading.columns, list(reading), reading.result)


def test_changes_come_in_one_order_whatever_the_order_of_the_answers(
    server: Ds389, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(server)
    for number in range(12):
        change(server, f"uid=user{number:02},ou=people", "modify", "replace: cn", "cn: Changed")
    once = read(server, first).column("uid")
    found = ds389.entries_by_id
    monkeypatch.setattr(ds389, "entries_by_id", lambda *words: found(*words)[::-1])
    assert (read(server, first).column("uid"), len(once)) == (once, 12)


TEMPLATE, DEFINITION = "cn=titles,ou=groups", "cn=title,ou=people"


@pytest.fixture
def titles(server: Ds389) -> Iterator[Callable[[], None]]:
    """A template and a definition of a class of service that gives everybody a title; calling it makes the template."""

    def make() -> None:
        classes = "".join(f"objectClass: {name}\n" for name in ("top", "extensibleObject", "cosTemplate"))
        server.modify(f"dn: {TEMPLATE},{SUFFIX}\n{classes}cn: titles\ntitle: Given\n\n")

    make()
    classes = ("top", "LdapSubEntry", "cosSuperDefinition", "cosPointerDefinition")
    lines = [f"dn: {DEFINITION},{SUFFIX}", *(f"objectClass: {name}" for name in classes), "cn: title"]
    server.modify("\n".join([*lines, f"cosTemplateDn: {TEMPLATE},{SUFFIX}", "cosAttribute: title"]) + "\n\n")
    yield make
    for dn in (TEMPLATE, DEFINITION):
        with suppress(RuntimeError):
            change(server, dn, "delete")


def _wait_for_title(server: Ds389, title: str | None) -> None:
    """Wait for what a class of service gives: the server works it out after it has answered, or forgets to at times."""
    for attempt in range(200):
        if _title_of_one(server) == title:
            return
        if attempt % 40 == 39:
            with suppress(RuntimeError):  # there may be no definition any more
                change(server, DEFINITION, "modify", "replace: description", f"description: {attempt}")
        time.sleep(0.05)
    raise AssertionError(f"the title is not {title}")


def _title_of_one(server: Ds389) -> str | None:
    found = [line for line in server.search("(uid=user01)", "title").splitlines() if line.startswith("title: ")]
    return found[0].removeprefix("title: ") if found else None


def test_what_a_class_of_service_gives_everybody_is_read_in_full(server: Ds389, titles: Callable[[], None]) -> None:
    def titles_now(before: WholeRead, title: str | None) -> tuple[WholeRead, bool, set[str | None]]:
        _wait_for_title(server, title)
        now = read(server, before, attributes=["title"])
        return now, now.result.full, set(now.column("title"))

    _wait_for_title(server, "Given")
    first = read(server, attributes=["title"])
    assert (set(first.column("title")), first.result.warnings) == ({"Given"}, [])
    change(server, TEMPLATE, "modify", "replace: title", "title: Other")
    second, *found = titles_now(first, "Other")
    assert found == [True, {"Other"}]
    change(server, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    assert titles_now(second, "Other")[1:] == (False, {"Other"})
    change(server, TEMPLATE, "delete")
    third, *found = titles_now(second, None)
    assert found == [True, {None}]
    titles()
    fourth, *found = titles_now(third, "Given")
    assert found == [True, {"Given"}]
    change(server, DEFINITION, "delete")
    assert titles_now(fourth, None)[1:] == (True, {None})


def test_a_class_of_service_that_takes_from_any_entries_is_named(server: Ds389) -> None:
    classes = ("top", "LdapSubEntry", "cosSuperDefinition", "cosIndirectDefinition")
    lines = [f"dn: {DEFINITION},{SUFFIX}", *(f"objectClass: {name}" for name in classes), "cn: title"]
    server.modify("\n".join([*lines, "cosIndirectSpecifier: manager", "cosAttribute: title"]) + "\n\n")
    try:
        whole = read(server)
        assert (len(whole.rows), whole.result.checkpoint) == (20, None)
        assert "takes attributes from any entries" in whole.result.warnings[0]
    finally:
        change(server, DEFINITION, "delete")


def test_only_what_changed_is_read(server: Ds389) -> None:
    first = read(server)
    assert (len(first.rows), first.result.full, first.result.warnings) == (20, True, [])
    keys = dict(zip(first.column("uid"), first.column(key_of(server)), strict=True))
    server.modify(person(SUFFIX, "new"))
    change(server, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    change(server, "uid=user02,ou=people", "modrdn", "newrdn: uid=renamed", "deleteoldrdn: 1")
    change(server, "uid=user03,ou=people", "delete")
    change(server, "uid=user04,ou=people", "modify", "replace: title", "title: left")
    away = f"newsuperior: ou=elsewhere,{SUFFIX}"
    change(server, "uid=user05,ou=people", "modrdn", "newrdn: uid=user05", "deleteoldrdn: 0", away)
    second = read(server, first)
    assert (second.result.full, second.result.complete, second.columns) == (False, True, first.columns)
    assert sorted(second.column("uid")) == ["new", "renamed", "user01"]
    assert {keys["user03"], keys["user04"], keys["user05"]} <= set(second.gone)
    assert not {keys["user01"], keys["user02"]} & set(second.gone)
    third = read(server, second)
    assert (third.items, third.result.full) == ([], False)


def test_memberships_are_followed(server: Ds389) -> None:
    first = read(server)
    group = f"dn: cn=sales,ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: sales\n"
    server.modify(f"{group}member: uid=user05,ou=people,{SUFFIX}\n\n")
    second = read(server, first)
    assert (second.column("memberOf"), second.result.full) == ([f"cn=sales,ou=groups,{SUFFIX}"], False)
    change(server, "cn=sales,ou=groups", "modrdn", "newrdn: cn=sold", "deleteoldrdn: 1")
    third = read(server, second)
    assert (third.column("memberOf"), third.result.full) == ([f"cn=sold,ou=groups,{SUFFIX}"], False)


def test_a_branch_that_was_renamed_makes_a_full_read(server: Ds389) -> None:
    inside = f"newsuperior: ou=a,ou=people,{SUFFIX}"
    change(server, "uid=user01,ou=people", "modrdn", "newrdn: uid=user01", "deleteoldrdn: 0", inside)
    first = read(server)
    change(server, "ou=a,ou=people", "modrdn", "newrdn: ou=z", "deleteoldrdn: 1")
    second = read(server, first)
    assert second.result.full
    assert f"uid=user01,ou=z,ou=people,{SUFFIX}" in second.column("dn")


def test_who_is_deleted_makes_a_full_read_where_the_key_is_not_the_servers(server: Ds389) -> None:
    other = "nsUniqueId" if server.is_openldap else "entryUUID"
    first = read(server, key=other)
    keys = dict(zip(first.column("uid"), first.column(other), strict=True))
    change(server, "uid=user04,ou=people", "modify", "replace: title", "title: left")
    second = read(server, first, key=other)
    assert (second.result.full, second.gone) == (False, [keys["user04"]])
    change(server, "uid=user03,ou=people", "delete")
    third = read(server, second, key=other)
    assert (third.result.full, len(third.rows)) == (True, 18)


def test_changes_that_the_server_no_longer_knows_make_a_full_read(server: Ds389) -> None:
    first = read(server)
    change(server, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    number = first.result.checkpoint["change"]
    server.modify(f"dn: changenumber={number + 1},cn=changelog\nchangetype: delete\n\n")
    server.restart()  # it notes then where its change log begins
    assert read(server, first).result.full


@pytest.mark.parametrize(
    "spoiled",
    [{"cookie": "garbage"}, {"cookie": ""}, {"change": 99_999}, {"version": "another"}, {"context": "x"}, {"full": 0}],
)
def test_a_checkpoint_that_is_not_to_be_trusted_makes_a_full_read(server: Ds389, spoiled: dict[str, Any]) -> None:
    first = read(server)
    change(server, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")
    first.result.checkpoint.update(spoiled)
    second = read(server, first)
    assert (second.result.full, len(second.rows), second.result.complete) == (True, 20, True)
    assert any("restore" in warning for warning in second.result.warnings) == ("change" in spoiled)


def test_small_pages_are_asked_for_where_the_server_allows_no_larger_ones(server: Ds389) -> None:
    limit = "dn: cn=config\nchangetype: modify\nreplace: nsslapd-pagedsizelimit\nnsslapd-pagedsizelimit: "
    server.modify(f"{limit}8\n\n")
    try:
        whole = read(server, page_size=1000)
    finally:
        server.modify(f"{limit}0\n\n")
    assert (len(whole.rows), whole.result.complete, whole.result.warnings) == (20, True, [])


def test_a_server_without_the_plug_in_is_read_in_full_and_named(tmp_path: Path) -> None:
    plain = Ds389(tmp_path / "plain", synchronises=False)
    try:
        plain.start(load=False)
        plain.modify(plain.base_ldif())
        whole = read(plain, search_filter="(uid=reader)")
        assert (whole.column("uid"), whole.result.checkpoint) == (["reader"], None)
        (warning,) = whole.result.warnings
        assert "offers no content synchronisation" in warning
    finally:
        plain.stop()


@pytest.mark.parametrize(("seed", "key"), [(1, ""), (2, "other")])
def test_full_and_incremental_runs_end_in_the_same_store(
    server: Ds389, tmp_path: Path, kinds: list[str], seed: int, key: str
) -> None:
    systems = {}
    used = {"entryUUID": "nsUniqueId", "nsUniqueId": "entryUUID"}[key_of(server)] if key else key_of(server)
    for kind in ("incremental", "full"):
        system = System(str(tmp_path / f"{kind}.db"), tmp_path)
        system.pool("700-799")
        system.profile(
            template="ldap_users",
            source=source_of(server, incremental=kind == "incremental", search_filter=FILTER),
            key=f"row.{used}",
            guards={"max_removals": "100%"},
        )
        systems[kind] = system
    life = Life(server, seed)
    for _step in range(8):
        results = {kind: system.sync() for kind, system in systems.items()}
        assert {result["complete"] for result in results.values()} == {True}
        assert objects_of(systems["incremental"].location) == objects_of(systems["full"].location)
        life.happen()
    assert kinds.count("changes") > 1
