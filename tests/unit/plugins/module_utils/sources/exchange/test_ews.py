# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts of an Exchange server, read by EWS with exchangelib on their whole way into the store."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import ews_reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.ews_mailboxes import Contact

from .contacts_of import entries, names


@pytest.fixture
def staff(pbx, exchange):
    """Three users: one with an e-mail address, one known by the login, one without a mailbox."""
    pbx.by_hand("user", username="max", display_name="Max", email="Max.Muster@Corp.Example")
    pbx.by_hand("user", username="eva", display_name="Eva")
    pbx.by_hand("user", username="new", display_name="New", email="new@corp.example")
    exchange.mailboxes.mailbox("max.muster@corp.example").contacts.add("Aunt")
    exchange.mailboxes.mailbox("eva@corp.example").contacts.add("Uncle")
    return pbx


# -- public folders ----------------------------------------------------------------------------------------------------


def test_a_contact_travels_from_a_public_folder_into_the_store(book, exchange):
    exchange.mailboxes.public.folder("Customers").add(
        "Max Müller", GivenName="Max", Surname="Müller", CompanyName="Müller & Söhne", JobTitle="Buyer",
        Department="Sales <North>",
        PhoneNumbers={"BusinessPhone": "+49 89 1", "MobilePhone": "+49 171 1", "HomePhone": "+49 30 1",
                      "BusinessFax": "+49 89 2", "Pager": "9"},
        EmailAddresses={"EmailAddress1": "max@mueller.example", "EmailAddress2": "m@mueller.example"},
    )  # fmt: skip
    labels = {"Department": "row.Department", "Folder": "row.Folder", "Pager": "row.PhoneNumbers_Pager"}
    pbx = book(structure={"phonebook_entry": {"labels": labels}})
    (change,) = pbx.sync("book", check=True)["changes"]
    assert change["after"]["labels"] == {"Department": "Sales <North>", "Folder": "/Customers", "Pager": "9"}
    result = pbx.sync("book")
    assert (result["counts"]["created"], result["complete"], result["warnings"]) == (1, True, [])
    (entry,) = pbx.objects("phonebook_entry")
    del entry["id"]
    assert entry == {
        "profiles": ["book"],
        "display_name": "Max Müller",
        "phone": "+49 89 1",
        "given_name": "Max",
        "surname": "Müller",
        "organisation": "Müller & Söhne",
        "email": "max@mueller.example",
        "mobile": "+49 171 1",
        "homephone": "+49 30 1",
        "fax": "+49 89 2",
        "notes": "Buyer",
        "labels": {"Department": "Sales <North>", "Folder": "/Customers", "Pager": "9"},
    }
    assert pbx.sync("book")["result"] == "unchanged"


def test_every_name_that_people_know_holds_its_value(exchange, source):
    fields = {
        "DisplayName": "a", "GivenName": "b", "MiddleName": "c", "Surname": "d", "Nickname": "e", "Initials": "f",
        "Generation": "g", "FileAs": "h", "SpouseName": "i", "CompanyName": "j", "Department": "k", "JobTitle": "l",
        "OfficeLocation": "m", "BusinessHomePage": "https://n.example",
    }  # fmt: skip
    lists = {
        "PhoneNumbers": {"BusinessPhone": "1", "BusinessPhone2": "2", "HomePhone2": "3", "CompanyMainPhone": "4"},
        "EmailAddresses": {"EmailAddress1": "1@x.example", "EmailAddress2": "2@x.example", "EmailAddress3": "/O=X"},
        "ImAddresses": {"ImAddress1": "sip:1", "ImAddress3": "sip:3"},
        "PhysicalAddresses": {"Business": {"Street": "Am Tor 1", "City": "München", "PostalCode": "80331",
                                           "CountryOrRegion": "Germany"}},
    }  # fmt: skip
    exchange.mailboxes.public.folder("X").add("", **{**fields, **lists})
    with source_class("exchange")(source()).read(frozenset({"*"}), None) as reading:
        ((_number, row),) = list(reading)
    found = {name: cell for name, cell in zip(reading.columns, row, strict=True) if cell}
    del found["id"]
    assert found == {
        **{("NickName" if name == "Nickname" else name): value for name, value in fields.items()},
        "Folder": "/X",
        "PhoneNumbers_BusinessPhone": "1",
        "PhoneNumbers_BusinessPhone2": "2",
        "PhoneNumbers_HomePhone2": "3",
        "PhoneNumbers_CompanyMainPhone": "4",
        "EmailAddresses_EmailAddress1": "1@x.example",
        "EmailAddresses_EmailAddress2": "2@x.example",
        "ImAddresses_ImAddress1": "sip:1",
        "ImAddresses_ImAddress3": "sip:3",
        "PhysicalAddresses_Business": "Am Tor 1, 80331 München, Germany",
    }


