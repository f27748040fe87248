# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading only what changed in Exchange Online, where that is in doubt: more is read, and nothing removed too early."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources import base
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.mailboxes import (
    SALES,
    SHARED,
    asked,
    counted,
    delta_links,
    entry,
    names,
)
from ansible_collections.telephony.connector.tests.servers.graph import error, throttled
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

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
def test_a_link_that_is_too_old_or_foreign_means_that_the_folder_is_read_in_full(mailbox, contacts, cloud, expired):
    top = contacts.mailboxes[SALES]
    link = delta_links(mailbox, cloud)[0]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    top.children[0].contacts.pop()
    cloud.graph.answer_next(link, expired)
    result = mailbox.sync("book")
    assert (counted(result), result["complete"]) == ({"updated": 1, "removed": 2}, True)
    assert any("their changes are not known" in warning for warning in result["warnings"])
    assert mailbox.sync("book")["warnings"] == []


def test_all_links_can_be_too_old_at_once(mailbox, contacts):
    north = contacts.mailboxes[SALES].children[0]
    north.folder("Berlin").add("Deep")
    mailbox.sync("book")
    contacts.expire()
    north.contacts.pop()
    north.children[0].contacts.clear()
    assert counted(mailbox.sync("book")) == {"removed": 2}


def test_a_folder_whose_link_is_too_old_is_read_in_full_with_those_below_it(mailbox, contacts, cloud):
    north = contacts.mailboxes[SALES].children[0]
    berlin = north.folder("Berlin")
    berlin.add("Deep")
    berlin.add("Deeper")
    mailbox.sync("book")
    _top, link, _below = delta_links(mailbox, cloud)
    cloud.graph.answer_next(link, EXPIRED[0])
    assert counted(mailbox.sync("book")) == {}
    cloud.graph.answer_next(link, EXPIRED[0])
    berlin.contacts.pop()
    assert counted(mailbox.sync("book")) == {"removed": 1}


def test_a_link_that_expires_in_the_middle_of_a_round_means_so_too(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    cloud.graph.delta_page_size = 1
    (link, *_others) = delta_links(mailbox, cloud)
    for contact in top.contacts:
        contact["jobTitle"] = "Buyer"
    cloud.graph.answer_next(link, None, EXPIRED[0])
    assert counted(mailbox.sync("book")) == {"updated": 3}


def test_nothing_is_removed_when_the_read_after_it_breaks_off(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    contacts.expire()
    top.contacts.pop(0)
    cloud.graph.page_limit = 1
    cloud.graph.answer_next(
        f"/v1.0/users/{SALES.replace('@', '%40')}/contacts", None, None, Answer(body=b'{"value": [')
    )
    result = mailbox.sync("book")
    assert (result["complete"], counted(result), len(names(mailbox))) == (False, {}, 6)
    result = mailbox.sync("book")
    assert (result["complete"], counted(result)) == (True, {"removed": 1})


def test_where_delta_queries_are_not_known_everything_is_read(following, contacts, cloud, monkeypatch):
    monkeypatch.setattr(cloud.graph, "_contact_changes", lambda *_asked: error(400, "BadRequest", "Not supported."))
    top = contacts.mailbox(SALES)
    top.add("First")
    top.add("Second")
    pbx = following(**SHARED)
    for expected in ({"created": 2}, {"removed": 1}):
        result = pbx.sync("book")
        assert counted(result) == expected
        assert any("incremental has no effect" in warning for warning in result["warnings"])
        top.contacts = top.contacts[:1]


# -- failures -----------------------------------------------------------------------------------------------------


def test_what_changed_is_not_forgotten_when_a_server_fails(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    cloud.graph.answer_next(f"/v1.0/users/{SALES.replace('@', '%40')}/contactFolders", error(500, "x", "y"))
    result = mailbox.sync("book")
    assert (result["complete"], counted(result)) == (False, {"updated": 1})
    result = mailbox.sync("book")
    assert (result["complete"], counted(result)) == (True, {"removed": 1})


def test_a_contact_that_cannot_be_fetched_ends_the_read(mailbox, contacts, cloud):
    top = contacts.mailboxes[SALES]
    top.contacts[0]["jobTitle"] = "Buyer"
    top.contacts.pop()
    path = f"/v1.0/users/{SALES.replace('@', '%40')}/contacts/"
    respond = cloud.graph.respond
    cloud.graph.respond = lambda one: throttled() if one.path.startswith(path) else respond(one)
    assert (mailbox.sync("book")["complete"], len(names(mailbox))) == (False, 6)
    cloud.graph.respond = respond
    assert counted(mailbox.sync("book")) == {"updated": 1, "removed": 1}


def test_a_server_that_fails_at_once_fails_the_run(mailbox, cloud):
    (link, *_others) = delta_links(mailbox, cloud)
    cloud.graph.answer_next(link, error(500, "x", "y"))
    with pytest.raises(SourceError, match="500 x"):
        mailbox.sync("book")
    assert mailbox.sync("book")["changed"] is False


# -- what makes a full read ------------------------------------------------------------------------------------------


def test_everything_is_read_once_a_day(mailbox, cloud, monkeypatch):
    for hours, expected in (
        (23, ["delta", "contactFolders"]),
        (25, ["contacts", "delta", "contacts", "contactFolders"]),
    ):
        clock = SimpleNamespace(time=lambda hours=hours: time.time() + hours * 3600)
        monkeypatch.setattr(base, "time", clock)
        mailbox.sync("book")
        assert asked(cloud)[: len(expected)] == expected


def test_another_selection_starts_anew(mailbox, following, cloud):
    following({"structure": {"phonebook_entry": {"notes": "row.Department"}}}, **SHARED)
    mailbox.sync("book")
    assert "contacts" in asked(cloud)


def test_an_entry_that_was_changed_by_hand_is_set_back(mailbox, cloud):
    mailbox.by_hand("phonebook_entry", id=entry(mailbox, "Top 0")["id"], phone="1")
    assert counted(mailbox.sync("book")) == {"updated": 1}
    assert "contacts" in asked(cloud)


def test_one_contact_can_be_looked_at(mailbox, contacts):
    result = mailbox.sync("book", only=entry(mailbox, "Top 0")["display_name"], explain=True, check=True)
    assert result["explain"]["row"]["DisplayName"] == "Top 0"


def test_it_is_for_graph_and_for_the_keys_of_the_source(cloud, pbx):
    with pytest.raises(DefinitionError, match="incremental is for backend: graph"):
        source_class("exchange")({"email": "a@b.example", "password": "x", "incremental": True})
    with pytest.raises(DefinitionError, match="incremental needs the template's own key"):
        pbx.profile("book", "exchange_phonebook", source=cloud.source(incremental=True), key="row.DisplayName")
