# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four people with all that hangs on a user, and what the store has of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone,email,mobile,password,pin,phonemac,phonepass,roles\n"
MANY = {"guards": {"max_removals": 1000, "max_renumbered": 1000}}


def person(name: str, number: int, **more: str) -> str:
    values = {
        "email": f"{name}@corp.example", "mobile": f"+49171{number}",
        "password": f"Secret-{name}-1", "pin": f"91{number}",
        "phonemac": f"00:11:22:33:4{number % 10}:55", "phonepass": f"device-{name}", "roles": "Sales", **more,
    }  # fmt: skip
    return ",".join([name, name.title(), str(number), *values.values()]) + "\n"


PEOPLE = HEADER + "".join(person(name, 200 + place) for place, name in enumerate(["anna", "ben", "cleo", "dora"]))


def tables(system: System) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of objects and what hangs on them."""
    found = contents(system.location)
    return {name: found[name] for name in ("objects", "identifiers", "links", "credentials")}


def release(system: System) -> None:
    system.profile(template=None, source=None, hold=False)


def last_run(system: System) -> int:
    return int(system.call(run_info.run_info, check=True, limit=1)["runs"][0]["id"])
