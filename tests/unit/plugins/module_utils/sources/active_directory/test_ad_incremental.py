# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in a real Active Directory, and nothing else, is read; the result is that of a full read."""

from __future__ import annotations

import random
import shutil
import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory import changes as by_key
from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.samba_domain import READER, STAFF

from .changes import (
    ELSEWHERE,
    KEPT,
    KEPT_TOO,
    NO_ROLES,
    UNLISTED,
    Follow,
    Happening,
    file_time_in,
    guid,
    outcome,
    restore,
    source,
    staff,
)

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")


@pytest.fixture(scope="module")
def dc(tmp_path_factory):
    directory, cache = tmp_path_factory.mktemp("dc") / "dc", samba_domain.cache_of(tmp_path_factory)
    try:
        with samba_dc.running(directory, cache, staff()) as server:
            server.delete(server.add_user("was-here"))  # a domain in which nobody was ever deleted is none
            yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))


class TestChanges:
    def test_nothing_changed(self, dc):
        assert Follow(source(dc)).changes() == ([], [])

    def test_no_change_is_told_as_that(self, dc, system):
        system.profile(template="ad_users", source=source(dc, base_dn=KEPT_TOO), variables=NO_ROLES)
        dc.add(KEPT_TOO, {"objectClass": "organizationalUnit"})
        dc.add_user("quiet", parent=KEPT_TOO, displayName="Quiet")
        system.sync()
        result = system.sync()
        assert result["counts"] | {"read": 0, "unchanged": 1} == result["counts"]

    def test_who_is_new_or_changed_comes_and_nobody_else(self, dc):
        follow = Follow(source(dc))
        dc.add_user("new1", displayName="New")
        dc.modify(f"CN=user1,{STAFF}", title="Boss")
        assert follow.changes()[0] == ["new1", "user1"]
        assert follow.changes() == ([], [])

    def test_who_is_deleted_or_moves_away_is_gone_and_can_come_back(self, dc):
        one, two = dc.add_user("going1"), dc.add_user("going2")
        keys = sorted((guid(dc, one), guid(dc, two)))
        follow = Follow(source(dc))
        dc.delete(one)
        two = dc.move(two, parent=ELSEWHERE)
        names, gone = follow.changes()
        assert (names, sorted(set(keys) & set(gone))) == ([], keys)
        dc.move(two, parent=STAFF)
        assert follow.changes()[0] == ["going2"]

    def test_a_restored_account_comes_back_with_its_key(self, dc):
        dn = dc.add_user("phoenix", displayName="Phoenix")
        key = guid(dc, dn)
        follow = Follow(source(dc), "sAMAccountName", "objectGUID")
        dc.delete(dn)
        assert key in follow.changes()[1]
        restore(dc, dn, key)
        names, gone = follow.changes()
        assert (names, key in gone) == (["phoenix"], False)

    @pytest.mark.parametrize(("most", "at_once"), [(0, 50), (2000, 1), (2000, 50)])
    def test_few_changes_and_many_are_read_alike(self, dc, monkeypatch, most, at_once):
        monkeypatch.setattr(by_key, "_MOST_BY_KEY", most)
        monkeypatch.setattr(by_key, "_AT_ONCE", at_once)
        stays, changes, goes = (dc.add_user(f"{name}{most}{at_once}", title="in") for name in ("a", "b", "c"))
        keys = sorted(guid(dc, dn) for dn in (changes, goes))
        follow = Follow(source(dc, search_filter="(title=in)"))
        dc.modify(stays, displayName="Another")
        dc.modify(changes, title="out")
        dc.delete(goes)
        assert follow.changes() == ([f"a{most}{at_once}"], keys)

    def test_who_leaves_the_filter_is_gone(self, dc):
        dn = dc.add_user("fits", title="in")
        follow = Follow(source(dc, search_filter="(title=in)"))
        dc.modify(dn, title="out")
        assert follow.changes() == ([], [guid(dc, dn)])

    def test_an_account_that_expires_meanwhile_is_noticed(self, dc):
        due = time.monotonic() + 5
        dn = dc.add_user("expiring", accountExpires=str(file_time_in(5)))
        follow = Follow(source(dc), "sAMAccountName", "disabled")
        assert guid(dc, dn)
        time.sleep(due + 1 - time.monotonic())
        whole = follow.read()
        assert not whole.result.full
        assert {row["sAMAccountName"]: row["disabled"] for row in whole.rows} == {"expiring": "true"}

    def test_so_is_one_of_which_a_read_of_changes_has_told(self, dc, monkeypatch):
        asked = []
        monkeypatch.setattr(by_key, "Search", lambda *given: asked.append(given[1].filter) or Search(*given))
        follow = Follow(source(dc), "sAMAccountName", "disabled")
        assert follow.changes() == ([], [])
        due = time.monotonic() + 8
        dc.add_user("expires", accountExpires=str(file_time_in(8)))
        dc.add_user("expires-later", accountExpires=str(file_time_in(4000)))
        assert follow.changes()[0] == ["expires", "expires-later"]
        assert not any("accountExpires" in one for one in asked), "all accounts are looked at where none expires"
        time.sleep(due + 1 - time.monotonic())
        assert follow.read().rows == [{"sAMAccountName": "expires", "disabled": "true"}]
        assert any("accountExpires" in one for one in asked)

    def test_another_primary_group_is_noticed(self, dc):
        dn = dc.add_user("primary")
        group = dc.add_group("NewPrimary", dn)
        follow = Follow(source(dc), "sAMAccountName", "memberOf")
        dc.modify(dn, primaryGroupID=str(int.from_bytes(dc.value(group, "objectSid")[-4:], "little")))
        rows = {row["sAMAccountName"]: row["memberOf"] for row in follow.read().rows}
        assert group in rows["primary"]


