# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Keeps the records of a read until the plan is carried out, so that a stale plan is made anew without the source.

A few records stay in memory, many go to a file without a name, encrypted with a key that nobody but this run has:
records hold passwords.
"""

from __future__ import annotations

import contextlib
import copy
import json
import marshal
import os
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    Reading,
    ReadResult,
    Source,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import (
    Item,
    Opener,
    Part,
    Portion,
    Sealed,
    each_of,
    portions_of,
)

#: Bytes of records that are kept in memory.
_IN_MEMORY = 8 << 20
#: What each is put away as; a plain number, since marshal knows no types of ours.
_TYPES: tuple[Any, ...] = (Portion, Unusable, Gone, Sealed)
_KINDS = {kind: number for number, kind in enumerate(_TYPES)}


class KeepingSource:
    """Reads a source; the second read with the same checkpoint comes from what was kept of the first."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: dict[str, _Kept] = {}

    @contextlib.contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """Open the source, or what was kept of it; see Source.read."""
        name = json.dumps(checkpoint, sort_keys=True, default=str)
        kept = self._kept.get(name)
        if kept is not None and kept.is_whole:
            yield kept.again()
            return
        with self._source.read(wanted, checkpoint) as reading:
            self._kept[name] = _Kept(reading)
            yield self._kept[name]

    def forget(self) -> None:
        """Let go of what was kept."""
        self._kept.clear()


class _Kept:
    """A reading that puts away what it yields."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._spool = _Spool()
        self.columns = reading.columns
        self.result = reading.result
        #: whether all of it was read and kept; a source that says that nothing changed has no more to say
        self.is_whole = reading.result.unchanged

    def portions(self) -> Iterator[Part]:
        """See ReadsPortions."""
        for part in portions_of(self._reading):
            self._spool.put(part)
            yield part
        self.columns = self._reading.columns
        self.is_whole = self._spool.is_whole

    def __iter__(self) -> Iterator[Item]:
        """See Reading."""
        return each_of(self.portions())

    def again(self) -> Reading:
        """Return the reading once more."""
        return _Again(self.columns, copy.deepcopy(self.result), self._spool)


class _Again:
    def __init__(self, columns: tuple[str, ...], result: ReadResult, spool: _Spool) -> None:
        self.columns, self.result, self._spool = columns, result, spool

    def portions(self) -> Iterator[Part]:
        return iter(self._spool)

    def __iter__(self) -> Iterator[Item]:
        return each_of(self._spool)


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _Spool:
    """Portions, and what was between them, in the order in which they came. What cannot be kept costs only that."""

    def __init__(self) -> None:
        self.is_whole = True
        self._chunks: list[bytes] = []
        self._size = 0
        self._file: BinaryIO | None = None
        self._places: list[tuple[int, int]] = []
        self._cipher: _Cipher | None = None
        self._open_all: Opener | None = None  # of sealed records

    def put(self, part: Part) -> None:
        if not self.is_whole:
            return
        try:
            chunk = self._packed(part)
            self._size += len(chunk)
            if self._size <= _IN_MEMORY:
                self._chunks.append(chunk)
            else:
                self._write(chunk)
        except (OSError, ValueError, ImportError):  # a full disk, or a value that is more than a text
            self.is_whole = False
            self._chunks.clear()
            self._file = None

    def _write(self, chunk: bytes) -> None:
        if self._file is None or self._cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._cipher = AESGCM(os.urandom(32))
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the run
        sealed = self._cipher.encrypt(len(self._places).to_bytes(12), chunk, None)
        self._places.append((self._file.seek(0, os.SEEK_END), len(sealed)))
        self._file.write(sealed)

    def __iter__(self) -> Iterator[Part]:
        yield from map(self._unpacked, self._chunks)
        for number, (place, size) in enumerate(self._places):
            if self._file is None or self._cipher is None:
                raise AssertionError("places are in a file")
            self._file.seek(place)
            sealed = self._file.read(size)
            yield self._unpacked(self._cipher.decrypt(number.to_bytes(12), sealed, None))

    def _packed(self, part: Part) -> bytes:
        values: tuple[Any, ...] = tuple(part)
        if isinstance(part, Sealed):
            *values, self._open_all = part  # type: ignore[assignment]  # the same for all of a reading
        return marshal.dumps((_KINDS[type(part)], values))

    def _unpacked(self, chunk: bytes) -> Part:
        kind, values = marshal.loads(chunk)  # noqa: S302  # made by `_packed`, in this run
        if _TYPES[kind] is Sealed:
            values = (*values, self._open_all)
        part: Part = _TYPES[kind](*values)
        return part
