# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads that bring only what changed: the phone system ends up as after a full read, or a full read is made."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    UnchangedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint as plan_checkpoint
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import known_records, planner
from ansible_collections.telephony.connector.tests.system import System

COLUMNS = ("username", "displayname", "phone", "status", "mobile")


class _Reading:
    def __init__(self, items, late=(), **result):
        self.columns = COLUMNS
        self.result = ReadResult(**result)
        self._items, self._late = items, late

    def __iter__(self):
        yield from self._items
        self.result.whole += self._late


class Directory:
    """A source whose reads bring what changed since the last one, when they get its checkpoint."""

    family, OPTIONS, SECRETS = "csv", {"url": {"type": "str"}}, frozenset()

    def __init__(self):
        self.people = {}
        self.changed = set()
        self.reads = []
        #: beginnings of keys that are told in full each time; those which the reading knows of at its end alone; unread
        self.whole, self.late, self.unread = [], [], []

    def __call__(self, _options):
        return self

    def set(self, username, *cells):
        self.people[username] = (username, *cells, *("",) * (len(COLUMNS) - 1 - len(cells)))
        self.changed.add(username)

    def drop(self, username):
        del self.people[username]
        self.changed.add(username)

    @contextlib.contextmanager
    def read(self, _wanted, checkpoint):
        full = checkpoint is None
        self.reads.append("full" if full else "changes")
        in_parts = {name for name in self.people if name.startswith((*self.whole, *self.late))}
        names = self.people if full else sorted(in_parts | (self.changed & set(self.people)))
        items = [Record(number, self.people[name]) for number, name in enumerate(names, 1)]
        parts = {} if full else {"whole": list(self.whole), "late": self.late, "unread": self.unread}
        if not full:
            items += [Gone(name) for name in sorted(self.changed - set(self.people))]
        yield _Reading(items, full=full, checkpoint={"there": "is one"}, **parts)


@pytest.fixture
def directory(monkeypatch):
    source = Directory()
    monkeypatch.setattr(planner, "source_class", lambda _family: source)
    return source


@pytest.fixture
def staff(system, directory):
    system.profile(
        source={"url": "https://corp.example/people.csv"},
        filter="row.status != 'left'",
        structure={"user": [{"username": "username", "display_name": "displayname"}, SECOND]},
        guards={"max_removals": 100},
    )
    for name in ("anna", "ben", "carl"):
        directory.set(name, name.title(), "", "", "1")
    sync(system, directory)
    return system


SECOND = {"username": "username ~ '-mobile'", "display_name": "displayname", "when": "row.mobile"}


def sync(system, directory, *kinds, **options):
    """Sync, and say how the source was read."""
    directory.reads.clear()
    result = system.sync(**options)
    if kinds:
        assert tuple(directory.reads) == kinds
    if not options.get("check"):
        directory.changed.clear()
    return result


def checkpoint_of(system):
    def find(call):
        with call.store.snapshot():
            return profiles.find(call.store, "staff").checkpoint

    return system.call(find)


def test_who_is_not_named_stays(staff, directory):
    directory.set("ben", "Benno", "", "", "1")
    result = sync(staff, directory, "changes")
    assert result["counts"] | {"updated": 2, "removed": 0, "created": 0} == result["counts"]
    assert len(staff.names()) == 6


def test_who_is_gone_goes(staff, directory):
    directory.drop("ben")
    directory.set("dora", "Dora")
    sync(staff, directory, "changes")
    assert staff.names() == ["anna", "anna-mobile", "carl", "carl-mobile", "dora"]


def test_who_is_filtered_from_now_on_goes(staff, directory):
    directory.set("ben", "Ben", "", "left", "1")
    result = sync(staff, directory, "changes")
    assert result["counts"]["removed"] == 2
    assert {change["reason"] for change in result["changes"]} == {"left out by the filter"}


def test_what_a_record_no_longer_makes_goes(staff, directory):
    directory.set("ben", "Ben")
    sync(staff, directory, "changes")
    assert "ben-mobile" not in staff.names()
    assert "ben" in staff.names()


def test_more_keys_than_a_statement_may_hold_can_be_gone(staff, directory):
    directory.changed.update(f"somebody{number}" for number in range(40_000))
    directory.drop("ben")
    assert sync(staff, directory, "changes")["counts"]["removed"] == 2


@pytest.mark.parametrize("accident", ["changed", "removed"])
def test_what_a_person_did_here_is_undone_by_a_full_read(staff, directory, accident):
    directory.set("dora", "Dora")
    sync(staff, directory, "changes")
    if accident == "changed":
        staff.by_hand("user", username="anna", display_name="Annabel")
    else:
        staff.by_hand("user", username="dora", state="absent")
    directory.set("ben", "Benno", "", "", "1")
    sync(staff, directory, "changes", "full")
    assert [staff.user(name)["display_name"] for name in ("anna", "dora")] == ["Anna", "Dora"]
    sync(staff, directory, "changes")


