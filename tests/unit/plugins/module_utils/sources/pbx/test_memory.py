# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However many entries there are, reading them takes no more memory: more than one object for each would show."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.memory import growth_of_reading
from ansible_collections.telephony.connector.tests.system import source_of

pytestmark = pytest.mark.once

COLUMNS = frozenset({"id", "display_name", "phone", "organisation", "labels.Department"})
EARLY, NUMBER = 10_000, 40_000


def entries(first, last):
    return [
        {"id": one, "display_name": f"Müller {one}", "phone": f"+49 89 {one}", "organisation": f"{one} Ltd"}
        for one in range(first, last)
    ]


@pytest.mark.parametrize("size", [500, NUMBER])
def test_a_service(service, size):
    pages = [entries(first, first + size) for first in range(0, NUMBER, size)]
    options = service(*pages, [], path=f"/many-{size}", page_parameter="page", timeout=60)
    growth = growth_of_reading("pbx", options, COLUMNS, EARLY, NUMBER)
    assert growth.objects < (NUMBER - EARLY) / 2
    assert growth.peak < 8


def test_another_store(there):
    there.csv("name,phone\n" + "".join(f"Müller {one},+49 89 {one}\n" for one in range(NUMBER)))
    structure = {"phonebook_entry": {"labels": {"Department": "row.phone"}}}
    there.profile("book", "csv_phonebook", structure=structure, variables={"displayname": "row.name"})
    there.sync("book", changes_limit=0)
    growth = growth_of_reading("pbx", source_of(there), COLUMNS, EARLY, NUMBER)
    assert growth.objects < (NUMBER - EARLY) / 2
    assert growth.peak < 8
