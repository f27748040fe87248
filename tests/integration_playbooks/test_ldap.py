# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook and the access rules of the page about LDAP directories, as they stand there, with a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.telephony.connector.tests.servers.ca import TestCA

PAGE = Path(__file__).parents[2] / "docs/ldap.md"
SUFFIX = "dc=corp,dc=example"
PASSWORD = "Pbx-pw1-recognisable"


def block(language: str, number: int = 0) -> str:
    """Return one of the page's examples."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)[number]


@pytest.fixture
def slapd(tmp_path: Path, ca: TestCA) -> Iterator[Any]:
    from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

    rules, limits = block("text", 0), block("text", 1)
    server = Slapd(
        tmp_path / "slapd", suffix=SUFFIX, certificate=ca.path("server"), limits=limits, access=rules.rstrip("\n")
    )
    units = "".join(
        f"dn: ou={name},{SUFFIX}\nobjectClass: organizationalUnit\nou: {name}\n\n" for name in ("services", "contacts")
    )
    account = block("ldif").replace("{SSHA}...", PASSWORD) + "\n"
    people = [
        person(SUFFIX, "Anna", cn="Anna Müller", telephoneNumber="+49 30 1234-217", mail="anna@corp.example"),
        person(SUFFIX, "Bob", telephoneNumber="+49 30 1234-218"),
        person(SUFFIX, "Carl", telephoneNumber="+49 30 1234-219"),
        person(SUFFIX, "supplier", unit="ou=contacts", cn="Supplier Ltd", telephoneNumber="+49 40 1"),
    ]
    server.load(server.base_ldif() + units + account + "".join(people))
    server.start()
    for group in ("phone-users", "sales", "others"):
        members = [f"member: uid={name},ou=people,{SUFFIX}\n" for name in ("Anna", "Bob")]
        dn = f"cn={group},ou=groups,{SUFFIX}"
        server.modify(f"dn: {dn}\nobjectClass: groupOfNames\ncn: {group}\n{''.join(members)}\n")
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.newest_alone
def test_the_playbook_of_the_page_works_as_it_stands(ansible: Any, slapd: Any, ca: TestCA) -> None:
    play = block("yaml")
    for written, real in (
        ("ldaps://ldap1.corp.example", "ldaps://localhost:1"),  # this one is down
        ("ldaps://ldap2.corp.example", slapd.tls_uri),
        ("uri: ldaps://localhost:1", f"uri: {slapd.tls_uri}"),
        ("/etc/ssl/corp-ca.pem", ca.path("ca.crt")),
        ("/srv/pbx/store.db", str(ansible.store)),
    ):
        assert written in play
        play = play.replace(written, real)
    variables = {"vault_pbx_password": PASSWORD}
    simulated = ansible.playbook(play, "--check", "--diff", variables=variables)
    assert (simulated.returncode, simulated.recap["failed"]) == (0, 0), simulated.output
    assert "Supplier Ltd" in simulated.output
    assert not Path(ansible.store).exists()
    first = ansible.playbook(play, variables=variables)
    assert (first.returncode, first.recap["failed"]) == (0, 0), first.output
    again = ansible.playbook(play, variables=variables)
    assert again.recap["changed"] == 0, again.output
    simulated = ansible.playbook(play, "--check", "--diff", variables=variables)
    assert (simulated.returncode, simulated.recap["changed"]) == (0, 0), simulated.output
    users = ansible.tasks({"name": "Users", "object_info": {"kind": "user"}}).result("Users")["objects"]
    assert [(user["username"], user["extension"], user["roles"], user["auth_method"]) for user in users] == [
        ("anna", "217", ["sales"], "ldap"),
        ("bob", "218", ["sales"], "ldap"),
    ]
    book = ansible.tasks({"name": "Book", "object_info": {"kind": "phonebook_entry"}}).result("Book")["objects"]
    assert [(entry["display_name"], entry["phone"]) for entry in book] == [("Supplier Ltd", "+49 40 1")]
    assert PASSWORD not in first.output + again.output + simulated.output
    assert "localhost:1 cannot be reached" in first.output


@pytest.mark.newest_alone
def test_the_account_of_the_page_sees_what_it_needs_and_no_password(slapd: Any) -> None:
    from ansible_collections.telephony.connector.tests.directory import read_directory

    options = {
        "uri": slapd.uri,
        "base_dn": f"ou=people,{SUFFIX}",
        "username": f"uid=pbx,ou=services,{SUFFIX}",
        "password": PASSWORD,
        "allow_plaintext": True,
        "incremental": True,
    }
    whole = read_directory(options, "uid", "entryUUID", "memberOf", "creatorsName", "description")
    assert whole.result.complete
    assert all(whole.column("entryUUID"))
    assert whole.column("creatorsName") == [None] * 3
    changes = read_directory(options, "uid", "entryUUID", checkpoint=whole.result.checkpoint)
    assert (changes.items, changes.result.full) == ([], False)
    slapd.modify(f"dn: uid=Carl,ou=people,{SUFFIX}\nchangetype: modify\nreplace: sn\nsn: C\n\n")
    changes = read_directory(options, "uid", "entryUUID", checkpoint=whole.result.checkpoint)
    assert (changes.column("uid"), changes.result.full) == (["Carl"], False)
    slapd.modify(f"dn: ou=contacts,{SUFFIX}\nchangetype: modrdn\nnewrdn: ou=moved\ndeleteoldrdn: 1\n\n")
    slapd.modify(f"dn: ou=moved,{SUFFIX}\nchangetype: modrdn\nnewrdn: ou=contacts\ndeleteoldrdn: 1\n\n")
    assert read_directory(options, "uid", "entryUUID", checkpoint=whole.result.checkpoint).result.full


def test_the_examples_of_the_page_are_yaml() -> None:
    assert yaml.safe_load(block("yaml"))[0]["tasks"]
