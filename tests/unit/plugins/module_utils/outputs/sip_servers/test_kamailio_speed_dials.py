# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed dials in Kamailio: addresses that can be called, within the widths of the columns."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.kamailio import DOMAIN


def add(system, username, extension):
    fields = {"devices": [{"type": "softphone"}], "display_name": username.title()}
    system.by_hand("user", username=username, extension=extension, **fields)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_speed_dial_leads_to_a_sip_address_or_is_left_out(system, output, query):
    add(system, "anna", "201")
    destinations = {
        "+49 (991) 29601-0": f"sip:+49991296010@{DOMAIN}",
        "*21#": f"sip:*21%23@{DOMAIN}",
        "sip:hotline@partner.example": "sip:hotline@partner.example",
        "SIPS:7@partner.example;transport=tls": "SIPS:7@partner.example;transport=tls",
        "0991 2960 or 2961": None,
        "12;rport": None,
        "sip:5 <x>": None,
    }
    for number, destination in enumerate(destinations, 71):
        system.by_hand("speed_dial", number=str(number), destination=destination)
    result = output()
    rows = dict(query("SELECT sd_username, new_uri FROM speed_dial"))
    assert [rows.get(str(number)) for number, _destination in enumerate(destinations, 71)] == [*destinations.values()]
    assert [one["value"] for one in result["left_out"]] == ["0991 2960 or 2961", "12;rport", "sip:5 <x>"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_speed_dial_that_is_cut_is_named_also_by_the_run_that_makes_secrets(system, output):
    add(system, "anna", "201")
    system.by_hand("speed_dial", number="71", destination="200", display_name="n" * 65)
    result = output()
    assert result["counts"]["sip_passwords_made"] == 1
    assert [(one["name"], one["rule"]) for one in result["cut"]] == [("71", "at most 64 characters")]
