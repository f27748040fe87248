# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for Microsoft Graph is one that Microsoft's own client library can read: pages, members and delta."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.entra import READ_ALL
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365


@pytest.fixture(scope="module")
def python() -> str:
    found = os.environ.get("TELEPHONY_CONNECTOR_TEST_MSGRAPH", "")
    if not Path(found or "/nowhere").exists():
        pytest.skip("msgraph-sdk is not installed: ./test.sh independent")
    return found


@pytest.fixture
def cloud(tmp_path):
    with Microsoft365(TestCA(tmp_path / "ca")) as both:
        for number in range(5):
            both.tenant.add(f"user{number}@contoso.example", businessPhones=["234"], displayName=f"Üser {number}")
        yield both


@pytest.fixture
def read(python, cloud):
    """Return read(what, group, link): what Microsoft's client finds."""

    def read(what: str, group: str = "", link: str = "", roles: tuple[str, ...] = READ_ALL) -> dict:
        script = Path(__file__).with_name("msgraph_client.py")
        token, ca_file = cloud.entra.token(roles), cloud.ca.path("ca.crt")
        command = [python, str(script), cloud.graph.url, token, ca_file, group, what, link]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return read


def test_users_come_in_pages(read, cloud):
    found = read("users")
    assert found["pages"] == [2, 2, 1]
    assert [user["upn"] for user in found["users"]] == [f"user{number}@contoso.example" for number in range(5)]
    assert found["users"][0] == {
        "id": next(iter(cloud.tenant.users)),
        "upn": "user0@contoso.example",
        "name": "Üser 0",
        "phones": ["234"],
        "enabled": True,
        "mobile": None,
        "removed": None,
    }


def test_empty_pages_are_gone_through(read, cloud):
    cloud.graph.empty_pages = True
    assert read("users")["pages"] == [0, 2, 0, 2, 0, 1]


def test_members_of_groups_come_in_pages(read, cloud):
    people = list(cloud.tenant.users.values())
    inner = cloud.tenant.group("Inner", people[2:4])
    group = cloud.tenant.group("Outer", people[:2], [inner])
    found = read("members", group)
    assert found["pages"] == [2, 2]
    assert {user["upn"] for user in found["users"]} == {user["userPrincipalName"] for user in people[:4]}


def test_members_without_the_permission_have_no_properties(read, cloud):
    group = cloud.tenant.group("Outer", cloud.tenant.users.values())
    found = read("members", group, roles=("GroupMember.Read.All",))
    assert {user["upn"] for user in found["users"]} == {None}
    assert len({user["id"] for user in found["users"]}) == 5


def test_delta_tells_changes_and_both_sorts_of_removals(read, cloud):
    a, b, c, _d, _e = list(cloud.tenant.users.values())
    first = read("delta")
    assert (len(first["users"]), first["pages"]) == (5, [3, 2])
    assert read("delta", link=first["link"])["users"] == []
    cloud.tenant.change(a, displayName="Another")
    cloud.tenant.delete(b)
    cloud.tenant.delete(c, for_good=True)
    second = read("delta", link=first["link"])
    assert [(user["id"], user["name"], user["upn"], user["removed"]) for user in second["users"]] == [
        (a["id"], "Another", None, None),
        (b["id"], None, None, "changed"),
        (c["id"], None, None, "deleted"),
    ]
    assert read("delta", link=second["link"])["users"] == []


# -- contacts of a mailbox ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(cloud):
    """A folder of contacts."""
    found = cloud.graph.contacts.mailbox("sales@contoso.example").folder("North")
    for number in range(3):
        found.add(f"Käufer {number}", fax=f"+49 {number}", businessPhones=["1"])
    return found


@pytest.fixture
def read_contacts(read, folder):
    """Return read_contacts(what, contact, link): what Microsoft's client finds in the folder."""

    def read_contacts(what: str = "contacts-delta", contact: str = "", link: str = "") -> dict:
        return read(what, f"sales@contoso.example {folder.id} {contact}", link, roles=("Contacts.Read",))

    return read_contacts


def test_contacts_come_in_pages_and_one_by_one(read_contacts, folder):
    found = read_contacts("contacts")
    assert found["pages"] == [2, 1]
    assert [(one["name"], one["phones"], one["faxes"]) for one in found["contacts"]] == [
        (f"Käufer {number}", ["1"], [f"+49 {number}"]) for number in range(3)
    ]
    assert {one["folder"] for one in found["contacts"]} == {folder.id}
    assert read_contacts("contact", folder.contacts[1]["id"])["contacts"] == found["contacts"][1:2]


def test_delta_tells_changes_of_contacts_without_their_fax_numbers(read_contacts, folder):
    first = read_contacts()
    assert first["pages"] == [2, 1]
    assert [one["faxes"] for one in first["contacts"]] == [[], [], []]
    assert read_contacts(link=first["link"])["contacts"] == []
    a, b, c = folder.contacts
    a["faxes"] = {"String 0x3A24": "+49 9"}
    folder.contacts.remove(b)
    second = read_contacts(link=first["link"])
    assert [(one["id"], one["name"], one["removed"]) for one in second["contacts"]] == [
        (b["id"], None, "deleted"),
        (a["id"], "Käufer 0", None),
    ]
    assert second["contacts"][1]["version"] != first["contacts"][0]["version"]
    assert read_contacts(link=second["link"])["contacts"] == []
    assert c["id"] not in [one["id"] for one in second["contacts"]]
