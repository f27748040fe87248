# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports for tests: a small one with everything in it, and one of any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change, Fill, Report

EVIL = "<script>alert(1)</script>"
BIDI = "Anna\u202egnp.exe\u0007\u200f"
DIGEST = "sha256:" + "ab12" * 16
RULE = "must be a number of 2 to 15 digits that does not begin with 0"


def person(number: int, name: str = "") -> dict[str, str]:
    """Return the fields of somebody."""
    given, surname = ("Anna", "Ben", "Clara", "David", "Eva")[number % 5], ("Muster", "Weber", "Schulz")[number % 3]
    return {
        "username": f"{given}.{surname}{number}".lower(),
        "display_name": name or f"{given} {surname}",
        "email": f"{given}.{surname}{number}@corp.example".lower(),
        "extension": str(20000 + number),
        "phonebook.mobile": f"+49 171 55{number:06}",
        "devices": "softphone",
    }


def changes(new: int) -> Iterator[Change]:
    """Yield some of every sort, and so many new users."""
    for number in range(3):
        fields = person(number)
        yield Change("remove", "user", fields["username"], str(number), "no longer in the source", fields, {})
    for number in range(3, 7):
        name = person(number)["username"]
        before, after = {"extension": str(200 + number)}, {"extension": str(300 + number)}
        yield Change("update", "user", name, str(number), "changed in the source", before, after)
    for number in range(7, 7 + new):
        fields = person(number, {7: EVIL, 8: BIDI}.get(number, ""))
        yield Change("create", "user", fields["username"], str(number), "new in the source", {}, fields)
    for number in range(900, 905):
        name = person(number)["username"]
        before, after = {"email": f"old{number}@corp.example"}, {"email": f"new{number}@corp.example"}
        yield Change("update", "user", name, str(number), "changed in the source", before, after)
    entry = {"display_name": "Müller & Söhne", "phone": "+49 991 2960", "organisation": "Müller & Söhne GmbH"}
    yield Change("create", "phonebook_entry", "Müller & Söhne", "m", "new in the source", {}, entry)


def report(new: int = 12, **more: Any) -> Report:
    """Return a report; what is given replaces what it has."""
    rejected = [
        {"record": 17, "key": "x1", "name": "Carl Ohne", "field": "extension", "column": "Durchwahl", "value": "0815",
         "rule": RULE},
        {"record": 31, "key": None, "name": EVIL, "field": "display_name", "column": "Name", "value": "",
         "rule": "required"},
    ]  # fmt: skip
    values: dict[str, Any] = {
        "about": "profile staff",
        "mode": "mirror",
        "result": "partial",
        "is_simulation": True,
        "summary": f"{new + 1} created, 9 updated (4 renumbered), 3 removed, 8 rejected",
        "counts": {
            "read": 2000, "created": new + 1, "updated": 9, "removed": 3, "unchanged": 1824, "rejected": 8,
            "filtered": 4,
        },
        "plan_digest": DIGEST,
        "apply": f"ansible localhost -m telephony.connector.sync -a 'profile=staff expect_plan={DIGEST}'",
        "changes": changes(new),
        "rejected_by": [
            {"rule": RULE, "field": "extension", "column": "Durchwahl", "count": 7, "first": ["Carl Ohne"]},
            {"rule": "required", "field": "display_name", "column": "Name", "count": 1, "first": [EVIL]},
        ],
        "rejected": rejected,
        "conflicts": [{"name": "eva", "candidates": ["eva (7)", "e.beispiel (9)"], "reason": "matches two users"}],
        "warnings": ["3 display names were longer than 80 characters and were cut (first: Anna)"],
        "pools": lambda: [Fill("20000–20999", 1000, 940, 10), Fill("200–299", 100, 31, 5)],
        "facts": {"started": "2026-11-28T10:00:00Z", "actor": "pbx@controller"},
    }  # fmt: skip
    return Report(**{**values, **more})
