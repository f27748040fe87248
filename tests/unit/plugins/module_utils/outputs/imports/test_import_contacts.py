# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts for other phone systems. Each expected line names where it comes from."""

from __future__ import annotations

import csv

import pytest

from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import (
    HOSTILE,
    import_book,
)

ERIKA = {
    "display_name": "Müller, Erika", "given_name": "Erika", "surname": "Müller", "organisation": "Muster & Söhne",
    "phone": "+49 991 2960100", "mobile": "+49 171 2345678", "fax": "+49 991 2960199", "email": "erika@example.com",
}  # fmt: skip


@pytest.fixture
def lines(publish, tmp_path):
    """Return lines(system, format, **options) -> (result, header, rows as dictionaries)."""

    def run(system, format_, **options):
        result = publish(system, format_, **options)
        with (tmp_path / "out/book").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
        return result, reader.fieldnames, rows

    return run


def test_freepbx_contacts_have_the_columns_of_its_bulk_handler(system, lines):
    system.by_hand("phonebook_entry", **ERIKA)
    _result, header, (row,) = lines(system, "freepbx_contacts", target={"contact_group": "Firma"})
    # contactmanager, Contactmanager.class.php, bulkhandlerGetHeaders("contacts"); a fourth number is read by the
    # same pattern phone_<n>_<part> in bulkhandlerImport
    assert header == [
        "groupname", "grouptype", "displayname", "fname", "lname", "company",
        "phone_1_number", "phone_1_type", "phone_1_flags", "phone_2_number", "phone_2_type", "phone_2_flags",
        "phone_3_number", "phone_3_type", "phone_3_flags", "phone_4_number", "phone_4_type", "phone_4_flags",
        "email_1",
    ]  # fmt: skip
    # the same function: grouptype external, types work, home, cell and other; fax is a flag
    assert {name: value for name, value in row.items() if value} == {
        "groupname": "Firma", "grouptype": "external", "displayname": "Müller, Erika", "fname": "Erika",
        "lname": "Müller", "company": "Muster & Söhne",
        "phone_1_number": "+49 991 2960100", "phone_1_type": "work",
        "phone_2_number": "+49 171 2345678", "phone_2_type": "cell",
        "phone_3_number": "+49 991 2960199", "phone_3_type": "work", "phone_3_flags": "fax",
        "email_1": "erika@example.com",
    }  # fmt: skip


def test_freepbx_gets_no_two_contacts_that_it_takes_for_one(system, lines):
    book = [("Müller", "1", "", ""), ("MULLER", "2", "", "Firma"), ("Muller", "3", "", ""), ("Müller", "4", "", "")]
    import_book(system, book)
    _result, _header, rows = lines(system, "freepbx_contacts")
    # getDuplicateContactId compares the display name only, and MySQL's collation knows no accents
    names = [row["displayname"] for row in rows]
    assert sorted(names) == ["MULLER (Firma)", "Muller (3)", "Müller", "Müller (4)"]


def test_freepbx_needs_the_first_number_first(system, lines):
    # bulkhandlerGetHeaders: phone_1_number is required
    system.by_hand("phonebook_entry", display_name="Mobile only", mobile="0171 1")
    system.by_hand("phonebook_entry", display_name="No number", email="x@example.com")
    result, _header, rows = lines(system, "freepbx_contacts")
    assert [(row["displayname"], row["phone_1_number"], row["phone_1_type"]) for row in rows] == [
        ("Mobile only", "0171 1", "cell"),
    ]  # fmt: skip
    assert [one["name"] for one in result["left_out"]] == ["No number"]


def test_yeastar_contacts_have_the_columns_of_its_guide(system, lines):
    system.by_hand("phonebook_entry", **ERIKA, notes="Key account, north\nFloor 3")
    _result, header, (row,) = lines(system, "yeastar_contacts", target={"phonebook": "Customers"})
    # P-Series administrator guide, "Contacts Parameters": names and order
    assert header == [
        "First Name", "Last Name", "Company Name", "Email", "Business Number", "Business Number 2", "Business Fax",
        "Mobile", "Mobile 2", "Home", "Home 2", "Home Fax", "Other", "ZIP Code", "Street", "City", "State", "Country",
        "Remark", "Phonebook",
    ]  # fmt: skip
    # the same page: numbers of digits, letters and ( ) . - + * #, so no blanks
    assert {name: value for name, value in row.items() if value} == {
        "First Name": "Erika", "Last Name": "Müller", "Company Name": "Muster & Söhne", "Email": "erika@example.com",
        "Business Number": "+499912960100", "Business Fax": "+499912960199", "Mobile": "+491712345678",
        "Remark": "Key account, north Floor 3", "Phonebook": "Customers",
    }  # fmt: skip