def test_objects_are_gone_through_for_changes_by_hand_only_if_the_store_has_changed(staff, directory, monkeypatch):
    asked = []
    has_dirty = known_records.KnownRecords.has_dirty
    monkeypatch.setattr(
        known_records.KnownRecords, "has_dirty", lambda *arguments: asked.append(1) or has_dirty(*arguments)
    )
    for name in ("Benno", "Benni", "Benito"):
        directory.set("ben", name, "", "", "1")
        sync(staff, directory, "changes")
    assert len(asked) == 1, "after the first import nobody knows yet"
    staff.by_hand("phonebook_entry", display_name="Taxi")
    sync(staff, directory, "changes")
    assert len(asked) == 2
    staff.by_hand("user", username="anna", display_name="Annabel")
    sync(staff, directory, "changes", "full")
    assert staff.user("anna")["display_name"] == "Anna"
    sync(staff, directory, "changes")
    assert len(asked) == 4, "after a full read nobody knows either"


def test_a_rejected_record_is_looked_at_again_each_time(staff, directory):
    directory.set("ben", "")
    first = sync(staff, directory, "changes")
    for _time in range(2):
        again = sync(staff, directory, "changes")
        assert (again["result"], again["rejected"]) == ("partial", first["rejected"])
        assert again["counts"] == {**dict.fromkeys(again["counts"], 0), "read": 1, "rejected": 1}
    assert {"ben", "ben-mobile"} < set(staff.names())
    directory.set("ben", "Benno", "", "", "1")
    mended = sync(staff, directory, "changes")
    assert (mended["result"], mended["counts"]["updated"], mended["rejected"]) == ("changed", 2, [])
    directory.set("ben", "")
    sync(staff, directory, "changes")
    directory.drop("ben")
    gone = sync(staff, directory, "changes")
    assert (gone["counts"]["removed"], gone["rejected"]) == (2, [])


def test_what_a_rejected_record_protects_is_protected_by_the_runs_that_follow(staff, directory):
    directory.set("eva", "", "carl")  # a record without a name, which says something of Carl
    sync(staff, directory, "changes")
    directory.drop("carl")
    result = sync(staff, directory, "changes")
    assert (result["counts"]["removed"], len(result["rejected"])) == (0, 1)
    assert "carl" in staff.names()
    directory.drop("eva")
    assert sync(staff, directory, "changes", "full")["counts"]["removed"] == 2


def test_an_object_that_was_kept_is_not_removed_from_memory(staff, directory):
    """An account may not see somebody for a while, which no change tells when it is over."""
    directory.set("eva", "", "carl")
    sync(staff, directory, "changes")
    carl = directory.people["carl"]
    directory.drop("carl")
    assert sync(staff, directory, "changes")["counts"]["removed"] == 0
    directory.people["carl"] = carl  # without a word
    directory.set("eva", "Eva")
    assert sync(staff, directory, "changes", "full")["counts"]["removed"] == 0
    assert "carl" in staff.names()


def test_a_hand_edit_of_a_rejected_records_object_takes_no_full_reads(staff, directory):
    directory.set("ben", "")
    sync(staff, directory, "changes")
    staff.by_hand("user", username="ben", display_name="Benjamin")
    for _time in range(2):
        assert len(sync(staff, directory, "changes")["rejected"]) == 1
    assert staff.user("ben")["display_name"] == "Benjamin"


def test_a_checkpoint_of_an_earlier_version_leads_to_a_full_read(staff, directory):
    def forget(call):
        with call.store.writing():
            stored = profiles.find(call.store, "staff")
            kept = {name: value for name, value in stored.checkpoint.items() if name not in ("records", "lost")}
            profiles.save_checkpoint(call.store, stored.id, {**kept, "linked": 6})
        return {}

    staff.call(forget)
    sync(staff, directory, "changes", "full")
    sync(staff, directory, "changes")


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


def test_the_guard_for_rejected_records_counts_all_that_there_are(system, directory):
    system.profile(source={"url": "https://corp.example/people.csv"}, match=["username"])
    for number in range(100):
        directory.set(f"user{number}", f"User {number}" if number >= 18 else "")
    assert sync(system, directory, "full")["counts"]["rejected"] == 18
    directory.set("user50", "Other")
    assert sync(system, directory, "changes")["counts"]["rejected"] == 18
    assert sync(system, directory, "changes")["counts"]["rejected"] == 18


