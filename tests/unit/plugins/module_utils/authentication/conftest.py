# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory servers that the tests of logins share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

from .directory_settings import FORMS

PASSWORD = "Kirschbaum-Laterne-88"
#: Accounts whose names mean something in a DN or a filter, and one that is there twice.
NAMES = ("mmuster", "o'neil", "plus+sign", "paren(s)", "50%off", "müller", "a&b", "hash#", "-dash", "ampel!")


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    """A server that answers a DN without a password with an anonymous success, with the people of NAMES."""
    certificate = ca.path("server")
    server = Slapd(tmp_path_factory.mktemp("slapd"), certificate=certificate, settings=["allow bind_anon_dn"])
    base = server.suffix
    people = "".join(
        person(base, name.replace("+", "\\+").replace("#", "\\#"), userPassword=PASSWORD) for name in NAMES
    )
    # in the attribute there are no backslashes
    people = "\n".join(
        line.replace("\\", "") if line.startswith(("uid:", "cn:", "sn:")) else line for line in people.split("\n")
    )
    units = f"dn: ou=north,{base}\nobjectClass: organizationalUnit\nou: north\n\n"
    twins = person(base, "twin", userPassword=PASSWORD) + person(base, "twin", unit="ou=north", userPassword=PASSWORD)
    server.load(server.base_ldif() + units + people + twins)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)
