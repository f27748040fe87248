# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory server whose branches the tests publish into."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.slapd import Slapd

from .branches import WRITER, WRITER_PASSWORD, new_branch, publish

_ACCESS = f"""\
access to attrs=userPassword by anonymous auth by * none
access to dn.regex="ou=blind[^,]*,dc=example,dc=test$" attrs=mobile by dn.exact="{WRITER}" =w by * none
access to dn.regex="ou=partly[^,]*,dc=example,dc=test$" attrs=mobile by * read
access to dn.regex="ou=readonly[^,]*,dc=example,dc=test$" by * read
access to * by dn.exact="{WRITER}" write by * read"""


@pytest.fixture(scope="session")
def slapd(tmp_path_factory, ca):
    one = Slapd(
        tmp_path_factory.mktemp("slapd-outputs"),
        certificate=ca.path("server"),
        access=_ACCESS,
        database=["index sn,telephoneNumber,mobile,homePhone eq,sub", "add_content_acl yes"],
        limits=f'limits dn.exact="{WRITER}" size.soft=500 size.hard=500 size.prtotal=unlimited size.pr=500',
    )
    one.start()
    one.modify(
        f"dn: {WRITER}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: writer\n"
        f"userPassword: {WRITER_PASSWORD}\n"
    )
    yield one
    one.stop()


@pytest.fixture
def people(system):
    """A store of three entries."""
    for name in ("Anna", "Bert", "Carla"):
        system.by_hand("phonebook_entry", display_name=name, phone=f"+49 30 {len(name)}00000", organisation="Muster KG")
    return system


@pytest.fixture
def branch(slapd):
    return new_branch(slapd)


@pytest.fixture
def book(slapd, branch):
    """Return publish(system, check=, **options) into the branch."""

    def run(system, check=False, **options):
        return publish(system, slapd, branch, check, **options)

    return run
