# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rejected records of reads that bring only changes: told again, protected, and forgotten when they are gone."""

from __future__ import annotations

import contextlib

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import UnchangedReading
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint as plan_checkpoint

from .followed_source import sync


def test_a_rejected_record_is_looked_at_again_each_time(followed, directory):
    directory.set("ben", "")
    first = sync(followed, directory, "changes")
    for _time in range(2):
        again = sync(followed, directory, "changes")
        assert (again["result"], again["rejected"]) == ("partial", first["rejected"])
        assert again["counts"] == {**dict.fromkeys(again["counts"], 0), "read": 1, "rejected": 1}
    assert {"ben", "ben-mobile"} < set(followed.names())
    directory.set("ben", "Benno", "", "", "1")
    mended = sync(followed, directory, "changes")
    assert (mended["result"], mended["counts"]["updated"], mended["rejected"]) == ("changed", 2, [])
    directory.set("ben", "")
    sync(followed, directory, "changes")
    directory.drop("ben")
    gone = sync(followed, directory, "changes")
    assert (gone["counts"]["removed"], gone["rejected"]) == (2, [])


def test_what_a_rejected_record_protects_is_protected_by_the_runs_that_follow(followed, directory):
    directory.set("eva", "", "carl")  # a record without a name, which says something of Carl
    sync(followed, directory, "changes")
    directory.drop("carl")
    result = sync(followed, directory, "changes")
    assert (result["counts"]["removed"], len(result["rejected"])) == (0, 1)
    assert "carl" in followed.names()
    directory.drop("eva")
    assert sync(followed, directory, "changes", "full")["counts"]["removed"] == 2


def test_an_object_that_was_kept_is_not_removed_from_memory(followed, directory):
    """An account may not see somebody for a while, which no change tells when it is over."""
    directory.set("eva", "", "carl")
    sync(followed, directory, "changes")
    carl = directory.people["carl"]
    directory.drop("carl")
    assert sync(followed, directory, "changes")["counts"]["removed"] == 0
    directory.people["carl"] = carl  # without a word
    directory.set("eva", "Eva")
    assert sync(followed, directory, "changes", "full")["counts"]["removed"] == 0
    assert "carl" in followed.names()


def test_a_hand_edit_of_a_rejected_records_object_takes_no_full_reads(followed, directory):
    directory.set("ben", "")
    sync(followed, directory, "changes")
    followed.by_hand("user", username="ben", display_name="Benjamin")
    for _time in range(2):
        assert len(sync(followed, directory, "changes")["rejected"]) == 1
    assert followed.user("ben")["display_name"] == "Benjamin"


def test_the_guard_for_rejected_records_counts_all_that_there_are(system, directory):
    system.profile(source={"url": "https://corp.example/people.csv"}, match=["username"])
    for number in range(100):
        directory.set(f"user{number}", f"User {number}" if number >= 18 else "")
    assert sync(system, directory, "full")["counts"]["rejected"] == 18
    directory.set("user50", "Other")
    assert sync(system, directory, "changes")["counts"]["rejected"] == 18
    assert sync(system, directory, "changes")["counts"]["rejected"] == 18


def test_a_rejected_record_of_a_source_that_says_it_is_unchanged_is_told_of(followed, directory, monkeypatch):
    directory.set("ben", "")
    first = sync(followed, directory, "changes")
    unchanged = contextlib.contextmanager(lambda *_words: iter([UnchangedReading({"there": "is one"})]))
    monkeypatch.setattr(directory, "read", unchanged)
    again = followed.sync()
    assert (again["source_unchanged"], again["result"], again["rejected"]) == (True, "partial", first["rejected"])
    assert (again["counts"]["read"], again["counts"]["unchanged"]) == (1, 4)


def test_rejected_records_lie_in_the_store_encrypted_and_not_for_ever(followed, directory, tmp_path):
    def lies_there(text):
        return any(text.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    directory.set("ben", "", "Regenschirm-Wolke-12")
    sync(followed, directory, "changes")
    assert len(sync(followed, directory, "changes")["rejected"]) == 1
    if followed.location.endswith(".db"):
        assert not lies_there("Regenschirm-Wolke-12")
        assert lies_there("anna")
    directory.set("ben", "Ben")
    assert sync(followed, directory, "changes")["rejected"] == []


def test_more_rejected_records_than_can_be_kept_are_read_again(followed, directory, monkeypatch):
    monkeypatch.setattr(plan_checkpoint, "MOST_REJECTED", 2)
    for name in ("ben", "dora", "eva"):
        directory.set(name, "")
    sync(followed, directory, "changes")
    assert len(sync(followed, directory, "changes", "full")["rejected"]) == 3


def test_a_record_in_a_part_told_in_full_is_rejected_only_as_long_as_it_comes(followed, directory):
    directory.whole.append("b")
    directory.set("ben", "")
    directory.set("bob", "")
    assert len(sync(followed, directory, "changes")["rejected"]) == 2
    del directory.people["bob"]
    assert len(sync(followed, directory, "changes")["rejected"]) == 1
    directory.set("ben", "Ben", "", "", "1")
    assert sync(followed, directory, "changes")["rejected"] == []
