# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that bring only what changed: the phone system ends up as after a full read, or a full read is made."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import known_records
from ansible_collections.telephony.connector.tests.system import System

from .followed_source import checkpoint_of, sync


def test_who_is_not_named_stays(followed, directory):
    directory.set("ben", "Benno", "", "", "1")
    result = sync(followed, directory, "changes")
    assert result["counts"] | {"updated": 2, "removed": 0, "created": 0} == result["counts"]
    assert len(followed.names()) == 6


def test_who_is_gone_goes(followed, directory):
    directory.drop("ben")
    directory.set("dora", "Dora")
    sync(followed, directory, "changes")
    assert followed.names() == ["anna", "anna-mobile", "carl", "carl-mobile", "dora"]


def test_who_is_filtered_from_now_on_goes(followed, directory):
    directory.set("ben", "Ben", "", "left", "1")
    result = sync(followed, directory, "changes")
    assert result["counts"]["removed"] == 2
    assert {change["reason"] for change in result["changes"]} == {"left out by the filter"}


def test_what_a_record_no_longer_makes_goes(followed, directory):
    directory.set("ben", "Ben")
    sync(followed, directory, "changes")
    assert "ben-mobile" not in followed.names()
    assert "ben" in followed.names()


def test_more_keys_than_a_statement_may_hold_can_be_gone(followed, directory):
    directory.changed.update(f"somebody{number}" for number in range(40_000))
    directory.drop("ben")
    assert sync(followed, directory, "changes")["counts"]["removed"] == 2


@pytest.mark.parametrize("accident", ["changed", "removed"])
def test_what_a_person_did_here_is_undone_by_a_full_read(followed, directory, accident):
    directory.set("dora", "Dora")
    sync(followed, directory, "changes")
    if accident == "changed":
        followed.by_hand("user", username="anna", display_name="Annabel")
    else:
        followed.by_hand("user", username="dora", state="absent")
    directory.set("ben", "Benno", "", "", "1")
    sync(followed, directory, "changes", "full")
    assert [followed.user(name)["display_name"] for name in ("anna", "dora")] == ["Anna", "Dora"]
    sync(followed, directory, "changes")


def test_objects_are_gone_through_for_changes_by_hand_only_if_the_store_has_changed(followed, directory, monkeypatch):
    asked = []
    has_dirty = known_records.KnownRecords.has_dirty
    monkeypatch.setattr(
        known_records.KnownRecords, "has_dirty", lambda *arguments: asked.append(1) or has_dirty(*arguments)
    )
    for name in ("Benno", "Benni", "Benito"):
        directory.set("ben", name, "", "", "1")
        sync(followed, directory, "changes")
    assert len(asked) == 1, "after the first import nobody knows yet"
    followed.by_hand("phonebook_entry", display_name="Taxi")
    sync(followed, directory, "changes")
    assert len(asked) == 2
    followed.by_hand("user", username="anna", display_name="Annabel")
    sync(followed, directory, "changes", "full")
    assert followed.user("anna")["display_name"] == "Anna"
    sync(followed, directory, "changes")
    assert len(asked) == 4, "after a full read nobody knows either"


def test_a_checkpoint_of_an_earlier_version_leads_to_a_full_read(followed, directory):
    def forget(call):
        with call.store.writing():
            stored = profiles.find(call.store, "staff")
            kept = {name: value for name, value in stored.checkpoint.items() if name not in ("records", "lost")}
            profiles.save_checkpoint(call.store, stored.id, {**kept, "linked": 6})
        return {}

    followed.call(forget)
    sync(followed, directory, "changes", "full")
    sync(followed, directory, "changes")


