# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Files on this machine."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import kind_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    changed_while_read,
)


class LocalFile:
    """A file on this machine; a change of size or time while it is read is noticed."""

    def __init__(self, path: str) -> None:
        path = os.path.abspath(os.path.expanduser(path))
        self.where = f'{kind_of(path)} "{path}"'
        self.warnings: list[str] = []
        self.validators: dict[str, Any] = {}
        self.unchanged = False
        self._read = 0
        try:
            # a directory, a pipe or a device would block or make no sense: look before opening
            if not stat.S_ISREG(os.stat(path).st_mode):
                raise SourceError(f"{self.where} is {_what(path)}, not a file; name the file itself in path.")
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 (closed by open_stream)
        except OSError as error:
            raise SourceError(_why(self.where, path, error)) from error
        self._before = os.fstat(self._file.fileno())

    def read(self, size: int) -> bytes:
        """See ByteStream."""
        try:
            data = self._file.read(size)
        except OSError as error:
            raise BrokenOffError(
                f"{self.where} could not be read on after {self._read} bytes ({error.strerror})."
            ) from error
        self._read += len(data)
        return data

    def check_end(self) -> None:
        """See ByteStream."""
        before, now = self._before, os.fstat(self._file.fileno())
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or self._read != now.st_size:
            raise BrokenOffError(changed_while_read(self.where))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _what(path: str) -> str:
    return "a directory" if os.path.isdir(path) else "a pipe or device"


def _why(where: str, path: str, error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{where} does not exist{_near(path)}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{where} cannot be read by user {_user()}; give that user read permission on it and on its directories."
    return f"{where} cannot be opened ({error.strerror})."


def _near(path: str) -> str:
    """Complete "... does not exist": which directory is missing already, or which file has a similar name."""
    directory, name = os.path.split(path)
    if not os.path.isdir(directory):
        return f', as there is no directory "{directory}"; check path.'
    try:
        return f"; check path.{nearest(name, os.listdir(directory))}"
    except OSError:
        return "; check path."


def _user() -> str:
    try:
        return f'"{pwd.getpwuid(os.geteuid()).pw_name}"'
    except KeyError:
        return str(os.geteuid())
