# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Salted hashes of passwords and PINs (argon2id, RFC 9106)."""

from __future__ import annotations

import os
import typing as t
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import MAX_TEXT

if t.TYPE_CHECKING:
    from argon2 import PasswordHasher

# 19 MiB, two passes, one lane: the second recommended setting of OWASP's Password Storage Cheat Sheet. It takes some
# 15 ms a password, since a first import may bring thousands of them.
_TIME_COST, _MEMORY_KIB, _PARALLELISM = 2, 19 * 1024, 1
# No password of a user is typed with more characters: each of its own may be put together of four.
_LONGEST = 4 * MAX_TEXT
# A hash of these parameters that no password has: verifying it costs what verifying a real one costs.
_NOBODYS_HASH = f"$argon2id$v=19$m={_MEMORY_KIB},t={_TIME_COST},p={_PARALLELISM}${'A' * 22}${'A' * 43}"


def hasher() -> PasswordHasher:
    """Return the hasher with this collection's parameters; it verifies hashes of any others too."""
    require("argon2", "argon2-cffi", "21.2", "hashing passwords")
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=_PARALLELISM)


def hash_all(passwords: Iterable[str]) -> list[str]:
    """Return the hashes of many passwords, made on all processors (argon2 works outside Python's lock)."""
    hash_one = hasher().hash
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as workers:
        hashes = []
        for hashed in workers.map(hash_one, map(_octets, passwords)):
            hashes.append(hashed)
            progress.at(len(hashes))
        return hashes


def verify(hashed: str | None, password: str) -> bool:
    """Say whether a password is the one of a hash; without a hash it takes the same time and is False."""
    verifier = hasher()
    if len(password) > _LONGEST:  # to compose the accents of such a text may take minutes
        hashed, password = None, password[:_LONGEST]
    from argon2.exceptions import InvalidHash, VerificationError

    def opens(octets: bytes) -> bool:
        try:
            return verifier.verify(hashed or _NOBODYS_HASH, octets) and hashed is not None
        except (VerificationError, InvalidHash):
            return False

    # version 0.2.0 has hashed passwords as they were typed; nearly always the two are the same
    return any(map(opens, dict.fromkeys((_octets(password), password.encode("utf-8", "surrogatepass")))))


def _octets(password: str) -> bytes:
    """Return what is hashed of a password: it is the same however a keyboard puts its letters together (RFC 8265)."""
    # half of a surrogate pair, which a task may well hand over, has no encoding, and is nobody's password either
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
