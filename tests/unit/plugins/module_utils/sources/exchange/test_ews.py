# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts of an Exchange server, read by EWS with exchangelib on their whole way into the store."""

from __future__ import annotations

import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import ews_reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET, TENANT, Entra
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, busy
from ansible_collections.telephony.connector.tests.servers.ews_mailboxes import Contact
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

PATH = "/EWS/Exchange.asmx"


def entries(pbx):
    """Return what is in the store: (display name, owner) -> profile's entry."""
    return {(one["display_name"], one.get("owner")): one for one in pbx.objects("phonebook_entry")}


def names(pbx):
    return sorted(name for name, _owner in entries(pbx))


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


# -- what may not be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["items_error", "children_error"])
def test_a_folder_that_refuses_is_reported_and_keeps_what_it_gave(book, exchange, what):
    folder = exchange.mailboxes.public.folder("Board", "IPF.Contact" if what == "items_error" else None)
    below = folder if what == "items_error" else folder.folder("Below")
    below.add("Secret")
    going = exchange.mailboxes.public.folder("Customers")
    contact = going.add("Going")
    going.add("Staying")
    pbx = book()
    assert pbx.sync("book")["counts"]["created"] == 3
    setattr(folder, what, "ErrorAccessDenied")
    going.contacts.remove(contact)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (True, 1)
    assert names(pbx) == ["Secret", "Staying"]
    assert [warning for warning in result["warnings"] if '"/Board" cannot be read (access is denied' in warning]


def test_a_folder_that_breaks_off_makes_the_read_incomplete(book, exchange, monkeypatch):
    monkeypatch.setattr(ews_reading, "_PAGE", 2)
    folder = exchange.mailboxes.public.folder("Customers")
    contacts = [folder.add(f"Customer {number}") for number in range(5)]
    going = exchange.mailboxes.public.folder("Others")
    other = going.add("Other")
    pbx = book()
    assert pbx.sync("book")["counts"]["created"] == 6
    folder.breaks_at = 2
    contacts[0].fields["DisplayName"] = "Renamed"
    going.contacts.remove(other)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (False, 0)
    assert any("nothing is removed" in warning and "broke off after" in warning for warning in result["warnings"])
    assert len(names(pbx)) == 6


def test_with_a_key_of_ones_own_a_refusing_folder_makes_the_read_incomplete(book, exchange):
    folder, board = exchange.mailboxes.public.folder("Customers"), exchange.mailboxes.public.folder("Board")
    gone = folder.add("Gone")
    folder.add("Staying")
    board.add("Secret")
    pbx = book(key="row.DisplayName")
    pbx.sync("book")
    board.items_error = "ErrorAccessDenied"
    folder.contacts.remove(gone)
    result = pbx.sync("book")
    assert (result["complete"], names(pbx)) == (False, ["Gone", "Secret", "Staying"])


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


# -- the server --------------------------------------------------------------------------------------------------------


def test_a_busy_server_is_waited_for(book, exchange):
    exchange.mailboxes.public.folder("Customers").add("Customer")
    exchange.answer_next(PATH, None, busy(), None, busy())
    assert book().sync("book")["counts"]["created"] == 1


def test_a_server_that_is_busy_for_ever_is_given_up(book, exchange):
    exchange.answer_next(PATH, *[busy(600)] * 50)
    with pytest.raises(SourceError, match="Exchange at localhost is busy, also after 2 seconds of waiting"):
        book().sync("book")
    assert len(exchange.asked) < 10


def test_a_wrong_password_is_sent_once(book, exchange):
    with pytest.raises(SourceError, match="does not accept the user or password") as caught:
        book(password="wrong-geheim").sync("book")
    assert len(exchange.asked) == 1
    assert "wrong-geheim" not in caught.value.message


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([Answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})] * 9, "is not EWS; check url"),
        ([Answer(404, b"<html>?</html>", {"Content-Type": "text/html"})] * 9, "status 404 instead of EWS; check url"),
        (
            [Answer(403, b"no certificate. Code: 200", {"X-Code": "Code: 200"})] * 9,
            "status 403 instead of EWS; .* lets this account",
        ),
        ([Answer(302, b"", {"Location": "https://localhost/owa/"})] * 9, "check url"),
    ],
)
def test_what_is_not_ews_fails_with_one_sentence(book, exchange, answers, words):
    exchange.answer_next(PATH, *answers)
    with pytest.raises(SourceError, match=words):
        book().sync("book")


