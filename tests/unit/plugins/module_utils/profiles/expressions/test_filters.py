# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters that expressions have beside Jinja2's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils import libraries
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.filters import (
    cn,
    digits,
    international,
    regex_replace,
    regex_search,
    to_ascii,
)


@pytest.mark.parametrize(
    ("dn", "name"),
    [
        ("CN=Sales,OU=Groups,DC=corp", "Sales"),
        ("cn = Sales , ou=Groups", "Sales"),
        (r"CN=Sales\, EU,OU=Groups", "Sales, EU"),
        (r"CN=M\C3\BCller \2B Co,OU=x", "Müller + Co"),
        (r"CN=back\\slash,OU=x", "back\\slash"),
        (r"CN=\ blanks\ ,OU=x", " blanks "),
        ("uid=max+cn=Max,ou=x", "max"),
        ("OU=Sales", "Sales"),
        ("CN=", ""),
        ("Sales", "Sales"),
        ("", ""),
        (None, ""),
    ],
)
def test_cn_is_the_first_value_of_a_dn(dn: Any, name: str) -> None:
    assert cn(dn) == name


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_cn_gives_back_every_escaped_name(name: str) -> None:
    escaped = "".join(f"\\{char}" if char in ',+"\\<>;= #' else char for char in name)
    hexed = "".join(f"\\{byte:02X}" for byte in name.encode())
    assert cn(f"CN={hexed},OU=x") == name
    if not name[0].isspace():
        assert cn(f"CN={escaped},OU=x") == (name if name[-1] == " " or not name[-1].isspace() else cn(f"CN={escaped}"))


@pytest.mark.parametrize(
    ("text", "result"), [("+49 (89) 5550-217", "49895550217"), ("٢١٧", ""), ("", ""), (None, ""), (217, "217")]
)
def test_digits(text: Any, result: str) -> None:
    assert digits(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Jürgen Weiß", "Juergen Weiss"),
        ("Ärger Öl Über", "Aerger Oel Ueber"),
        ("René Señor Čapek", "Rene Senor Capek"),
        ("Ju\u0308rgen", "Juergen"),
        ("Łódź Søren Ærø þór", "Lodz Soeren Aeroe thor"),
        ("Иван", ""),
        ("plain", "plain"),
        (None, ""),
    ],
)
def test_ascii_writes_plain_letters(text: Any, result: str) -> None:
    assert to_ascii(text) == result


@given(st.text())
def test_ascii_is_always_ascii_and_only_once(text: str) -> None:
    assert to_ascii(text).isascii()
    assert to_ascii(to_ascii(text)) == to_ascii(text)


def test_regex_search_gives_the_part_or_a_group() -> None:
    assert regex_search("Room 3.07, floor 3", "[0-9]+[.][0-9]+") == "3.07"
    assert regex_search("Room 3.07", r"(\w+) (?P<number>\S+)", 1) == "Room"
    assert regex_search("Room 3.07", r"(\w+) (?P<number>\S+)", "\\2") == "3.07"
    assert regex_search("Room 3.07", r"(\w+) (?P<number>\S+)", "number") == "3.07"
    assert regex_search("ROOM", "room", ignorecase=True) == "ROOM"
    assert regex_search("Room", "room") == ""
    assert regex_search("a", "(b)?a", 1) == ""
    assert regex_search(None, "x") == ""


def test_regex_replace_replaces_each_part_or_the_first_ones() -> None:
    assert regex_replace("4711 Sales", "^[0-9]+ *") == "Sales"
    assert regex_replace("max@corp.example", r"(\w+)@(.*)", r"\2/\1") == "corp.example/max"
    assert regex_replace("aAa", "A", "b", ignorecase=True) == "bbb"
    assert regex_replace("aaa", "a", "b", count=1) == "baa"
    assert regex_replace(None, "a", "b") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0171/555 01 23", "+491715550123"),
        ("(0171) 5550123", "+491715550123"),
        ("+49 171 5550123", "+491715550123"),
        ("++49 171 5550123", "+491715550123"),
        ("0049 171 5550123", "+491715550123"),
        ("+49 (0)30 23125-500", "+493023125500"),
        ("tel:+49-30-23125500", "+493023125500"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+39 06 6982", "+39066982"),
        ("see desk", ""),
        ("217", ""),
        ("110", ""),
        ("030 23125 500 or 030 23125 501", ""),
    ],
)
def test_phone_numbers_are_written_the_international_way(text: str, number: str) -> None:
    assert international(text, "DE") == number
    assert international(text, "de") == number


def test_the_region_counts_for_numbers_without_a_country() -> None:
    assert international("01 5131234", "AT") == "+4315131234"
    with pytest.raises(ValueError, match='e164 needs a region such as "DE", not "XX"'):
        international("1", "XX")


def test_what_is_no_phone_number_is_left_out_and_counted(
    map_row: Callable[..., Any], define: Callable[..., Any]
) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
    from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

    mapper = Mapper(define(variables={"mobile": "row.mobile | e164('DE')"})).bind(("username", "displayname", "mobile"))
    fields = [
        mapper.map(Record(1, ("m", "M", mobile))).objects[0].fields for mobile in ("0171 5550123", "see desk", "")
    ]
    assert [one.get("phonebook.mobile") for one in fields] == ["+491715550123", None, None]
    assert mapper.notices.sentences() == ["1 value is not a phone number and was left out (see desk)"]


def test_a_missing_library_is_said_when_the_profile_is_declared(
    define: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper

    libraries.require.cache_clear()
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    for region in ("'DE'", "row.country"):
        with pytest.raises(DefinitionError, match="The filter e164 needs phonenumbers"):
            Mapper(define(variables={"mobile": f"row.mobile | e164({region})"}))
    libraries.require.cache_clear()
