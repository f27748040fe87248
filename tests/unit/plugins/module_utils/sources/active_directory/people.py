# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the domain that these tests read, and reading them."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.tests.servers.samba_domain import (
    BASE_DN,
    DISABLED,
    READER,
    READER_PASSWORD,
    STAFF,
    user,
)

ANNA = f"CN=Müller\\, Anna \\22Änne\\22,{STAFF}"
PEOPLE = [
    (
        ANNA,
        user(
            "AMueller",
            "Anna-Pw1!",
            displayName="Müller, Anna",
            givenName="Anna",
            sn="Müller",
            mail="anna@corp.example",
            telephoneNumber="217",
            mobile="+49 171 5550123",
            homePhone="+49 30 1",
            facsimileTelephoneNumber="+49 30 2",
            company="Corp Ltd",
            title="Head of Sales",
            info="likes tea",
            pager="701",
        ),
    ),
    (f"CN=Bob,{STAFF}", user("bob", displayName="Bob", telephoneNumber="218")),
    (f"CN=Gone,{STAFF}", user("gone", displayName="Gone", userAccountControl=str(DISABLED))),
    (f"CN=Late,{STAFF}", user("late", displayName="Late", accountExpires="132223104000000000")),
    (f"CN=mobydick,{STAFF}", user("mobydick", displayName="Phone system")),
    (f"CN=Supplier,{STAFF}", {"objectClass": "contact", "displayName": "Supplier", "telephoneNumber": "+49 30 99"}),
    (
        f"CN=PC1,CN=Computers,{BASE_DN}",
        {"objectClass": "computer", "sAMAccountName": "PC1$", "userAccountControl": "4096"},
    ),
]


def source(dc, **options: Any) -> dict[str, Any]:
    """Return the options of a source as its ordinary account."""
    return {
        "domain": "example.test",
        "server": [dc.ip],
        "ca_path": dc.ca.path("ca.crt"),
        "username": READER,
        "password": READER_PASSWORD,
        **options,
    }


def read(options, *wanted, **more):
    from ansible_collections.telephony.connector.tests.directory import read_directory

    return read_directory(options, *(wanted or ("sAMAccountName",)), family="ad", **more)


def logins(whole):
    return sorted(filter(None, whole.column("sAMAccountName")))