def test_a_record_that_comes_back_under_another_key_finds_its_object_again(system, directory):
    """In create_update as well, where nothing is removed: with or without a run in which it is rejected between."""
    system.profile(
        source={"url": "https://corp.example/people.csv"},
        mode="create_update",
        match=["display_name"],
        structure={"user": None, "phonebook_entry": {"display_name": "displayname", "phone": "phone"}},
    )
    directory.set("k1", "Anna", "201")
    directory.set("l1", "Ben", "202")
    sync(system, directory, "full")
    directory.drop("k1")
    directory.set("k2", "", "201")
    directory.drop("l1")
    assert len(sync(system, directory, "changes")["rejected"]) == 1
    directory.set("k2", "Anna", "203")
    directory.set("l2", "Ben", "204")
    result = sync(system, directory, "changes")
    assert {change["reason"] for change in result["changes"]} == {
        'found again under another key (was "k1")',
        'found again under another key (was "l1")',
    }
    assert system.names("phonebook_entry") == ["Anna", "Ben"]
    directory.set("k2", "Anna", "205")
    assert sync(system, directory, "changes")["counts"]["updated"] == 1


def test_without_the_key_everything_is_read(postgres, tmp_path, directory):
    location = postgres.new_database()
    keyed, keyless = System(location, tmp_path), System(location, tmp_path)
    keyless.KEY = None
    keyed.profile(source={"url": "https://corp.example/people.csv"}, match=["username"])
    directory.set("anna", "Anna")
    directory.set("ben", "")
    sync(keyed, directory, "full")
    sync(keyed, directory, "changes")
    assert len(sync(keyless, directory, "changes", "full")["rejected"]) == 1


def test_what_was_kept_goes_with_the_option_that_needs_it(followed, directory):
    directory.set("ben", "")
    sync(followed, directory, "changes")
    assert "refused" in checkpoint_of(followed)
    followed.profile(source={"path": "people.csv"})
    sync(followed, directory)
    assert "refused" not in checkpoint_of(followed)


def test_one_record_is_found_although_it_did_not_change(followed, directory):
    result = sync(followed, directory, "changes", "full", only="anna", check=True)
    assert result["counts"]["read"] == 1


def test_a_simulation_leaves_the_checkpoint_alone(followed, directory):
    directory.drop("ben")
    assert sync(followed, directory, "changes", check=True)["counts"]["removed"] == 2
    assert sync(followed, directory, "changes")["counts"]["removed"] == 2


def test_a_profile_that_has_nobody_says_so_at_each_run_and_one_without_news_does_not(system, directory):
    system.profile(source={"url": "https://corp.example/people.csv"})
    for kind, words in (("full", "returned no records"), ("changes", "nothing has changed in the source")):
        assert any(words in warning for warning in sync(system, directory, kind)["warnings"])
    directory.set("anna", "Anna", "201")
    assert sync(system, directory, "changes")["warnings"] == []
    assert sync(system, directory, "changes")["warnings"] == []


@pytest.mark.parametrize("known", ["when it is open", "at its end"])
def test_who_does_not_appear_in_a_part_that_is_told_in_full_is_gone(followed, directory, known):
    parts = directory.whole if known == "when it is open" else directory.late
    parts += ["b", "ca", "A"]  # letter case counts
    for name in ("bert", "bruno"):
        directory.set(name, name.title())
    sync(followed, directory, "changes")
    for name in ("anna", "ben", "carl"):
        del directory.people[name]  # of anna, nothing is told
    directory.set("bert", "Albert")
    result = sync(followed, directory, "changes")
    assert (result["counts"]["removed"], result["counts"]["updated"]) == (4, 1)
    assert followed.names() == ["anna", "anna-mobile", "bert", "bruno"]
    result = sync(followed, directory, "changes")
    assert (result["changed"], result["counts"]["unchanged"]) == (False, 2)


def test_what_cannot_be_read_of_a_part_that_is_told_in_full_stays(followed, directory):
    directory.whole, directory.unread = ["b", "c"], ["be"]
    for name in ("ben", "carl"):
        del directory.people[name]
    assert sync(followed, directory, "changes")["counts"]["removed"] == 2
    assert followed.names() == ["anna", "anna-mobile", "ben", "ben-mobile"]


def test_any_number_of_parts_can_be_told_in_full(followed, directory):
    directory.late = [f"somebody{number}" for number in range(1000)] + ["c"]
    directory.drop("ben")
    del directory.people["carl"]
    assert sync(followed, directory, "changes")["counts"]["removed"] == 4