def test_yeastar_limits_are_kept_and_said(system, lines):
    # "Contacts Parameters": 63 for each name, 127 for the company, 31 for a number, 1024 for the remark
    system.by_hand(
        "phonebook_entry", display_name="Long", given_name="g" * 70, surname="s" * 63, organisation="o" * 128,
        phone="1" * 31, mobile="1" * 32, homephone="§ 3", email="müller@example.com", notes="n" * 1025,
    )  # fmt: skip
    system.by_hand("phonebook_entry", display_name="Fax only", fax="0991 1")
    system.by_hand("phonebook_entry", display_name="Unusable", phone="§ 3")
    result, header, rows = lines(system, "yeastar_contacts")
    assert "Phonebook" not in header
    row = next(one for one in rows if one["Business Number"])
    assert [len(row[name]) for name in ("First Name", "Last Name", "Company Name", "Remark")] == [63, 63, 127, 1024]
    assert (len(row["Business Number"]), row["Mobile"], row["Home"], row["Email"]) == (31, "", "", "")
    assert sorted(one["field"] for one in result["cut"]) == ["Company Name", "First Name", "Remark"]
    left_out = [(one["name"], one["field"]) for one in result["left_out"]]
    assert sorted(left_out) == [("Long", "Email"), ("Long", "Home"), ("Long", "Mobile"), ("Unusable", "phone")]
    # without a first and a last name, the display name is the first
    assert [one["First Name"] for one in rows if one["Business Fax"]] == ["Fax only"]


def test_pascom_reads_the_phonebook_as_its_documentation_has_it(system, lines):
    system.by_hand("phonebook_entry", **ERIKA)
    _result, header, (row,) = lines(system, "pascom_phonebook")
    # pascom documentation, phonebook/csv-import: the columns of the sample
    assert ",".join(header) == "displayname,phone,givenname,surname,organisation,email,mobile,homephone,fax"
    assert list(row.values()) == [
        "Müller, Erika", "+49 991 2960100", "Erika", "Müller", "Muster & Söhne", "erika@example.com",
        "+49 171 2345678", "", "+49 991 2960199",
    ]  # fmt: skip


def test_the_pascom_phonebook_comes_back_by_the_template_csv_phonebook(hostile, publish, tmp_path):
    hostile.by_hand("phonebook_entry", **ERIKA)
    publish(hostile, "pascom_phonebook", "export.csv")
    other = type(hostile)(str(tmp_path / "other.db"), tmp_path / "out")
    other.profile(name="book", template="csv_phonebook", source={"path": str(tmp_path / "out/export.csv")})
    other.sync("book")

    def entries(system):
        ours = ({**one, "id": 0, "profiles": []} for one in system.objects("phonebook_entry"))
        return sorted(ours, key=lambda one: one["display_name"])

    assert entries(other) == entries(hostile)


@pytest.mark.parametrize("format_", ["csv", "freepbx_contacts", "yeastar_contacts", "pascom_phonebook"])
def test_what_a_spreadsheet_would_run_is_said_and_can_be_made_text(system, publish, tmp_path, format_):
    for name in ("=cmd()|'x'!A1", "@SUM(1)", "-1+1|x", "plain = x"):
        system.by_hand("phonebook_entry", display_name=name, phone="+49 991 1", mobile="-5 (0)")
    (warning,) = publish(system, format_)["warnings"]
    assert "formula" in warning
    assert warning.endswith("and 2 more.")
    rows = list(csv.reader((tmp_path / "out/book").read_text(encoding="utf-8").splitlines()))
    assert any("=cmd()|'x'!A1" in row for row in rows)
    again = publish(system, format_, target={"formulas": "text"})
    assert again["warnings"] == []
    # OWASP, "CSV Injection": cells that begin with = + - @ get an apostrophe; a number is no formula
    cells = {cell for row in csv.reader((tmp_path / "out/book").read_text().splitlines()) for cell in row}
    assert {"'=cmd()|'x'!A1", "'@SUM(1)", "'-1+1|x", "plain = x"} <= cells
    assert not any(cell.startswith("'+") for cell in cells)


@pytest.mark.parametrize("format_", ["freepbx_contacts", "yeastar_contacts", "pascom_phonebook"])
def test_hostile_names_stay_in_their_cells(hostile, lines, format_):
    _result, header, rows = lines(hostile, format_)
    assert len(rows) == len(HOSTILE)
    column = "First Name" if format_ == "yeastar_contacts" else "displayname"
    assert {row[column] for row in rows} == {name for name, *_others in HOSTILE}
    assert all(set(row) == set(header) for row in rows)
