# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone system with users and their private entries."""

from __future__ import annotations

import pytest

from .staff_and_books import PEOPLE, declare_staff, write_book, write_staff


@pytest.fixture
def office(system, monkeypatch):
    """Three users, an entry of a profile for anna and one for ben, and one by hand for anna and for the company."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(system.directory / "cache"))
    declare_staff(system)
    structure = {"phonebook_entry": {"display_name": "displayname", "phone": "phone", "owner": "row.owner"}}
    book = {"path": str(system.directory / "book.csv")}
    system.profile("book", "csv_phonebook", key="row.id", match=[], source=book, structure=structure)
    write_staff(system, PEOPLE)
    write_book(system, "a,Dentist,030 1,anna", "b,Plumber,030 2,ben")
    system.sync("staff")
    system.sync("book")
    system.by_hand("phonebook_entry", display_name="Mother", phone="030 3", owner="anna")
    system.by_hand("phonebook_entry", display_name="Taxi", phone="030 4")
    return system