def test_public_folders_are_read_to_any_depth_and_only_those_with_contacts(book, exchange):
    sales = exchange.mailboxes.public.folder("Sales", "IPF.Note")
    sales.add("Not a contact")
    deep = sales.folder("Contacts").folder("North").folder("Berlin", "IPF.Contact.Custom")
    deep.add("Deep")
    deep.add_list("Everybody")
    sales.folder("Appointments", "IPF.Appointment").add("Not one either")
    assert book().sync("book")["counts"]["created"] == 1
    assert names(book()) == ["Deep"]
    assert exchange.operations().count("FindItem") == 3, "only folders with contacts are listed"


def test_no_more_is_asked_than_there_is_to_know(book, exchange):
    for number in range(3):
        exchange.mailboxes.public.folder(f"Folder {number}").add("Somebody")
    book().sync("book")
    assert exchange.operations() == ["GetFolder", "FindFolder", *["FindItem", "GetItem"] * 3]


def test_contacts_come_in_pages(book, exchange, monkeypatch):
    monkeypatch.setattr(ews_reading, "_PAGE", 7)
    monkeypatch.setattr(ews_reading, "_CHUNK", 5)
    folder = exchange.mailboxes.public.folder("Customers")
    for number in range(20):
        folder.add(f"Customer {number:02d}")
    assert book().sync("book")["counts"]["created"] == 20
    assert exchange.operations().count("FindItem") == 3
    assert exchange.operations().count("GetItem") == 4


@pytest.mark.parametrize("what", ["removed", "put in"])
def test_a_folder_that_changes_between_two_pages_removes_nobody(book, exchange, monkeypatch, what):
    monkeypatch.setattr(ews_reading, "_PAGE", 4)
    folder = exchange.mailboxes.public.folder("Customers")
    for number in range(10):
        folder.add(f"Customer {number}")
    pbx = book()
    assert pbx.sync("book")["complete"]
    answer, pages = exchange.respond, []

    def respond(asked):
        given = answer(asked)
        if b"FindItem" in asked.body and not pages:
            pages.append(given)
            if what == "removed":
                del folder.contacts[0]  # the fifth slips to the first page
            else:
                folder.contacts.insert(0, Contact({"DisplayName": "New"}))  # the fourth comes again
        return given

    monkeypatch.setattr(exchange, "respond", respond)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"], result["counts"]["conflicts"]) == (False, 0, 0)
    assert any('"/Customers" changed while it was read' in warning for warning in result["warnings"])
    assert pbx.sync("book")["complete"]
    assert len(names(pbx)) == (9 if what == "removed" else 11)


def test_a_contact_removed_while_it_is_read_is_left_out(book, exchange):
    folder = exchange.mailboxes.public.folder("Customers")
    going, _staying = folder.add("Going"), folder.add("Staying")
    real = exchange.mailboxes.contact
    exchange.mailboxes.contact = lambda item_id: None if item_id == going.id else real(item_id)
    result = book().sync("book")
    assert (names(book()), result["complete"]) == (["Staying"], True)


