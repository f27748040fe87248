# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An address book of a real CardDAV server: what is ours is kept in step, what is not stays."""

from __future__ import annotations

import subprocess

import pytest
import vobject

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.tests.publisher import actions
from ansible_collections.telephony.connector.tests.servers.address_books import PASSWORD, USER, Radicale, Xandikos
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import (
    HOSTILE,
    import_book,
)

from .books import THEIRS, addresses, cards, new_book, publish, requests_of

SERVERS = {"radicale": Radicale, "xandikos": Xandikos}


@pytest.fixture(scope="session", params=SERVERS)
def carddav(request, tmp_path_factory):
    one = SERVERS[request.param](tmp_path_factory.mktemp(request.param))
    yield one.start()
    one.stop()


@pytest.fixture(scope="session")
def radicale(tmp_path_factory):
    one = Radicale(tmp_path_factory.mktemp("radicale-alone"))
    yield one.start()
    one.stop()


@pytest.fixture
def people(system):
    """A store of three entries."""
    for name in ("Anna", "Bert", "Carla"):
        system.by_hand("phonebook_entry", display_name=name, phone=f"+49 30 {len(name)}000", organisation="Muster; KG")
    return system


@pytest.fixture
def book(carddav):
    return new_book(carddav)


def test_cards_are_created_and_then_left_alone(people, carddav, book, monkeypatch):
    simulated = publish(people, book, check=True)
    assert cards(carddav, book) == {}
    first = publish(people, book)
    assert (first["plan_digest"], first["counts"]) == (simulated["plan_digest"], simulated["counts"])
    assert first["counts"]["created"] == 3
    found = cards(carddav, book)
    anna = vobject.readOne(found["Anna"][1])
    assert (anna.tel.value, anna.org.value, anna.uid.value) == ("+49 30 4000", ["Muster; KG"], anna.uid.value)
    assert found["Anna"][0].endswith(f"/{anna.uid.value}.vcf")
    asked = requests_of(monkeypatch)
    second = publish(people, book)
    assert (second["result"], asked) == ("unchanged", [("PROPFIND", book)])
    assert cards(carddav, book) == found


def test_cards_of_others_survive_everything(people, carddav, book):
    assert carddav.request("PUT", f"{book}theirs.vcf", THEIRS)[0] == 201
    publish(people, book)
    (anna,) = people.objects("phonebook_entry", search="Anna")
    people.by_hand("phonebook_entry", id=anna["id"], display_name="Annabell")
    (bert,) = people.objects("phonebook_entry", search="Bert")
    people.by_hand("phonebook_entry", id=bert["id"], state="absent")
    result = publish(people, book)
    assert actions(result) == [
        ("update", "Annabell", "changed"),
        ("remove", "Bert", "no longer in the phonebook"),
    ]
    assert sorted(cards(carddav, book)) == ["A friend", "Annabell", "Carla"]
    assert publish(people, book, state="absent")["counts"]["removed"] == 2
    assert sorted(cards(carddav, book)) == ["A friend"]


def test_a_card_that_a_person_changed_is_set_back_and_said(people, carddav, book):
    publish(people, book)
    before = cards(carddav, book)
    address, text = before["Anna"]
    assert carddav.request("PUT", address, text.replace("4000", "4711"))[0] < 300
    assert carddav.request("DELETE", before["Carla"][0])[0] < 300
    result = publish(people, book)
    assert actions(result) == [
        ("update", "Anna", "changed by hand in the target; it is set back"),
        ("create", "Carla", "missing in the target"),
    ]
    assert "Anna" in result["warnings"][0]
    assert cards(carddav, book) == before
    assert publish(people, book)["result"] == "unchanged"


