# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision itself: each method, each way to be denied, and that nothing is asked or told that must not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords, reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import (
    Account,
    Answer,
    decide,
    login_name,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import is_blank

PASSWORD = "Kirschbaum-Laterne-88"
HASH = passwords.hasher().hash(PASSWORD)


class Directory:
    """A directory that says what it is told to, and remembers what it was asked."""

    def __init__(self, reason: str = reasons.ACCEPTED) -> None:
        self.reason = reason
        self.asked: list[tuple[str, str]] = []

    def __call__(self, username: str, password: str) -> Answer:
        self.asked.append((username, password))
        return Answer(self.reason)


@pytest.mark.parametrize(
    ("account", "password", "reason"),
    [
        (None, PASSWORD, reasons.UNKNOWN_USER),
        (None, "", reasons.UNKNOWN_USER),
        (Account("eva", "internal", HASH), PASSWORD, reasons.ACCEPTED),
        (Account("eva", "internal", HASH), PASSWORD.lower(), reasons.WRONG_PASSWORD),
        (Account("eva", "internal", HASH), PASSWORD + " ", reasons.WRONG_PASSWORD),
        (Account("eva", "internal", HASH), PASSWORD[:-1], reasons.WRONG_PASSWORD),
        (Account("eva", "internal", HASH), "\ud800", reasons.EMPTY_PASSWORD),
        (Account("eva", "internal", HASH), "x" * 10_000, reasons.WRONG_PASSWORD),
        (Account("eva", "internal", HASH), "", reasons.EMPTY_PASSWORD),
        (Account("eva", "internal", "damaged"), PASSWORD, reasons.WRONG_PASSWORD),
        (Account("eva", "internal"), PASSWORD, reasons.NO_PASSWORD_SET),
        (Account("eva", "internal"), "", reasons.EMPTY_PASSWORD),
        (Account("eva", "none", HASH), PASSWORD, reasons.METHOD_NONE),
        (Account("eva", "sso", HASH), PASSWORD, reasons.SINGLE_SIGN_ON),
        (Account("eva", "of tomorrow", HASH), PASSWORD, reasons.METHOD_NONE),
        (Account("eva", "ldap", HASH), "", reasons.EMPTY_PASSWORD),
        (Account("eva", "ldap", HASH), " \t", reasons.EMPTY_PASSWORD),
    ],
)
def test_the_phone_system_decides_by_itself_and_asks_no_directory(
    account: Account | None, password: str, reason: str
) -> None:
    directory = Directory()
    decision = decide(account, password, directory)
    assert (decision.reason, decision.authenticated) == (reason, reason == reasons.ACCEPTED)
    assert decision.method == (account.method if account else None)
    assert directory.asked == []


@pytest.mark.parametrize("reason", list(reasons.ADVICE))
def test_the_method_ldap_leaves_it_to_the_directory_alone(reason: str) -> None:
    """The hash that the user had before is no second way in."""
    directory = Directory(reason)
    decision = decide(Account("eva", "ldap", HASH), PASSWORD, directory)
    assert (decision.authenticated, decision.reason) == (reason == reasons.ACCEPTED, reason)
    assert directory.asked == [("eva", PASSWORD)]


@given(st.text(max_size=40), st.sampled_from(["internal", "ldap", "sso", "none"]))
@settings(max_examples=40)  # each of them costs a hash
def test_no_password_but_the_right_one_is_accepted(password: str, method: str) -> None:
    if password != PASSWORD:
        assert not decide(Account("eva", method, HASH), password, Directory("wrong password")).authenticated


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mmuster", "mmuster"),
        ("MMuster", "mmuster"),
        ("MÜLLER", "müller"),
        ("Max.Muster@Corp.Example", "max.muster@corp.example"),
        ("mmuster ", "mmuster "),  # not the same name, and there is none like it
        ("*", "*"),
        ("", None),
        ("\u212aelvin", None),  # the Kelvin sign lower-cases to a k
        ("mmuster\0", None),
        ("mmuster\n", None),
        ("m" * 256, None),
        ("m" * 10_000, None),
        ("\ud800", None),
    ],
)
def test_a_login_is_the_exact_name_but_for_letter_case(typed: str, name: str | None) -> None:
    assert login_name(typed) == name


@given(st.text(max_size=20))
def test_nothing_but_ascii_letters_becomes_an_ascii_name(typed: str) -> None:
    name = login_name(typed)
    if name is not None and name.isascii():
        assert typed.isascii()


@given(st.text(st.characters(categories=("Zs", "Zl", "Zp", "Cc", "Cf")), max_size=6), st.text(max_size=6))
def test_what_nobody_can_see_is_blank_also_before_a_nul(invisible: str, rest: str) -> None:
    assert is_blank(invisible)
    assert is_blank(invisible + "\0" + rest)
    assert not is_blank(invisible.replace("\0", "") + "x" + rest)


# -- time ----------------------------------------------------------------------------------------------------


def accounts() -> dict[str, tuple[Account | None, str]]:
    """Return every case that is decided without a directory and not accepted."""
    return {
        "wrong password": (Account("eva", "internal", HASH), "Kirschbaum-Laterne-89"),
        "unknown user": (None, "Kirschbaum-Laterne-89"),
        "no password set": (Account("eva", "internal"), "Kirschbaum-Laterne-89"),
        "method none": (Account("eva", "none", HASH), PASSWORD),
        "single sign-on": (Account("eva", "sso"), PASSWORD),
        "empty password": (Account("eva", "internal", HASH), ""),
        "nobody's empty password": (None, ""),
    }


def test_every_denial_without_a_directory_costs_one_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is the work itself, so that no other load on the machine can change the result."""
    import argon2

    verified: list[str] = []
    verify: Callable[..., bool] = argon2.PasswordHasher.verify

    def counted(hasher: argon2.PasswordHasher, hashed: str, password: bytes) -> bool:
        verified.append(hashed)
        return verify(hasher, hashed, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    for name, (account, password) in accounts().items():
        verified.clear()
        assert not decide(account, password, Directory()).authenticated
        (hashed,) = verified
        assert argon2.extract_parameters(hashed) == argon2.extract_parameters(HASH), name
