# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading only what changed in Exchange Online: never another result than a full read, folder by folder."""

from __future__ import annotations

from ansible_collections.telephony.connector.tests.mailboxes import SALES, SHARED, asked, counted, entry, names

# -- what changes in a folder -------------------------------------------------------------------------------------


def test_nothing_changed_takes_a_question_for_each_folder(mailbox, cloud):
    for _time in range(2):
        result = mailbox.sync("book")
        assert (result["changed"], result["complete"], result["warnings"]) == (False, True, [])
        assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders"]


def test_new_changed_and_deleted_contacts_come_through(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["mobilePhone"] = "+49 171 1"
    top.contacts.pop()
    top.children[0].add("North 9", fax="+49 40 9")
    assert counted(mailbox.sync("book")) == {"created": 1, "updated": 1, "removed": 1}
    assert names(mailbox) == ["North 0", "North 1", "North 2", "North 9", "Top 0", "Top 1"]
    assert entry(mailbox, "Top 0")["mobile"] == "+49 171 1"
    assert entry(mailbox, "Top 0")["fax"] == "+49 30 0", "what delta leaves out is there"
    assert entry(mailbox, "North 9")["fax"] == "+49 40 9"
    assert asked(cloud) == ["delta", "contact", "contactFolders", "delta", "contact", "childFolders"]


def test_a_fax_number_alone_can_change_and_go(mailbox, contacts):
    first, second, _third = contacts.mailboxes[SALES].contacts
    first["faxes"] = {"String 0x3A24": "+49 30 99"}
    assert counted(mailbox.sync("book")) == {"updated": 1}
    assert entry(mailbox, "Top 0")["fax"] == "+49 30 99"
    second["faxes"] = {}
    assert counted(mailbox.sync("book")) == {"updated": 1}
    assert "fax" not in entry(mailbox, "Top 1")


def test_a_property_that_was_emptied_is_emptied(mailbox, contacts):
    contacts.mailboxes[SALES].contacts[0]["businessPhones"] = []
    mailbox.sync("book")
    assert "phone" not in entry(mailbox, "Top 0")


def test_a_contact_that_moves_to_another_folder_is_there_once(mailbox, contacts):
    top = contacts.mailboxes[SALES]
    top.move(top.contacts[0], top.children[0])
    assert mailbox.sync("book")["complete"] is True
    assert names(mailbox) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    top.children[0].move(top.children[0].contacts[-1], top)
    mailbox.sync("book")
    assert names(mailbox) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    assert mailbox.sync("book")["changed"] is False


def test_of_a_contact_that_is_listed_several_times_the_last_counts(mailbox, contacts, cloud):
    contacts.repeats = cloud.graph.empty_pages = True
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    assert counted(mailbox.sync("book")) == {"updated": 1, "removed": 1}
    assert names(mailbox) == ["North 0", "North 1", "North 2", "Top 0", "Top 1"]


def test_a_contact_that_is_gone_when_it_is_fetched_is_gone(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    cloud.graph.after_page = lambda: top.contacts and top.contacts.pop(0)
    assert counted(mailbox.sync("book")) == {"removed": 1}
    cloud.graph.after_page = lambda: None
    mailbox.sync("book")
    assert names(mailbox) == ["North 0", "North 1", "North 2"]


def test_where_many_changed_the_folder_is_read_instead(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    for contact in top.contacts[:2]:
        contact["jobTitle"] = "Buyer"
    top.contacts.pop()
    assert counted(mailbox.sync("book")) == {"updated": 2, "removed": 1}
    assert asked(cloud) == ["delta", "contacts", "contactFolders", "delta", "childFolders"]
    assert mailbox.sync("book")["changed"] is False
    assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders"], "the link of the round is kept"


def test_where_there_are_folders_in_it_a_folder_is_not_read_for_some_that_changed(mailbox, contacts, cloud):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    mailbox.sync("book")
    asked(cloud)
    for contact in north.contacts:
        contact["jobTitle"] = "Buyer"
    assert counted(mailbox.sync("book")) == {"updated": 3}
    assert asked(cloud)[3:] == [*["contact"] * 3, "childFolders", "delta", "childFolders"]


def test_what_came_while_folders_were_read_is_not_forgotten(following, contacts, cloud):
    top = contacts.mailbox(SALES)
    top.add("First")
    late = iter(["Late"])

    def add() -> None:
        for name in late if cloud.graph.paths()[-1].endswith("/delta") else ():
            top.add(name)

    cloud.graph.after_page = add
    pbx = following(**SHARED)
    for _time in range(2):
        pbx.sync("book")
    assert names(pbx) == ["First", "Late"]


def test_a_simulation_keeps_no_place(mailbox, contacts):
    contacts.mailboxes[SALES].contacts.pop()
    for _time in range(2):
        assert counted(mailbox.sync("book", check=True)) == {"removed": 1}
    assert counted(mailbox.sync("book")) == {"removed": 1}
    assert mailbox.sync("book")["changed"] is False


# -- folders --------------------------------------------------------------------------------------------------------


def test_a_new_folder_is_read_in_full(mailbox, contacts, cloud):
    contacts.mailboxes[SALES].children[0].folder("Berlin").add("Deep")
    assert counted(mailbox.sync("book")) == {"created": 1}
    assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders", "delta", "contacts", "childFolders"]
    contacts.mailboxes[SALES].children[0].children[0].contacts.pop()
    assert counted(mailbox.sync("book")) == {"removed": 1}


def test_a_folder_that_is_gone_takes_along_what_was_in_it_and_below(mailbox, contacts):
    top = contacts.mailboxes[SALES]
    top.children[0].folder("Berlin").add("Deep")
    mailbox.sync("book")
    gone = top.children.pop()
    assert counted(mailbox.sync("book")) == {"removed": 4}
    assert names(mailbox) == ["Top 0", "Top 1", "Top 2"]
    top.children.append(gone)
    assert counted(mailbox.sync("book")) == {"created": 4}


def test_a_folder_that_moves_below_another_takes_its_contacts_along(mailbox, contacts):
    top = contacts.mailboxes[SALES]
    other = top.folder("South")
    mailbox.sync("book")
    other.children.append(top.children.pop(0))
    mailbox.sync("book")
    assert names(mailbox) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    other.children[0].contacts.pop()
    assert counted(mailbox.sync("book")) == {"removed": 1}


def test_a_renamed_folder_shows_in_all_of_its_contacts(following, contacts):
    top = contacts.mailbox(SALES)
    north = top.folder("North")
    north.folder("Berlin").add("Deep")
    pbx = following({"structure": {"phonebook_entry": {"notes": "row.Folder"}}}, **SHARED)
    pbx.sync("book")
    north.name = "Nord"
    assert counted(pbx.sync("book")) == {"updated": 1}
    assert entry(pbx, "Deep")["notes"] == "Nord/Berlin"


def test_a_folder_that_refuses_keeps_what_it_gave_until_it_can_be_read(mailbox, contacts):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    mailbox.sync("book")
    north.error = (403, "ErrorAccessDenied")
    going = north.contacts.pop(0)
    north.children.clear()
    for _time in range(2):
        result = mailbox.sync("book")
        assert (result["complete"], len(names(mailbox))) == (True, 7)
        assert any('"North" cannot be read' in warning for warning in result["warnings"])
    north.error = None
    assert counted(mailbox.sync("book")) == {"removed": 2}
    assert not {going["displayName"], "Deep"} & set(names(mailbox))


def test_a_mailbox_that_cannot_be_read_costs_nothing_and_is_read_in_full_afterwards(following, contacts, cloud):
    first, second = contacts.mailbox(SALES), contacts.mailbox("info@contoso.example")
    first.add("Sales")
    second.add("Info")
    below = second.folder("North")
    below.add("Below")
    pbx = following(**{**SHARED, "shared_mailboxes": [SALES, "info@contoso.example"]})
    pbx.sync("book")
    contacts.excluded.add("info@contoso.example")
    second.children.clear()
    second.contacts.clear()
    second.add("New")
    assert counted(pbx.sync("book")) == {}
    first.contacts[0]["jobTitle"] = "Buyer"
    assert counted(pbx.sync("book")) == {"updated": 1}
    contacts.excluded.clear()
    assert counted(pbx.sync("book")) == {"created": 1, "removed": 2}
    asked(cloud)
    pbx.sync("book")
    assert asked(cloud) == ["delta", "contactFolders"] * 2


def test_what_a_full_read_could_not_open_is_read_in_full_later(following, contacts):
    first, second = contacts.mailbox(SALES), contacts.mailbox("info@contoso.example")
    first.add("Sales")
    second.folder("North").add("Below")
    pbx = following(**{**SHARED, "shared_mailboxes": [SALES, "info@contoso.example"]})
    pbx.sync("book")
    contacts.excluded.add("info@contoso.example")
    (sold,) = pbx.objects("phonebook_entry", search="Sales")
    pbx.by_hand("phonebook_entry", id=sold["id"], display_name="By hand")
    assert counted(pbx.sync("book")) == {"updated": 1}, "a full read, which sets back what was changed by hand"
    contacts.excluded.clear()
    second.children.clear()
    assert counted(pbx.sync("book")) == {"removed": 1}


# -- the contacts of the organisation -----------------------------------------------------------------------------


def test_contacts_of_the_organisation_are_always_read(following, contacts, cloud):
    contacts.mailbox(SALES).add("Sales")
    contacts.organisation += [{"id": f"o{number}", "displayName": f"Partner {number}"} for number in range(3)]
    pbx = following(shared_mailboxes=[SALES])
    pbx.sync("book")
    contacts.organisation[0]["companyName"] = "Ltd"
    contacts.organisation.pop()
    contacts.organisation.append({"id": "new", "displayName": "New"})
    result = pbx.sync("book")
    assert counted(result) == {"created": 1, "updated": 1, "removed": 1}
    assert names(pbx) == ["New", "Partner 0", "Partner 1", "Sales"]
    assert pbx.sync("book")["counts"]["unchanged"] == 3, "those that were read"
    contacts.organisation.clear()
    assert counted(pbx.sync("book")) == {"removed": 3}
