# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifying passwords: right, wrong, and how long it takes whether or not there is anything to verify."""

from __future__ import annotations

import statistics
import time
import unicodedata

import argon2
import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import (
    Account,
    Answer,
    decide,
)

PASSWORD = "Kirschbaum-Laterne-88"
HASH = passwords.hasher().hash(PASSWORD)
ROUNDS, ATTEMPTS = 15, 6


def test_a_hash_opens_for_its_password_only() -> None:
    assert passwords.verify(HASH, PASSWORD)
    for wrong in ("", PASSWORD.upper(), PASSWORD + "x", "\0", "\ud800"):
        assert not passwords.verify(HASH, wrong)


def test_letters_put_together_another_way_are_the_same_and_older_hashes_open() -> None:
    composed, decomposed = "Stra\u00dfenm\u00fcll", "Stra\u00dfenmu\u0308ll"
    (hashed,) = passwords.hash_all([decomposed])
    assert passwords.verify(hashed, composed)
    assert passwords.verify(hashed, decomposed)
    as_typed = passwords.hasher().hash(decomposed)  # as version 0.2.0 did it
    assert passwords.verify(as_typed, decomposed)
    assert not passwords.verify(as_typed, "Stra\u00dfenmull")


def test_a_password_without_end_takes_no_time_and_the_longest_one_opens() -> None:
    began = time.monotonic()
    assert not passwords.verify(HASH, "a" + "\u0301\u0323" * 100_000)
    assert time.monotonic() - began < 5
    longest = "\u1f82" * 255
    (hashed,) = passwords.hash_all([longest])
    assert passwords.verify(hashed, unicodedata.normalize("NFD", longest))


def test_no_password_opens_what_has_no_hash() -> None:
    for password in ("", "\0", PASSWORD, "A" * 43):
        assert not passwords.verify(None, password)
        assert not passwords.verify("", password)


def test_a_hash_that_is_damaged_opens_for_nobody() -> None:
    for damaged in ("x", HASH[:-4], HASH.replace("argon2id", "argon2x"), "=19=19456,t=2,p=116317"):
        assert not passwords.verify(damaged, PASSWORD)


def test_hashes_are_argon2id_with_the_documented_cost() -> None:
    """OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane."""
    parameters = argon2.extract_parameters(HASH)
    assert parameters.type is argon2.Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)


def seconds(account: Account | None) -> float:
    started = time.process_time()  # what this process worked: others on the machine do not count
    decide(account, "Kirschbaum-Laterne-89", lambda username, password: Answer("accepted"))
    return time.process_time() - started


@pytest.mark.once
@pytest.mark.parametrize(
    "account",
    [None, *(Account("eva", method) for method in ("internal", "none", "sso", "ldap"))],
    ids=repr,
)
def test_the_time_does_not_tell_whether_there_is_such_a_user(account: Account | None) -> None:
    """Medians of interleaved rounds are much the same.

    A machine may be disturbed for a while, so that one undisturbed attempt is enough; without the verification of a
    hash that nobody has, the difference would be a hundredfold in all of them.
    """
    there = Account("eva", "internal", HASH)
    ratios = []
    for _attempt in range(ATTEMPTS):
        pairs = [(seconds(there), seconds(account)) for _round in range(ROUNDS)]
        wrong, other = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratios.append(other / wrong)
        if 0.5 < ratios[-1] < 2:
            return
    pytest.fail(f"denials take {ratios} times as long as for a wrong password")