def test_a_card_that_says_the_same_in_other_words_is_left_alone(people, carddav, book, monkeypatch):
    publish(people, book)
    address, text = cards(carddav, book)["Anna"]
    lines = text.strip().split("\n")
    other = "\n".join([*lines[:2], "PRODID:-//somebody//", *reversed(lines[2:-1]), lines[-1], ""])
    assert carddav.request("PUT", address, other.replace("WORK,VOICE", "voice;TYPE=work"))[0] < 300
    asked = requests_of(monkeypatch)
    result = publish(people, book)
    assert (result["result"], {method for method, _url in asked}) == ("unchanged", {"PROPFIND", "REPORT"})
    asked.clear()
    assert (publish(people, book)["result"], len(asked)) == ("unchanged", 1)  # the ledger knows it now


def test_our_own_cards_are_known_again_when_the_ledger_is_lost(people, carddav, book):
    from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    publish(people, book)
    store = Store.open(people.location, people.KEY, False)
    with store.recording():
        ledger.forget(store, ledger.find(store, "book").id)
    store.close()
    address, text = cards(carddav, book)["Bert"]
    carddav.request("PUT", address, text.replace("4000", "4711"))
    result = publish(people, book)
    assert (result["counts"]["conflicts"], result["conflicts"][0]["name"]) == (1, "Bert")
    assert "4711" in cards(carddav, book)["Bert"][1]
    assert actions(publish(people, book, adopt=True)) == [("update", "Bert", "adopted")]


@pytest.mark.parametrize("adopt", [False, True])
def test_what_another_output_wrote_no_output_takes_over(people, carddav, book, adopt):
    publish(people, book)
    before = cards(carddav, book)
    result = publish(people, book, name="other", adopt=adopt)
    words = 'is written by the output "book"; choose another target, or remove that output first (state: absent)'
    assert [(one["name"], one["reason"]) for one in result["conflicts"]] == [(name, words) for name in sorted(before)]
    assert publish(people, book)["result"] == "unchanged"
    publish(people, book, name="other", state="absent")
    assert cards(carddav, book) == before
    publish(people, book, state="absent")
    assert publish(people, book, name="other")["counts"]["created"] == 3


def test_hostile_names_arrive_as_they_are(system, carddav, book):
    import_book(system, HOSTILE)
    publish(system, book)
    assert publish(system, book)["result"] == "unchanged"
    # U+FFFE cannot stand in XML, and so not in an answer of the server; U+2028 is a line's end for vobject
    wanted = {name.replace("\ufffe", "") for name, *_rest in HOSTILE if "\u2028" not in name}
    texts = [carddav.request("GET", address)[1] for address in addresses(carddav, book)]
    found = {str(vobject.readOne(text).fn.value) for text in texts if "\u2028" not in text}
    assert (found, len(texts)) == (wanted, len(HOSTILE))


def test_cards_of_version_4(people, carddav, book):
    publish(people, book, target={"version": "4.0"})
    text = cards(carddav, book)["Anna"][1]
    assert "VERSION:4.0" in text
    assert publish(people, book, target={"version": "4.0"})["result"] == "unchanged"
    assert publish(people, book)["counts"]["updated"] == 3


def test_an_empty_book_is_never_published_over_a_filled_one(people, carddav, book):
    publish(people, book)
    with pytest.raises(RefusedError, match="the book is empty"):
        publish(people, book, filter="notes == 'nothing'")


def test_what_is_changed_while_a_run_goes_on_is_not_overwritten(people, carddav, book, monkeypatch):
    from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.target import (
        AddressBook,
    )

    publish(people, book)
    (anna,) = people.objects("phonebook_entry", search="Anna")
    people.by_hand("phonebook_entry", id=anna["id"], mobile="+49 171 1")
    write = AddressBook.write
    address, text = cards(carddav, book)["Anna"]

    def edited_before(self, operations):
        carddav.request("PUT", address, text.replace("4000", "4711"))
        return write(self, operations)

    with monkeypatch.context() as patched:
        patched.setattr(AddressBook, "write", edited_before)
        result = publish(people, book)
    assert (result["result"], result["conflicts"][0]["name"]) == ("partial", "Anna")
    assert "run again" in result["conflicts"][0]["reason"]
    assert "4711" in cards(carddav, book)["Anna"][1]
    assert publish(people, book)["counts"]["updated"] == 1
    assert "+49 171 1" in cards(carddav, book)["Anna"][1]


