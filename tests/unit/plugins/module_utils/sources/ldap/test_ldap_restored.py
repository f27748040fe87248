# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory that was restored from a copy, or replaced, is noticed by incremental reads, read in full, and named."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.directory import WholeRead, read_directory, source_of
from ansible_collections.telephony.connector.tests.directory_life import SUFFIX, change, tree
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

WANTED = ("entryUUID", "uid", "cn")


class Restorable:
    """An OpenLDAP server of which copies can be taken and put back."""

    def __init__(self, directory: Path) -> None:
        self.server, self._copy = Slapd(directory / "slapd", database=["maxsize 33554432"]), directory / "copy"
        self.server.load(self.server.base_ldif() + tree())
        self.server.start()

    def copy(self) -> None:
        self.server.stop()
        shutil.copytree(self.server.directory / "db", self._copy)
        self.server.start()

    def restore(self) -> None:
        self.server.stop()
        shutil.rmtree(self.server.directory / "db")
        shutil.copytree(self._copy, self.server.directory / "db")
        self.server.start()

    def restore_from(self, ldif: str) -> None:
        self.server.stop()
        shutil.rmtree(self.server.directory / "db")
        self.server.load(ldif)
        self.server.start()

    def read(self, first: WholeRead | None = None, **options: Any) -> WholeRead:
        source = source_of(self.server, **{"incremental": True, **options})
        return read_directory(source, *WANTED, checkpoint=first.result.checkpoint if first else None)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Restorable]:
    found = Restorable(tmp_path)
    try:
        yield found
    finally:
        found.server.stop()


def _alter(server: Slapd) -> None:
    change(server, "uid=user01,ou=people", "modify", "replace: cn", "cn: Changed")


def _add(server: Slapd) -> None:
    server.modify(person(SUFFIX, "new"))


def _rename(server: Slapd) -> None:
    change(server, "uid=user02,ou=people", "modrdn", "newrdn: uid=renamed", "deleteoldrdn: 1")


def _delete(server: Slapd) -> None:
    change(server, "uid=user03,ou=people", "delete")


@pytest.mark.parametrize("lost", [_alter, _add, _rename])
@pytest.mark.parametrize("is_known_by_changes", [False, True])
def test_what_a_restore_takes_back_is_noticed_although_the_directory_has_changed_since(
    directory: Restorable, lost: Callable[[Slapd], None], is_known_by_changes: bool
) -> None:
    first = directory.read()
    directory.copy()
    if is_known_by_changes:
        first = directory.read()
    lost(directory.server)
    before = directory.read(first) if is_known_by_changes else directory.read()
    assert before.result.full is not is_known_by_changes
    directory.restore()
    change(directory.server, "uid=user19,ou=people", "modify", "replace: cn", "cn: Since")
    after = directory.read(before)
    assert (after.result.full, len(after.rows), after.result.complete) == (True, 20, True)
    assert [warning for warning in after.result.warnings if "restore from a copy" in warning]
    assert not directory.read(after).result.full


def test_who_was_deleted_and_comes_back_by_a_restore_is_noticed(directory: Restorable) -> None:
    directory.copy()
    first = directory.read()
    _delete(directory.server)
    second = directory.read(first)
    assert len(second.gone) == 1
    directory.restore()
    change(directory.server, "uid=user19,ou=people", "modify", "replace: cn", "cn: Since")
    third = directory.read(second)
    assert (third.result.full, len(third.rows)) == (True, 20)
    assert [warning for warning in third.result.warnings if "is back" in warning]


def test_a_restored_directory_without_a_change_since_is_named_too(directory: Restorable) -> None:
    directory.copy()
    _alter(directory.server)
    first = directory.read()
    directory.restore()
    second = directory.read(first)
    assert second.result.full
    assert [warning for warning in second.result.warnings if "contextCSN" in warning]


def test_a_directory_that_was_loaded_anew_from_an_old_dump_is_named(directory: Restorable) -> None:
    dump = directory.server.dump()
    _alter(directory.server)
    first = directory.read()
    directory.restore_from(dump)
    second = directory.read(first)
    assert second.result.full
    assert [warning for warning in second.result.warnings if "restore from a copy" in warning]


def test_an_old_copy_that_holds_the_same_people_is_no_alarm(directory: Restorable) -> None:
    first = directory.read()
    directory.copy()
    _add(directory.server)
    change(directory.server, "uid=new,ou=people", "delete")
    second = directory.read(first)
    assert [warning for warning in second.result.warnings if "restore" in warning] == []


def test_another_server_under_the_same_address_is_read_in_full(directory: Restorable, tmp_path: Path) -> None:
    first = directory.read()
    directory.server.stop()
    other = Slapd(tmp_path / "other")
    other.port = directory.server.port
    other.load(other.base_ldif() + person(SUFFIX, "user01") + person(SUFFIX, "somebody"))
    other.start()
    try:
        second = read_directory(source_of(other, incremental=True), *WANTED, checkpoint=first.result.checkpoint)
        assert (second.result.full, sorted(second.column("uid"))) == (True, ["somebody", "user01"])
    finally:
        other.stop()


def test_several_servers_of_which_some_are_down_now_and_then(directory: Restorable, tmp_path: Path) -> None:
    # a copy of the first one, which does not know what happened there since
    other = Slapd(tmp_path / "other")
    other.load(directory.server.dump())
    other.start()
    try:
        uris = {"uri": [directory.server.uri, other.uri]}
        first = directory.read(**uris)
        _alter(directory.server)
        assert directory.read(first, **uris).column("cn") == ["Changed"]
        directory.server.stop()
        second = directory.read(first, **uris)
        assert (second.result.full, len(second.rows)) == (True, 20)
        assert [warning for warning in second.result.warnings if f"{other.uri} is read, because" in warning]
        directory.server.start()
        third = directory.read(second, **uris)
        assert (third.result.full, "Changed" in third.column("cn")) == (True, True)
    finally:
        other.stop()


def test_a_clock_that_goes_backwards_makes_a_full_read(directory: Restorable, monkeypatch: pytest.MonkeyPatch) -> None:
    first = directory.read()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    second = directory.read(first)
    assert (second.result.full, len(second.rows)) == (True, 20)
    assert not directory.read(second).result.full


def test_pages_become_as_small_as_the_server_allows(tmp_path: Path) -> None:
    server = Slapd(
        tmp_path / "slapd", limits="limits users size.soft=500 size.hard=500 size.prtotal=unlimited size.pr=8"
    )
    server.load(server.base_ldif() + tree())
    server.start()
    try:
        whole = read_directory(source_of(server, page_size=1000), *WANTED)
        assert (len(whole.rows), whole.result.complete, whole.result.warnings) == (20, True, [])
    finally:
        server.stop()
