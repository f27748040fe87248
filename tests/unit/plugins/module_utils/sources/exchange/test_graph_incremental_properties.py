# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens in mailboxes: runs that read changes and runs that read everything leave the same store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.pictures import picture
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.graph import error
from ansible_collections.telephony.connector.tests.servers.graph_contacts import ContactFolder, Contacts
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365
from ansible_collections.telephony.connector.tests.system import System

SHARED = ["sales@contoso.example", "info@contoso.example"]
ADDRESSES = [*SHARED, "eva@contoso.example", "max@contoso.example", "m.muster@contoso.example"]
NAMES = ["Aunt", "Bank", "Café", "Ä Ö", "Ltd"]
#: What may happen: an action, whom it is about (the n-th of those there are), and which of some values it sets.
EVENTS = st.tuples(
    st.sampled_from(
        ("add", "change", "fax", "fax", "empty", "delete", "move") * 3
        + ("new folder", "new folder", "rename folder", "move folder", "delete folder", "refuse folder", "exclude",
           "lose mailbox", "allow", "expire", "repeat", "organisation", "person", "email", "rename person", "fail")
        + ("sync",) * 15
    ),
    st.integers(0, 11),
    st.integers(0, 4),
)  # fmt: skip


class World:
    """A tenant with mailboxes, and who is in the phone system: login and e-mail address by an id."""

    def __init__(self, cloud: Microsoft365) -> None:
        self.cloud, self.contacts = cloud, cloud.graph.contacts
        self.people: dict[str, tuple[str, str]] = {"0": ("boss", "")}
        self.lost: dict[str, ContactFolder] = {}
        self.contacts.repeats = cloud.graph.empty_pages = True
        # it stays: where nothing at all can be read, a full read takes that for a fault
        self.contacts.organisation.append({"id": "stays", "displayName": "Partner"})
        for address in ADDRESSES:
            self.contacts.mailbox(address).add(f"First of {address}", businessPhones=["1"])

    def places(self) -> list[tuple[ContactFolder, ContactFolder | None]]:
        """Return every folder with the one that it is in."""
        return [place for box in self.contacts.mailboxes.values() for place in _below(box, None)]

    def happen(self, event: tuple[str, int, int], count: int) -> None:
        """Let one thing happen."""
        action, which, value = event
        if action in _OF_CONTACTS:
            folders = [folder for folder, _parent in self.places()]
            _OF_CONTACTS[action](folders[which % len(folders)], which, value, folders)
        elif action.endswith("folder"):
            self._happen_to_folder(action, which, value, count)
        elif action in ("exclude", "lose mailbox", "allow"):
            self._happen_to_mailbox(action, ADDRESSES[which % len(ADDRESSES)])
        elif action == "expire":
            self.contacts.expire()
        elif action == "repeat":
            self.contacts.repeats = self.cloud.graph.empty_pages = bool(value % 2)
        elif action == "organisation":
            _happen_to_organisation(self.contacts, which, value, count)
        else:
            self._happen_to_people(action, str(which % 3 + 1), value, count)

    def _happen_to_folder(self, action: str, which: int, value: int, count: int) -> None:
        places = self.places()
        folder, parent = places[which % len(places)]
        if action == "new folder":
            folder.folder(NAMES[value]).add(f"In {count}")
        elif action == "refuse folder":
            folder.error = (403, "ErrorAccessDenied")
        elif action == "rename folder":
            folder.name = f"Folder {value}"
        elif parent is not None:
            parent.children.remove(folder)
            if action == "move folder":
                others = [other for other, _parent in self.places()]
                others[(which + value) % len(others)].children.append(folder)

    def _happen_to_mailbox(self, action: str, address: str) -> None:
        boxes = self.contacts.mailboxes
        if action == "exclude":
            self.contacts.excluded.add(address)
        elif action == "lose mailbox" and address in boxes and address != ADDRESSES[0]:
            self.lost[address] = boxes.pop(address)
        elif action == "allow":
            self.contacts.excluded.clear()
            boxes |= self.lost
            self.lost.clear()
            for folder, _parent in self.places():
                folder.error = None

    def _happen_to_people(self, action: str, key: str, value: int, count: int) -> None:
        login = self.people[key][0] if key in self.people else ""
        if action == "person":
            if not self.people.pop(key, None):
                self.people[key] = (f"{('eva', 'max', 'ida')[int(key) - 1]}", "")
        elif login and action == "email":
            self.people[key] = (login, ["", "m.muster@contoso.example", "nobody@contoso.example"][value % 3])
        elif login and action == "rename person":
            self.people[key] = (f"{login.rstrip('0123456789')}{count}", "max@contoso.example" if value else "")

    def as_csv(self) -> str:
        """Return the people as the phone systems read them."""
        rows = [f"{key},{login},{login},{email}" for key, (login, email) in self.people.items()]
        return "\n".join(["id,username,displayname,email", *rows, ""])


