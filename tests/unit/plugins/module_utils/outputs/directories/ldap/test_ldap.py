# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A branch of a real directory: what is ours is kept in step, and what is not stays."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.tests.publisher import actions
from ansible_collections.telephony.connector.tests.servers.slapd import person
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import import_book

from .branches import entries, requests_of

# ---------------------------------------------------------------------------------------------- kept in step


def test_entries_are_created_and_then_left_alone(people, slapd, branch, book, monkeypatch):
    simulated = book(people, check=True)
    assert entries(slapd, branch) == {}
    first = book(people)
    assert (first["plan_digest"], first["counts"]) == (simulated["plan_digest"], simulated["counts"])
    assert first["counts"]["created"] == 3
    sent = requests_of(monkeypatch)
    before = entries(slapd, branch, "*", "+")
    assert (book(people)["result"], sent) == ("unchanged", [])
    assert entries(slapd, branch, "*", "+") == before


def test_only_what_changed_is_sent_and_a_rename_keeps_the_entry(people, slapd, branch, book, monkeypatch):
    book(people)
    (anna,) = people.objects("phonebook_entry", search="Anna")
    (bert,) = people.objects("phonebook_entry", search="Bert")
    dn = entries(slapd, branch)["Anna"]["dn"]
    people.by_hand("phonebook_entry", id=anna["id"], display_name="Annabell")
    people.by_hand("phonebook_entry", id=bert["id"], organisation="Other")
    sent = requests_of(monkeypatch)
    assert book(people)["counts"]["updated"] == 2
    assert sorted(sent) == [("modification", ["cn", "displayName", "sn"]), ("modification", ["o"])]
    assert entries(slapd, branch)["Annabell"]["dn"] == dn
    people.by_hand("phonebook_entry", id=bert["id"], state="absent")
    sent.clear()
    book(people)
    assert sent == [("removal", [])]


def test_entries_and_attributes_of_others_survive_everything(people, slapd, branch, book):
    unit = branch.removesuffix(f",{slapd.suffix}")
    slapd.modify(person(slapd.suffix, "theirs", unit, telephoneNumber="+49 30 1"))
    slapd.modify(f"dn: cn=printer,{branch}\nobjectClass: device\ncn: printer\n")
    book(people)
    slapd.modify(f"dn: {entries(slapd, branch)['Anna']['dn'][0]}\nchangetype: modify\nadd: title\ntitle: Dr.\n")
    (anna,) = people.objects("phonebook_entry", search="Anna")
    people.by_hand("phonebook_entry", id=anna["id"], mobile="+49 171 1234567")
    (bert,) = people.objects("phonebook_entry", search="Bert")
    people.by_hand("phonebook_entry", id=bert["id"], state="absent")
    result = book(people)
    assert actions(result) == [("update", "Anna", "changed"), ("remove", "Bert", "no longer in the phonebook")]
    assert entries(slapd, branch)["Anna"]["title"] == ["Dr."]
    assert book(people, state="absent")["counts"]["removed"] == 2
    assert sorted(entries(slapd, branch)) == [f"cn=printer,{branch}", f"uid=theirs,{branch}"]


def test_an_entry_that_a_person_changed_is_set_back_and_said(people, slapd, branch, book, monkeypatch):
    book(people)
    before = entries(slapd, branch)
    slapd.modify(
        f"dn: {before['Anna']['dn'][0]}\nchangetype: modify\nreplace: telephoneNumber\ntelephoneNumber: 4711\n-\n"
        f"add: mobile\nmobile: 0815\n\ndn: {before['Carla']['dn'][0]}\nchangetype: delete\n"
    )
    sent = requests_of(monkeypatch)
    result = book(people)
    assert actions(result) == [
        ("update", "Anna", "changed by hand in the target; it is set back"),
        ("create", "Carla", "missing in the target"),
    ]
    assert sent[0] == ("modification", ["mobile", "telephoneNumber"])
    assert "Anna" in result["warnings"][0]
    assert entries(slapd, branch) == before
    assert book(people)["result"] == "unchanged"


def test_our_own_entries_are_known_again_when_the_ledger_is_lost(people, slapd, branch, book):
    from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    book(people)
    store = Store.open(people.location, people.KEY, False)
    with store.recording():
        ledger.forget(store, ledger.find(store, "book").id)
    store.close()
    slapd.modify(f"dn: {entries(slapd, branch)['Bert']['dn'][0]}\nchangetype: modify\nreplace: o\no: Theirs\n")
    result = book(people)
    assert (result["counts"]["conflicts"], result["conflicts"][0]["name"]) == (1, "Bert")
    assert entries(slapd, branch)["Bert"]["o"] == ["Theirs"]
    assert actions(book(people, adopt=True)) == [("update", "Bert", "adopted")]
    assert entries(slapd, branch)["Bert"]["o"] == ["Muster KG"]


@pytest.mark.parametrize("adopt", [False, True])
def test_what_another_output_wrote_no_output_takes_over(people, slapd, branch, book, adopt):
    book(people, filter="display_name != 'Carla'")
    before = entries(slapd, branch)
    upper = branch.replace("ou=", "OU=")
    for check in (True, False):
        result = book(people, check, name="other", adopt=adopt, target={"base_dn": upper})
        assert [one["name"] for one in result["conflicts"]] == ["Anna", "Bert"]
        words = 'is written by the output "book"; choose another target, or remove that output first (state: absent)'
        assert {one["reason"] for one in result["conflicts"]} == {words}
        assert (result["result"], result["counts"]["created"]) == ("partial", 1)
    assert {name: entries(slapd, branch)[name] for name in before} == before
    assert book(people, filter="display_name != 'Carla'")["result"] == "unchanged"
    book(people, name="other", state="absent", target={"base_dn": upper})
    assert entries(slapd, branch) == before
    book(people, state="absent")
    assert book(people, name="other", target={"base_dn": upper})["counts"]["created"] == 3


def test_another_spelling_of_the_base_dn_is_the_same_branch(people, slapd, branch, book):
    book(people)
    assert book(people, target={"base_dn": branch.replace(",", " , ")})["result"] == "unchanged"
    with pytest.raises(DefinitionError, match="take it away there"):
        book(people, target={"base_dn": slapd.suffix})


def test_tls_and_start_tls(people, slapd, branch, book, ca):
    encrypted = {"allow_plaintext": False, "ca_path": ca.path("ca.crt")}
    assert book(people, target={"uri": slapd.tls_uri, **encrypted})["warnings"] == []
    assert book(people, target={"start_tls": True, **encrypted})["result"] == "unchanged"
    with pytest.raises(TargetError, match="certificate"):
        book(people, target={"uri": slapd.tls_uri, "allow_plaintext": False, "ca_path": ca.path("other.crt")})
    told = book(people, target={"allow_plaintext": False})["warnings"]
    assert "in cleartext" in told[0]


def test_an_empty_book_is_never_published_over_a_filled_one(people, book):
    book(people)
    with pytest.raises(RefusedError, match="the book is empty"):
        book(people, filter="notes == 'nothing'")


def test_more_entries_than_the_server_shows_at_once(system, slapd, branch, book):
    import_book(system, [(f"Person {n}", f"+49 30 {n:06}", "", "") for n in range(1100)])
    assert book(system)["counts"]["created"] == 1100
    assert book(system)["result"] == "unchanged"
    assert book(system, target={"page_size": 5000})["result"] == "unchanged"
