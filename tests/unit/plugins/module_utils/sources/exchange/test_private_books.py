# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The personal address book of a user who is renamed, goes, or comes back."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

PHONES = {"businessPhones": ["+49 89 1"]}


@pytest.fixture
def cloud(ca):
    with Microsoft365(ca) as both:
        both.entra.apps[CLIENT_ID].roles = ("Contacts.Read", "OrgContact.Read.All")
        yield both


@pytest.fixture(params=[False, True], ids=["full", "incremental"])
def book(request, pbx, cloud):
    """Max with a book of two contacts, and Eva with one; read in full or incrementally."""
    options = {"personal_address_books": True, "organisation_contacts": False, "incremental": request.param}
    source = cloud.source(domain="contoso.example", **options)
    pbx.profile("book", "exchange_phonebook", source=source, guards={"max_removals": "100%"})
    for name in ("max", "eva"):
        pbx.by_hand("user", username=name, display_name=name.title(), email=f"{name}@contoso.example")
    cloud.graph.contacts.mailbox("max@contoso.example").add("Aunt", **PHONES)
    cloud.graph.contacts.mailbox("max@contoso.example").add("Doctor", **PHONES)
    cloud.graph.contacts.mailbox("eva@contoso.example").add("Uncle", **PHONES)
    assert pbx.sync("book")["counts"]["created"] == 3
    return pbx


def ids(pbx):
    return {(one["display_name"], one.get("owner")): one["id"] for one in pbx.objects("phonebook_entry")}


def settled(pbx):
    """Sync until nothing changes, which is the second time; return the result of the first."""
    result = pbx.sync("book")
    again = pbx.sync("book")
    assert (again["changed"], again["result"]) == (False, "unchanged")
    return result


def test_a_renamed_user_keeps_every_entry(book):
    before = ids(book)
    book.by_hand("user", username="max", rename_to="max.muster")
    result = settled(book)
    assert (result["changed"], result["complete"]) == (False, True)
    assert ids(book) == {
        (name, "max.muster" if owner == "max" else owner): one for (name, owner), one in before.items()
    }


def test_the_entries_of_a_user_who_is_removed_go_with_the_book(book):
    book.by_hand("user", username="max", state="absent")
    assert {owner for _name, owner in ids(book)} == {"max (removed)", "eva"}
    assert settled(book)["counts"]["removed"] == 2
    assert set(ids(book)) == {("Uncle", "eva")}


def test_a_user_who_is_back_before_the_next_sync_has_the_entries_again(book):
    before = ids(book)
    book.by_hand("user", username="max", state="absent")
    book.by_hand("user", username="max", display_name="Max", email="max@contoso.example")
    assert book.objects("phonebook_entry", username="max") == []
    assert settled(book)["counts"]["updated"] == 2
    assert ids(book) == before