def test_a_rejected_record_of_a_source_that_says_it_is_unchanged_is_told_of(staff, directory, monkeypatch):
    directory.set("ben", "")
    first = sync(staff, directory, "changes")
    unchanged = contextlib.contextmanager(lambda *_words: iter([UnchangedReading({"there": "is one"})]))
    monkeypatch.setattr(directory, "read", unchanged)
    again = staff.sync()
    assert (again["source_unchanged"], again["result"], again["rejected"]) == (True, "partial", first["rejected"])
    assert (again["counts"]["read"], again["counts"]["unchanged"]) == (1, 4)


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


def test_what_was_kept_goes_with_the_option_that_needs_it(staff, directory):
    directory.set("ben", "")
    sync(staff, directory, "changes")
    assert "refused" in checkpoint_of(staff)
    staff.profile(source={"path": "people.csv"})
    sync(staff, directory)
    assert "refused" not in checkpoint_of(staff)


def test_rejected_records_lie_in_the_store_encrypted_and_not_for_ever(staff, directory, tmp_path):
    def lies_there(text):
        return any(text.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    directory.set("ben", "", "Regenschirm-Wolke-12")
    sync(staff, directory, "changes")
    assert len(sync(staff, directory, "changes")["rejected"]) == 1
    if staff.location.endswith(".db"):
        assert not lies_there("Regenschirm-Wolke-12")
        assert lies_there("anna")
    directory.set("ben", "Ben")
    assert sync(staff, directory, "changes")["rejected"] == []


def test_more_rejected_records_than_can_be_kept_are_read_again(staff, directory, monkeypatch):
    monkeypatch.setattr(plan_checkpoint, "MOST_REJECTED", 2)
    for name in ("ben", "dora", "eva"):
        directory.set(name, "")
    sync(staff, directory, "changes")
    assert len(sync(staff, directory, "changes", "full")["rejected"]) == 3


def test_a_record_in_a_part_told_in_full_is_rejected_only_as_long_as_it_comes(staff, directory):
    directory.whole.append("b")
    directory.set("ben", "")
    directory.set("bob", "")
    assert len(sync(staff, directory, "changes")["rejected"]) == 2
    del directory.people["bob"]
    assert len(sync(staff, directory, "changes")["rejected"]) == 1
    directory.set("ben", "Ben", "", "", "1")
    assert sync(staff, directory, "changes")["rejected"] == []


def test_one_record_is_found_although_it_did_not_change(staff, directory):
    result = sync(staff, directory, "changes", "full", only="anna", check=True)
    assert result["counts"]["read"] == 1


def test_a_simulation_leaves_the_checkpoint_alone(staff, directory):
    directory.drop("ben")
    assert sync(staff, directory, "changes", check=True)["counts"]["removed"] == 2
    assert sync(staff, directory, "changes")["counts"]["removed"] == 2


def test_a_profile_that_has_nobody_says_so_at_each_run_and_one_without_news_does_not(system, directory):
    system.profile(source={"url": "https://corp.example/people.csv"})
    for kind, words in (("full", "gave no records at all"), ("changes", "nothing has changed in the source")):
        assert any(words in warning for warning in sync(system, directory, kind)["warnings"])
    directory.set("anna", "Anna", "201")
    assert sync(system, directory, "changes")["warnings"] == []
    assert sync(system, directory, "changes")["warnings"] == []


# -- parts that are told in full ------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["when it is open", "at its end"])
def test_who_does_not_appear_in_a_part_that_is_told_in_full_is_gone(staff, directory, known):
    parts = directory.whole if known == "when it is open" else directory.late
    parts += ["b", "ca", "A"]  # letter case counts
    for name in ("bert", "bruno"):
        directory.set(name, name.title())
    sync(staff, directory, "changes")
    for name in ("anna", "ben", "carl"):
        del directory.people[name]  # of anna, nothing is told
    directory.set("bert", "Albert")
    result = sync(staff, directory, "changes")
    assert (result["counts"]["removed"], result["counts"]["updated"]) == (4, 1)
    assert staff.names() == ["anna", "anna-mobile", "bert", "bruno"]
    result = sync(staff, directory, "changes")
    assert (result["changed"], result["counts"]["unchanged"]) == (False, 2)


def test_what_cannot_be_read_of_a_part_that_is_told_in_full_stays(staff, directory):
    directory.whole, directory.unread = ["b", "c"], ["be"]
    for name in ("ben", "carl"):
        del directory.people[name]
    assert sync(staff, directory, "changes")["counts"]["removed"] == 2
    assert staff.names() == ["anna", "anna-mobile", "ben", "ben-mobile"]


def test_any_number_of_parts_can_be_told_in_full(staff, directory):
    directory.late = [f"somebody{number}" for number in range(1000)] + ["c"]
    directory.drop("ben")
    del directory.people["carl"]
    assert sync(staff, directory, "changes")["counts"]["removed"] == 4
