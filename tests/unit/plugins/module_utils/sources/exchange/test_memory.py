# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However many contacts there are, reading them takes no more memory: more than one object for each would show."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.memory import growth_of_reading
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

pytestmark = pytest.mark.once

COLUMNS = frozenset({"DisplayName", "CompanyName", "PhoneNumbers_BusinessPhone", "EmailAddresses_EmailAddress1"})


@pytest.mark.parametrize("size", [1, 60])
def test_exchange_on_a_server_of_ones_own(exchange, source, size):
    early, number = 600, 2400
    for first in range(0, number, number // size):
        folder = exchange.mailboxes.public.folder(f"Customers {first}")
        for one in range(first, first + number // size):
            phones, addresses = {"BusinessPhone": f"+49 89 {one}"}, {"EmailAddress1": f"{one}@customer.example"}
            folder.add(f"Customer {one}", CompanyName=f"{one} Ltd", PhoneNumbers=phones, EmailAddresses=addresses)
    growth = growth_of_reading("exchange", source(timeout=60), COLUMNS, early, number)
    assert growth.objects < (number - early) / 2
    assert growth.peak < 8


def test_exchange_online(ca):
    early, number, size = 2500, 10_000, 250
    with Microsoft365(ca) as cloud:
        cloud.entra.apps[CLIENT_ID].roles = ("Contacts.Read",)
        mailbox = cloud.graph.contacts.mailbox("sales@contoso.example")
        for first in range(0, number, size):
            folder = mailbox.folder(f"Customers {first}")
            for one in range(first, first + size):
                addresses = [{"address": f"{one}@customer.example"}]
                folder.add(f"Customer {one}", companyName=f"{one} Ltd", emailAddresses=addresses)
        options = cloud.source(shared_mailboxes=["sales@contoso.example"], organisation_contacts=False)
        growth = growth_of_reading("exchange", options, COLUMNS, early, number)
    assert growth.objects < (number - early) / 2
    assert growth.peak < 8
