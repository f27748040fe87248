# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vCards, CSV files and templates: read back by readers that know nothing of the writers."""

from __future__ import annotations

import csv
import json

import pytest
import vobject
from lxml import etree

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import FORMATS

from .conftest import HOSTILE, import_book


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_vobject_reads_what_is_in_the_store(hostile, publish, tmp_path, version):
    hostile.by_hand(
        "phonebook_entry", display_name="Nobody", email="no@example.com", notes="Key account, north\nFloor 3; x"
    )
    publish(hostile, "vcard", version=version)
    raw = (tmp_path / "out/book").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    cards = list(vobject.readComponents(raw.decode()))
    read = {card.fn.value: card for card in cards}
    assert len(cards) == len(HOSTILE) + 1
    for name, phone, mobile, organisation in HOSTILE:
        card = read[name]
        numbers = [tel.value.removeprefix("tel:") for tel in card.contents.get("tel", [])]
        assert numbers == [number for number in (phone, mobile) if number]
        assert [org.value[0] for org in card.contents.get("org", [])] == ([organisation] if organisation else [])
    assert read["Nobody"].note.value == "Key account, north\nFloor 3; x"
    assert len({card.uid.value for card in cards}) == len(cards)


def test_a_card_is_written_as_the_rfcs_have_it(system, publish, tmp_path):
    system.by_hand(
        "phonebook_entry", display_name="Erika Müller", given_name="Erika", surname="Müller",
        organisation="Muster & Söhne", phone="+49 991 2960100", mobile="+49 171 2345678", fax="+49 991 2960199",
        email="erika@example.com", notes="Key account, north",
    )  # fmt: skip
    numbers = {"form": "e164", "country": "DE"}
    publish(system, "vcard", "old.vcf", version="3.0", numbers=numbers)
    publish(system, "vcard", "new.vcf", version="4.0", numbers=numbers)
    old, new = ((tmp_path / "out" / name).read_text().splitlines() for name in ("old.vcf", "new.vcf"))
    # RFC 2426: TYPE values in capitals, text values escaped
    assert [line for line in old if not line.startswith("UID:")] == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Erika Müller",
        "N:Müller;Erika;;;",
        "ORG:Muster & Söhne",
        "TEL;TYPE=WORK,VOICE:+499912960100",
        "TEL;TYPE=CELL:+491712345678",
        "TEL;TYPE=WORK,FAX:+499912960199",
        "EMAIL;TYPE=INTERNET:erika@example.com",
        "NOTE:Key account\\, north",
        "END:VCARD",
    ]
    # RFC 6350: UID is a URI, TEL is a tel: URI
    assert 'TEL;VALUE=uri;TYPE="work,voice":tel:+499912960100' in new
    assert any(line.startswith("UID:urn:uuid:") for line in new)


def test_the_uid_of_a_card_stays_when_the_person_is_renamed(system, publish, tmp_path):
    def uid():
        return [line for line in (tmp_path / "out/book").read_text().splitlines() if line.startswith("UID:")]

    system.by_hand("phonebook_entry", display_name="Erika", phone="+49 991 1")
    publish(system, "vcard")
    before = uid()
    (entry,) = system.objects("phonebook_entry")
    system.by_hand("phonebook_entry", id=entry["id"], display_name="Erika Müller")
    publish(system, "vcard")
    assert uid() == before


def test_csv_comes_back_as_it_is(hostile, publish, tmp_path):
    publish(hostile, "csv", columns={"Name": "display_name", "Firma": "organisation", "Tel": "phone | digits"})
    with (tmp_path / "out/book").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["Name", "Firma", "Tel"]
    wanted = [[name, organisation, "".join(filter(str.isdigit, phone))] for name, phone, _m, organisation in HOSTILE]
    assert sorted(rows) == sorted(wanted)


def test_a_csv_file_is_read_by_the_template_that_it_is_made_for(hostile, publish, tmp_path):
    publish(hostile, "csv", "export.csv")
    other = type(hostile)(str(tmp_path / "other.db"), tmp_path / "out")
    other.profile(name="book", template="csv_phonebook", source={"path": str(tmp_path / "out/export.csv")})
    other.sync("book")
    assert other.names("phonebook_entry") == hostile.names("phonebook_entry")


def test_a_character_that_the_encoding_lacks_is_said(system, publish, tmp_path):
    import_book(system, [("Müller", "1234", "", ""), ("😀", "1235", "", "")])
    result = publish(system, "csv", encoding="cp1252", delimiter=";")
    assert (tmp_path / "out/book").read_bytes().split(b"\r\n")[1:3] == [
        "Müller;1234;;;;;;;;".encode("cp1252"), b"?;1235;;;;;;;;",
    ]  # fmt: skip
    assert [(one["name"], one["field"]) for one in result["cut"]] == [("😀", "displayname")]
    publish(system, "csv", "bom.csv", encoding="utf-8-sig")
    assert (tmp_path / "out/bom.csv").read_bytes().count(b"\xef\xbb\xbf") == 1