def test_a_server_that_goes_away_in_the_middle_makes_the_read_incomplete(book, exchange, source, pbx):
    exchange.mailboxes.public.folder("A").add("First")
    exchange.mailboxes.public.folder("B").add("Second")
    pbx = book()
    pbx.sync("book")
    web_page = Answer(200, b"<html>Maintenance</html>", {"Content-Type": "text/html"})
    exchange.answer_next(PATH, *[None] * 4, *[web_page] * 20)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"], names(pbx)) == (False, 0, ["First", "Second"])


def test_a_server_that_does_not_answer_is_told(book, exchange):
    exchange.stop()
    with pytest.raises(SourceError, match="cannot be reached"):
        book().sync("book")
    exchange.start = lambda: None
    exchange.stop = lambda: None


def test_a_server_that_is_silent_is_not_waited_for_any_longer(book, exchange, monkeypatch):
    answer = exchange.respond
    monkeypatch.setattr(exchange, "respond", lambda asked: time.sleep(2.5) or answer(asked))
    began = time.monotonic()
    with pytest.raises(SourceError, match="does not answer within 1 seconds"):
        book(timeout=1).sync("book")
    assert time.monotonic() - began < 2.4


def test_a_certificate_of_an_unknown_authority_is_refused(book, exchange, monkeypatch, ca):
    with pytest.raises(SourceError, match="certificate that is not trusted; check ca_path"):
        book(ca_path=None).sync("book")
    # the environment has no say
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca.path("ca.crt"))
    with pytest.raises(SourceError, match="certificate that is not trusted"):
        book(ca_path=None).sync("book")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/hostname")
    exchange.mailboxes.public.folder("A").add("First")
    assert book().sync("book")["counts"]["created"] == 1


def test_what_is_set_for_one_server_does_not_stay(book, exchange):
    from exchangelib.protocol import BaseProtocol

    before = (BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.TIMEOUT)
    book(validate_certs=False, ca_path=None).sync("book")
    after = (BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.TIMEOUT)
    assert after == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"email": None}, "needs email"),
        ({"password": None}, "needs password"),
        ({"url": "http://mail.corp.example/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://[mail.corp.example/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://mail.corp.example:443000/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://outlook.office365.com/EWS/Exchange.asmx"}, "2027-04-01"),
        ({"url": "https://[::1/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"timeout": 10**20}, "timeout must be from 1 to 86400"),
        ({"public_folders": False}, "reads nothing"),
        ({"shared_mailboxes": ["sales"]}, '"sales", not an e-mail address'),
        ({"auth_type": "oauth2"}, "an application signs in"),
        ({"auth_type": "oauth2", "username": None, "password": None}, "one way to sign in"),
        ({"client_id": "x"}, "client_id is for auth_type: oauth2"),
        ({"backend": "imap"}, "it is one of: ews, graph"),
        ({"organisation_contacts": True}, "organisation_contacts is for backend: graph"),
        ({"backend": "ews", "url": "https://outlook.office365.com/EWS/Exchange.asmx"}, "use backend: graph"),
        ({"timeout": 0}, "timeout must be from 1 to 86400, not 0"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(source, options, words):
    with pytest.raises(DefinitionError, match=words):
        source_class("exchange")(source(**options))


def test_with_oauth2_an_application_signs_in(book, exchange, ca, pbx):
    entra = Entra(ca.path("server"), "https://localhost")
    entra.start()
    try:
        exchange.accepts_token = lambda token: bool(entra.accepts(token, "https://localhost"))
        exchange.mailboxes.public.folder("A").add("First")
        signed_in = {"username": None, "password": None, "auth_type": "oauth2", "authority": entra.url}
        application = {"tenant_id": TENANT, "client_id": CLIENT_ID, "client_secret": SECRET}
        book(**signed_in, **application)
        assert pbx.sync("book")["counts"]["created"] == 1
        # nobody's token: whose rights count is said
        assert {call.impersonated for call in exchange.calls} == {EMAIL}
        exchange.accepts_token = lambda _token: False
        with pytest.raises(SourceError, match="does not accept the user or password"):
            pbx.sync("book")
        with pytest.raises(SourceError, match="the client secret is wrong"):
            book(**signed_in, **{**application, "client_secret": "wrong-geheim"}).sync("book")
    finally:
        entra.stop()


def test_ntlm_is_spoken_unless_another_way_is_asked_for(book, exchange):
    with pytest.raises(SourceError):
        book(auth_type=None).sync("book")
    tried = [asked.headers.get("authorization", "") for asked in exchange.asked]
    assert not any(one.startswith("Basic") for one in tried), "a password must not be sent as it is"


def test_a_domain_without_an_exchange_server_is_told(book):
    with pytest.raises(SourceError, match=r"No Exchange server can be found for svc@nowhere.invalid by autodiscover"):
        book(email="svc@nowhere.invalid", url=None).sync("book")
