# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Whose a file or an entry is: each belongs to one output of the store.

Else two write it in turn, and the end of one removes it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Iterable, Mapping

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


def owners_of_entries(store: Store, name: str, format_: EntryFormat, places: Iterable[str]) -> dict[str, str]:
    """Return place -> output, for those of the places in the target that an output other than `name` writes as well."""
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
    written = sa.select(entries.c.place, entries.c.output_id).where(entries.c.output_id.in_(others))
    taken = {same(place): others[output_id] for place, output_id in store.rows(written)}
    return {place: taken[same(place)] for place in places if same(place) in taken}


def refuse(taken: Mapping[str, str]) -> None:
    """Raise TargetError for the first of the wanted paths or places that another output writes."""
    for path in sorted(taken):
        raise TargetError(f"{path} {words(taken[path])}.")


def words(output: str, what: str = "path") -> str:
    """Return what is said of something that another output writes, and what to do; `what` is to be another one then."""
    return f'is written by the output "{output}"; choose another {what}, or remove that output first (state: absent)'
