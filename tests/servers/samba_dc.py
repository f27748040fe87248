# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway Samba Active Directory domain controller on a loopback address of its own.

The ports of a domain controller cannot be chosen, so each one takes another address out of 127.0.0.0/8. It
runs a copy of a domain that `samba_domain.prepare()` has made once for all tests of a session.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.ca import TestCA

if TYPE_CHECKING:
    import ldap3

from ansible_collections.telephony.connector.tests.servers.samba_domain import (
    ADMIN,
    ADMIN_PASSWORD,
    DOMAIN,
    GROUPS,
    HOST,
    STAFF,
    Attributes,
    load,
    prepare,
    user,
    write_config,
)


class SambaDC:
    """Runs a copy of a prepared domain: `start()`, `stop()`. `certificate` may be another one of `ca.CERTIFICATES`."""

    def __init__(self, directory: Path, domain: Path, *settings: str, certificate: str = "dc1") -> None:
        self.directory = directory
        self.ip = _free_address()
        self._settings = settings
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: ldap3.Connection | None = None
        shutil.copytree(domain, directory, symlinks=True, ignore=shutil.ignore_patterns("sysvol"))
        self.ca = TestCA(directory / "certificates")
        self.ca.issue("dc1", HOST, "localhost", self.ip)

    @property
    def uri(self) -> str:
        """The address with TLS; its host is one that the certificate names."""
        return f"ldaps://{self.ip}"

    @property
    def plain_uri(self) -> str:
        """The address without TLS, or for StartTLS."""
        return f"ldap://{self.ip}"

    def load(self, entries: Iterable[tuple[str, Attributes]]) -> None:
        """Write many entries at once, before the server is started."""
        assert self._process is None
        load(self.directory, write_config(self.directory, self.ip), entries)

    def start(self) -> SambaDC:
        """Start the server; an address that was taken meanwhile is replaced by another one."""
        for _attempt in range(5):
            self._run()
            assert self._process is not None
            if process.wait_until_ready(self._process, self._answers):
                return self
            self.stop()
            self.ip = _free_address()
            self.ca.issue("dc1", HOST, "localhost", self.ip)
        raise RuntimeError(f"samba did not start: {(self.directory / 'log').read_text(errors='replace')[-2000:]}")

    def _run(self) -> None:
        certificates, private = self.directory / "certificates", self.directory / "private"
        shutil.copy(certificates / f"{self._certificate}.key", private / "tls-server.key")
        (private / "tls-server.key").chmod(0o600)
        (self.directory / "run" / "ncalrpc").mkdir(parents=True, exist_ok=True)
        config = write_config(self.directory, self.ip, self._certificate, self._settings)
        # one process, so that its end is the end of all
        command = [process.program("samba", "samba-ad-dc"), "-i", "-M", "single", "-s", str(config), "--debug-stdout"]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _answers(self) -> bool:
        assert self._process is not None
        if not process.is_pid_of(self.directory / "run" / "samba.pid", self._process):
            return False
        for port in (389, 636):
            try:
                with socket.create_connection((self.ip, port), timeout=1):
                    pass
            except OSError:
                return False
        return True

    def stop(self) -> None:
        """Stop the server and wait for its end; its data stay."""
        if self._admin is not None:
            with contextlib.suppress(Exception):
                self._admin.unbind()
            self._admin = None
        process.stop(self._process)
        self._process = None

    # ------------------------------------------------------------------------------------- changing the directory

    @property
    def admin(self) -> ldap3.Connection:
        """A connection of the administrator's that raises what goes wrong."""
        if self._admin is None:
            import ssl

            import ldap3

            tls = ldap3.Tls(
                validate=ssl.CERT_REQUIRED,
                ca_certs_file=self.ca.path("ca.crt"),
                valid_names=[HOST],  # an address among the names is not seen by this library under new Pythons
            )
            server = ldap3.Server(self.ip, port=636, use_ssl=True, tls=tls, get_info=ldap3.NONE)
            name = f"{ADMIN}@{DOMAIN}"
            self._admin = ldap3.Connection(server, name, ADMIN_PASSWORD, auto_bind=True, raise_exceptions=True)
        return self._admin

    def add(self, dn: str, attributes: Attributes) -> str:
        """Add an entry and return its DN; `password` sets a password."""
        self.admin.add(dn, attributes=_for_the_wire(attributes))
        return dn

    def add_user(self, name: str, password: str | None = None, parent: str = STAFF, **attributes: Any) -> str:
        """Add an enabled user and return the DN."""
        return self.add(f"CN={name},{parent}", user(name, password, **attributes))

    def add_group(self, name: str, *members: str) -> str:
        """Add a global group and return its DN."""
        attributes: dict[str, Any] = {"objectClass": "group", "sAMAccountName": name}
        if members:
            attributes["member"] = list(members)
        return self.add(f"CN={name},{GROUPS}", attributes)

    def modify(self, dn: str, **attributes: Any) -> None:
        """Replace values: a text or a list of texts; None or [] takes the attribute away."""
        import ldap3

        changes = {
            name: [(ldap3.MODIFY_REPLACE, values if isinstance(values, list) else [] if values is None else [values])]
            for name, values in _for_the_wire(attributes).items()
        }
        self.admin.modify(dn, changes)

    def move(self, dn: str, rdn: str | None = None, parent: str | None = None) -> str:
        """Rename an entry, move it, or both; returns the new DN."""
        from ldap3.utils.dn import parse_dn

        first = parse_dn(dn)[0]
        old_rdn = f"{first[0]}={first[1]}"
        self.admin.modify_dn(dn, rdn or old_rdn, new_superior=parent)
        return f"{rdn or old_rdn},{parent or dn[len(old_rdn) + 1 :]}"

    def delete(self, dn: str) -> None:
        """Delete an entry; the server keeps a tombstone."""
        self.admin.delete(dn)

    def value(self, dn: str, attribute: str) -> Any:
        """Return the raw first value of an attribute, None where there is none."""
        import ldap3

        self.admin.search(dn, "(objectClass=*)", ldap3.BASE, attributes=[attribute])
        (entry,) = (item for item in self.admin.response if item["type"] == "searchResEntry")
        values = entry["raw_attributes"].get(attribute) or [None]
        return values[0]


def _for_the_wire(attributes: Attributes) -> dict[str, Any]:
    found = dict(attributes)
    if password := found.pop("password", None):
        found["unicodePwd"] = f'"{password}"'.encode("utf-16-le")
    return found


def _free_address() -> str:
    """Return a loopback address on which the ports of a domain controller are free."""
    for _attempt in range(100):
        ip = f"127.{random.randint(50, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"
        with contextlib.ExitStack() as stack:
            try:
                for port in (389, 636, 3268, 3269):
                    stack.enter_context(socket.socket()).bind((ip, port))
            except OSError:
                continue
            return ip
    raise RuntimeError("no loopback address is free for a domain controller")


@contextlib.contextmanager
def running(directory: Path, cache: Path, entries: Iterable[tuple[str, Attributes]] = ()) -> Iterator[SambaDC]:
    """Run a domain controller with these entries; `cache` is where the domain is made once."""
    controller = SambaDC(directory, prepare(cache))
    if entries := list(entries):
        controller.load(entries)
    try:
        yield controller.start()
    finally:
        controller.stop()


def guid_text(raw: bytes) -> str:
    """Return an objectGUID as text, as Windows writes it."""
    import uuid

    return str(uuid.UUID(bytes_le=raw))
