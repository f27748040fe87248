# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A branch of a real directory: phones find people in it, what is ours is kept in step, and what is not stays."""

from __future__ import annotations

import base64
import random
import uuid
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.attributes import (
    names,
    spellings,
)
from ansible_collections.telephony.connector.tests.examples import kill_count
from ansible_collections.telephony.connector.tests.publisher import in_child
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import (
    HOSTILE,
    import_book,
)

WRITER, WRITER_PASSWORD = "uid=writer,ou=people,dc=example,dc=test", "writerpw-recognisable"
_ACCESS = f"""\
access to attrs=userPassword by anonymous auth by * none
access to dn.regex="ou=blind[^,]*,dc=example,dc=test$" attrs=mobile by dn.exact="{WRITER}" =w by * none
access to dn.regex="ou=partly[^,]*,dc=example,dc=test$" attrs=mobile by * read
access to dn.regex="ou=readonly[^,]*,dc=example,dc=test$" by * read
access to * by dn.exact="{WRITER}" write by * read"""


@pytest.fixture(scope="session")
def slapd(tmp_path_factory, ca):
    one = Slapd(
        tmp_path_factory.mktemp("slapd-outputs"),
        certificate=ca.path("server"),
        access=_ACCESS,
        database=["index sn,telephoneNumber,mobile,homePhone eq,sub", "add_content_acl yes"],
        limits=f'limits dn.exact="{WRITER}" size.soft=500 size.hard=500 size.prtotal=unlimited size.pr=500',
    )
    one.start()
    one.modify(
        f"dn: {WRITER}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: writer\n"
        f"userPassword: {WRITER_PASSWORD}\n"
    )
    yield one
    one.stop()


@pytest.fixture
def people(system):
    """A store of three entries."""
    for name in ("Anna", "Bert", "Carla"):
        system.by_hand("phonebook_entry", display_name=name, phone=f"+49 30 {len(name)}00000", organisation="Muster KG")
    return system


def new_branch(slapd, name="book"):
    """Make a branch for a test."""
    name = f"{name}{uuid.uuid4().hex}"
    slapd.modify(f"dn: ou={name},{slapd.suffix}\nobjectClass: organizationalUnit\nou: {name}\n")
    return f"ou={name},{slapd.suffix}"


@pytest.fixture
def branch(slapd):
    return new_branch(slapd)


@pytest.fixture
def book(slapd, branch):
    """Return publish(system, check=, **options) into the branch."""

    def run(system, check=False, **options):
        return publish(system, slapd, branch, check, **options)

    return run


def target_of(slapd, branch, **target):
    return {"uri": [slapd.uri], "base_dn": branch, "username": WRITER, "password": WRITER_PASSWORD,
            "allow_plaintext": True, **target}  # fmt: skip


def publish(system, slapd, branch, check=False, **options):
    target = target_of(slapd, branch, **options.pop("target", {}))
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    given = {"name": "book", "format": "ldap", "target": target, "numbers": {"country": "DE"}}
    return system.call(publish_output, check, **{**defaults, **given, **options})


def entries(slapd, branch, *words):
    """Return display name (or DN) -> attribute -> values, as ldapsearch finds them in the branch."""
    found = {}
    text = slapd.search("-b", branch, "-s", "one", *(words or ("(objectClass=*)", "*")))
    for block in filter(None, text.split("\n\n")):
        values = {}
        for line in block.splitlines():
            name, _colon, value = line.partition(":")
            if value.startswith(":"):
                value = base64.b64decode(value[1:]).decode()
            values.setdefault(name, []).append(value.strip())
        found[values.get("displayName", values["dn"])[0]] = values
    return found


def actions(result):
    return [(one["action"], one["name"], one["reason"]) for one in result["changes"]]


def requests_of(monkeypatch):
    """Return the list that will hold (kind, attributes) of each change that is sent."""
    sent = []

    def noted(name):
        make = getattr(encoder, name)

        def note(dn, attributes=()):
            sent.append((name, sorted(attributes)))
            return make(dn, attributes) if attributes != () else make(dn)

        monkeypatch.setattr(encoder, name, note)

    for one in ("addition", "modification", "removal"):
        noted(one)
    return sent


# ------------------------------------------------------------------------------------------------- as phones search

