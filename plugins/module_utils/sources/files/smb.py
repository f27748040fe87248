# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Files on a Windows or Samba share (SMB 2 and 3, always signed), read as a stream through smbprotocol."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds, LimitReachedError
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import kind_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.smb_connection import (
    bounded_connection,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    changed_while_read,
)

_END_OF_FILE = 0xC0000011
_CHUNK = 1 << 20  # fewer round trips than with the 64 KiB of a small read
_PORT = 445
_TIMEOUT = 30
# what a server answers, as [MS-ERREF] 2.3.1 numbers it, and what to check then; {user} and {share} are filled in
_ANSWERS = {
    0xC000006D: ("STATUS_LOGON_FAILURE", "check share_username, share_password and share_domain (user {user})"),
    0xC000006E: ("STATUS_ACCOUNT_RESTRICTION", "look at the restrictions of the account {user}"),
    0xC000006F: ("STATUS_INVALID_LOGON_HOURS", "the account {user} may not sign in at this time"),
    0xC0000070: ("STATUS_INVALID_WORKSTATION", "the account {user} may not sign in from this machine"),
    0xC0000071: ("STATUS_PASSWORD_EXPIRED", "set a new password for {user}, best one that never expires"),
    0xC0000072: ("STATUS_ACCOUNT_DISABLED", "have the account {user} enabled"),
    0xC0000193: ("STATUS_ACCOUNT_EXPIRED", "have the account {user} renewed"),
    0xC0000224: ("STATUS_PASSWORD_MUST_CHANGE", "the password of {user} must be changed first"),
    0xC0000234: ("STATUS_ACCOUNT_LOCKED_OUT", "have the account {user} unlocked"),
    0xC0000022: ("STATUS_ACCESS_DENIED", "give {user} permission to read the share and the file"),
    0xC00000CC: ("STATUS_BAD_NETWORK_NAME", "there is no share {share}; check share"),
    0xC0000225: ("STATUS_NOT_FOUND", "there is no share {share}; check share"),
    0xC0000034: ("STATUS_OBJECT_NAME_NOT_FOUND", "there is no such file; check path"),
    0xC000003A: ("STATUS_OBJECT_PATH_NOT_FOUND", "there is no such directory; check path"),
    0xC0000033: ("STATUS_OBJECT_NAME_INVALID", "the name is not one that a file can have; check path"),
    0xC00000BA: ("STATUS_FILE_IS_A_DIRECTORY", "it is a directory; name the file itself in path"),
    0xC0000103: ("STATUS_NOT_A_DIRECTORY", "a part of path is a file; check path"),
    0xC0000043: ("STATUS_SHARING_VIOLATION", "another program has it open for writing; close it there, or run later"),
}


class Place(NamedTuple):
    """Where a file on a share is."""

    server: str
    share: str
    path: str

    @property
    def unc(self) -> str:
        """The whole name, as Windows writes it."""
        return rf"\\{self.server}\{self.share}\{self.path}"


def place_of(share: str, path: str) -> Place:
    r"""Put `\\server\share` (or `\\server`) and the path together (either slash); DefinitionError if not whole."""
    if not share.strip().replace("/", "\\").startswith("\\\\"):
        raise DefinitionError(rf'The source option share must have the form \\server\share, not "{share}".')
    parts = [part.strip() for part in f"{share}\\{path}".replace("/", "\\").split("\\") if part.strip()]
    if ".." in parts:
        raise DefinitionError('The source options share and path must not go up with "..".')
    parts = [part for part in parts if part != "."]
    if len(parts) < 3 or not path.replace("/", "\\").strip("\\ "):
        raise DefinitionError(
            r"The source options share and path must name a server, a share and a file: share: '\\server\share' and "
            r"path: 'folder\file.csv'."
        )
    if ":" in parts[0] and parts[0].count(":") == 1:
        raise DefinitionError("The source option share takes no port; give it as share_port.")
    return Place(parts[0], parts[1], "\\".join(parts[2:]))


def user_of(options: Mapping[str, Any]) -> str | None:
    r"""Return the user name as the server expects it: `user`, `DOMAIN\user` or `user@domain`."""
    user: str | None = options.get("share_username")
    domain: str | None = options.get("share_domain")
    if not user or not domain:
        return user
    named = user.split("\\")[0] if "\\" in user else user.partition("@")[2]
    if named and named.casefold() != domain.casefold():
        raise DefinitionError("The source options share_username and share_domain name two different domains.")
    return user if named else f"{domain}\\{user}"


class _Task:
    """A call in a thread of its own, as smbprotocol waits without end for a server gone silent."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._value: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:
            self._error = error

    def result(self, seconds: float) -> Any:
        """Return what the call returns, or raise what it raises, or TimeoutError."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._value


