# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading only what changed in Exchange Online: never another result than a full read, folder by folder."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources import source_class, trust
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.graph import error, throttled
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

SALES = "sales@contoso.example"
SHARED = {"shared_mailboxes": [SALES], "organisation_contacts": False, "retries": 0}


@pytest.fixture
def cloud(ca):
    with Microsoft365(ca) as both:
        both.entra.apps[CLIENT_ID].roles = ("Contacts.Read", "OrgContact.Read.All")
        yield both


@pytest.fixture
def contacts(cloud):
    """The contacts of the tenant."""
    return cloud.graph.contacts


@pytest.fixture
def online(pbx, cloud):
    """A phone system with the profile "book": online(shared_mailboxes=[...], ...) declares it."""

    def declare(profile=None, **options):
        source = cloud.source(domain="contoso.example", incremental=True, **options)
        given = {"guards": {"max_removals": "100%"}, **(profile or {})}
        pbx.profile("book", "exchange_phonebook", source=source, **given)
        return pbx

    return declare


@pytest.fixture
def book(online, contacts, cloud):
    """A shared mailbox of two folders, imported; its requests are forgotten."""
    top = contacts.mailbox(SALES)
    for number in range(3):
        top.add(f"Top {number}", fax=f"+49 30 {number}", businessPhones=[f"+49 89 {number}"])
    below = top.folder("North")
    for number in range(3):
        below.add(f"North {number}", fax=f"+49 40 {number}")
    pbx = online(**SHARED)
    assert pbx.sync("book")["counts"]["created"] == 6
    cloud.graph.asked.clear()
    return pbx


def names(pbx):
    return sorted(one["display_name"] for one in pbx.objects("phonebook_entry"))


def entry(pbx, name):
    (found,) = (one for one in pbx.objects("phonebook_entry") if one["display_name"] == name)
    return found


def counted(result):
    return {name: count for name, count in result["counts"].items() if name in _CHANGES and count}


_CHANGES = ("created", "updated", "removed")


def asked(cloud):
    """Return the ends of the paths that Graph was asked for, and forget them."""
    ends = [path.rpartition("/")[2] for path in cloud.graph.paths()]
    cloud.graph.asked.clear()
    return ["contact" if end.startswith("AAMkC") else end for end in ends]


# -- what changes in a folder -------------------------------------------------------------------------------------


def test_nothing_changed_takes_a_question_for_each_folder(book, cloud):
    for _time in range(2):
        result = book.sync("book")
        assert (result["changed"], result["complete"], result["warnings"]) == (False, True, [])
        assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders"]


