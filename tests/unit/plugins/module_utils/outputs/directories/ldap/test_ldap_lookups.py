# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones find people in a branch of a real directory by name and by number, however these are spelt."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.attributes import (
    names,
    spellings,
)
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import (
    HOSTILE,
    import_book,
)

from .branches import entries, publish

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
