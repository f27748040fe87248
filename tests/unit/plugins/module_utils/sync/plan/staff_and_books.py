# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users from one file and their private entries from another."""

from __future__ import annotations

STAFF = "id,username,displayname,phone\n"
BOOK = "id,displayname,phone,owner\n"
PEOPLE = {"1": "anna", "2": "ben", "3": "cleo"}


def write_staff(system, people):
    rows = (f"{key},{login},User {key},2{key}\n" for key, login in sorted(people.items()))
    system.csv(STAFF + "".join(rows), "staff.csv")


def write_book(system, *rows):
    system.csv(BOOK + "".join(f"{row}\n" for row in rows), "book.csv")


def owners_of(system):
    return {entry["display_name"]: entry.get("owner") for entry in system.objects("phonebook_entry")}


def declare_staff(system, **options):
    options = {"guards": {"max_removals": "100%"}, **options}
    system.profile("staff", key="row.id", match=[], source={"path": str(system.directory / "staff.csv")}, **options)


def sync_twice(system, name="staff"):
    """Sync as simulated before, and find nothing to do afterwards; return the result."""
    simulated = system.sync(name, check=True)
    result = system.sync(name, expect_plan=simulated["plan_digest"])
    assert {**simulated, "run_id": result["run_id"]} == result
    assert system.sync(name, check=True)["result"] == "unchanged"
    return result