def test_wrong_columns_are_named(system, publish):
    with pytest.raises(DefinitionError, match='Column "Firma" uses the unknown name') as refused:
        publish(system, "csv", columns={"Firma": "organsation"})
    assert "row." not in str(refused.value)
    assert 'Did you mean "organisation"?' in str(refused.value)
    with pytest.raises(DefinitionError, match="without row or values"):
        publish(system, "csv", columns={"Firma": "row.organisation"})
    with pytest.raises(DefinitionError, match="one character"):
        publish(system, "csv", delimiter=";;")
    with pytest.raises(DefinitionError, match="no encoding"):
        publish(system, "csv", encoding="utf-99")


@pytest.fixture
def template(tmp_path):
    """Return template(text) -> path."""

    def write(text):
        path = tmp_path / "template.j2"
        path.write_text(text)
        return str(path)

    return write


def test_a_template_makes_one_file_of_the_directory(hostile, publish, template, tmp_path):
    path = template("{% for entry in entries %}{{ entry.display_name | tojson }}\n{% endfor %}")
    publish(hostile, "template", template=path)
    # lines end at \n alone: names hold other separators
    lines = (tmp_path / "out/book").read_text().removesuffix("\n").split("\n")
    assert sorted(json.loads(line) for line in lines) == sorted(name for name, *_others in HOSTILE)
    template("other")
    publish(hostile, "template", template=path)
    assert (tmp_path / "out/book").read_text() == "other"


def test_a_template_makes_a_file_for_each_user_and_device(system, publish, template, tmp_path):
    mac = "00:15:65:AA:BB:CC"
    system.by_hand(
        "user", username="anna", display_name="Anna", extension="201", devices=[{"type": "ip_phone", "mac": mac}]
    )
    system.by_hand("user", username="bert", display_name="Bert", devices=[{"type": "softphone"}])
    text = "account.1.label = {{ user.display_name }} {{ '0991 1234' | dial_format('e164', 'DE') }}\n"
    path = template(text)
    result = publish(system, "template", "{extension}.cfg", template=path, each="user")
    assert (tmp_path / "out/201.cfg").read_text() == "account.1.label = Anna +499911234\n"
    assert [(one["name"], one["field"]) for one in result["left_out"]] == [("Bert", "extension")]
    result = publish(system, "template", "SEP{MAC}.cnf", template=path, each="device")
    assert [one["path"] for one in result["files"]] == [str(tmp_path / "out/SEP001565AABBCC.cnf")]
    system.by_hand("user", username="anna", devices=[{"type": "ip_phone", "mac": "00:15:65:AA:BB:CD"}])
    publish(system, "template", "SEP{MAC}.cnf", template=path, each="device")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["201.cfg", "SEP001565AABBCD.cnf"]


def test_a_template_shows_no_password_and_reaches_nothing_of_python(system, publish, template, tmp_path):
    system.by_hand("user", username="anna", display_name="Anna", password="secret-words-of-anna")
    publish(system, "template", "{username}", template=template("{{ user }}"), each="user")
    assert "secret-words" not in (tmp_path / "out/anna").read_text()
    with pytest.raises(TargetError, match="SecurityError"):
        publish(system, "template", "{username}", template=template("{{ ''.__class__.mro() }}"), each="user")


def test_faults_of_a_template_are_said(system, publish, template):
    system.by_hand("user", username="anna", display_name="Anna")
    with pytest.raises(DefinitionError, match="line 2"):
        publish(system, "template", template=template("x\n{% if %}"))
    with pytest.raises(TargetError, match=r'no field "nme" \(line 1 of the template\)'):
        publish(system, "template", template=template("{{ nme }}"))
    with pytest.raises(DefinitionError, match="cannot be read"):
        publish(system, "template", template="/nowhere/x.j2")
    with pytest.raises(DefinitionError, match="name of its own"):
        publish(system, "template", template=template("x"), each="user")
    with pytest.raises(DefinitionError, match="may hold"):
        publish(system, "template", "{mac}", template=template("x"), each="user")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A store of 20,000 entries."""
    from ansible_collections.telephony.connector.tests.system import System

    directory = tmp_path_factory.mktemp("large")
    system = System(str(directory / "store.db"), directory)
    rows = (
        (f"Person {n % 700} Müller {n}", f"+49 991 {n:06}", f"+49 171 {n:06}" if n % 3 else "", "")
        for n in range(20_000)
    )
    import_book(system, rows)
    return system


@pytest.mark.once
@pytest.mark.parametrize(
    "format_",
    [name for name, one in FORMATS.items() if one.TARGET == "file" and one.SENDS == "phonebook" and name != "template"],
)
def test_20_000_entries_are_written_and_left_alone_the_second_time(large, publish, tmp_path, format_):
    result = publish(large, format_, numbers={"form": "international", "country": "DE"})
    assert result["counts"]["created"] >= 20_000
    raw = (tmp_path / "out/book").read_bytes()
    if raw.startswith(b"<"):
        etree.fromstring(raw)
    assert raw.count(b"0049991000001") == 1
    again = publish(large, format_, numbers={"form": "international", "country": "DE"})
    assert (again["changed"], again["files"]) == (False, result["files"])
