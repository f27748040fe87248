# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An address book at the stand-in, and people for it."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.book_script import PATH, ScriptedBook

from .books import THEIRS
from .stand_in import COUNT


@pytest.fixture
def book():
    one = ScriptedBook()
    one.cards[f"{PATH}theirs.vcf"] = THEIRS
    one.start()
    yield one
    assert one.cards[f"{PATH}theirs.vcf"] == THEIRS
    one.stop()


@pytest.fixture
def people(system):
    """A store of some entries, the notes of every second one being "1"."""
    system.csv("displayname,phone,notes\n" + "".join(f"Person {n:02},+49 991 {n:04},{n % 2}\n" for n in range(COUNT)))
    system.profile("book", "csv_phonebook", structure={"phonebook_entry": {"notes": "row.notes"}})
    system.sync("book")
    return system
