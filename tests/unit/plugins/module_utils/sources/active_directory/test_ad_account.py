# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and states of Active Directory accounts, without a server."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import checked_filter
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory import account
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import filetime

NOW = "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("svc-pbx", "svc-pbx@corp.example"),
        ("svc-pbx@other.example", "svc-pbx@other.example"),
        ("CORP\\svc-pbx", "CORP\\svc-pbx"),
        ("CN=svc\\, pbx,DC=corp,DC=example", "CN=svc\\, pbx,DC=corp,DC=example"),
    ],
)
def test_only_a_bare_name_is_completed(given, name):
    assert account.sign_in_name(given, "corp.example") == name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("svc", "(|(userPrincipalName=svc@corp.example)(sAMAccountName=svc))"),
        ("svc@CORP.example", "(|(userPrincipalName=svc@corp.example)(sAMAccountName=svc))"),
        ("svc@other.example", "(userPrincipalName=svc@other.example)"),
        ("CORP\\svc", "(sAMAccountName=svc)"),
        ("a*)(b", "(|(userPrincipalName=a\\2a\\29\\28b@corp.example)(sAMAccountName=a\\2a\\29\\28b))"),
        ("CN=a,DC=b", "(distinguishedName=CN\\3da\\2cDC\\3db)"),
    ],
)
def test_the_own_account_is_found_by_what_it_signs_in_with_and_nobody_else(given, expected):
    found = account.own_account_filter(given, "corp.example")
    assert found == expected
    checked_filter(found)


@pytest.mark.parametrize(
    ("cells", "disabled"),
    [
        ({"useraccountcontrol": "512"}, False),
        ({"useraccountcontrol": "514"}, True),
        ({"useraccountcontrol": "66050"}, True),
        ({"useraccountcontrol": "66048", "accountexpires": None}, False),
        ({"useraccountcontrol": "512", "accountexpires": "2026-11-22T12:00:00Z"}, True),
        ({"useraccountcontrol": "512", "accountexpires": "2026-11-22T12:00:01Z"}, False),
        ({}, False),
        ({"useraccountcontrol": "many"}, False),
    ],
)
def test_an_account_is_disabled_by_its_mark_or_its_date(cells, disabled):
    assert account.is_disabled(cells, NOW) is disabled


def test_file_times_are_the_way_back_from_dates():
    assert filetime(str(account.file_time(NOW)).encode()) == NOW
    assert account.file_time("1601-01-01T00:00:00Z") == 0
    with pytest.raises(ValueError, match="isoformat"):
        account.file_time("yesterday")


def test_the_next_account_that_expires_is_found():
    expiry = account.NextExpiry("2026-11-22T12:00:00Z")
    noon = account.file_time("2026-11-22T12:00:00Z")
    for value in (b"0", b"9223372036854775807", b"", b"soon", b"%d" % noon, b"%d" % (noon + 5), b"%d" % (noon + 2)):
        expiry.see(Entry(b"cn=a", {b"accountExpires": [value]}, {}))
    expiry.see(Entry(b"cn=b", {}, {}))
    assert expiry.time == noon + 2
    assert account.NextExpiry("2026-11-22T12:00:00Z").time == account.NEVER