class ShareFile:
    """A file on a share. Opened so that nobody writes to it meanwhile; what changes it all the same is noticed."""

    def __init__(self, options: Mapping[str, Any], bounds: Bounds) -> None:
        require("smbclient", "smbprotocol", "1.13", "a file on a share")
        # its own reports of a lost connection would go to standard error; they come back as exceptions, too
        logging.getLogger("smbprotocol").addHandler(logging.NullHandler())
        self._place = place_of(options["share"], options["path"])
        self.where = f'{kind_of(self._place.unc)} "{self._place.unc}"'
        self.validators: dict[str, Any] = {}
        self.unchanged = False
        self.warnings: list[str] = []
        self._user = user_of(options)
        self._port = options.get("share_port", _PORT)
        self._timeout = options.get("timeout", _TIMEOUT)
        self._bounds = bounds
        # connections of its own: a cached one could be signed in as somebody else
        self._connections: dict[str, Any] = {}
        self._chunk = memoryview(b"")
        self._ahead: _Task | None = None
        self._received = 0
        self._failed = True
        try:
            self._raw = self._bounded(_Task(lambda: self._open(options)))
        except BaseException as error:
            self.close()
            if isinstance(error, Exception) and not isinstance(error, LimitReachedError):
                raise SourceError(f"{self.where} cannot be opened: {self._why(error)}.") from error
            raise
        self._failed = False
        self._before = self._state()

    def _open(self, options: Mapping[str, Any]) -> Any:
        import smbclient  # type: ignore[import-untyped, unused-ignore]

        self._connections |= bounded_connection(self._place.server, self._port, self._timeout)
        raw = smbclient.open_file(
            self._place.unc,
            mode="rb",
            buffering=0,
            share_access="r",
            username=self._user,
            password=options.get("share_password"),
            port=self._port,
            # None: as the server asks for it; True: or not at all
            encrypt=True if options.get("share_encrypt") else None,
            connection_timeout=self._timeout,
            connection_cache=self._connections,
            # signing is required unless told otherwise (and a word for it came with 1.16 only)
        )
        self._size = raw.fd.end_of_file
        return raw

    def read(self, size: int) -> bytes:
        """See ByteStream."""
        if not self._chunk:
            try:
                self._chunk = memoryview(self._bounded(self._ahead or _Task(self._next_chunk)))
            except LimitReachedError:
                self._failed = True
                raise
            except Exception as error:
                if _status(error) == _END_OF_FILE:
                    raise BrokenOffError(changed_while_read(self.where)) from error
                self._failed = True
                raise BrokenOffError(
                    f"{self.where} broke off after {self._received} of {self._size} bytes: {self._why(error)}."
                ) from error
            self._received += len(self._chunk)
            # the next piece comes while this one is parsed
            self._ahead = _Task(self._next_chunk) if self._chunk else None
        data, self._chunk = bytes(self._chunk[:size]), self._chunk[size:]
        return data

    def _next_chunk(self) -> bytes:
        chunk = bytearray(_CHUNK)
        size = self._raw.readinto(chunk)
        return bytes(memoryview(chunk)[:size])

    def check_end(self) -> None:
        """See ByteStream."""
        try:
            # the handle is asked, not the name: behind that there may be another file by now
            self._bounded(_Task(lambda: self._raw.fd.close(get_attributes=True)))
        except LimitReachedError:
            self._failed = True
            raise
        except Exception as error:
            self._failed = True
            raise BrokenOffError(f"{self.where} could not be closed in good order: {self._why(error)}.") from error
        if self._state() != self._before or self._received != self._size:
            raise BrokenOffError(changed_while_read(self.where))

    def _state(self) -> tuple[int, Any]:
        return self._raw.fd.end_of_file, self._raw.fd.last_write_time

    def close(self) -> None:
        """Sign off, or only hang up where the server no longer answers."""
        connections, self._connections = self._connections, {}
        if not self._failed:
            with suppress(Exception):
                if self._ahead is not None:
                    self._bounded(self._ahead)
                self._bounded(_Task(lambda: [self._raw.close(), *(one.disconnect() for one in connections.values())]))
                return
        for connection in connections.values():
            with suppress(Exception):
                connection.transport.close()

    def _bounded(self, task: _Task) -> Any:
        try:
            return task.result(min(self._timeout, self._bounds.seconds_left))
        except TimeoutError:
            self._bounds.check()
            raise

    def _why(self, error: Exception) -> str:
        """Say what was tried, what the server answered and what to check."""
        from smbprotocol.exceptions import (  # type: ignore[import-untyped, unused-ignore]
            SMBAuthenticationError,
            SMBException,
        )

        server = f"server {self._place.server}, port {self._port}"
        user = self._user or "(none)"
        status = _status(error)
        if status is not None:
            name, check = _ANSWERS.get(status, ("", "check share and path"))
            check = check.format(user=user, share=rf"\\{self._place.server}\{self._place.share}")
            return f"{server} answers {name or 'the status'} (0x{status:08x}); {check}"
        if isinstance(error, TimeoutError) or "timeout of" in str(error):  # ours, or the library's of the same length
            return f"{server} does not answer within {self._timeout} seconds; check share, share_port and the network"
        if isinstance(error, SMBAuthenticationError):
            if self._user is None:
                return f"{server} wants a sign-in; give share_username and share_password"
            return f"the sign-in of user {user} at {server} failed ({error}); check share_username and share_password"
        if isinstance(error, ValueError) and "Failed to connect" in str(error):
            reason = getattr(error.__cause__, "strerror", None) or "no connection"
            return f"{server} cannot be reached ({reason}); check share, share_port and the firewall"
        if "guest" in str(error):
            return f"{server} lets user {user} in as a guest only, which cannot be signed; check share_username"
        if "encryption is required" in str(error):
            return f"{server} does not offer encryption; switch it on there, or leave share_encrypt out"
        if "signature could not be verified" in str(error):
            return f"an answer of {server} bears a wrong signature; something between here and the server changed it"
        if isinstance(error, (SMBException, OSError)) and str(error):
            return f"the connection to {server} failed ({error})"
        return f"the connection to {server} was lost"


def _status(error: BaseException) -> int | None:
    """Return the number of the server's answer: smbclient and smbprotocol name it differently."""
    status = getattr(error, "ntstatus", getattr(error, "status", None))
    return status if isinstance(status, int) else None
