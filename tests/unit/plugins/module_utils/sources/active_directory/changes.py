# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a domain between two reads, and reads that follow it."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain
from ansible_collections.telephony.connector.tests.servers.samba_domain import BASE_DN, READER_PASSWORD, STAFF, user

UNLISTED = "svc-unlisted"  # sees the container of the deleted, and nothing in it
FOLLOWER = "svc-follow"  # has the reader's password, and may see deleted objects besides
NO_ROLES = {"roles": "[]"}
KEPT = f"OU=Kept,{BASE_DN}"
KEPT_TOO = f"OU=Quiet,{BASE_DN}"
ELSEWHERE = f"OU=Elsewhere,{BASE_DN}"
_NO_NUMBER = "(OD;;RP;bf967a6f-0de6-11d0-a285-00aa003049e2;;SID)"  # nobody may read uSNChanged there


def staff() -> list[Any]:
    """Return what is in the domain at first."""
    people = [(f"CN=user{n},{STAFF}", user(f"user{n}", displayName=f"User {n}")) for n in range(20)]
    people += [(dn, {"objectClass": "organizationalUnit"}) for dn in (ELSEWHERE, KEPT)]
    people.append((f"CN=kept,{KEPT}", user("kept", displayName="Kept")))
    people.append((f"CN={FOLLOWER},CN=Users,{BASE_DN}", user(FOLLOWER, READER_PASSWORD)))
    people.append(samba_domain.rights(f"CN=Deleted Objects,{BASE_DN}", FOLLOWER, "(A;;LCRP;;;SID)"))
    people.append((f"CN={UNLISTED},CN=Users,{BASE_DN}", user(UNLISTED, READER_PASSWORD)))
    people.append(samba_domain.rights(f"CN=Deleted Objects,{BASE_DN}", UNLISTED, "(A;;RP;;;SID)"))
    people.append(samba_domain.rights(f"CN=kept,{KEPT}", FOLLOWER, _NO_NUMBER))
    return people


def source(dc, **options: Any) -> dict[str, Any]:
    return {
        "domain": "example.test",
        "server": [dc.ip],
        "ca_path": dc.ca.path("ca.crt"),
        "username": FOLLOWER,
        "password": READER_PASSWORD,
        "base_dn": STAFF,
        "incremental": True,
        **options,
    }


class Follow:
    """Reads a source again and again, each time from where it was."""

    def __init__(self, options, *wanted):
        self.options, self.wanted, self.checkpoint = options, wanted, None
        self.read()

    def read(self, family="ad"):
        from ansible_collections.telephony.connector.tests.directory import read_directory

        whole = read_directory(
            self.options, *(self.wanted or ("sAMAccountName",)), family=family, checkpoint=self.checkpoint
        )
        self.checkpoint = whole.result.checkpoint or self.checkpoint
        return whole

    def changes(self):
        """Return the names that came, of a read that must be one of changes."""
        whole = self.read()
        assert not whole.result.full
        assert whole.result.complete
        return sorted(whole.column("sAMAccountName")), whole.gone


def guid(dc, dn):
    return samba_dc.guid_text(dc.value(dn, "objectGUID"))


def restore(dc, dn, key):
    """Bring a deleted object back, as Restore-ADObject does."""
    import ldap3

    deleted = [("1.2.840.113556.1.4.417", True, None)]
    dc.admin.search(f"CN=Deleted Objects,{BASE_DN}", "(sAMAccountName=phoenix)", attributes=["cn"], controls=deleted)
    where = next(item["dn"] for item in dc.admin.response if "dn" in item)
    assert key in where
    changes = {
        "isDeleted": [(ldap3.MODIFY_DELETE, [])],
        "distinguishedName": [(ldap3.MODIFY_REPLACE, [dn])],
    }
    dc.admin.modify(where, changes, controls=deleted)


def file_time_in(seconds):
    import time

    return int((time.time() + seconds + 11644473600) * 10**7)


def outcome(system):
    """Return everything that a store holds of its objects, with names in place of numbers."""
    from ansible_collections.telephony.connector.tests.contents import contents

    tables = contents(system.location)
    names = {number: (kind, name) for number, kind, _version, name, _fields in tables["objects"]}
    links = [(*row[1:3], names[row[3]], row[4], *row[6:]) for row in tables["links"]]
    return {
        "objects": sorted(row[1:] for row in tables["objects"]),
        "links": sorted(links, key=repr),
        "identifiers": sorted((*row[:2], names[row[2]], row[3]) for row in tables["identifiers"]),
        "roles": tables["roles"],
        "credentials": tables["credentials"],
    }


class Happening:
    """What may happen in a directory, by chance."""

    def __init__(self, dc, chance, prefix):
        self.dc, self.chance, self.prefix = dc, chance, prefix
        self.log: list[str] = []
        self.people: list[str] = []
        self.base = dc.add(f"OU={prefix},{BASE_DN}", {"objectClass": "organizationalUnit"})
        for number in range(3):  # who is never touched, so that no read is empty
            name = f"{prefix}stays{number}"
            dc.add_user(name, parent=self.base, displayName=name)
        self.units = [self.base, self.base, ELSEWHERE]
        self.groups: list[str] = []
        self.number = 0

    def name(self):
        self.number += 1
        return f"{self.prefix}{self.number}"

    def something(self):
        often = ("add", "add", "change", "change", "disable", "move", "rename", "delete", "login")
        what = self.chance.choice((*often, *often, "group", "unit") if self.people else ("add",))
        self.log.append(what)
        getattr(self, what)()

    def pick(self):
        return self.chance.choice(self.people)

    def replace(self, old, new):
        self.people = [new if dn == old else dn for dn in self.people]

    def add(self):
        name = self.name()
        self.people.append(self.dc.add_user(name, parent=self.chance.choice(self.units), displayName=f"Name {name}"))

    def change(self):
        self.dc.modify(self.pick(), displayName=f"Changed {self.name()}", mail=f"{self.name()}@corp.example")

    def disable(self):
        self.dc.modify(self.pick(), userAccountControl=self.chance.choice(["544", "546"]))

    def move(self):
        dn = self.pick()
        self.replace(dn, self.dc.move(dn, parent=self.chance.choice(self.units)))

    def rename(self):
        dn = self.pick()
        self.replace(dn, self.dc.move(dn, rdn=f"CN={self.name()}\\, renamed"))

    def login(self):
        self.dc.modify(self.pick(), sAMAccountName=self.name())

    def delete(self):
        dn = self.pick()
        self.dc.delete(dn)
        self.people.remove(dn)

    def group(self):
        if not self.groups or self.chance.random() < 0.3:
            self.groups.append(self.dc.add_group(self.name(), self.pick()))
        else:
            self.dc.modify(self.chance.choice(self.groups), member=self.chance.choice([[self.pick()], []]))

    def unit(self):
        unit = self.dc.add(f"OU={self.name()},{self.base}", {"objectClass": "organizationalUnit"})
        dn = self.pick()
        moved = self.dc.move(dn, parent=unit)
        parent = self.chance.choice([self.base, ELSEWHERE])
        renamed = self.dc.move(unit, rdn=f"OU={self.name()}", parent=parent)
        self.replace(dn, moved.removesuffix(unit) + renamed)