def test_new_changed_and_deleted_contacts_come_through(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["mobilePhone"] = "+49 171 1"
    top.contacts.pop()
    top.children[0].add("North 9", fax="+49 40 9")
    assert counted(book.sync("book")) == {"created": 1, "updated": 1, "removed": 1}
    assert names(book) == ["North 0", "North 1", "North 2", "North 9", "Top 0", "Top 1"]
    assert entry(book, "Top 0")["mobile"] == "+49 171 1"
    assert entry(book, "Top 0")["fax"] == "+49 30 0", "what delta leaves out is there"
    assert entry(book, "North 9")["fax"] == "+49 40 9"
    assert asked(cloud) == ["delta", "contact", "contactFolders", "delta", "contact", "childFolders"]


def test_a_fax_number_alone_can_change_and_go(book, contacts):
    first, second, _third = contacts.mailboxes[SALES].contacts
    first["faxes"] = {"String 0x3A24": "+49 30 99"}
    assert counted(book.sync("book")) == {"updated": 1}
    assert entry(book, "Top 0")["fax"] == "+49 30 99"
    second["faxes"] = {}
    assert counted(book.sync("book")) == {"updated": 1}
    assert "fax" not in entry(book, "Top 1")


def test_a_property_that_was_emptied_is_emptied(book, contacts):
    contacts.mailboxes[SALES].contacts[0]["businessPhones"] = []
    book.sync("book")
    assert "phone" not in entry(book, "Top 0")


def test_a_contact_that_moves_to_another_folder_is_there_once(book, contacts):
    top = contacts.mailboxes[SALES]
    top.move(top.contacts[0], top.children[0])
    assert book.sync("book")["complete"] is True
    assert names(book) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    top.children[0].move(top.children[0].contacts[-1], top)
    book.sync("book")
    assert names(book) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    assert book.sync("book")["changed"] is False


def test_of_a_contact_that_is_listed_several_times_the_last_counts(book, contacts, cloud):
    contacts.repeats = cloud.graph.empty_pages = True
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    assert counted(book.sync("book")) == {"updated": 1, "removed": 1}
    assert names(book) == ["North 0", "North 1", "North 2", "Top 0", "Top 1"]


def test_a_contact_that_is_gone_when_it_is_fetched_is_gone(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    cloud.graph.after_page = lambda: top.contacts and top.contacts.pop(0)
    assert counted(book.sync("book")) == {"removed": 1}
    cloud.graph.after_page = lambda: None
    book.sync("book")
    assert names(book) == ["North 0", "North 1", "North 2"]


def test_where_many_changed_the_folder_is_read_instead(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    for contact in top.contacts[:2]:
        contact["jobTitle"] = "Buyer"
    top.contacts.pop()
    assert counted(book.sync("book")) == {"updated": 2, "removed": 1}
    assert asked(cloud) == ["delta", "contacts", "contactFolders", "delta", "childFolders"]
    assert book.sync("book")["changed"] is False
    assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders"], "the link of the round is kept"


def test_where_there_are_folders_in_it_a_folder_is_not_read_for_some_that_changed(book, contacts, cloud):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    book.sync("book")
    asked(cloud)
    for contact in north.contacts:
        contact["jobTitle"] = "Buyer"
    assert counted(book.sync("book")) == {"updated": 3}
    assert asked(cloud)[3:] == [*["contact"] * 3, "childFolders", "delta", "childFolders"]


def test_what_came_while_folders_were_read_is_not_forgotten(online, contacts, cloud):
    top = contacts.mailbox(SALES)
    top.add("First")
    late = iter(["Late"])

    def add() -> None:
        for name in late if cloud.graph.paths()[-1].endswith("/delta") else ():
            top.add(name)

    cloud.graph.after_page = add
    pbx = online(**SHARED)
    for _time in range(2):
        pbx.sync("book")
    assert names(pbx) == ["First", "Late"]


def test_a_simulation_keeps_no_place(book, contacts):
    contacts.mailboxes[SALES].contacts.pop()
    for _time in range(2):
        assert counted(book.sync("book", check=True)) == {"removed": 1}
    assert counted(book.sync("book")) == {"removed": 1}
    assert book.sync("book")["changed"] is False


# -- folders --------------------------------------------------------------------------------------------------------


def test_a_new_folder_is_read_in_full(book, contacts, cloud):
    contacts.mailboxes[SALES].children[0].folder("Berlin").add("Deep")
    assert counted(book.sync("book")) == {"created": 1}
    assert asked(cloud) == ["delta", "contactFolders", "delta", "childFolders", "delta", "contacts", "childFolders"]
    contacts.mailboxes[SALES].children[0].children[0].contacts.pop()
    assert counted(book.sync("book")) == {"removed": 1}


def test_a_folder_that_is_gone_takes_along_what_was_in_it_and_below(book, contacts):
    top = contacts.mailboxes[SALES]
    top.children[0].folder("Berlin").add("Deep")
    book.sync("book")
    gone = top.children.pop()
    assert counted(book.sync("book")) == {"removed": 4}
    assert names(book) == ["Top 0", "Top 1", "Top 2"]
    top.children.append(gone)
    assert counted(book.sync("book")) == {"created": 4}


def test_a_folder_that_moves_below_another_takes_its_contacts_along(book, contacts):
    top = contacts.mailboxes[SALES]
    other = top.folder("South")
    book.sync("book")
    other.children.append(top.children.pop(0))
    book.sync("book")
    assert names(book) == ["North 0", "North 1", "North 2", "Top 0", "Top 1", "Top 2"]
    other.children[0].contacts.pop()
    assert counted(book.sync("book")) == {"removed": 1}


def test_a_renamed_folder_shows_in_all_of_its_contacts(online, contacts):
    top = contacts.mailbox(SALES)
    north = top.folder("North")
    north.folder("Berlin").add("Deep")
    pbx = online({"structure": {"phonebook_entry": {"notes": "row.Folder"}}}, **SHARED)
    pbx.sync("book")
    north.name = "Nord"
    assert counted(pbx.sync("book")) == {"updated": 1}
    assert entry(pbx, "Deep")["notes"] == "Nord/Berlin"


def test_a_folder_that_refuses_keeps_what_it_gave_until_it_can_be_read(book, contacts):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    book.sync("book")
    north.error = (403, "ErrorAccessDenied")
    going = north.contacts.pop(0)
    north.children.clear()
    for _time in range(2):
        result = book.sync("book")
        assert (result["complete"], len(names(book))) == (True, 7)
        assert any('"North" cannot be read' in warning for warning in result["warnings"])
    north.error = None
    assert counted(book.sync("book")) == {"removed": 2}
    assert not {going["displayName"], "Deep"} & set(names(book))


def test_a_mailbox_that_cannot_be_read_costs_nothing_and_is_read_in_full_afterwards(online, contacts, cloud):
    first, second = contacts.mailbox(SALES), contacts.mailbox("info@contoso.example")
    first.add("Sales")
    second.add("Info")
    below = second.folder("North")
    below.add("Below")
    pbx = online(**{**SHARED, "shared_mailboxes": [SALES, "info@contoso.example"]})
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


def test_what_a_full_read_could_not_open_is_read_in_full_later(online, contacts):
    first, second = contacts.mailbox(SALES), contacts.mailbox("info@contoso.example")
    first.add("Sales")
    second.folder("North").add("Below")
    pbx = online(**{**SHARED, "shared_mailboxes": [SALES, "info@contoso.example"]})
    pbx.sync("book")
    contacts.excluded.add("info@contoso.example")
    (sold,) = pbx.objects("phonebook_entry", search="Sales")
    pbx.by_hand("phonebook_entry", id=sold["id"], display_name="By hand")
    assert counted(pbx.sync("book")) == {"updated": 1}, "a full read, which sets back what was changed by hand"
    contacts.excluded.clear()
    second.children.clear()
    assert counted(pbx.sync("book")) == {"removed": 1}


# -- personal books ---------------------------------------------------------------------------------------------


def test_the_books_follow_the_users_of_the_phone_system(online, contacts, pbx, cloud):
    pbx.by_hand("user", username="max", display_name="Max", email="max@contoso.example")
    pbx.by_hand("user", username="eva", display_name="Eva", email="eva@contoso.example")
    for name in ("max", "eva", "ida", "other"):
        contacts.mailbox(f"{name}@contoso.example").add(f"Aunt of {name}")
    online(personal_address_books=True, organisation_contacts=False)
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


def test_a_user_who_is_taken_out_of_the_phone_system_and_back_in_has_the_book_again(online, contacts, pbx):
    pbx.by_hand("user", username="max", display_name="Max")
    contacts.mailbox("max@contoso.example").add("Aunt")
    contacts.mailbox(SALES).add("Sales")
    online(**SHARED, personal_address_books=True)
    pbx.sync("book")
    for state, expected in (("absent", ["Sales"]), ("present", ["Aunt", "Sales"])):
        pbx.by_hand("user", username="max", state=state, **({"display_name": "Max"} if state == "present" else {}))
        pbx.sync("book")
        assert names(pbx) == expected


def test_the_first_address_that_is_a_mailbox_counts_each_time(online, contacts, pbx):
    pbx.by_hand("user", username="max", display_name="Max", email="max.muster@contoso.example")
    contacts.mailbox("max@contoso.example").add("By login")
    online(personal_address_books=True, organisation_contacts=False)
    pbx.sync("book")
    assert names(pbx) == ["By login"]
    contacts.mailbox("max.muster@contoso.example").add("By address")
    pbx.sync("book")
    assert names(pbx) == ["By address"]
    del contacts.mailboxes["max.muster@contoso.example"]
    pbx.sync("book")
    assert names(pbx) == ["By login"]


# -- the contacts of the organisation -----------------------------------------------------------------------------


def test_contacts_of_the_organisation_are_always_read(online, contacts, cloud):
    contacts.mailbox(SALES).add("Sales")
    contacts.organisation += [{"id": f"o{number}", "displayName": f"Partner {number}"} for number in range(3)]
    pbx = online(shared_mailboxes=[SALES])
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


# -- a link that counts no more -------------------------------------------------------------------------------------

EXPIRED = [
    error(410, "SyncStateNotFound", "The sync state generation is not found."),
    error(400, "syncStateNotFound", "The sync state generation is not found."),
    error(410, "resyncRequired", "Resync required."),
    error(400, "ErrorInvalidIdMalformed", "Id is malformed."),
    error(404, "ErrorItemNotFound", "The specified object was not found in the store."),
    Answer(410, b""),
]


@pytest.mark.parametrize("expired", EXPIRED, ids=lambda answer: f"{answer.status} {answer.data()[:40]!r}")
def test_a_link_that_is_too_old_or_foreign_means_that_the_folder_is_read_in_full(book, contacts, cloud, expired):
    top = contacts.mailboxes[SALES]
    link = next(one.path for one in _delta_requests(book, cloud))
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    top.children[0].contacts.pop()
    cloud.graph.answer_next(link, expired)
    result = book.sync("book")
    assert (counted(result), result["complete"]) == ({"updated": 1, "removed": 2}, True)
    assert any("their changes are not known" in warning for warning in result["warnings"])
    assert book.sync("book")["warnings"] == []


def _delta_requests(book, cloud):
    book.sync("book")
    return [one for one in cloud.graph.asked if one.path.endswith("/delta")]


def test_all_links_can_be_too_old_at_once(book, contacts):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    book.sync("book")
    contacts.expire()
    north.contacts.pop()
    north.children[0].contacts.clear()
    assert counted(book.sync("book")) == {"removed": 2}


def test_a_folder_whose_link_is_too_old_is_read_in_full_with_those_below_it(book, contacts, cloud):
    north = contacts.mailboxes[SALES].children[0]
    berlin = north.folder("Berlin")
    berlin.add("Deep")
    berlin.add("Deeper")
    book.sync("book")
    cloud.graph.asked.clear()
    _top, link, _below = _delta_requests(book, cloud)
    cloud.graph.answer_next(link.path, EXPIRED[0])
    assert counted(book.sync("book")) == {}
    cloud.graph.answer_next(link.path, EXPIRED[0])
    berlin.contacts.pop()
    assert counted(book.sync("book")) == {"removed": 1}


def test_a_link_that_expires_in_the_middle_of_a_round_means_so_too(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    cloud.graph.delta_page_size = 1
    (link, *_others) = _delta_requests(book, cloud)
    for contact in top.contacts:
        contact["jobTitle"] = "Buyer"
    cloud.graph.answer_next(link.path, None, EXPIRED[0])
    assert counted(book.sync("book")) == {"updated": 3}


def test_nothing_is_removed_when_the_read_after_it_breaks_off(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    contacts.expire()
    top.contacts.pop(0)
    cloud.graph.page_limit = 1
    cloud.graph.answer_next(
        f"/v1.0/users/{SALES.replace('@', '%40')}/contacts", None, None, Answer(body=b'{"value": [')
    )
    result = book.sync("book")
    assert (result["complete"], counted(result), len(names(book))) == (False, {}, 6)
    result = book.sync("book")
    assert (result["complete"], counted(result)) == (True, {"removed": 1})


def test_where_delta_queries_are_not_known_everything_is_read(online, contacts, cloud, monkeypatch):
    monkeypatch.setattr(cloud.graph, "_contact_changes", lambda *_asked: error(400, "BadRequest", "Not supported."))
    top = contacts.mailbox(SALES)
    top.add("First")
    top.add("Second")
    pbx = online(**SHARED)
    for expected in ({"created": 2}, {"removed": 1}):
        result = pbx.sync("book")
        assert counted(result) == expected
        assert any("incremental has no effect" in warning for warning in result["warnings"])
        top.contacts = top.contacts[:1]


# -- failures -----------------------------------------------------------------------------------------------------


def test_what_changed_is_not_forgotten_when_a_server_fails(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    cloud.graph.answer_next(f"/v1.0/users/{SALES.replace('@', '%40')}/contactFolders", error(500, "x", "y"))
    result = book.sync("book")
    assert (result["complete"], counted(result)) == (False, {"updated": 1})
    result = book.sync("book")
    assert (result["complete"], counted(result)) == (True, {"removed": 1})


def test_a_contact_that_cannot_be_fetched_ends_the_read(book, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    path = f"/v1.0/users/{SALES.replace('@', '%40')}/contacts/"
    respond = cloud.graph.respond
    cloud.graph.respond = lambda one: throttled() if one.path.startswith(path) else respond(one)
    assert (book.sync("book")["complete"], len(names(book))) == (False, 6)
    cloud.graph.respond = respond
    assert counted(book.sync("book")) == {"updated": 1, "removed": 1}


def test_a_server_that_fails_at_once_fails_the_run(book, cloud):
    (link, *_others) = _delta_requests(book, cloud)
    cloud.graph.answer_next(link.path, error(500, "x", "y"))
    with pytest.raises(SourceError, match="500 x"):
        book.sync("book")
    assert book.sync("book")["changed"] is False


# -- what makes a full read ------------------------------------------------------------------------------------------


def test_everything_is_read_once_a_day(book, cloud, monkeypatch):
    for hours, expected in (
        (23, ["delta", "contactFolders"]),
        (25, ["contacts", "delta", "contacts", "contactFolders"]),
    ):
        clock = SimpleNamespace(time=lambda hours=hours: time.time() + hours * 3600)
        monkeypatch.setattr(trust, "time", clock)
        book.sync("book")
        assert asked(cloud)[: len(expected)] == expected


def test_another_selection_starts_anew(book, online, cloud):
    online({"structure": {"phonebook_entry": {"notes": "row.Department"}}}, **SHARED)
    book.sync("book")
    assert "contacts" in asked(cloud)


def test_an_entry_that_was_changed_by_hand_is_set_back(book, cloud):
    book.by_hand("phonebook_entry", id=entry(book, "Top 0")["id"], phone="1")
    assert counted(book.sync("book")) == {"updated": 1}
    assert "contacts" in asked(cloud)


def test_one_contact_can_be_looked_at(book, contacts):
    result = book.sync("book", only=entry(book, "Top 0")["display_name"], explain=True, check=True)
    assert result["explain"]["row"]["DisplayName"] == "Top 0"


def test_it_is_for_graph_and_for_the_keys_of_the_source(cloud, pbx):
    with pytest.raises(DefinitionError, match="incremental is for backend: graph"):
        source_class("exchange")({"email": "a@b.example", "password": "x", "incremental": True})
    with pytest.raises(DefinitionError, match="incremental needs the template's own key"):
        pbx.profile("book", "exchange_phonebook", source=cloud.source(incremental=True), key="row.DisplayName")
