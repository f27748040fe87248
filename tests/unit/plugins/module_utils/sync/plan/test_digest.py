# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a plan is the same, whether an operation was marked while it was staged or looked up afterwards."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode_clean
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError, Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import digest, operation_marks, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Plan
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import Planner
from ansible_collections.telephony.connector.tests.system import System

pytestmark = pytest.mark.usefixtures("system")
PEOPLE = 12


def _plan(system: System, store: Store, text: str, **options: object) -> Plan:
    source = {"path": str(system.csv(text))}
    declared = {"name": "staff", "template": "csv_users", "mode": "mirror", "source": source, **options}
    return Planner(store, Definition.from_options(declared)).make(None)


def _again(plan: Plan) -> str:
    with plan.operations.store.snapshot():
        return digest.of_plan(plan.definition.name, plan.definition.mode, plan.only, plan.operations.staging)


@pytest.fixture
def store(system):
    with_key = Store.open(system.location, system.KEY)
    yield with_key
    with_key.close()


def _people(count: int = PEOPLE, name: str = "Jörg") -> str:
    rows = "".join(f"user{number},{name} {number},{200 + number},secret-{number}\n" for number in range(count))
    return "username,displayname,phone,password\n" + rows


@pytest.mark.parametrize("looked_up", [(1,), (3, 5, 12), tuple(range(1, PEOPLE + 1))])
def test_an_operation_that_is_looked_up_counts_as_it_was_staged(system, store, looked_up):
    plan = _plan(system, store, _people())
    plan.operations.staging.change([{"row": seq, "action": staging.CREATE} for seq in looked_up])
    assert list(plan.operations.staging.marks.unmarked(staging.CHUNK)) == [list(looked_up)]
    assert _again(plan) == plan.digest


def test_the_order_in_which_secrets_were_found_does_not_count(system, store):
    text = "username,displayname,phone,password,pin\nuser1,User 1,201,secret-1,4711\n"
    plan = _plan(system, store, text)
    tables = plan.operations.staging
    assert len(tables.secrets[1]) == 2
    tables.secrets[1] = dict(reversed(tables.secrets[1].items()))
    tables.change([{"row": 1, "action": staging.CREATE}])
    assert _again(plan) == plan.digest


def test_marks_of_very_many_count_as_those_of_a_few(system, store, monkeypatch):
    plan = _plan(system, store, _people(300))
    plan.operations.staging.change([{"row": 7, "action": staging.CREATE}])
    monkeypatch.setattr(digest, "_AT_ONCE", 0)
    monkeypatch.setattr(operation_marks, "_MANY", 32)
    assert _again(plan) == plan.digest


def test_many_that_are_looked_up_count_as_they_were_staged(system, store, monkeypatch):
    plan = _plan(system, store, _people(50))
    monkeypatch.setattr(staging, "CHUNK", 20)  # more than a tenth of it: gone through rather than looked up
    plan.operations.staging.change([{"row": seq, "action": staging.CREATE} for seq in range(5, 30)])
    assert [len(part) for part in plan.operations.staging.marks.unmarked(staging.CHUNK)] == [16, 9]
    assert _again(plan) == plan.digest


def test_what_is_no_longer_wanted_does_not_count(system, store):
    plan = _plan(system, store, _people())
    plan.operations.staging.change([{"row": PEOPLE, "action": staging.REJECTED}])
    assert _again(plan) == _plan(system, store, _people(PEOPLE - 1)).digest != plan.digest


def test_a_record_that_is_refused_for_one_of_its_objects_does_not_count_with_the_others(system):
    short = {"number": "row.short", "destination": "'0049 89 1'", "when": "row.short"}
    system.profile(structure={"speed_dial": short})
    system.by_hand("speed_dial", number="*5", destination="0049 89 2")
    header = "username,displayname,phone,short\n"
    digests = []
    for short_number, created in (("*5", 0), ("", 1)):
        system.csv(f"{header}anna,Anna,200,{short_number}\n")
        simulated = system.sync(check=True)
        assert simulated["counts"]["created"] == created
        digests.append(simulated["plan_digest"])
    assert digests[0] != digests[1]


def test_another_field_and_another_secret_are_another_digest(system, store):
    first = _plan(system, store, _people()).digest
    assert _plan(system, store, _people().replace("secret-", "geheim-")).digest != first
    assert _plan(system, store, _people().replace("Jörg 7", "Jörn 7")).digest != first


_texts = st.one_of(st.text(max_size=8), st.sampled_from(['"', "\\", "a\nb", "%s", "%", "ß", "😀", "\x7f", " x "]))
_labels = st.text(min_size=1, max_size=6)


@example({"display_name": 'Anna "Ann"', "notes": "a\n\tb"}, {"100 %": "%s", 'a"b': "c"})
@given(
    st.dictionaries(st.sampled_from(sorted(KINDS["phonebook_entry"].fields)), _texts, max_size=8),
    st.dictionaries(_labels, _texts, max_size=3),
)
def test_the_quick_way_to_json_gives_what_the_encoder_gives(fields, labels):
    flat = {**fields, **{f"labels.{name}": value for name, value in labels.items()}}
    try:
        clean = KINDS["phonebook_entry"].clean(flat, Notices(), partial=True)
    except FieldError:
        return
    assert encode_clean(clean) == json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
    assert encode_clean({**clean, "roles": ["a"]}) == json.dumps(
        {**clean, "roles": ["a"]}, ensure_ascii=False, separators=(",", ":")
    )
