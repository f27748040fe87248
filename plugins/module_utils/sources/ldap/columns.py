# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""From entries to rows: which attributes are asked for, and where each of them goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import Decode, decoder, texts

Finish = Callable[[dict[str, Cell]], None]
"""Changes the cells of one entry (folded name -> cell): fills columns that are worked out from others."""

DN = "dn"
#: Raise it when values become other cells than before (see values.py): what is known by its bytes is then read anew.
_FORM = 1


class Columns:
    """The columns of a reading, `names`, and the attributes to ask a server for, `attributes`.

    `wanted` are the columns as the profile spells them. `made` are columns that are no attributes (folded), `copies`
    those that are another name for an attribute (folded name -> attribute), `needed` attributes that columns are made
    from.
    """

    def __init__(
        self, wanted: Iterable[str], made: frozenset[str], copies: dict[str, str], needed: Iterable[str] = ()
    ) -> None:
        spelled: dict[str, str] = {}
        for name in sorted(name.strip() for name in wanted):
            spelled.setdefault(name.casefold(), name)
        self.names = tuple(spelled[name] for name in sorted(spelled))
        self._copies = {name: attribute.casefold() for name, attribute in copies.items() if name in spelled}
        for attribute in (*(copies[name] for name in self._copies), *needed):
            spelled.setdefault(attribute.casefold(), attribute)
        given = {DN, *made, *self._copies}
        self.attributes = tuple(
            spelled[name] for name in sorted(spelled) if name not in given and decoder(name.partition(";")[0])
        )
        #: folded names of all cells, those of `names` first
        self._cells = (*sorted(name.casefold() for name in self.names), *self._more(spelled))
        self._places = {name: place for place, name in enumerate(self._cells)}
        self._is_attribute = [name not in given for name in self._cells]

    @property
    def form(self) -> str:
        """How an entry becomes a row by `maker`, without `finish`: the same entry in the same form is the same row."""
        return repr((_FORM, self._cells, len(self.names), sorted(self._copies.items()), self._is_attribute))

    def _more(self, spelled: dict[str, str]) -> list[str]:
        shown = {name.casefold() for name in self.names}
        return sorted(name for name in spelled if name not in shown)

    def place_of(self, name: bytes) -> tuple[int, Decode, bool] | None:
        """Return where the values of an attribute go, how, and whether it is meant exactly; None: nowhere.

        An attribute with options, such as `cn;lang-de`, fills its own column, else that of `cn` where an entry has no
        plain `cn`; `;binary` only says how a value was sent.
        """
        folded = name.decode("utf-8", "replace").casefold().removesuffix(";binary")
        base = folded.partition(";")[0]
        decode = decoder(base)
        if decode is None:
            return None
        for candidate in (folded, base):
            place = self._places.get(candidate)
            if place is not None and self._is_attribute[place]:
                return place, decode, candidate == folded
        return None

    def maker(self, finish: Finish | None) -> Callable[[Entry], tuple[Cell, ...]]:
        """Return what makes the row of an entry."""
        width, shown = len(self._cells), len(self.names)
        copies = [(self._places[name], self._places[source]) for name, source in self._copies.items()]
        dn = self._places.get(DN)
        cells, place_of = self._cells, self.place_of
        known: dict[bytes, tuple[int, Decode, bool] | None] = {}
        plain: dict[bytes, int] = {}  # those of them whose values are texts, for a column of their own

        def make(entry: Entry) -> tuple[Cell, ...]:
            row: list[Cell] = [None] * width
            for name, values in entry.attributes.items():
                position = plain.get(name, -1)
                if position >= 0 and len(values) == 1:
                    # nearly every value: what `texts` does, without two calls (see there)
                    try:
                        text = values[0].decode()
                    except UnicodeDecodeError:
                        row[position] = None
                        continue
                    if text.isprintable() and (
                        text >= ":" or (text >= "!" and (text < "0" or not text[:14].isdigit() or len(text) < 15))
                    ):
                        row[position] = text
                        continue
                if name not in known:
                    place = known[name] = place_of(name)
                    if place is not None and place[1] is texts and place[2]:
                        plain[name] = place[0]
                place = known[name]
                if place is not None:
                    position, decode, is_exact = place
                    if is_exact or row[position] is None:
                        row[position] = decode(values)
            if dn is not None:
                row[dn] = entry.dn.decode("utf-8", "replace").replace("\0", "")
            for target, source in copies:
                row[target] = row[source]
            if finish is not None:
                named = dict(zip(cells, row, strict=True))
                finish(named)
                return tuple([named[name] for name in cells[:shown]])
            return tuple(row[:shown])

        return make