#: vendor -> (filter of names, filter of numbers); % is what was typed, or the number of an incoming call
FILTERS = {
    "yealink": ("(|(cn=%*)(sn=%*))", "(|(telephoneNumber=%)(mobile=%)(homePhone=%))"),
    "snom": ("(&(telephoneNumber=*)(sn=%*))", "(&(telephoneNumber=%)(sn=*))"),
    "grandstream": ("(|(cn=%*)(sn=%*))", "(|(telephoneNumber=%)(mobile=%)(homePhone=%))"),
    "cisco": ("(cn=*%*)", "(|(telephoneNumber=%)(mobile=%)(homePhone=%))"),
    "poly": ("(&(objectClass=person)(sn=%*))", "(|(telephoneNumber=%)(mobile=%))"),
    "mitel": ("(|(sn=%*)(cn=%*)(givenName=%*))", "(|(telephoneNumber=%)(mobile=%)(homePhone=%))"),
}
FORMS = ("+49 991 2960100", "+499912960100", "00499912960100", "09912960100", "000499912960100", "009912960100")


@pytest.mark.parametrize("form", ["as_is", "e164", "international", "national"])
def test_phones_find_people_by_name_and_by_number(system, slapd, branch, form):
    system.by_hand("phonebook_entry", display_name="Jörg Müller", surname="Müller", given_name="Jörg",
                   phone="+49 991 2960100", mobile="+49 171 1234567")  # fmt: skip
    system.by_hand("phonebook_entry", display_name="Autohaus Größle", phone="+49 991 2960200")
    system.by_hand("phonebook_entry", display_name="Mulder, Fox", phone="+49 991 2960300")
    publish(system, slapd, branch, numbers={"country": "DE", "form": form, "outside_line": "0"})
    for vendor, (by_name, by_number) in FILTERS.items():
        for typed in ("Müller", "mueller", "MULLER", "mül", "muel"):
            found = entries(slapd, branch, by_name.replace("%", typed))
            assert list(found) == ["Jörg Müller"], (vendor, typed)
        assert set(entries(slapd, branch, by_name.replace("%", "mul"))) == {"Jörg Müller", "Mulder, Fox"}, vendor
        for typed in ("größ", "groess", "gross"):
            assert list(entries(slapd, branch, by_name.replace("%", typed))) == ["Autohaus Größle"], (vendor, typed)
        for number in FORMS:
            found = entries(slapd, branch, by_number.replace("%", number))
            assert list(found) == ["Jörg Müller"], (vendor, number)
        assert entries(slapd, branch, by_number.replace("%", "+499912960101")) == {}
    dialled = {"as_is": FORMS[0], "e164": FORMS[1], "international": FORMS[4], "national": FORMS[5]}
    assert entries(slapd, branch, "(sn=Müller)")["Jörg Müller"]["telephoneNumber"][0] == dialled[form]


def test_the_values_of_an_entry(system, slapd, branch, book):
    system.by_hand("phonebook_entry", display_name="Jörg Müller", surname="Müller", given_name="Jörg",
                   phone="+49 991 2960100", email="j@x.example", organisation="Maß & Co",
                   notes="kennt\nalle")  # fmt: skip
    book(system)
    [found] = list(entries(slapd, branch).values())
    assert found["cn"][:3] == ["Jörg Müller", "Müller Jörg", "Joerg Mueller"]
    assert found["cn"][3:] == ["Jorg Muller", "Mueller Joerg", "Muller Jorg"]
    assert found["sn"][0] == "Müller"
    assert {"Mueller", "Muller"} < set(found["sn"])
    assert found["givenName"] == ["Jörg", "Joerg", "Jorg"]
    # a blank is none for a server: +49 991 and +49991 are one
    assert found["telephoneNumber"] == ["+49 991 2960100", "00499912960100", "09912960100"]
    assert (found["mail"], found["o"], found["description"]) == (["j@x.example"], ["Maß & Co"], ["kennt alle"])


def test_spellings_are_each_there_once():
    assert spellings(["Straße", "STRASSE", "strasse"]) == ["Straße", "STRASSE"]
    assert spellings(["MÜLLER", "Müller"]) == ["MÜLLER", "MUeLLER", "MULLER"]
    assert spellings(["Łódź"]) == ["Łódź", "Lodz"]
    assert spellings(["e\u0301clair", "éclair"]) == ["e\u0301clair", "eclair"]
    assert names("Anna", "", "") == (["Anna"], ["Anna"])


def test_names_and_numbers_that_break_careless_writers(system, slapd, branch, book):
    import_book(system, HOSTILE)
    result = book(system)
    assert [(one["field"], one["value"]) for one in result["left_out"]] == [("phone", "*21")]
    assert "PrintableString" in result["left_out"][0]["rule"]
    assert (result["counts"]["created"], result["counts"]["conflicts"]) == (len(HOSTILE), 0)
    assert book(system)["result"] == "unchanged"
    found = entries(slapd, branch)
    assert "telephoneNumber" not in found["*starts with a star"]
    assert "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 😀👨‍👩‍👧" in found


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