def test_a_changed_contact_is_updated_and_one_that_is_gone_is_removed(book, exchange):
    folder = exchange.mailboxes.public.folder("Customers")
    changed, gone = folder.add("Changed"), folder.add("Gone")
    other = exchange.mailboxes.public.folder("Old")
    other.add("In a folder that goes")
    pbx = book()
    pbx.sync("book")
    changed.fields["DisplayName"] = "Changed name"
    folder.contacts.remove(gone)
    exchange.mailboxes.public.children.remove(other)
    counts = pbx.sync("book")["counts"]
    assert (counts["updated"], counts["removed"], counts["created"]) == (1, 2, 0)
    assert names(pbx) == ["Changed name"]


# -- mailboxes ---------------------------------------------------------------------------------------------------------


def test_personal_books_go_to_their_owners(book, exchange, staff):
    result = book(personal_address_books=True, public_folders=False).sync("book")
    assert entries(staff).keys() == {("Aunt", "max"), ("Uncle", "eva")}
    (warning,) = result["warnings"]
    assert '"new" cannot be read (there is no such mailbox)' in warning
    assert {call.impersonated for call in exchange.calls} == {
        "max.muster@corp.example",
        "eva@corp.example",
        "new@corp.example",
    }
    assert staff.objects("directory", search="Aunt") == []


def test_contacts_in_folders_of_any_client_are_found_and_lists_of_outlook_are_not(book, exchange, staff):
    contacts = exchange.mailboxes.mailbox("max.muster@corp.example").contacts
    contacts.folder("Family").folder("Far away").add("Cousin")
    contacts.folder("From a phone", None).add("Friend")
    contacts.folder("Recipient Cache", "IPF.Contact.RecipientCache").add("Somebody mailed")
    contacts.folder("GAL Contacts", "IPF.Contact.GalContacts").add("Everybody")
    book(personal_address_books=True, public_folders=False).sync("book")
    assert names(staff) == ["Aunt", "Cousin", "Friend", "Uncle"]


@pytest.mark.parametrize("error", ["ErrorAccessDenied", "ErrorMailboxMoveInProgress", "gone"])
def test_a_mailbox_that_cannot_be_read_costs_its_owner_nothing(book, exchange, staff, error):
    eva = exchange.mailboxes.mailbox("eva@corp.example").contacts
    other = eva.add("Second uncle")
    book(personal_address_books=True).sync("book")
    if error == "gone":
        exchange.mailboxes.remove("max.muster@corp.example")
    else:
        exchange.mailboxes.mailbox("max.muster@corp.example").error = error
    eva.contacts.remove(other)
    result = staff.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (True, 1)
    assert names(staff) == ["Aunt", "Uncle"]


def test_who_leaves_takes_the_private_book_along(book, staff):
    book(personal_address_books=True).sync("book")
    staff.by_hand("user", username="max", state="absent")
    staff.sync("book")
    assert names(staff) == ["Uncle"]


def test_without_the_role_the_message_names_it(book, exchange, staff):
    exchange.may_impersonate = False
    with pytest.raises(
        SourceError, match="may not be impersonated; give the account the role ApplicationImpersonation"
    ):
        book(personal_address_books=True, public_folders=False).sync("book")


def test_shared_mailboxes_are_company_books(book, exchange):
    exchange.mailboxes.mailbox("sales@corp.example").contacts.add("Customer")
    exchange.mailboxes.mailbox("board@corp.example").contacts.add("Secret")
    exchange.shared.add("sales@corp.example")
    shared = ["Sales@corp.example", "board@corp.example"]
    pbx = book(shared_mailboxes=shared, public_folders=False)
    (warning,) = pbx.sync("book")["warnings"]
    assert '"board@corp.example" cannot be read (access is denied' in warning
    assert entries(pbx).keys() == {("Customer", None)}
    assert {call.impersonated for call in exchange.calls} == {None}
