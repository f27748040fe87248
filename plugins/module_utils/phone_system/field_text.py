# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Fields of an object as text: one JSON form for equal objects, so that texts can be compared, kept and hashed."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Kind

Fields = dict[str, t.Any]

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _chunk_encoder() -> t.Callable[[t.Any], t.Iterable[str]]:
    """Return the encoder's own C function where there is one: made anew for every value, it costs twice the time."""
    make: t.Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _encoder.iterencode
    texts = json.encoder.encode_basestring
    encoder = make(None, _encoder.default, texts, None, ":", ",", False, False, True)
    return lambda value: t.cast("t.Iterable[str]", encoder(value, 0))


_encode = _chunk_encoder()
_scan: t.Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # no public name for it


def encode(value: t.Any) -> str:
    """Return JSON text in one form for equal values (the order of keys is the caller's)."""
    return "".join(_encode(value))


def encode_clean(fields: Fields) -> str:
    """Do the same with the fields of an object as its kind has cleaned them, at a third of the cost. For the hot path.

    Nearly all are texts without a character to escape; of control characters, cleaned ones hold none but LF and TAB.
    """
    pieces = _frame(tuple(fields)).copy()
    pieces[1::2] = fields.values()
    try:
        text = "".join(pieces)
    except TypeError:  # lists, such as roles and devices
        return encode(fields)
    if "\\" in text or "\n" in text or "\t" in text or text.count('"') != 4 * len(fields):
        return encode(fields)
    return text


def encode_columns(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the JSON texts of many objects side by side, whose fields are the columns: "" is none, but in the first.

    For clean texts without a character that JSON escapes, at a third of the cost of one by one.
    """
    pieces: list[Iterable[str]] = []
    before = ""
    for name, values in columns.items():
        begin = f'{"," if pieces else "{"}{_encoder.encode(name)}:"'
        if all(values):
            pieces += [repeat(before + begin), values]
            before = '"'
        else:
            pieces += [repeat(before), [f'{begin}{value}"' if value else "" for value in values]]
            before = ""
    pieces.append(repeat(before + "}"))
    return [*map("".join, zip(*pieces, strict=False))]


@lru_cache(maxsize=1024)
def _frame(names: tuple[str, ...]) -> list[str]:
    """Return the JSON text of a mapping with these keys in pieces, every other one the place of a value."""
    names_as_text = [_encoder.encode(name) for name in names]
    begins = [("{" if place == 0 else '",') + name + ':"' for place, name in enumerate(names_as_text)]
    return [piece for begin in begins for piece in (begin, "")] + ['"}' if names else "{}"]


def decode(text: str) -> t.Any:
    """Return the value of JSON text that was encoded here, at half the cost of `json.loads`. For the hot path."""
    return _scan(text, 0)[0]


def ordered(kind: Kind, fields: Mapping[str, t.Any]) -> Fields:
    """Return the fields in the kind's order, labels last by name, so that equal objects have equal texts."""
    names = tuple(fields)
    in_order = kind.in_order(names)
    return dict(fields) if in_order == names else {name: fields[name] for name in in_order}


def with_field(kind: Kind, text: str | None, name: str, value: t.Any) -> str:
    """Return the JSON text of fields (None: of no field) with one more field, or another value of it."""
    return encode(ordered(kind, {**json.loads(text or "{}"), name: value}))


def differing(kind: Kind, old: Mapping[str, t.Any], new: Mapping[str, t.Any]) -> tuple[Fields, Fields]:
    """Return (before, after) of the fields in which an object changes; one that nobody had set is told as its default.

    A default that somebody sets is a change, since a profile may have to keep what a person has set.
    """
    names = [name for name, value in new.items() if old.get(name) != value]
    names += [name for name, value in old.items() if name not in new and value is not None]
    before: Fields = {}
    after: Fields = {}
    for name in kind.in_order(tuple(names)):
        default = kind.defaults.get(name)
        had, has = old.get(name, default), new.get(name, default)
        for told, fields, value in ((before, old, had), (after, new, has)):
            if name in fields or (default is not None and had != has):
                told[name] = value
    return before, after


def nested_change(kind: str, before: Mapping[str, t.Any], after: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return before and after as people know the fields."""
    return {"before": KINDS[kind].nest(before), "after": KINDS[kind].nest(after)}