class TestFullReads:
    def test_memberships_are_read_anew_when_any_group_changed(self, dc):
        follow = Follow(source(dc), "sAMAccountName", "memberOf")
        assert follow.changes() == ([], [])
        group = dc.add_group("Fresh", f"CN=user2,{STAFF}")
        assert follow.read().result.full
        dc.delete(group)
        whole = follow.read()
        assert whole.result.full
        assert all(group != cell for cell in whole.column("memberOf"))

    def test_groups_do_not_matter_to_a_profile_without_them(self, dc):
        follow = Follow(source(dc))
        dc.add_group("Whatever", f"CN=user2,{STAFF}")
        assert follow.changes()[0] == []

    def test_groups_matter_to_a_filter_that_names_them(self, dc):
        group = dc.add_group("Filter", f"CN=user3,{STAFF}")
        follow = Follow(source(dc, search_filter=f"(memberOf={group})"))
        dc.modify(group, member=[f"CN=user4,{STAFF}"])
        whole = follow.read()
        assert whole.result.full
        assert whole.column("sAMAccountName") == ["user4"]

    def test_a_unit_that_is_renamed_or_moved_takes_its_people_along(self, dc):
        unit = dc.add(f"OU=Unit,{STAFF}", {"objectClass": "organizationalUnit"})
        dc.add_user("inside", parent=unit)
        follow = Follow(source(dc))
        dc.move(unit, parent=ELSEWHERE)
        whole = follow.read()
        assert whole.result.full
        assert "inside" not in whole.column("sAMAccountName")

    @pytest.mark.parametrize(
        "change",
        [
            {"invocation": "00000000-0000-0000-0000-000000000000"},
            {"last_change": 10**12},
            {"last_change": "many"},
            {"full": 1},
            {"moment": "yesterday"},
            {"another": "thing"},
        ],
    )
    def test_a_checkpoint_of_another_server_or_time_is_not_used(self, dc, change):
        follow = Follow(source(dc))
        follow.checkpoint = {**follow.checkpoint, **change}
        assert follow.read().result.full

    def test_an_account_that_cannot_see_who_was_deleted_reads_everything(self, dc):
        follow = Follow(source(dc, username=READER))
        whole = follow.read()
        assert whole.result.full
        assert whole.result.checkpoint is None
        assert any("may not see CN=Deleted Objects" in warning for warning in whole.result.warnings)

    def test_a_container_of_the_deleted_in_which_nothing_is_to_be_seen_may_be_empty(self, dc):
        whole = Follow(source(dc, username=UNLISTED)).read()
        assert whole.result.full
        assert whole.result.checkpoint is None
        (warning,) = whole.result.warnings
        assert "either nothing was deleted in this domain yet, or the account may not list" in warning

    def test_an_account_that_cannot_see_the_numbers_of_changes_reads_everything(self, dc):
        whole = Follow(source(dc, base_dn=KEPT)).read()
        assert whole.result.full
        assert whole.result.checkpoint is None
        assert any(f"may not read uSNChanged of CN=kept,{KEPT}" in warning for warning in whole.result.warnings)

    @pytest.mark.parametrize("wanted", ["manager", "lastLogon", "canonicalName"])
    def test_values_that_change_without_their_object_are_read_anew(self, dc, wanted):
        whole = Follow(source(dc), "sAMAccountName", wanted).read()
        assert whole.result.full
        assert any(f"{wanted} can have other values" in warning for warning in whole.result.warnings)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("roles", [True, False])
