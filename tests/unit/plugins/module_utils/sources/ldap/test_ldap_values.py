# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of directories become texts that people can read, or are left out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.formatters.formatters import format_sid

from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import Columns
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import decoder, sid, texts


def cell(attribute: str, *values: bytes) -> Any:
    decode = decoder(attribute)
    assert decode is not None
    return decode(list(values))


def row(columns: Columns, **attributes: list[bytes]) -> dict[str, Any]:
    named = {name.replace("__", ";").replace("_", "-").encode(): values for name, values in attributes.items()}
    return dict(zip(columns.names, columns.maker(None)(Entry(b"cn=x", named, {})), strict=True))


@pytest.mark.parametrize(
    ("attribute", "value", "text"),
    [
        ("cn", "Müller, Anna".encode(), "Müller, Anna"),
        ("cn", b"", ""),
        ("cn", b"\xff\xfe", None),
        ("cn", b"a\0b", None),
        ("createTimestamp", b"20261122015317Z", "2026-11-22T01:53:17Z"),
        ("whenChanged", b"20261122015317.0Z", "2026-11-22T01:53:17Z"),
        ("modifyTimestamp", b"20261122015317+0100", "2026-11-22T01:53:17+01:00"),
        ("shadowExpire", b"20261122015317-05", "2026-11-22T01:53:17-05:00"),
        ("telephoneNumber", b"20261322015317Z", "20261322015317Z"),
        ("telephoneNumber", b"004930123456789", "004930123456789"),
        (
            "objectGUID",
            uuid.UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff").bytes_le,
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        ),
        ("OBJECTGUID", b"too short", None),
        ("entryUUID", b"6f9619ff-8b86-d011-b42d-00c04fc964ff", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        (
            "objectSid",
            bytes.fromhex("010500000000000515000000010000000200000003000000 50040000"),
            "S-1-5-21-1-2-3-1104",
        ),
        ("objectSid", b"S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-1104"),
        ("objectSid", b"\1\5\0", None),
        ("accountExpires", b"0", None),
        ("accountExpires", b"9223372036854775807", None),
        ("accountExpires", b"133775712000000000", "2024-12-02T00:00:00Z"),
        ("pwdLastSet", b"nonsense", None),
    ],
)
def test_a_value_becomes_text(attribute: str, value: bytes, text: str | None) -> None:
    assert cell(attribute, value) == text


def test_several_values_become_a_list_without_those_that_are_no_text() -> None:
    assert cell("mail", b"a", b"b") == ["a", "b"]
    assert cell("mail", b"a", b"\xff") == "a"
    assert cell("mail", b"\xff", b"\xff") is None
    assert cell("mail") is None
    assert cell("sIDHistory", b"S-1-5-1", b"S-1-5-2") == ["S-1-5-1", "S-1-5-2"]


VALUES = (
    st.text(st.sampled_from("0129+:/ !aZü\x00\x7f\u200b\n."), max_size=20).map(str.encode)
    | st.datetimes().map(lambda moment: moment.strftime("%Y%m%d%H%M%SZ").encode())
    | st.binary(max_size=20)
)


@given(st.lists(st.lists(VALUES, min_size=1, max_size=2), min_size=2, max_size=4))
def test_the_short_way_of_usual_values_comes_to_the_same(entries: list[list[bytes]]) -> None:
    make = Columns({"cn"}, frozenset(), {}).maker(None)  # which knows the attribute from the second entry on
    assert [make(Entry(b"cn=x", {b"cn": values}, {})) for values in entries] == [(texts(one),) for one in entries]


@given(st.integers(1, 15), st.binary(min_size=6, max_size=6), st.lists(st.integers(0, 2**32 - 1), max_size=15))
def test_a_sid_is_written_as_ldap3_writes_it(revision: int, authority: bytes, parts: list[int]) -> None:
    raw = bytes([revision, len(parts)]) + authority + b"".join(part.to_bytes(4, "little") for part in parts)
    if int.from_bytes(authority, "big") < 2**32:  # beyond that there is a notation in hexadecimal
        assert sid(raw) == format_sid(raw)


@pytest.mark.parametrize("attribute", ["jpegPhoto", "thumbnailPhoto", "userCertificate", "userPassword", "unicodePwd"])
def test_photos_certificates_and_passwords_are_neither_asked_for_nor_read(attribute: str) -> None:
    assert decoder(attribute) is None
    columns = Columns([attribute, "cn"], frozenset(), {})
    assert columns.attributes == ("cn",)
    assert row(columns, **{attribute: [b"x"], f"{attribute}__binary": [b"x"], "cn": [b"a"]}) == {
        attribute: None,
        "cn": "a",
    }


def test_names_of_attributes_match_whatever_their_case() -> None:
    assert row(Columns(["TelephoneNumber"], frozenset(), {}), telephonenumber=[b"1"]) == {"TelephoneNumber": "1"}


def test_a_value_in_another_language_fills_in_where_there_is_no_plain_one() -> None:
    columns = Columns(["cn", "sn", "sn;lang-de"], frozenset(), {})
    both = {"cn__lang_de": [b"Anna"], "sn__lang_de": [b"de"], "sn": [b"plain"]}
    assert row(columns, **both) == {"cn": "Anna", "sn": "plain", "sn;lang-de": "de"}
    assert row(columns, sn=[b"plain"], sn__lang_de=[b"de"])["sn"] == "plain"


def test_a_column_can_be_another_name_for_an_attribute() -> None:
    columns = Columns(["username", "mail"], frozenset(), {"username": "uid"})
    assert set(columns.attributes) == {"mail", "uid"}
    assert row(columns, uid=[b"anna"], username=[b"wrong"]) == {"mail": None, "username": "anna"}
    same = Columns(["username", "UID"], frozenset(), {"username": "uid"})
    assert row(same, uid=[b"anna"]) == {"UID": "anna", "username": "anna"}


def test_a_made_column_is_worked_out_from_attributes_that_are_not_shown() -> None:
    columns = Columns(["disabled", "cn"], frozenset({"disabled"}), {}, ["userAccountControl"])
    assert columns.attributes == ("cn", "userAccountControl")

    def finish(cells: dict[str, Any]) -> None:
        cells["disabled"] = "true" if cells["useraccountcontrol"] == "514" else ""

    made = columns.maker(finish)(Entry(b"cn=a", {b"cn": [b"a"], b"userAccountControl": [b"514"]}, {}))
    assert dict(zip(columns.names, made, strict=True)) == {"cn": "a", "disabled": "true"}
