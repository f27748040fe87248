# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many searches that are on their way at once: every answer goes to the right one, and the connection is used on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import BrokenOffError, Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.searches import entries_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import entries_by_id, value_of
from ansible_collections.telephony.connector.tests.directory import source_of
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

ID, NAME = value_of("entryUUID"), value_of("uid")
PEOPLE = 95


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LdapSource]:
    server = Slapd(tmp_path_factory.mktemp("slapd"))
    server.load([server.base_ldif(), *(person(server.suffix, f"user{number}", cn="x") for number in range(PEOPLE))])
    server.start()
    try:
        yield LdapSource(source_of(server))
    finally:
        server.stop()


@pytest.fixture
def connected(source: LdapSource) -> Iterator[Connected]:
    with source.connect() as connected:
        yield connected


def every_one(source: LdapSource, connected: Connected) -> dict[str, Entry]:
    found = {ID(entry): entry for entry in Search(connected, source.request(("entryUUID", "uid")), 50)}
    assert len(found) == PEOPLE
    return found


def test_entries_are_found_by_their_ids(source: LdapSource, connected: Connected) -> None:
    everyone = every_one(source, connected)
    asked = sorted(everyone)[::2]
    nobody = "00000000-0000-4000-8000-000000000000"
    found = entries_by_id(connected, source.request(("entryUUID", "uid")), "entryUUID", [*asked, nobody])
    assert sorted(map(NAME, found)) == sorted(NAME(everyone[one]) for one in asked)
    assert entries_by_id(connected, source.request(("uid",)), "entryUUID", []) == []


def test_a_search_that_fails_is_no_empty_one(source: LdapSource, connected: Connected) -> None:
    request: Request = source.request(("entryUUID", "uid"))
    asked = [replace(request, filter=f"(uid=user{number})") for number in range(PEOPLE)]
    asked[40] = replace(request, base="ou=nowhere,dc=example,dc=test")
    with pytest.raises(BrokenOffError, match="noSuchObject"):
        entries_of(connected, asked)
    every_one(source, connected)  # nothing is left on its way
    del asked[40]
    assert len(entries_of(connected, asked)) == PEOPLE - 1