def test_two_stores_publish_into_one_book(people, carddav, book, tmp_path):
    (tmp_path / "other").mkdir()
    other = System(str(tmp_path / "other/store.db"), tmp_path / "other")
    other.by_hand("phonebook_entry", display_name="Dora", phone="+49 30 1")
    publish(people, book)
    publish(other, book)
    assert sorted(cards(carddav, book)) == ["Anna", "Bert", "Carla", "Dora"]
    assert (publish(people, book)["result"], publish(other, book)["result"]) == ("unchanged", "unchanged")
    publish(people, book, state="absent")
    assert sorted(cards(carddav, book)) == ["Dora"]


def test_vdirsyncer_copies_the_book_and_khard_finds_a_person(people, radicale, tmp_path):
    book = new_book(radicale)
    publish(people, book)
    name = book.rstrip("/").rpartition("/")[2]
    (tmp_path / "vdirsyncer").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n'
        '[pair book]\na = "here"\nb = "there"\ncollections = ["from b"]\n'
        f'[storage here]\ntype = "filesystem"\npath = "{tmp_path}/copy"\nfileext = ".vcf"\n'
        f'[storage there]\ntype = "carddav"\nurl = "http://127.0.0.1:{radicale.port}/{USER}/"\n'
        f'username = "{USER}"\npassword = "{PASSWORD}"\nread_only = true\n'
    )
    (tmp_path / "khard.conf").write_text(f"[addressbooks]\n[[book]]\npath = {tmp_path}/copy/{name}\n")
    for command in ("discover", "sync"):
        ran = ["/usr/bin/vdirsyncer", "-c", str(tmp_path / "vdirsyncer"), command]
        subprocess.run(ran, input=b"y\n" * 50, check=True, capture_output=True, timeout=120)
    found = subprocess.run(
        ["/usr/bin/khard", "-c", str(tmp_path / "khard.conf"), "phone", "--parsable", "Anna"],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert found.stdout.split("\t")[:2] == ["+49 30 4000", "Anna"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"password": "wrong"}, "401 Unauthorized; check username and password \\(user phones\\)"),
        ({"username": "guest", "password": "guest"}, "403 Forbidden; give user guest the right"),
    ],
)
def test_who_may_not_is_told_so(people, radicale, target, message):
    with pytest.raises(TargetError, match=message) as refused:
        publish(people, new_book(radicale), target=target)
    assert target["password"] not in refused.value.message or target["password"] == "guest"


def test_a_book_that_is_gone(people, carddav, book):
    publish(people, book)
    assert carddav.request("DELETE", book)[0] < 300
    with pytest.raises(TargetError, match="is not there; create it on the server, or check url"):
        publish(people, book)


def test_what_is_no_address_book_is_not_written_to(people, radicale):
    book = new_book(radicale)
    with pytest.raises(
        TargetError, match=r"is no address book, says the server; there is one at http://.*/phones/[0-9a-f]+"
    ):
        publish(people, book.rstrip("/").rpartition("/")[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"allow_plaintext": False}, "use https, or set allow_plaintext: true"),
        ({"url": "ftp://x/y"}, "must be its web address"),
        ({"url": "https://u:p@x/y"}, "holds a user name"),
        ({"url": "https://x/y?book=1"}, "leave out what follows"),
        ({"username": "a:b"}, "must not hold a colon"),
        ({"password": None}, "username and password"),
        ({"connections": 0}, "is 1 to 16"),
        ({"timeout": 0}, "is 1 second or more"),
        ({"proxy": "nonsense"}, "must have the form http://host:port"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(people, options, message):
    with pytest.raises(DefinitionError, match=message):
        publish(people, "http://127.0.0.1:9/x/", target=options)


def test_private_books_go_one_by_one(people):
    with pytest.raises(DefinitionError, match="give his login as book"):
        publish(people, "http://127.0.0.1:9/x/", book="private")