def test_whatever_happens_both_ways_lead_to_the_same(dc, tmp_path, seed, roles):
    from ansible_collections.telephony.connector.tests.system import System

    chance = random.Random(f"{seed} {roles}")
    variables = {} if roles else NO_ROLES
    happening = Happening(dc, chance, f"p{seed}{'r' if roles else ''}")
    systems = {}
    for name in ("full", "incremental"):
        (tmp_path / name).mkdir()
        systems[name] = System(str(tmp_path / name / "store.db"), tmp_path / name)
        options = source(dc, incremental=name == "incremental", base_dn=happening.base, groups="nested")
        systems[name].profile(template="ad_users", source=options, variables=variables, guards={"max_removals": 1000})
    reads = []
    for _round in range(7):
        for _event in range(chance.randint(0, 5)):
            happening.something()
        results = {name: system.sync() for name, system in systems.items()}
        reads.append([result["counts"]["read"] for result in results.values()])
        assert outcome(systems["full"]) == outcome(systems["incremental"]), happening.log
        assert results["full"]["plan_digest"] == results["incremental"]["plan_digest"], happening.log
    assert any(changes < everything for everything, changes in reads), happening.log  # they are not all full reads


class TestRestored:
    """A domain controller that was put back to an older state keeps its identity, and counts on from there."""

    @pytest.fixture
    def copied(self, dc, tmp_path):
        """Take a copy of the database; returns what puts it back."""
        private = dc.directory / "private"
        dc.stop()
        shutil.copytree(private, tmp_path / "copy", ignore=shutil.ignore_patterns("ldap*"))  # sockets
        dc.start()

        def put_back() -> None:
            dc.stop()
            shutil.rmtree(private)
            shutil.copytree(tmp_path / "copy", private)
            (private / "ldap_priv").mkdir(mode=0o700)
            dc.start()

        return put_back

    @pytest.mark.parametrize("is_ahead", [False, True])
    def test_what_a_restore_takes_back_is_noticed(self, dc, copied, is_ahead):
        follow = Follow(source(dc), "sAMAccountName", "displayName")
        dc.modify(f"CN=user3,{STAFF}", displayName="Lost by the restore")
        dc.delete(dc.add_user("lost", displayName="Lost"))
        follow.changes()
        copied()
        for number in range(20 if is_ahead else 0):  # so that the server has made more changes than it had
            dc.modify(f"CN=user4,{STAFF}", displayName=f"Since {number}")
        whole = follow.read()
        assert whole.result.full
        assert "Lost by the restore" not in whole.column("displayName")
        assert [warning for warning in whole.result.warnings if "restore from a copy" in warning]
        assert not follow.read().result.full

    def test_who_was_deleted_and_is_back_is_noticed(self, dc, copied):
        dc.delete(f"CN=user5,{STAFF}")
        follow = Follow(source(dc))
        copied()
        for number in range(20):
            dc.modify(f"CN=user4,{STAFF}", displayName=f"Again {number}")
        whole = follow.read()
        assert (whole.result.full, "user5" in whole.column("sAMAccountName")) == (True, True)

    @pytest.mark.parametrize(
        "spoiled", [{"full_there": 9_999_999_999}, {"full_there": 1}, {"moment": "2999-01-01T00:00:00Z"}]
    )
    def test_a_clock_that_went_backwards_makes_a_full_read(self, dc, spoiled):
        follow = Follow(source(dc))
        follow.checkpoint |= spoiled
        assert follow.read().result.full

    def test_deleted_objects_that_were_purged_too_early_make_a_full_read(self, dc):
        follow = Follow(source(dc))
        known = follow.checkpoint["witnesses"]
        follow.checkpoint["witnesses"] = [*known, (known[-1][0], "00000000-0000-4000-8000-000000000000")]
        whole = follow.read()
        assert whole.result.full
        assert [warning for warning in whole.result.warnings if "purged" in warning]
