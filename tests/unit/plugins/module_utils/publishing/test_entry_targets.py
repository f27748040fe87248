# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target that is changed entry by entry: what is ours is kept in step, what is not stays."""

from __future__ import annotations

import hashlib
import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.outputs import registry
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Item, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import (
    EntryFormat,
    Present,
    Written,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.entry_target import Entries
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.run import publish
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.publisher import actions

#: place -> what lies there
DIRECTORY: dict[str, str] = {}


def token(text):
    return hashlib.md5(text.encode()).hexdigest()


class Target:
    """A directory in memory."""

    fail_after: int | None = None
    writes = 0

    def present(self, known):
        for place, text in DIRECTORY.items():
            yield Present(place, token(text))

    def holds(self, item, present):
        return DIRECTORY[present.place] == text_of(item.values)

    def write(self, operations):
        for number, one in enumerate(operations):
            if number == self.fail_after:
                raise TargetError("The directory went away.")
            Target.writes += 1
            if one.name == "Refused":
                yield Written(one.key, "", "it does not like this name")
                continue
            if one.old_place != one.place or one.action == "remove":
                DIRECTORY.pop(one.old_place, None)
            if one.action != "remove":
                DIRECTORY[one.place] = text_of(one.values)
                yield Written(one.key, token(DIRECTORY[one.place]))
            else:
                yield Written(one.key, "")

    def close(self):
        pass


def text_of(values):
    return json.dumps(values, sort_keys=True)


class Directory(EntryFormat):
    NAME = "test_directory"
    TITLE = "A directory in memory"

    @property
    def target(self):
        return "memory"

    def items(self, entry, context):
        values = {"name": entry.name, **{name: entry.fields[name] for name in self.NUMBERS if name in entry.fields}}
        return [Item(entry.key, entry.name, f"cn={entry.fields.get('notes', entry.name)}", values)]

    def open(self, check_mode):
        return Target()


@pytest.fixture(autouse=True)
def directory(monkeypatch):
    DIRECTORY.clear()
    monkeypatch.setattr(Target, "fail_after", None)
    monkeypatch.setattr(Target, "writes", 0)
    monkeypatch.setitem(registry.FORMATS, "test_directory", Directory)


@pytest.fixture
def published(system):
    """Return publish(check=, **options), with three entries in the store."""
    for name in ("Anna", "Bert", "Carla"):
        system.by_hand("phonebook_entry", display_name=name, phone=f"+49 30 {len(name)}000")

    def run(check=False, name="directory", **options):
        store = Store.open(system.location, system.KEY, check)
        try:
            return publish(store, Order(name, Directory({}), **options), check)
        finally:
            store.close()

    return run


def aim(system, target):
    """Have the ledger say that all outputs are published to this target."""
    store = Store.open(system.location, system.KEY, False)
    with store.recording():
        store.connection.exec_driver_sql(f"UPDATE outputs SET target = '{target}'")
    store.close()


def test_entries_are_created_and_then_left_alone(published):
    simulated = published(check=True)
    assert DIRECTORY == {}
    first = published()
    assert (first["plan_digest"], first["counts"]) == (simulated["plan_digest"], simulated["counts"])
    assert sorted(DIRECTORY) == ["cn=Anna", "cn=Bert", "cn=Carla"]
    assert first["counts"]["created"] == 3
    second = published()
    assert (second["changed"], Target.writes) == (False, 3)


def test_entries_of_others_survive_everything(published):
    DIRECTORY["cn=Theirs"] = "theirs"
    published()
    published(absent=True)
    assert DIRECTORY == {"cn=Theirs": "theirs"}


def test_an_entry_of_somebody_else_in_our_place_is_a_conflict_unless_it_is_adopted(published):
    DIRECTORY["cn=Bert"] = "theirs"
    result = published()
    assert (result["result"], result["counts"]["created"], result["counts"]["conflicts"]) == ("partial", 2, 1)
    assert [one["name"] for one in result["conflicts"]] == ["Bert"]
    assert DIRECTORY["cn=Bert"] == "theirs"
    assert actions(published(adopt=True)) == [("update", "Bert", "adopted")]
    assert published()["result"] == "unchanged"


def test_what_is_already_as_it_should_be_is_taken_over_without_a_word(published, system):
    published()
    lying = dict(DIRECTORY)
    published(absent=True)
    DIRECTORY.update(lying)
    Target.writes = 0
    result = published()
    assert (result["result"], Target.writes) == ("unchanged", 0)
    published(absent=True)
    assert DIRECTORY == {}


def test_what_a_person_changed_is_set_back_and_said(published):
    published()
    before = dict(DIRECTORY)
    DIRECTORY["cn=Anna"] = "edited"
    del DIRECTORY["cn=Carla"]
    result = published()
    assert actions(result) == [
        ("update", "Anna", "changed by hand in the target; it is set back"),
        ("create", "Carla", "missing in the target"),
    ]
    assert "Anna" in result["warnings"][0]
    assert before == DIRECTORY


def test_an_entry_moves_and_one_leaves(published, system):
    published()
    (anna,) = system.objects("phonebook_entry", search="Anna")
    system.by_hand("phonebook_entry", id=anna["id"], notes="Annabell")
    (bert,) = system.objects("phonebook_entry", search="Bert")
    system.by_hand("phonebook_entry", id=bert["id"], state="absent")
    result = published()
    assert (result["counts"]["updated"], result["counts"]["removed"]) == (1, 1)
    assert sorted(DIRECTORY) == ["cn=Annabell", "cn=Carla"]


def test_a_target_that_fails_half_way_is_finished_by_the_next_run(published, monkeypatch):
    monkeypatch.setattr(Target, "fail_after", 2)
    with pytest.raises(TargetError):
        published()
    assert len(DIRECTORY) == 2
    monkeypatch.setattr(Target, "fail_after", None)
    result = published()
    assert (result["result"], result["counts"]["conflicts"], len(DIRECTORY)) == ("changed", 0, 3)
    assert published()["result"] == "unchanged"


def test_an_entry_that_the_target_refuses_is_told_and_tried_again(published, system):
    system.by_hand("phonebook_entry", display_name="Refused", phone="+49 30 1")
    result = published()
    assert result["result"] == "partial"
    assert result["conflicts"][0]["reason"] == "it does not like this name"
    assert len(DIRECTORY) == 3
    assert published()["counts"]["created"] == 1


def test_the_end_of_an_output_leaves_what_another_has_as_well(published, system):
    """Both ledgers have an entry when one took it over before it was settled whose it is."""
    filters = {"directory": "display_name != 'Carla'", "other": None}
    published(filter=filters["directory"])
    lying = dict(DIRECTORY)
    DIRECTORY.clear()
    aim(system, "another")
    published(name="other")
    aim(system, "memory")
    DIRECTORY["cn=Anna"] = "edited"
    for name, filter_ in filters.items():
        result = published(name=name, filter=filter_, adopt=True)
        assert [one["name"] for one in result["conflicts"]] == ["Anna", "Bert"]
    assert DIRECTORY["cn=Anna"] == "edited"
    assert published(name="other", absent=True)["counts"]["removed"] == 1
    assert sorted(DIRECTORY) == ["cn=Anna", "cn=Bert"]
    assert published(filter=filters["directory"])["counts"]["conflicts"] == 0
    assert lying == DIRECTORY


def test_what_another_output_begins_meanwhile_stops_the_run(published, monkeypatch):
    plan = Entries.plan

    def planned(self, staged):
        made = plan(self, staged)
        monkeypatch.setattr(Entries, "plan", plan)
        published(name="other")
        return made

    monkeypatch.setattr(Entries, "plan", planned)
    with pytest.raises(TargetError, match='cn=Anna is written by the output "other"; choose another path'):
        published()


def test_an_empty_book_is_refused(published):
    published()
    with pytest.raises(RefusedError, match="the book is empty"):
        published(filter="notes == 'nothing'")
    assert len(DIRECTORY) == 3
