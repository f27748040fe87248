# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login costs: the decision of the phone system beside what nobody can do without, in turn in one process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_PASSWORD = "Kirschbaum-Laterne-88"
_USERS = 200
_ROUNDS = 5
_KEY = "tc1-a_key_of_the_benchmark_long_enough_0123456789"


@dataclass(frozen=True)
class Logins:
    """Milliseconds a login, and the ratios of those that were measured in turn."""

    argon2: float
    internal: float
    internal_ratio: float
    bind: float
    ldap: float
    ldap_ratio: float


def measure(say: Any, users: int = _USERS, rounds: int = _ROUNDS) -> Logins:
    """Measure logins of users with a password here, and of users of an OpenLDAP server on this machine."""
    from ansible_collections.telephony.connector.plugins.module_utils.authentication.authenticator import Authenticator
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    with tempfile.TemporaryDirectory(prefix="telephony-connector-logins.") as name, _directory(Path(name)) as server:
        location = str(Path(name) / "store.db")
        _fill(location, server, users)
        store = Store.open(location, _KEY, True)
        try:
            with Authenticator(store, hides_users=False) as logins:
                hashed = _hash_of(store)
                inner = _pairs(rounds, users // 4, lambda _n: _verify(hashed), lambda n: _expect(logins, f"inner{n}"))
                bind = _binder(server)
                outer = _pairs(rounds, users, bind, lambda n: _expect(logins, f"user{n}"))
        finally:
            store.close()
    found = Logins(*_figures(inner), *_figures(outer))
    say(f"a login by a password here: {found.internal:.2f} ms, {found.internal_ratio:.2f} x argon2 alone")
    say(f"a login by the directory: {found.ldap:.2f} ms, {found.ldap_ratio:.2f} x one bind")
    return found


@contextmanager
def _directory(directory: Path) -> Iterator[Any]:
    from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

    server = Slapd(directory / "slapd")
    people = (person(server.suffix, f"user{number}", userPassword=_PASSWORD) for number in range(_USERS))
    server.load(server.base_ldif() + "".join(people))
    try:
        yield server.start()
    finally:
        server.stop()


def _fill(location: str, server: Any, users: int) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import declare_ldap_auth
    from ansible_collections.telephony.connector.tests.system import System

    system = System(location, Path(location).parent)
    system.KEY = _KEY  # type: ignore[misc]
    rows = [f"user{number},User {number},,ldap" for number in range(users)]
    rows += [f"inner{number},Inner {number},{_PASSWORD},internal" for number in range(users // 4)]
    (Path(location).parent / "people.csv").write_text("\n".join(["username,displayname,password,method", *rows]))
    system.profile(structure={"user": {"auth_method": "row.method"}})
    system.sync()
    bind_dn = f"uid=%,ou=people,{server.suffix}"
    system.call(declare_ldap_auth, state="present", uri=[server.uri], bind_dn=bind_dn, allow_plaintext=True)


def _hash_of(store: Any) -> str:
    from ansible_collections.telephony.connector.plugins.module_utils.authentication.accounts import find_account

    with store.snapshot():
        account = find_account(store, "inner0")
    assert account is not None
    assert account.password_hash is not None
    return account.password_hash


def _verify(hashed: str) -> None:
    from argon2 import PasswordHasher

    PasswordHasher().verify(hashed, _PASSWORD)


def _expect(logins: Any, username: str) -> None:
    decision = logins.decide(username, _PASSWORD)
    if not decision.authenticated:
        raise RuntimeError(f"the login of {username} came to {decision}")


def _binder(server: Any) -> Callable[[int], None]:
    """Return what binds as one user after the other, on one connection of ldap3."""
    import ldap3

    connection = ldap3.Connection(ldap3.Server(server.uri, get_info=ldap3.NONE))
    connection.open()

    def bind(number: int) -> None:
        connection.user = f"uid=user{number},ou=people,{server.suffix}"
        connection.password = _PASSWORD
        connection.authentication = ldap3.SIMPLE
        if not connection.bind():
            raise RuntimeError(f"the bind came to {connection.result}")

    return bind


def _pairs(
    rounds: int, count: int, floor: Callable[[int], None], login: Callable[[int], None]
) -> list[tuple[float, float]]:
    """Return milliseconds of the floor and of a login, for each round: one of each in turn."""
    floor(0)
    login(0)
    found = []
    for _round in range(rounds):
        below = above = 0.0
        for number in range(count):
            started = time.perf_counter()
            floor(number)
            between = time.perf_counter()
            login(number)
            below += between - started
            above += time.perf_counter() - between
        found.append((below / count * 1000, above / count * 1000))
    return found


def _figures(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    floors, logins = zip(*pairs, strict=True)
    return median(floors), median(logins), median(above / below for below, above in pairs)
