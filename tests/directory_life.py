# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random changes in a directory, whatever its server, and what is to be compared after them."""

from __future__ import annotations

import random
from typing import Any, Protocol

from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.servers.slapd import person

SUFFIX = "dc=example,dc=test"


class Server(Protocol):
    """A directory server of the tests."""

    def modify(self, ldif: str) -> None: ...

    def start(self) -> Any: ...

    def stop(self) -> None: ...


def change(slapd: Server, dn: str, *lines: str) -> None:
    """Change one entry: the kind of change and its lines, as in LDIF."""
    slapd.modify(f"dn: {dn},{SUFFIX}\nchangetype: " + "\n".join(lines) + "\n\n")


def tree() -> str:
    """Return the units that `Life` moves people between, below those that a server begins with, and 20 people."""
    units = "".join(
        f"dn: ou={name},{SUFFIX}\nobjectClass: organizationalUnit\nou: {name.partition(',')[0]}\n\n"
        for name in ("a,ou=people", "b,ou=people", "elsewhere")
    )
    people = (person(SUFFIX, f"user{number:02}", telephoneNumber=str(300 + number)) for number in range(20))
    return units + "".join(people)


class Life:
    """Random changes in the directory of `slapd`; knows what there is."""

    UNITS = ("ou=people", "ou=a,ou=people", "ou=b,ou=people", "ou=elsewhere")

    def __init__(self, slapd: Server, seed: int) -> None:
        self.slapd, self.random = slapd, random.Random(seed)
        self.people = {f"user{number:02}": "ou=people" for number in range(20)}
        self.groups: dict[str, set[str]] = {}
        self.count = 0

    def happen(self) -> None:
        """Let one to four things happen."""
        weights = {
            self.add: 4,
            self.alter: 8,
            self.rename: 3,
            self.move: 3,
            self.delete: 3,
            self.regroup: 1,
            self.branch: 1,
            self.restart: 1,
        }
        for one in self.random.choices(list(weights), list(weights.values()), k=self.random.randint(1, 4)):
            one()

    def somebody(self) -> tuple[str, str]:
        name = self.random.choice(sorted(self.people))
        return name, f"uid={name},{self.people[name]}"

    def fresh(self) -> str:
        self.count += 1
        return f"new{self.count:03}"

    def add(self) -> None:
        name, unit = self.fresh(), self.random.choice(self.UNITS)
        self.slapd.modify(person(SUFFIX, name, unit=unit, telephoneNumber=str(500 + self.count)))
        self.people[name] = unit

    def alter(self) -> None:
        _name, dn = self.somebody()
        attribute, value = self.random.choice(
            [("cn", f"Name {self.random.random()}"), ("title", "left"), ("title", "here"), ("mail", "a@corp.example")]
        )
        change(self.slapd, dn, "modify", f"replace: {attribute}", f"{attribute}: {value}")

    def rename(self) -> None:
        name, dn = self.somebody()
        new = self.fresh()
        change(self.slapd, dn, "modrdn", f"newrdn: uid={new}", "deleteoldrdn: 1")
        self.people[new] = self.people.pop(name)

    def move(self) -> None:
        name, dn = self.somebody()
        unit = self.random.choice(self.UNITS)
        if unit != self.people[name]:
            new = f"newsuperior: {unit},{SUFFIX}"
            change(self.slapd, dn, "modrdn", f"newrdn: uid={name}", "deleteoldrdn: 0", new)
            self.people[name] = unit

    def delete(self) -> None:
        if len(self.people) > 5:
            name, dn = self.somebody()
            change(self.slapd, dn, "delete")
            del self.people[name]

    def regroup(self) -> None:
        _name, dn = self.somebody()
        if not self.groups:
            group = "cn=sales"
            self.groups[group] = set()
            ldif = f"dn: {group},ou=groups,{SUFFIX}\nobjectClass: groupOfNames\ncn: sales\nmember: {dn},{SUFFIX}\n\n"
            self.slapd.modify(ldif)
        elif self.random.random() < 0.3:
            change(self.slapd, "cn=sales,ou=groups", "delete")
            self.groups.clear()
        else:
            change(self.slapd, "cn=sales,ou=groups", "modify", "replace: member", f"member: {dn},{SUFFIX}")

    def restart(self) -> None:
        self.slapd.stop()
        self.slapd.start()

    def branch(self) -> None:
        """Move a whole branch out of the search and back, or give it another name."""
        change(
            self.slapd,
            "ou=a,ou=people",
            "modrdn",
            "newrdn: ou=a",
            "deleteoldrdn: 0",
            f"newsuperior: ou=elsewhere,{SUFFIX}",
        )
        if self.random.random() < 0.5:
            for name in [name for name, unit in self.people.items() if unit == "ou=a,ou=people"]:
                change(self.slapd, f"uid={name},ou=a,ou=elsewhere", "delete")
                del self.people[name]
        change(
            self.slapd,
            "ou=a,ou=elsewhere",
            "modrdn",
            "newrdn: ou=a",
            "deleteoldrdn: 0",
            f"newsuperior: ou=people,{SUFFIX}",
        )


def objects_of(location: str) -> list[Any]:
    """Return the objects of a store with their links; not what hangs on ids and times."""
    tables = contents(location)
    objects = {row[0]: row[1:] for row in tables["objects"]}
    links = [(key, slot, objects[object_id]) for _profile, key, slot, object_id, *_rest in tables["links"]]
    return [sorted(links), sorted((row[0], row[1], row[3]) for row in tables["identifiers"])]
