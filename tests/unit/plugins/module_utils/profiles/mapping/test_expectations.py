# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns of a source that do not fit the profile are refused, and the likely cause is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

Define = Callable[..., Any]
ROW = {"username": "mmuster", "displayname": "Max Muster"}


def column_refusal(define: Define, columns: tuple[str, ...], **options: Any) -> str:
    with pytest.raises(SourceError) as refused:
        Mapper(define(**options)).bind(columns)
    return refused.value.message


# ------------------------------------------------------------------------------------------------------------ columns


def test_columns_that_have_nothing_to_do_with_the_profile_are_refused(define: Define) -> None:
    message = column_refusal(define, ("Benutzer", "Name"))
    assert message.startswith('Profile "staff" (csv_users): The source has none of the columns that the profile uses (')
    assert "; it has: Benutzer, Name. Does the first line hold the names of the columns? If it does, " in message
    assert "such as displayname: row.Benutzer;" in message


@pytest.mark.parametrize("first", [("mmuster", "Geheim-Wort", "217"), ("Geheim-Wort", "max@corp.example")])
def test_a_first_line_that_is_a_record_is_not_shown(define: Define, first: tuple[str, ...]) -> None:
    message = column_refusal(define, first)
    assert "The first line looks like a record, not like the names of columns; write the names above it" in message
    assert "Geheim-Wort" not in message


def test_a_wrong_delimiter_is_suspected(define: Define) -> None:
    assert "It is a single column with ';' in its name: is the delimiter right?" in column_refusal(
        define, ("username;displayname;phone",)
    )


def test_a_missing_column_of_a_required_field_is_named(define: Define) -> None:
    assert 'no column "username", which the field username needs; it has: user_name, displayname. Did you mean' in (
        column_refusal(define, ("user_name", "displayname"))
    )
    assert 'no column "Name", which the field display_name needs' in column_refusal(
        define, ("username",), variables={"displayname": "row.Name"}
    )


def test_a_missing_column_of_the_key_is_named(define: Define) -> None:
    assert 'no column "id", which the key needs' in column_refusal(define, tuple(ROW), key="row.id | lower")


@pytest.mark.parametrize(
    "key", ["row.id or row.username", "row.id | default(row.username)", "row['i' ~ 'd'] or username"]
)
def test_a_key_with_a_way_out_needs_no_column(define: Define, key: str) -> None:
    assert Mapper(define(key=key)).bind(tuple(ROW)).map(Record(1, tuple(ROW.values()))).key == "mmuster"


@pytest.mark.parametrize("key", ["row.id or 'x'", "row.id | default('x')", "row.id if row.id else 'x'"])
def test_a_key_with_a_constant_way_out_needs_no_column(define: Define, key: str) -> None:
    assert Mapper(define(key=key)).bind(tuple(ROW)).map(Record(1, tuple(ROW.values()))).key == "x"


def test_needed_columns_are_found_without_regard_to_case(define: Define) -> None:
    mapper = Mapper(define(variables={"username": "row.Login"}, key="row.ID"))
    assert mapper.bind(("LOGIN", "Id", "DisplayName")).map(Record(1, ("m", "7", "M"))).key == "7"


def test_an_object_with_a_condition_needs_no_column(define: Define) -> None:
    structure = {"phonebook_entry": {"display_name": "row.company", "when": "row.company"}}
    bound = Mapper(define(structure=structure)).bind(tuple(ROW))
    assert [one.kind for one in bound.map(Record(1, tuple(ROW.values()))).objects] == ["user"]


def test_many_columns_are_not_all_listed(define: Define) -> None:
    message = column_refusal(define, tuple(f"column{number}" for number in range(500)))
    assert "column19 and 480 more." in message
    assert len(message) < 1000


def test_of_columns_with_the_same_name_the_first_counts(define: Define) -> None:
    bound = Mapper(define()).bind(("username", "USERNAME", "displayname"))
    assert bound.map(Record(1, ("first", "second", "M"))).key == "first"