def _below(folder: ContactFolder, parent: ContactFolder | None) -> Iterator[tuple[ContactFolder, ContactFolder | None]]:
    yield folder, parent
    for child in folder.children:
        yield from _below(child, folder)


def _change(folder: ContactFolder, which: int, **properties: Any) -> None:
    if folder.contacts:
        folder.contacts[which % len(folder.contacts)].update(properties)


_OF_CONTACTS: dict[str, Any] = {
    "add": lambda folder, which, value, _all: folder.add(NAMES[value], businessPhones=[f"+49 {which}"]),
    "change": lambda folder, which, value, _all: _change(folder, which, displayName=NAMES[value], jobTitle=f"{value}"),
    "fax": lambda folder, which, value, _all: _change(folder, which, faxes={"String 0x3A24": f"{value}"}),
    "empty": lambda folder, which, _value, _all: _change(folder, which, businessPhones=[], jobTitle=None, faxes={}),
    "delete": lambda folder, which, _value, _all: folder.contacts and folder.contacts.pop(which % len(folder.contacts)),
    "move": lambda folder, which, value, others: (
        folder.contacts and folder.move(folder.contacts[0], others[(which + value) % len(others)])
    ),
}


def _happen_to_organisation(contacts: Contacts, which: int, value: int, count: int) -> None:
    partners = contacts.organisation
    if value < 2 or len(partners) == 1:
        partners.append({"id": f"o{count}", "displayName": f"Partner {count}"})
    elif value == 2:
        partners.pop(1 + which % (len(partners) - 1))
    else:
        partners[which % len(partners)]["companyName"] = f"Company {value}"


# without making a failing example smaller, which would take minutes
@example_count(5, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=30, max_size=60))
def test_full_and_incremental_runs_leave_the_same_store(tmp_path_factory, ca, events):
    directory = tmp_path_factory.mktemp("stores")
    with Microsoft365(ca) as cloud:
        cloud.entra.apps[CLIENT_ID].roles = ("Contacts.Read", "OrgContact.Read.All")
        world, people = World(cloud), ""
        systems = [_system(cloud, directory, name, bool(name)) for name in ("", "incremental")]
        for count, event in enumerate([*events, ("sync", 0, 0)]):
            if event[0] not in ("sync", "fail"):
                world.happen(event, count)
                continue
            people, known = world.as_csv(), people
            for system in systems if people != known else ():
                system.import_csv(people)
            if event[0] == "fail":
                path = f"/v1.0/users/{ADDRESSES[event[1] % 2].replace('@', '%40')}/contactFolders"
                cloud.graph.next_answers.clear()
                cloud.graph.answer_next(path, *[error(500, "x", "y")] * 2)
            results = [system.sync("book") for system in systems]
            assert results[0]["complete"] == results[1]["complete"]
            if results[0]["complete"]:
                assert picture(systems[0].location) == picture(systems[1].location)


def _system(cloud: Microsoft365, directory: Any, name: str, incremental: bool) -> System:
    system = System(str(directory / f"store{name}.db"), directory)
    guards = {"max_removals": "100%", "max_rejected": "100%"}
    system.profile(key="row.id", guards=guards)
    options = {"domain": "contoso.example", "shared_mailboxes": SHARED, "personal_address_books": True, "retries": 0}
    source = cloud.source(**options, **({"incremental": True} if incremental else {}))
    structure = {"phonebook_entry": {"labels": {"Folder": "row.Folder"}}}
    system.profile("book", "exchange_phonebook", source=source, structure=structure, guards=guards)
    return system
