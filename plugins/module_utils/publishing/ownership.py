# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Whose a file or an entry is: each belongs to one output of the store.

Else two write it in turn, and the end of one removes it.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def owners(store: Store, name: str, paths: Collection[str]) -> dict[str, str]:
    """Return path -> output, for those of the paths that an output other than `name` has written.

    Two paths are the same when their folders really are; a link in the place of the file itself is what is replaced.
    """
    outputs, files = store.schema.outputs, store.schema.output_files
    query = (
        sa.select(files.c.path, outputs.c.name)
        .join(outputs, outputs.c.id == files.c.output_id)
        .where(outputs.c.name != name)
    )
    folder = functools.cache(os.path.realpath)

    def place(path: str) -> tuple[str, str]:
        return folder(os.path.dirname(path)), os.path.basename(path)

    # names first, since folders are looked up on the disk
    names = {os.path.basename(path) for path in paths}
    taken = {place(path): output for path, output in store.rows(query) if os.path.basename(path) in names}
    return {path: taken[place(path)] for path in paths if taken and place(path) in taken}


def owners_of_entries(
    store: Store, name: str, format_: EntryFormat, wanted: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Return place -> output, for those of the places in the target that an output other than `name` writes as well.

    `wanted`: places with their content, "" where that does not matter. A place counts as written by another output also
    where its entry has something alone that an entry of that output has.
    """
    outputs, entries = store.schema.outputs, store.schema.output_entries

    def same(text: str) -> str:
        return text.casefold() if format_.IGNORES_CASE else text

    query = sa.select(outputs.c.id, outputs.c.name, outputs.c.target).where(
        outputs.c.format == format_.NAME, outputs.c.name != name
    )
    others = {
        output_id: output for output_id, output, target in store.rows(query) if same(target) == same(format_.target)
    }
    if not others:
        return {}
    written = sa.select(entries.c.place, entries.c.output_id, entries.c.content, entries.c.pending)
    taken: dict[str, str] = {}
    claimed: dict[str, str] = {}
    for place, output_id, *contents in store.rows(written.where(entries.c.output_id.in_(others))):
        taken[same(place)] = others[output_id]
        claimed.update((claim, others[output_id]) for content in contents for claim in _claims(format_, content))
    found: dict[str, str] = {}
    for place, content in wanted:
        claims = _claims(format_, content) if claimed else ()
        owner = taken.get(same(place)) or next((claimed[claim] for claim in claims if claim in claimed), None)
        if owner:
            found[place] = owner
    return found


def _claims(format_: EntryFormat, contents: str) -> Iterator[str]:
    """Yield what an entry has alone; `contents` are JSON objects, one a line, as the ledger keeps what was begun."""
    for content in contents.split("\n") if format_.HAS_CLAIMS else ():
        if content[:1] == "{":
            yield from format_.claims(json.loads(content))


def refuse(taken: Mapping[str, str]) -> None:
    """Raise TargetError for the first of the wanted paths or places that another output writes."""
    for path in sorted(taken):
        raise TargetError(f"{path} {words(taken[path])}.")


def words(output: str, what: str = "path") -> str:
    """Return what is said of something that another output writes, and what to do; `what` is to be another one then."""
    return f'is written by the output "{output}"; choose another {what}, or remove that output first (state: absent)'
