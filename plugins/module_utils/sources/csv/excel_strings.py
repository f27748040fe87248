# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The texts that the cells of a workbook share (ECMA-376, part 1, 18.4.8), kept in a temporary file.

Excel writes nearly every text there once: as a list in memory they would be as large as the workbook.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from typing import IO
from xml.parsers.expat import ExpatError

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_sheet import new_parser
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError, Meter

_PIECE = 1 << 16
_PLACE = 8  # bytes


class SharedStrings:
    """The texts by their number. `close` lets go of the files."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._ends = tempfile.TemporaryFile()  # noqa: SIM115
        self.count = 0
        self.text = lru_cache(maxsize=1000)(self._text)  # departments and companies come again and again

    def load(self, part: IO[bytes], where: str, meter: Meter) -> None:
        """Read them all; BrokenOffError for what is no such part, or goes beyond the bounds."""
        end = 0
        for text in _texts(part, where, meter):
            end += self._texts.write(text.encode("utf-8", "surrogatepass"))
            self._ends.write(end.to_bytes(_PLACE, "big"))
            self.count += 1

    def _text(self, number: int) -> str:
        """Return one; IndexError when there is none of that number."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        self._ends.seek(max(0, number - 1) * _PLACE)
        places = self._ends.read(_PLACE if number == 0 else 2 * _PLACE)
        start = 0 if number == 0 else int.from_bytes(places[:_PLACE], "big")
        self._texts.seek(start)
        return self._texts.read(int.from_bytes(places[-_PLACE:], "big") - start).decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Remove the files."""
        self._texts.close()
        self._ends.close()


def _texts(part: IO[bytes], where: str, meter: Meter) -> Iterator[str]:
    ready: list[str] = []
    pieces: list[str] = []
    size, takes, phonetic = 0, False, False

    def start(name: str, _given: dict[str, str]) -> None:
        nonlocal pieces, size, takes, phonetic
        local = name.rpartition(":")[2]
        if local == "si":
            pieces, size = [], 0
        elif local == "rPh":
            phonetic = True
        elif local == "t":
            takes = not phonetic

    def data(text: str) -> None:
        nonlocal size
        if takes and size <= MAX_VALUE:
            pieces.append(text)
            size += len(text)

    def end(name: str) -> None:
        nonlocal takes, phonetic
        local = name.rpartition(":")[2]
        if local == "si":
            ready.append("".join(pieces))
        elif local == "t":
            takes = False
        elif local == "rPh":
            phonetic = False

    parser = new_parser(where)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    try:
        while piece := part.read(_PIECE):
            meter.received(len(piece))
            parser.Parse(piece, False)
            yield from ready
            ready.clear()
        parser.Parse(b"", True)
        yield from ready
    except ExpatError as error:
        raise BrokenOffError(f"{where} is broken: its texts are not valid XML ({error}).") from None
