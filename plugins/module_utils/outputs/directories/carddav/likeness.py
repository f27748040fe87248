# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Whether two cards say the same, although a server orders, folds and spells them in its own way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

_FOLD = re.compile("\r?\n[ \t]")
_LINE_END = re.compile("\r?\n")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARTS = re.compile(r"(?<!\\)(?:\\\\)*;")
#: what servers add by themselves
_SERVERS_OWN = ("PRODID", "REV", "X-RADICALE-NAME")


def likeness(card: str) -> str:
    """Return a digest that is the same for cards with the same properties, in whatever order and spelling."""
    lines = sorted(_properties(card))
    return hashlib.blake2b("\0".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _properties(card: str) -> Iterator[str]:
    for line in _LINE_END.split(_FOLD.sub("", card)):
        head, _colon, value = line.partition(":") if '"' not in line else _head_of_quoted(line)
        name, *parameters = head.split(";")
        name = name.rpartition(".")[2].upper()  # without its group
        if name in _SERVERS_OWN or not line.strip():
            continue
        yield "\1".join((name, *sorted(_parameters(parameters)), *_values(value)))


def _head_of_quoted(line: str) -> tuple[str, str, str]:
    """Split a line whose parameters may hold a colon within quotes."""
    is_quoted = False
    for place, character in enumerate(line):
        if character == '"':
            is_quoted = not is_quoted
        elif character == ":" and not is_quoted:
            return line[:place], ":", line[place + 1 :]
    return line, "", ""


def _parameters(parameters: list[str]) -> set[str]:
    """Return each value of each parameter, so that TYPE=WORK,FAX is TYPE=fax;TYPE=work."""
    found = set()
    for one in parameters:
        name, equals, values = one.partition("=")
        name, values = (name.upper(), values) if equals else ("TYPE", name)  # the short form of vCard 2.1
        found |= {f"{name}={value.strip().lower()}" for value in values.replace('"', "").split(",")}
    return found


def _values(value: str) -> list[str]:
    """Return the parts of a value, unescaped, without empty ones at its end."""
    parts, start = [], 0
    for match in _PARTS.finditer(value):
        parts.append(value[start : match.end() - 1])
        start = match.end()
    parts.append(value[start:])
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return [_ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], part) for part in parts]
