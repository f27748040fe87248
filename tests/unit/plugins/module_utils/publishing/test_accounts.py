# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has an account at a SIP server, and where the password comes from that phones sign in with."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs import registry
from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import AccountFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import FileFormat, Item, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.publishing import run as publishing
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.publisher import secret_of

PHONE = {"type": "ip_phone", "mac": "001122334455"}


class Accounts(AccountFormat, FileFormat):
    """A line for each account."""

    NAME = "test_accounts"
    TITLE = "Lines"
    OPTIONS = FILE_OPTIONS

    def account_items(self, account, context):
        yield Item(
            account.key, account.username, self.place(account), {"sip_user": account.sip_user}, "", account.secret
        )

    def place(self, entry):
        return self.options["path"]

    def one(self, values):
        return json.dumps(values) + "\n"


@pytest.fixture(autouse=True)
def known_format(monkeypatch):
    monkeypatch.setitem(registry.FORMATS, "test_accounts", Accounts)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "accounts.txt"


@pytest.fixture
def publish(system, path):
    """Return publish(check=, sip_user=, **options)."""

    def run(check=False, sip_user=None, **options):
        output = Accounts({"path": str(path), "mode": "0600", "sip_user": sip_user})
        store = Store.open(system.location, system.KEY, check)
        try:
            return publishing.publish(store, Order("accounts", output, **options), check)
        finally:
            store.close()

    return run


def add(system, username, extension, **more):
    more.setdefault("devices", [PHONE])
    more.setdefault("display_name", username.title())
    system.by_hand("user", username=username, extension=extension, **more)


def written(path):
    return {one["sip_user"]: one["secret"] for one in map(json.loads, path.read_text().splitlines())}


def test_only_who_can_sign_in_has_an_account(system, publish, path):
    add(system, "anna", "201", devices=[{"type": "softphone"}])
    add(system, "bert", "202", devices=[{"type": "mobile", "number": "+49 171 1"}])
    add(system, "carla", "203", auth_method="none")
    add(system, "dora", "204", devices=[{"type": "sip", "username": "d"}, {"type": "mobile", "number": "1"}])
    add(system, "emil", None)
    add(system, "fritz", "206", devices=[])
    publish()
    assert sorted(written(path)) == ["201", "204"]


def test_a_password_that_is_missing_is_made_by_the_run_and_by_nothing_else(system, publish, path):
    add(system, "anna", "201", sip_password="chosen-by-hand")
    add(system, "bert", "202")
    simulated = publish(check=True)
    assert simulated["counts"]["sip_passwords_made"] == 1
    assert simulated["summary"] == "2 created, 1 SIP password made"
    with pytest.raises(DefinitionError, match="has no SIP password yet"):
        secret_of(system, "bert")
    done = publish(expect_plan=simulated["plan_digest"])
    assert {**done, "files": []} == {**simulated, "files": []}
    made = secret_of(system, "bert")
    assert (len(made), made.isalnum(), made.isascii()) == (24, True, True)
    assert written(path) == {"201": "chosen-by-hand", "202": made}
    again = publish()
    assert (again["result"], again["counts"].get("sip_passwords_made")) == ("unchanged", None)
    assert secret_of(system, "bert") == made


def test_what_was_made_is_in_the_journal_without_the_secret(system, publish):
    add(system, "anna", "201")
    result = publish(diff=True)
    made = secret_of(system, "anna")
    history = system.call(run_info.run_info, check=True, name="anna", limit=10)
    runs = system.call(run_info.run_info, check=True, limit=10)["runs"]
    change = history["changes"][0]
    assert (runs[0]["mode"], runs[0]["summary"]) == ("publish", "1 SIP password made")
    assert (change["reason"], change["after"]) == ('made for the output "accounts"', {"sip_password": "********"})
    shown = json.dumps([result, history, runs, system.objects()])
    assert made not in shown
    assert system.user("anna")["sip_password"] == "********"
    if system.location.endswith(".db"):
        assert made.encode() not in b"".join(one.read_bytes() for one in system.directory.glob("store.db*"))


def test_a_target_that_fails_keeps_the_password_for_the_next_run(system, publish, path, monkeypatch):
    add(system, "anna", "201")

    def fail(*_arguments):
        raise TargetError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(publishing.FileTarget, "write", fail)
        with pytest.raises(TargetError):
            publish()
    made = secret_of(system, "anna")
    publish()
    assert written(path) == {"201": made}


def test_a_guard_that_stops_the_run_makes_no_password(system, publish):
    add(system, "anna", "201")
    with pytest.raises(Exception, match="not the one that was reviewed"):
        publish(expect_plan="sha256:" + "0" * 64)
    with pytest.raises(DefinitionError, match="has no SIP password yet"):
        secret_of(system, "anna")


def test_a_person_sets_and_renews_a_password_that_a_sync_leaves_alone(system, publish):
    system.profile(variables={}, create_softphone=True)
    people = "displayname,username,phone\nAnna,anna,201\n"
    system.import_csv(people)
    assert system.by_hand("user", username="anna", sip_password="first-secret")["changed"]
    assert not system.by_hand("user", username="anna", sip_password="first-secret")["changed"]
    assert system.by_hand("user", check=True, username="anna", sip_password="renew")["changed"]
    assert secret_of(system, "anna") == "first-secret"
    assert system.by_hand("user", username="anna", sip_password="renew")["changed"]
    renewed = secret_of(system, "anna")
    assert len(renewed) == 24
    system.import_csv(people.replace("Anna,", "Anna M,"))
    assert secret_of(system, "anna") == renewed
    system.by_hand("user", username="anna", sip_password="")
    with pytest.raises(DefinitionError, match="has no SIP password yet"):
        secret_of(system, "anna")


def test_a_source_may_bring_the_password(system, publish, path):
    system.profile(structure={"user": {"sip_password": "row.sip"}}, create_softphone=True)
    system.import_csv("displayname,username,phone,sip\nAnna,anna,201,from-the-file\n")
    publish()
    assert written(path) == {"201": "from-the-file"}
    system.import_csv("displayname,username,phone,sip\nAnna,anna,201,another-secret\n")
    (change,) = publish()["changes"]
    assert (change["before"], change["after"]) == ({"secret": "as before"}, {"secret": "changed"})
    assert written(path) == {"201": "another-secret"}


def test_a_login_that_is_no_sip_user_is_left_out_and_said(system, publish, path):
    add(system, "müller", "201")
    add(system, "anna@corp", "202")
    add(system, "bert", "203", email="same")
    add(system, "carla", "204", email="SAME")
    result = publish(sip_user="username")
    assert sorted(written(path)) == ["bert", "carla"]
    assert [(one["name"], one["field"], one["value"]) for one in result["left_out"]] == [
        ("Müller", "sip_user", "müller"),
        ("Anna@Corp", "sip_user", "anna@corp"),
    ]
    assert "is no SIP user" in result["left_out"][0]["rule"]
    with pytest.raises(DefinitionError):
        secret_of(system, "müller")
    result = publish(sip_user="email")
    assert [one["rule"] for one in result["left_out"]][-1] == "is the SIP user of bert already"


def test_the_filter_sees_the_fields_of_the_user(system, publish, path):
    add(system, "anna", "201", roles=["Sales"])
    add(system, "bert", "202")
    publish(filter="'Sales' in roles")
    assert sorted(written(path)) == ["201"]
