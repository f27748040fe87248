# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""First phase: the entries to publish become items of the format, beside what the ledger knows."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Findings, Format
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import Filter
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.publishing.dialling import Dialling
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import Staged
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch
from ansible_collections.telephony.connector.plugins.module_utils.publishing.selection import select
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: Rows laid down at a time.
_CHUNK = 2000


def stage(store: Store, order: Order, published: ledger.Published, scratch: Scratch, dialling: Dialling) -> Staged:
    """Fill the tables `wanted` and `known` (inside a snapshot)."""
    findings = Findings(order.changes_limit)
    scratch.add("known", ledger.entries(store, published), 7)
    inputs = ""
    if not order.absent and order.format is not None:
        inputs = order.inputs(dialling.as_options())
        context = Context(findings, _uid_maker(store), dialling.all_forms)
        key = store.vault.row_key() if order.format.HAS_SECRETS else b""
        wanted = Filter(order.filter)
        entries = select(store, order.format.selection, wanted)
        scratch.add("wanted", _rows(entries, order.format, context, dialling, key), 7)
    count = scratch.number("SELECT count(*) FROM wanted")
    return Staged(order, published, scratch, findings, inputs, store.revision(), count)


def _rows(
    entries: Iterator[Entry], output: Format, context: Context, dialling: Dialling, key: bytes
) -> Iterator[tuple[Any, ...]]:
    """Yield (key, place, name, sort, mark, content, secret) of every item."""
    for entry in entries:
        ready = with_numbers(entry, output, context.findings, dialling)
        if ready is None:
            continue
        for item in output.items(ready, context):
            content = _encode(item.values)
            text = f"{item.place}\0{content}\0{item.secret}".encode("utf-8", "surrogatepass")
            mark = hashlib.blake2b(text, digest_size=16, key=key).hexdigest()
            yield item.key, item.place, item.name, item.order or sort_key(item.name), mark, content, item.secret


def with_numbers(entry: Entry, output: Format, findings: Findings, dialling: Dialling) -> Entry | None:
    """Return the entry with its numbers in the output's dial form; None when it has none and the format needs one."""
    fields = entry.fields
    changed: dict[str, str] = {}
    has_number = False
    for name in output.NUMBERS:
        number = fields.get(name)
        if number is None:
            continue
        dialled, rule = dialling.dial(number)
        if rule:
            findings.leave_out(entry.name, name, number, rule)
        has_number = has_number or bool(dialled)
        if dialled != number:
            changed[name] = dialled
    if output.NEEDS_NUMBER and not has_number:
        findings.leave_out(entry.name, output.NUMBERS[0] if output.NUMBERS else "phone", "", "has no number to dial")
        return None
    if not changed:
        return entry
    merged = {**fields, **changed}
    return replace(entry, fields={name: value for name, value in merged.items() if value != ""})


def sort_key(name: str) -> str:
    """Sort letters with accents and umlauts with their base letters, as phonebooks do (DIN 5007-1)."""
    folded = name.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _uid_maker(store: Store) -> Callable[[str], str]:
    """Return how an entry's globally unique id is made: of the store's own salt and the object's id."""
    space = uuid.uuid5(uuid.NAMESPACE_OID, f"telephony.connector {store.facts()['salt']}")
    return lambda key: str(uuid.uuid5(space, key))
