# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that come as they did before are known by their bytes, and not looked into."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import decode
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import MalformedError
from ansible_collections.telephony.connector.plugins.module_utils.directory.sealed import opened, sealed_reader
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources import portions
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import reading as ldap_reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import kept_records
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.kept_records import KeepingSource
from ansible_collections.telephony.connector.tests.servers.search_script import Script, done, entry, message, tlv

from .odd_servers import scripted

PEOPLE = ("anna", "bob", "carla", "dora")
#: an attribute whose values are no set of texts
BROKEN = message(tlv(0x64, tlv(0x04, b"uid=x"), tlv(0x30, tlv(0x30, tlv(0x04, b"uid"), tlv(0x31, tlv(0x02, b"x"))))))


def person(name: str, **more: Any) -> bytes:
    unique = f"00000000-0000-1000-8000-{PEOPLE.index(name):012}"
    return entry(f"uid={name}", uid=[name], cn=[name.title()], entryUUID=[unique], **more)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The entries that were looked into, one each."""
    seen: list[bytes] = []

    def noted(sent: bytes) -> Any:
        seen.append(sent)
        return opened(sent)

    monkeypatch.setattr(ldap_reading, "opened", noted)
    return seen


def sync(system: Any, *answers: bytes, **options: Any) -> dict[str, Any]:
    with Script(*answers) as script:
        system.profile(template="ldap_users", source=scripted(script, **options))
        counted: dict[str, Any] = system.sync()
        return counted


# ---------------------------------------------------------------------- what is sealed

NAMES = st.sampled_from(["uid", "cn", "cn;lang-de", "m" * 130])
VALUES = st.lists(st.binary(max_size=140), max_size=3)
ENTRIES = st.dictionaries(NAMES, VALUES, max_size=4)


@given(ENTRIES, st.integers(1, 70_000), st.integers(0, 3), st.booleans(), st.binary(max_size=3))
def test_a_sealed_entry_is_what_would_be_decoded(
    attributes: Any, number: int, zeros: int, is_other: bool, around: bytes
) -> None:
    parts = [
        tlv(0x30, tlv(4, name.encode()), tlv(0x31, *[tlv(4, v) for v in some])) for name, some in attributes.items()
    ]
    size = number.bit_length() // 8 + 1 + zeros
    sent = tlv(0x64, tlv(0x04, b"uid=a"), tlv(0x30, *parts))
    whole = tlv(0x30, tlv(0x02, number.to_bytes(size, "big")), sent)
    data, place, end = around + whole + around, len(around), len(around) + len(whole)
    sealed = sealed_reader(number + is_other, 1 << 20)(data, place, end)
    assert sealed == (None if is_other else sent)
    decoded = decode(data, place, end, number)
    assert opened(sent)._replace(size=0) == decoded._replace(size=0)  # type: ignore[call-arg, union-attr]


@pytest.mark.parametrize(
    "other",
    [
        tlv(0x30, tlv(0x02, b"\7"), tlv(0x65, tlv(0x0A, b"\0"), tlv(4, b""), tlv(4, b""))),
        tlv(0x30, tlv(0x02, b"\7"), tlv(0x64, tlv(4, b"uid=a"), tlv(0x30)), tlv(0xA0, tlv(0x30, tlv(4, b"1.2")))),
        tlv(0x30, tlv(0x02, b"\x08"), tlv(0x64, tlv(4, b"uid=a"), tlv(0x30))),
        tlv(0x30, tlv(0x03, b"\7"), tlv(0x64, tlv(4, b"uid=a"), tlv(0x30))),
        tlv(0x30, tlv(0x02, b"\7"), tlv(0x64, tlv(4, b"uid=" + b"a" * 200), tlv(0x30))),
        tlv(0x30, tlv(0x02, b"\7"), b"\x64\x80" + tlv(4, b"uid=a") + tlv(0x30) + b"\0\0"),
        tlv(0x30, tlv(0x02, b"\7"), b"\x64"),
        tlv(0x30, tlv(0x02, b"\7")),
    ],
    ids=["no entry", "with controls", "of another", "no number", "too long", "without a length", "cut off", "nothing"],
)
def test_any_other_message_is_not_sealed(other: bytes) -> None:
    assert sealed_reader(7, 100)(other + b"\x64\x02", 0, len(other)) is None


# ---------------------------------------------------------------------- what a sync does with it


def test_who_did_not_change_is_not_looked_into(system: Any, looks: list[bytes]) -> None:
    everybody = [person(name) for name in PEOPLE]
    assert sync(system, b"".join(everybody) + done())["counts"]["created"] == 4
    looks.clear()
    again = sync(system, b"".join(everybody) + done())
    assert (again["changed"], again["counts"]["unchanged"]) == (False, 4)
    assert len(looks) == 1  # the first, before anything else is done
    looks.clear()
    changed = sync(system, b"".join([*everybody[:2], person("carla", givenName=["C"]), everybody[3]]) + done())
    assert (changed["counts"]["updated"], changed["counts"]["unchanged"]) == (1, 3)
    assert [b"carla" in one for one in looks] == [False, True]


def test_attributes_in_another_order_are_the_same_record(system: Any) -> None:
    attributes = {"uid": ["anna"], "cn": ["Anna"], "entryUUID": ["00000000-0000-1000-8000-000000000000"]}
    turned = dict(reversed(attributes.items()))
    sync(system, entry("uid=anna", **attributes) + done())
    result = sync(system, entry("uid=anna", **turned) + done())
    assert (result["changed"], result["counts"]["unchanged"]) == (False, 1)


def test_the_same_bytes_read_in_another_way_are_another_record(system: Any) -> None:
    both = person("anna", mail=["a@corp.example"])
    sync(system, both + done())
    result = sync(system, both + done(), username_field="mail")
    assert (result["counts"]["updated"], system.names()) == (1, ["a@corp.example"])


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_an_entry_that_cannot_be_opened_ends_the_read_and_removes_nobody(
    system: Any, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldap_reading, "SIZE", 2)
    everybody = [person(name) for name in PEOPLE]
    sync(system, b"".join(everybody) + done())
    some = [person("anna", givenName=["A"]), *everybody[1:before]][:before]
    answer = b"".join([*some, BROKEN]) + done()
    if not before:
        with pytest.raises(SourceError, match="the server's answer is not LDAP"):
            sync(system, answer)
        return
    result = sync(system, answer)
    assert (result["counts"]["updated"], result["counts"]["removed"]) == (1, 0)
    assert any("the read is incomplete" in one.lower() and "not LDAP" in one for one in result["warnings"])
    assert len(system.names()) == 4


def test_a_record_by_record_read_ends_there_too() -> None:
    with Script(person("anna") + person("bob") + BROKEN + person("dora") + done()) as script:
        with LdapSource(scripted(script)).read(frozenset({"uid"}), None) as reading:
            assert [record.row for record in reading] == [("anna",), ("bob",)]  # type: ignore[union-attr]
        assert not reading.result.complete
        assert "broke off after 2 entries: the server's answer is not LDAP" in reading.result.reason


@pytest.mark.parametrize("in_memory", [1 << 20, 0])
def test_sealed_records_come_again_for_a_second_plan(monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(kept_records, "_IN_MEMORY", in_memory)
    with Script(b"".join(map(person, PEOPLE)) + done()) as script:
        source = KeepingSource(LdapSource(scripted(script)))
        with source.read(frozenset({"uid"}), None) as reading:
            first = list(portions.portions_of(reading))
        with source.read(frozenset({"uid"}), None) as reading:
            again = list(portions.portions_of(reading))
    assert isinstance(first[0], portions.Sealed)
    assert [part.opened([1, 3]) for part in again] == [[([2, 4], [("bob",), ("dora",)])]]  # type: ignore[union-attr]
    assert first == again


def test_entries_in_parts_are_not_sealed_and_the_others_are() -> None:
    odd = entry("uid=bob", uid=["bob"], mail__rangeEQ0_STAR=["b@x.example"])
    with (
        Script(person("anna") + odd + person("dora") + done()) as script,
        LdapSource(scripted(script)).read(frozenset({"uid", "mail"}), None) as reading,
    ):
        parts = list(portions.portions_of(reading))
    assert [type(part) for part in parts] == [portions.Sealed, portions.Portion]
    assert [record.row[1] for record in portions.each_of(parts)] == ["anna", "dora", "bob"]  # type: ignore[union-attr]


def test_opening_says_what_is_no_entry() -> None:
    for wrong in (b"", b"\x64", b"\x65\0", b"\x64\x7f\4", BROKEN[5:]):
        with pytest.raises(MalformedError):
            opened(wrong)
