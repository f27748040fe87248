# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The books that are read follow the users of the phone system, also when only changes are read."""

from __future__ import annotations

from ansible_collections.telephony.connector.tests.mailboxes import SALES, SHARED, asked, counted, names


def test_the_books_follow_the_users_of_the_phone_system(following, contacts, pbx, cloud):
    pbx.by_hand("user", username="max", display_name="Max", email="max@contoso.example")
    pbx.by_hand("user", username="eva", display_name="Eva", email="eva@contoso.example")
    for name in ("max", "eva", "ida", "other"):
        contacts.mailbox(f"{name}@contoso.example").add(f"Aunt of {name}")
    following(personal_address_books=True, organisation_contacts=False)
    pbx.sync("book")

    def owners():
        return sorted((one["owner"], one["display_name"]) for one in pbx.objects("phonebook_entry"))

    assert owners() == [("eva", "Aunt of eva"), ("max", "Aunt of max")]
    pbx.by_hand("user", username="ida", display_name="Ida", email="ida@contoso.example")
    asked(cloud)
    assert counted(pbx.sync("book")) == {"created": 1}
    assert asked(cloud) == [
        "delta",
        "contactFolders",
        "contacts",
        "delta",
        "contacts",
        "contactFolders",
        "delta",
        "contactFolders",
    ]
    pbx.by_hand("user", username="eva", state="absent")
    pbx.sync("book")
    assert owners() == [("ida", "Aunt of ida"), ("max", "Aunt of max")]
    pbx.by_hand("user", username="max", email="other@contoso.example")
    pbx.sync("book")
    assert owners() == [("ida", "Aunt of ida"), ("max", "Aunt of other")]
    contacts.mailboxes["other@contoso.example"].contacts.clear()
    assert counted(pbx.sync("book")) == {"removed": 1}


def test_a_user_who_is_taken_out_of_the_phone_system_and_back_in_has_the_book_again(following, contacts, pbx):
    pbx.by_hand("user", username="max", display_name="Max")
    contacts.mailbox("max@contoso.example").add("Aunt")
    contacts.mailbox(SALES).add("Sales")
    following(**SHARED, personal_address_books=True)
    pbx.sync("book")
    for state, expected in (("absent", ["Sales"]), ("present", ["Aunt", "Sales"])):
        pbx.by_hand("user", username="max", state=state, **({"display_name": "Max"} if state == "present" else {}))
        pbx.sync("book")
        assert names(pbx) == expected


def test_the_first_address_that_is_a_mailbox_counts_each_time(following, contacts, pbx):
    pbx.by_hand("user", username="max", display_name="Max", email="max.muster@contoso.example")
    contacts.mailbox("max@contoso.example").add("By login")
    following(personal_address_books=True, organisation_contacts=False)
    pbx.sync("book")
    assert names(pbx) == ["By login"]
    contacts.mailbox("max.muster@contoso.example").add("By address")
    pbx.sync("book")
    assert names(pbx) == ["By address"]
    del contacts.mailboxes["max.muster@contoso.example"]
    pbx.sync("book")
    assert names(pbx) == ["By login"]
