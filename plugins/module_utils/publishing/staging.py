# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""First phase: the entries to publish become items of the format, beside what the ledger knows."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache, partial
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    FileFormat,
    Format,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Dialling
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import Filter
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.publishing.name_order import sort_key
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import Staged
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch
from ansible_collections.telephony.connector.plugins.module_utils.publishing.selection import (
    select,
    speed_dials,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: The first digit of a UUID's fourth part, by that of the hash (RFC 9562): two of its bits say how the UUID is made.
_VARIANT = {digit: "89ab"[place % 4] for place, digit in enumerate("0123456789abcdef")}


def stage(store: Store, order: Order, published: ledger.Published, scratch: Scratch, dialling: Dialling) -> Staged:
    """Fill the tables `wanted` and `known` (inside a snapshot)."""
    findings = Findings(order.changes_limit)
    scratch.add("known", ledger.entries(store, published), 7)
    inputs, secretless, key, places = "", list[str](), b"", dict[str, int]()
    if not order.absent and order.format is not None:
        inputs = inputs_of(order, dialling)
        context = Context(
            findings, _uid_maker(store), dialling.all_forms, cache(partial(speed_dials, store, dialling, findings))
        )
        key = store.vault.row_key() if order.format.HAS_SECRETS else b""
        wanted = Filter(order.filter)
        # closed, also when a format fails on the way: the store must not be closed before its cursors
        with closing(select(store, order.format.selection, wanted, findings)) as entries:
            scratch.add("wanted", _rows(entries, order.format, context, dialling, key, secretless), 8)
        _keep_to_limit(scratch, order.format, findings)
        if isinstance(order.format, FileFormat):
            places = dict(scratch.rows("SELECT place, count(*) FROM wanted GROUP BY place"))
    count = scratch.number("SELECT count(*) FROM wanted")
    told = order.format.warnings() if order.format else ()
    advice = (*told, *_advice(places, order.format), *findings.warnings)
    revision = store.revision()
    return Staged(order, published, scratch, findings, inputs, revision, count, advice, places, tuple(secretless), key)


def inputs_of(order: Order, dialling: Dialling) -> str:
    """Return a digest of all that decides about an output beside the store's objects."""
    return order.inputs({**dialling.as_options(), "limit": order.changes_limit})


def _keep_to_limit(scratch: Scratch, output: Format, findings: Findings) -> None:
    """Leave out the entries beyond the option max_entries of a file, in their order."""
    limit = output.options.get("max_entries")
    if limit is None:
        return
    query = (
        "SELECT key, name FROM (SELECT key, name, row_number() OVER (PARTITION BY place ORDER BY sort, name, key) AS n"
        " FROM wanted) WHERE n > ?"
    )
    for key, name in list(scratch.rows(query, limit)):
        findings.leave_out(name, "", "", f"is beyond the first {limit} entries (max_entries)")
        scratch.execute("DELETE FROM wanted WHERE key = ?", key)


def _advice(places: Mapping[str, int], output: Format | None) -> tuple[str, ...]:
    """Warn of a file that is larger than the target is known to take."""
    if output is None or not output.ADVISED_ENTRIES:
        return ()
    largest = max(places.values(), default=0)
    if largest <= output.ADVISED_ENTRIES:
        return ()
    taken = output.LIMITS.get("entries", str(output.ADVISED_ENTRIES))
    return (f"The book has {largest} entries, and {output.TITLE} takes {taken}: set max_entries or a filter.",)


def _rows(
    entries: Iterator[Entry],
    output: Format,
    context: Context,
    dialling: Dialling,
    key: bytes,
    secretless: list[str],
) -> Iterator[tuple[Any, ...]]:
    """Yield (key, place, name, sort, mark, content, secret, text) of every item.

    `secretless` gets the keys of users whose secret has yet to be made.
    """
    render = output.one if isinstance(output, FileFormat) and output.PER_ENTRY else None
    new_hash = hashlib.blake2b(digest_size=16, key=key).copy  # made once: to read the options takes as long as to hash
    for entry in entries:
        ready = with_numbers(entry, output, context.findings, dialling)
        if ready is None:
            continue
        for item_key, name, place, values, sort, secret in output.items(ready, context):
            if ready.lacks_secret:
                _note(secretless, ready)
            content = encode(values)
            mark = new_hash()
            mark.update(f"{name}\0{place}\0{content}\0{secret}".encode("utf-8", "surrogatepass"))
            text = ""
            if render:
                text = render({**values, "secret": secret} if secret else values)
            yield item_key, place, name, sort or sort_key(name), mark.hexdigest(), content, secret, text


def _note(secretless: list[str], entry: Entry) -> None:
    """Note whose secret has yet to be made, once."""
    user = entry.key.partition(":")[0]  # a device's key begins with its user's
    if secretless[-1:] != [user]:
        secretless.append(user)


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
            findings.leave_value_out(entry.name, name, number, rule)
        has_number = has_number or bool(dialled)
        if dialled != number:
            changed[name] = dialled
    if output.NEEDS_NUMBER and not has_number:
        findings.leave_out(entry.name, output.NUMBERS[0] if output.NUMBERS else "phone", "", "has no number to dial")
        return None
    if not changed:
        return entry
    merged = {**fields, **changed}
    usable = {name: value for name, value in merged.items() if value != ""}
    return entry._replace(fields=usable, as_stored={name: fields[name] for name in changed})


def uid_space(store: Store) -> uuid.UUID:
    """Return the namespace of the entries' globally unique ids: of the store's own salt."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"telephony.connector {store.facts()['salt']}")


def _uid_maker(store: Store) -> Callable[[str], str]:
    """Return how an entry's globally unique id is made: of the store's own salt and the object's id."""
    space = uid_space(store)
    start = hashlib.sha1(space.bytes, usedforsecurity=False)

    def uid(key: str) -> str:
        """Return str(uuid.uuid5(space, key)), in a fifth of the time."""
        digest = start.copy()
        digest.update(key.encode())
        raw = digest.hexdigest()
        return f"{raw[:8]}-{raw[8:12]}-5{raw[13:16]}-{_VARIANT[raw[16]]}{raw[17:20]}-{raw[20:32]}"

    return uid
