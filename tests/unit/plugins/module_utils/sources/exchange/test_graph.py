# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts of Exchange Online, read with Microsoft Graph on their whole way into the store."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.graph import error, throttled

SHARED = {"shared_mailboxes": ["sales@contoso.example"], "organisation_contacts": False}


def names(pbx):
    return sorted((one["display_name"], one.get("owner")) for one in pbx.objects("phonebook_entry"))


def test_a_contact_travels_from_a_shared_mailbox_into_the_store(online, contacts):
    contacts.mailbox("Sales@contoso.example").add(
        "Max Müller", fax="+49 89 2", givenName="Max", surname="Müller", companyName="Müller & Söhne", jobTitle="Buyer",
        businessPhones=["+49 89 1", "+49 89 9"], homePhones=["+49 30 1"], mobilePhone="+49 171 1",
        emailAddresses=[{"name": "Max", "address": "max@mueller.example"}],
    )  # fmt: skip
    pbx = online(**SHARED)
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
    }
    assert pbx.sync("book")["result"] == "unchanged"


def test_every_column_of_a_contact_can_be_used(cloud, contacts):
    contacts.mailbox("sales@contoso.example").add(
        "a", nickName="b", officeLocation="c", imAddresses=["d", "e"], homePhones=["f", "g"],
        businessAddress={"street": "Am Tor 1", "city": "München", "postalCode": "80331", "countryOrRegion": "Germany"},
        emailAddresses=[{"address": "1@x.example"}, {"address": "2@x.example"}],
    )  # fmt: skip
    with source_class("exchange")(cloud.source(**SHARED)).read(frozenset({"*"}), None) as reading:
        ((_number, row),) = list(reading)
    found = {name: cell for name, cell in zip(reading.columns, row, strict=True) if cell}
    del found["id"]
    assert found == {
        "Folder": "Contacts",
        "DisplayName": "a",
        "NickName": "b",
        "OfficeLocation": "c",
        "ImAddresses_ImAddress1": "d",
        "ImAddresses_ImAddress2": "e",
        "PhoneNumbers_HomePhone": "f",
        "PhoneNumbers_HomePhone2": "g",
        "PhysicalAddresses_Business": "Am Tor 1, 80331 München, Germany",
        "EmailAddresses_EmailAddress1": "1@x.example",
        "EmailAddresses_EmailAddress2": "2@x.example",
    }


def test_folders_below_folders_and_pages_are_read(online, contacts, cloud):
    cloud.graph.page_limit = 7
    top = contacts.mailbox("sales@contoso.example")
    top.add("Top")
    deep = top.folder("North").folder("Berlin")
    for number in range(20):
        deep.add(f"Deep {number:02d}")
    pbx = online(**SHARED)
    assert pbx.sync("book")["counts"]["created"] == 21
    deep.contacts.pop()
    counts = pbx.sync("book")["counts"]
    assert (counts["removed"], counts["created"], counts["unchanged"]) == (1, 0, 20)


def test_a_folder_that_is_gone_takes_its_contacts_along(online, contacts):
    top = contacts.mailbox("sales@contoso.example")
    top.add("Top")
    top.folder("Old").folder("Older").add("Gone")
    pbx = online(**SHARED)
    assert pbx.sync("book")["counts"]["created"] == 2
    top.children.clear()
    pbx.sync("book")
    assert names(pbx) == [("Top", None)]


def test_organisation_contacts_are_a_company_book(online, contacts):
    phones = [
        {"type": "mobile", "number": "2"},
        {"type": "business", "number": "1"},
        {"type": "businessFax", "number": "3"},
    ]
    contacts.organisation.append(
        {"id": "o1", "displayName": "Partner", "companyName": "Ltd", "mail": "p@x.example", "phones": phones}
    )
    pbx = online()
    pbx.sync("book")
    (entry,) = pbx.objects("phonebook_entry")
    assert {name: entry[name] for name in ("display_name", "phone", "mobile", "fax", "email", "organisation")} == {
        "display_name": "Partner",
        "phone": "1",
        "mobile": "2",
        "fax": "3",
        "email": "p@x.example",
        "organisation": "Ltd",
    }


