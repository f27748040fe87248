# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Exchange stand-in, used with what exchangelib offers by itself: it must be Exchange for others than us, too."""

from __future__ import annotations

from collections.abc import Iterator

import exchangelib
import pytest
from exchangelib.errors import ErrorAccessDenied, ErrorImpersonateUserDenied, UnauthorizedError
from exchangelib.folders import PublicFoldersRoot
from exchangelib.version import EXCHANGE_2013_SP1

from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews


@pytest.fixture
def exchange() -> Iterator[Ews]:
    server = Ews("")
    server.start()
    yield server
    server.stop()
    exchangelib.close_connections()


def account(
    server: Ews, mailbox: str = EMAIL, password: str = PASSWORD, impersonate: bool = False
) -> exchangelib.Account:
    config = exchangelib.Configuration(
        service_endpoint=server.address,
        auth_type=exchangelib.BASIC,
        version=exchangelib.Version(build=EXCHANGE_2013_SP1),
        credentials=exchangelib.Credentials(USER, password),
        max_connections=1,
    )
    access = exchangelib.IMPERSONATION if impersonate else exchangelib.DELEGATE
    return exchangelib.Account(mailbox, config=config, autodiscover=False, access_type=access)


def test_contacts_of_a_mailbox_as_exchangelib_lists_them(exchange: Ews) -> None:
    contacts = exchange.mailboxes.mailbox(EMAIL).contacts
    contacts.add("Max", PhoneNumbers={"BusinessPhone": "1", "Pager": "2"}, CompanyName="Ltd")
    contacts.add_list("Everybody")
    found = list(account(exchange).contacts.all().only("display_name", "company_name", "phone_numbers"))
    assert [(type(item).__name__, item.display_name) for item in found] == [
        ("Contact", "Max"),
        ("DistributionList", "Everybody"),
    ]
    assert [(number.label, number.phone_number) for number in found[0].phone_numbers] == [
        ("BusinessPhone", "1"),
        ("Pager", "2"),
    ]


def test_public_folders_as_exchangelib_walks_them(exchange: Ews) -> None:
    exchange.mailboxes.public.folder("Sales", None).folder("Customers").add("Max")
    root = account(exchange).public_folders_root
    assert isinstance(root, PublicFoldersRoot)
    assert [(folder.name, folder.folder_class) for folder in root.walk()] == [
        ("Sales", None),
        ("Customers", "IPF.Contact"),
    ]


def test_pages_as_exchangelib_asks_for_them(exchange: Ews) -> None:
    for number in range(25):
        exchange.mailboxes.mailbox(EMAIL).contacts.add(f"C{number}")
    query = account(exchange).contacts.all().only("display_name")
    query.page_size = 10
    assert [item.display_name for item in query] == [f"C{number}" for number in range(25)]


def test_what_is_not_allowed_is_refused(exchange: Ews) -> None:
    exchange.mailboxes.mailbox("max@corp.example").contacts.add("Aunt")
    with pytest.raises(ErrorAccessDenied):
        list(account(exchange, "max@corp.example").contacts.all().only("display_name"))
    assert len(list(account(exchange, "max@corp.example", impersonate=True).contacts.all().only("display_name"))) == 1
    exchange.may_impersonate = False
    with pytest.raises(ErrorImpersonateUserDenied):
        list(account(exchange, "max@corp.example", impersonate=True).contacts.all().only("display_name"))
    exchangelib.close_connections()
    with pytest.raises(UnauthorizedError):
        _root = account(exchange, password="wrong").root
