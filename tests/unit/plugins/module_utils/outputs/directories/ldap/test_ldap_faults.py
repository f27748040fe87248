# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories that refuse, break off or go: one sentence, nothing foreign lost, and the next run finishes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.tests.examples import kill_count
from ansible_collections.telephony.connector.tests.publisher import in_child
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import person
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import import_book

from .branches import WRITER_PASSWORD, entries, new_branch, publish, target_of

# ---------------------------------------------------------------------------------------------- bad targets


def test_a_right_that_is_missing_on_one_attribute(people, slapd):
    branch = new_branch(slapd, "partly")
    (anna,) = people.objects("phonebook_entry", search="Anna")
    publish(people, slapd, branch)
    before = entries(slapd, branch)
    people.by_hand("phonebook_entry", id=anna["id"], mobile="+49 171 1234567", organisation="Other")
    people.by_hand("phonebook_entry", display_name="Dora", phone="+49 30 1111111")
    result = publish(people, slapd, branch)
    assert (result["result"], [one["name"] for one in result["conflicts"]]) == ("partial", ["Anna"])
    assert "no right to change it with mobile, o" in result["conflicts"][0]["reason"]
    assert WRITER_PASSWORD not in str(result)
    found = entries(slapd, branch)
    assert (found["Anna"], "Dora" in found) == (before["Anna"], True)


def test_an_attribute_that_the_account_cannot_read_is_named(people, slapd):
    branch = new_branch(slapd, "blind")
    people.by_hand("phonebook_entry", display_name="Dora", phone="+49 30 1", mobile="+49 171 1234567")
    (carla,) = people.objects("phonebook_entry", search="Carla")
    people.by_hand("phonebook_entry", id=carla["id"], state="absent")
    publish(people, slapd, branch, filter="display_name != 'Dora'")
    with pytest.raises(TargetError, match=r"does not show mobile of an entry just written: give uid=writer"):
        publish(people, slapd, branch)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"password": "wrong"}, "the name or the password is wrong"),
        (
            {"base_dn": "ou=nowhere,dc=example,dc=test"},
            r'has no ou=nowhere.*add it there.*"objectClass: organizational',
        ),
        ({"uri": "ldap://localhost:1"}, "directory server ldap://localhost:1 "),
    ],
)
def test_a_directory_that_cannot_be_used(people, book, target, message):
    with pytest.raises(TargetError, match=message) as refused:
        book(people, target=target)
    assert WRITER_PASSWORD not in refused.value.message


def test_an_account_that_may_write_nothing(system, slapd):
    for number in range(25):
        system.by_hand("phonebook_entry", display_name=f"Person {number}", phone=f"+49 30 {number:06}")
    branch = new_branch(slapd, "readonly")
    with pytest.raises(
        TargetError, match=r"refuses entry after entry; the last .*: the account has no right to add it"
    ):
        publish(system, slapd, branch)


def test_a_branch_that_is_gone(people, slapd, branch, book):
    book(people)
    slapd.modify("".join(f"dn: {one['dn'][0]}\nchangetype: delete\n\n" for one in entries(slapd, branch).values())
                 + f"dn: {branch}\nchangetype: delete\n")  # fmt: skip
    with pytest.raises(TargetError, match="add it there"):
        book(people)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"uri": ["http://x"]}, "must begin with ldaps://"),
        ({"uri": ["ldaps://x"], "start_tls": True}, "start_tls is for ldap://"),
        ({"base_dn": "phonebook"}, "must be a distinguished name"),
        ({"password": ""}, "password is empty"),
        ({"page_size": 0}, "page_size must be 1 or more"),
        ({"timeout": 0}, "timeout must be from 1"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(people, book, options, message):
    with pytest.raises(DefinitionError, match=message):
        book(people, target=options)


def test_a_server_that_goes_away_half_way(system, slapd, branch):
    import_book(system, [(f"Person {n}", f"+49 30 {n:06}", "", "") for n in range(200)])
    with Relay(slapd.port) as relay:
        through = {"uri": [f"ldap://localhost:{relay.port}"]}
        publish(system, slapd, branch, check=True, target=through)
        relay.limit = len(relay.from_server) * 2 + 1400  # answers to changes have 14 bytes
        with pytest.raises(TargetError, match=r"broke off: .* run again, which does the rest"):
            publish(system, slapd, branch, target=through)
    assert 0 < len(entries(slapd, branch)) < 200
    assert publish(system, slapd, branch)["warnings"] == []
    assert len(entries(slapd, branch)) == 200
    assert publish(system, slapd, branch)["result"] == "unchanged"


@pytest.mark.slow
def test_killed_at_random_moments(system, slapd, branch):
    slapd.modify(person(slapd.suffix, "theirs", branch.removesuffix(f",{slapd.suffix}")))
    import_book(system, [(f"Person {n}", f"+49 30 {n:06}", "", "") for n in range(150)])
    chance = random.Random(16)
    forms = [{"country": "DE", "form": form} for form in ("national", "e164")]
    given = {"format_": "ldap", "target": target_of(slapd, branch)}
    for turn in range(kill_count(12)):
        child = in_child(system, Path("unused"), numbers=forms[turn % 2], **given)
        child.join(chance.uniform(0.05, 0.8))
        child.kill()
        child.join()
    result = publish(system, slapd, branch, numbers=forms[0])
    assert result["warnings"] == []
    found = entries(slapd, branch)
    assert found.pop(f"uid=theirs,{branch}")
    assert {name: one["telephoneNumber"][0] for name, one in found.items()} == {
        f"Person {n}": f"030{n:06}" for n in range(150)
    }
    assert publish(system, slapd, branch, numbers=forms[0])["result"] == "unchanged"


@pytest.mark.slow
def test_two_publishers_at_once(system, slapd, branch, tmp_path):
    import_book(system, [(f"Person {n}", f"+49 30 {n:06}", "", "") for n in range(150)])
    (tmp_path / "other").mkdir()
    other = System(str(tmp_path / "other/store.db"), tmp_path / "other")
    other.by_hand("phonebook_entry", display_name="Dora", phone="+49 30 1111111")
    given = {"format_": "ldap", "target": target_of(slapd, branch), "numbers": {"country": "DE"}}
    children = [in_child(one, Path("unused"), **given) for one in (system, system, other)]
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert len(entries(slapd, branch)) == 151
    assert publish(other, slapd, branch, state="absent")["counts"]["removed"] == 1
    assert publish(system, slapd, branch)["result"] == "unchanged"