def test_personal_books_go_to_their_owners_and_a_closed_mailbox_costs_nothing(online, contacts, pbx):
    pbx.by_hand("user", username="max", display_name="Max", email="Max.Muster@Contoso.example")
    pbx.by_hand("user", username="eva", display_name="Eva", email="elsewhere@other.example")
    pbx.by_hand("user", username="new", display_name="New")
    contacts.mailbox("max.muster@contoso.example").add("Aunt")
    eva = contacts.mailbox("eva@contoso.example")
    eva.add("Uncle")
    eva.add("Second uncle")
    online(personal_address_books=True, organisation_contacts=False)
    (warning,) = pbx.sync("book")["warnings"]
    assert '"new" cannot be read (there is no such mailbox' in warning
    assert names(pbx) == [("Aunt", "max"), ("Second uncle", "eva"), ("Uncle", "eva")]
    contacts.excluded.add("max.muster@contoso.example")
    eva.contacts.pop()
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (True, 1)
    assert names(pbx) == [("Aunt", "max"), ("Uncle", "eva")]
    assert any('"max" cannot be read (access is denied' in warning for warning in result["warnings"])


def test_a_slash_in_an_address_leads_to_no_other_mailbox(online, contacts, pbx):
    contacts.mailbox("north/sales@contoso.example").add("Buyer")
    contacts.mailbox("boss@contoso.example").add("Secret")
    pbx.by_hand("user", username="max", display_name="Max", email="max@x/../boss@contoso.example")
    options = {"personal_address_books": True, "organisation_contacts": False}
    online(shared_mailboxes=["north/sales@contoso.example"], **options)
    pbx.sync("book")
    assert names(pbx) == [("Buyer", None)]


def test_a_folder_that_refuses_keeps_what_it_gave(online, contacts):
    top = contacts.mailbox("sales@contoso.example")
    folder = top.folder("Board")
    folder.add("Secret")
    going = top.add("Going")
    top.add("Staying")
    pbx = online(**SHARED)
    pbx.sync("book")
    folder.error = (403, "ErrorAccessDenied")
    top.contacts.remove(going)
    result = pbx.sync("book")
    assert (result["complete"], names(pbx)) == (True, [("Secret", None), ("Staying", None)])
    assert any('"Board" cannot be read' in warning for warning in result["warnings"])


def test_a_service_that_fails_in_the_middle_removes_nothing(online, contacts, cloud):
    top = contacts.mailbox("sales@contoso.example")
    top.add("First")
    going = top.folder("Board").add("Second")
    pbx = online(**SHARED, retries=0)
    pbx.sync("book")
    top.children[0].contacts.remove(going)
    cloud.graph.answer_next("/v1.0/users/sales%40contoso.example/contactFolders", error(500, "x", "y"))
    result = pbx.sync("book")
    assert (result["complete"], len(names(pbx))) == (False, 2)


def test_a_busy_service_is_waited_for(online, contacts, cloud, monkeypatch):
    contacts.mailbox("sales@contoso.example").add("First")
    cloud.graph.answer_next("/v1.0/users/sales%40contoso.example/contacts", throttled("1"))
    assert online(**SHARED).sync("book")["counts"]["created"] == 1


def test_a_missing_permission_is_named(online, contacts, cloud):
    cloud.entra.apps[CLIENT_ID].roles = ("Contacts.Read",)
    with pytest.raises(SourceError, match=r"OrgContact\.Read\.All.*or set organisation_contacts: false"):
        online().sync("book")
    cloud.entra.apps[CLIENT_ID].roles = ()
    contacts.mailbox("sales@contoso.example").add("First")
    with pytest.raises(SourceError, match=r"give the application Contacts\.Read"):
        online(**SHARED).sync("book")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"public_folders": True}, "no interface for public folders; use shared_mailboxes or organisation_contacts"),
        ({"organisation_contacts": False}, "reads nothing without organisation_contacts"),
        ({"backend": "graph", "url": "https://x"}, "url is for backend: ews"),
        ({"client_secret": None, "backend": "graph"}, "one way to sign in"),
        (
            {"client_secret": None, "graph_url": None, "authority": None, "organisation_contacts": None},
            "needs a way to sign in beside tenant_id and client_id",
        ),
        ({"backend": "ews"}, "graph_url is for backend: graph"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(cloud, options, words):
    with pytest.raises(DefinitionError, match=words):
        source_class("exchange")(cloud.source(**options))
