# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is a leaver, until when, and what a leaver has no part in any more."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.accounts import find_account
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import decide
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Selection
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import Filter
from ansible_collections.telephony.connector.plugins.module_utils.publishing.selection import select
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.company_phonebook import company_phonebook
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = """\
username,displayname,phone,password,createSoftphone
anna,Anna,201,secret-1234,1
bert,Bert,202,secret-1234,1
"""


@pytest.fixture
def store(system):
    """A store with Anna, a leaver, and Bert."""
    system.profile()
    system.import_csv(PEOPLE)
    opened = Store.open(system.location, System.KEY)
    with opened.writing():
        writer.start_leaving(opened, [system.user("anna")["id"]])
    yield opened
    opened.close()


def set_rule(store, **leaving):
    """Change the option `leavers` of the stored profile."""
    profiles = store.schema.profiles
    options = json.loads(store.connection.execute(profiles.select()).one().options)
    with store.writing():
        store.connection.execute(profiles.update().values(options=json.dumps({**options, **leaving})))


def in_phonebook(store):
    with store.snapshot():
        return [fields["username"] for *_rest, fields in company_phonebook(store)]


def test_the_profile_says_until_when(store):
    set_rule(store, leavers={"action": "disable", "grace_days": 10})
    (anna,) = leavers.every(store)
    left = datetime.fromisoformat(anna.since).date()
    assert abs((datetime.now(UTC).date() - left).days) <= 1
    assert (anna.username, anna.profile, anna.until, anna.in_phonebook) == (
        "anna", "staff", left + timedelta(days=10), False,
    )  # fmt: skip
    assert [anna.is_due(left + timedelta(days=days)) for days in (0, 9, 10, 400)] == [False, False, True, True]
    assert leavers.among(store, [anna.object_id, anna.object_id + 1]) == {anna.object_id: anna}


def test_nobody_removes_a_leaver_of_a_profile_that_does_not_remove(store):
    set_rule(store, leavers={"action": "disable"}, mode="create_update")
    (anna,) = leavers.every(store)
    assert (anna.until, anna.is_due(date.max)) == (None, False)


def test_a_leaver_of_a_profile_that_no_longer_disables_is_due_at_once(store):
    (anna,) = leavers.every(store)
    assert anna.is_due(datetime.fromisoformat(anna.since).date())


def test_a_leaver_is_out_of_the_phonebook_unless_the_profile_keeps_him(store):
    assert in_phonebook(store) == ["bert"]
    set_rule(store, leavers={"action": "disable", "phonebook": "keep"})
    assert in_phonebook(store) == ["anna", "bert"]


def test_a_leaver_has_no_account_and_no_phone(store):
    for what in ("accounts", "users", "devices"):
        with store.snapshot():
            entries = list(select(store, Selection(what), Filter(None), Findings(10)))
        assert {entry.fields["username"] for entry in entries} == {"bert"}


def test_a_leaver_cannot_sign_in_whatever_the_method(store):
    def directory(username, password):
        raise AssertionError("no directory is asked")

    decision = decide(find_account(store, "Anna"), "secret-1234", directory)
    assert (decision.authenticated, decision.method, decision.reason) == (False, "internal", reasons.LEAVER)
    assert decide(find_account(store, "bert"), "secret-1234", directory).authenticated
    with store.writing():
        writer.end_leaving(store, [leavers.every(store)[0].object_id])
    assert decide(find_account(store, "anna"), "secret-1234", directory).authenticated


def test_who_is_a_leaver_already_stays_one_since_then(store):
    (anna,) = leavers.every(store)
    with store.writing():
        table = store.schema.leavers
        store.connection.execute(table.update().values(since="2026-01-01T00:00:00Z"))
        writer.start_leaving(store, [anna.object_id])
    assert [one.since for one in leavers.every(store)] == ["2026-01-01T00:00:00Z"]
