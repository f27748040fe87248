# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""File targets: renders the files, compares them with those that lie there, and puts them in place by renaming."""

from __future__ import annotations

import itertools
import json
import operator
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Document,
    FileFormat,
    TargetError,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing import file_access as access
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.publishing.comparing import (
    compare_with_ledger,
    counts_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import (
    CONFLICT,
    CREATE,
    MISSING,
    RECORD,
    REMOVE,
    UPDATE,
    FileChange,
    Plan,
    Staged,
    digest_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: What the ledger keeps of the entries of this run, and of those that it left alone.
_WRITTEN = "SELECT key, w.place, w.name, w.mark, w.content FROM operations JOIN wanted w USING (key)"
_LEFT = "SELECT key, place, name, mark, content FROM known WHERE key NOT IN (SELECT key FROM operations)"
BY_HAND = "changed by hand since the last run"
OTHER_PERMISSIONS = "other permissions"


class FileTarget:
    """The files of one output. `simulate`: nothing is written, not even a draft."""

    def __init__(self, format_: FileFormat | None, simulate: bool, adopt: bool) -> None:
        self._format = format_
        self._simulate = simulate
        self._adopt = adopt
        options = format_.options if format_ else {}
        self._attributes = access.Attributes.of_options(options.get("mode"), options.get("owner"), options.get("group"))
        self._drafts: list[str] = []

    def plan(self, staged: Staged) -> Plan:
        """Render and compare; drafts lie beside their files until `write` or `close`."""
        compare_with_ledger(staged)
        known = {one.path: one for one in staged.published.files}
        check_folders(staged, [*known, *(self._format.places() if self._format else ())])
        changes: list[FileChange] = []
        if not self._simulate:
            for path in known:
                access.discard(access.draft_name(path))  # a killed run's
        if self._may_stay(staged, known):
            changes += [FileChange(one.path, one.entries, one.sha256, "") for one in known.values()]
        else:
            changes += [self._compared(document, known) for document in self._documents(staged)]
        wanted = {one.path for one in changes}
        gone = [one for path, one in known.items() if path not in wanted and path not in staged.taken]
        changes += map(_removal, gone)
        conflicts = self._settle(staged, changes)
        warnings = [_said(one) for one in changes if one.by_hand]
        if self._simulate:
            warnings += self.obstacles(changes)
        files = tuple(changes)
        return Plan(
            staged,
            counts_of(staged, sum(one["entries"] for one in conflicts)),
            digest_of(staged, files),
            files,
            tuple(conflicts),
            tuple(warnings),
        )

    def obstacles(self, changes: Sequence[FileChange]) -> list[str]:
        """Return what a run could not write, once a folder: a simulation writes nothing, and must not promise it."""
        written = [one.path for one in changes if one.action in (CREATE, UPDATE) and one.kind != "page"]
        folders = {os.path.dirname(path): path for path in reversed(written)}
        return [f"A run would fail: {why}" for path in folders.values() if (why := access.why_not_writable(path))]

    def _may_stay(self, staged: Staged, known: dict[str, ledger.KnownFile]) -> bool:
        """Say whether all files lie as they were written and would be written the same again."""
        if staged.order.absent or not known or staged.published.state.get("inputs") != staged.inputs:
            return False
        if staged.scratch.number("SELECT count(*) FROM operations"):
            return False
        return all(
            one.sha256 == access.sha256_of(path) and not self._attributes.differ(path) for path, one in known.items()
        )

    def _documents(self, staged: Staged) -> Iterator[Document]:
        if self._format is None or staged.order.absent:
            return
        counts = staged.places
        columns = "place, text" if self._format.PER_ENTRY else "place, content, secret"
        rows = staged.scratch.rows(f"SELECT {columns} FROM wanted ORDER BY place, sort, name, key")  # noqa: S608
        for place, group in itertools.groupby(rows, key=operator.itemgetter(0)):
            if self._format.PER_ENTRY:
                texts = map(operator.itemgetter(1), group)
                yield Document(place, counts[place], self._format.framed(texts, counts[place]))
            else:
                yield from self._format.documents(place, _values(group), counts[place])
        for place in self._format.places():
            if place not in counts:
                yield from self._format.documents(place, iter(()), 0)

    def _compared(self, document: Document, known: dict[str, ledger.KnownFile]) -> FileChange:
        """Render one file and compare it with the one that lies there."""
        if self._format is None:
            raise AssertionError("an absent output is not written")
        path, encoding = document.path, self._format.encoding
        there = access.sha256_of(path)
        temporary = ""
        if self._simulate:
            content = access.hash_text(document.chunks, encoding)
        else:
            temporary, content = access.write_draft(path, document.chunks, encoding, self._attributes)
            self._drafts.append(temporary)
            access.check_draft(path, temporary, document.entries, self._format.read_back)
        change = FileChange(path, document.entries, content, UPDATE, "changed", temporary)
        if there is None:
            reason = MISSING if path in known and known[path].sha256 else "new"
            return replace(change, action=CREATE, reason=reason)
        if there == content:
            return self._same(change, known)
        ours = known[path].ours if path in known else frozenset()
        if there in ours:
            return change
        if path in known:
            return replace(change, reason=BY_HAND, by_hand=True)
        if self._adopt:
            return replace(change, reason="adopted", by_hand=not there.startswith("link:"))
        return replace(change, action=CONFLICT, reason="is there already and was not written by this output")

    def _same(self, change: FileChange, known: dict[str, ledger.KnownFile]) -> FileChange:
        """Return the change of a file that has the right content already."""
        if self._attributes.differ(change.path):
            return replace(change, reason=OTHER_PERMISSIONS)
        is_known = change.path in known and known[change.path].sha256 == change.sha256
        return replace(change, action="" if is_known else RECORD, reason="")

    def _settle(self, staged: Staged, changes: list[FileChange]) -> list[dict[str, Any]]:
        """Take operations back whose file needs none, or is in conflict; return the conflicts."""
        scratch = staged.scratch
        conflicts = []
        for one in changes:
            if one.action in (RECORD, ""):
                # the file lies there as it should: a killed run got that far, or somebody else wrote the same
                scratch.execute(
                    "UPDATE operations SET action = ? WHERE key IN (SELECT key FROM wanted WHERE place = ?)"
                    " OR (action = ? AND key IN (SELECT key FROM known WHERE place = ?))",
                    RECORD,
                    one.path,
                    REMOVE,
                    one.path,
                )
            elif one.action == CONFLICT:
                scratch.execute(
                    "DELETE FROM operations WHERE key IN (SELECT key FROM wanted WHERE place = ?)", one.path
                )
                conflicts.append({"name": one.path, "place": one.path, "entries": one.entries, "reason": one.reason})
        return conflicts

    def intend(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note in the ledger what is about to be written (inside a transaction)."""
        known = {one.path: one for one in plan.staged.published.files}
        for one in plan.files:
            if one.action in (CREATE, UPDATE):
                before = known.get(one.path, ledger.KnownFile(one.path, 0, ""))
                known[one.path] = before.intending(one.sha256)
        ledger.put_files(store, output_id, known.values())

    def write(self, plan: Plan) -> None:
        """Put the drafts in place and remove what is no longer wanted."""
        for one in plan.files:
            if one.by_hand and one.action in (UPDATE, REMOVE):
                content = access.sha256_of(one.path) or ""
                if not content.startswith("link:"):
                    access.keep_copy(one.path, content)
            if one.action in (CREATE, UPDATE):
                access.replace_file(one.temporary, one.path)
            elif one.action == REMOVE:
                access.remove_file(one.path)

    def record(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note in the ledger what lies there now (inside a transaction)."""
        kept = [one for one in plan.files if one.action not in (REMOVE, CONFLICT)]
        ledger.put_files(
            store, output_id, [ledger.KnownFile(one.path, one.entries, one.sha256, kind=one.kind) for one in kept]
        )
        if plan.staged.scratch.number("SELECT count(*) FROM operations"):
            ledger.put_blocks(store, plan.staged.scratch, output_id, f"{_WRITTEN} UNION ALL {_LEFT}")

    def close(self) -> None:
        """Remove drafts that were not put in place."""
        for temporary in self._drafts:
            access.discard(temporary)


def _values(group: Iterator[tuple[Any, ...]]) -> Iterator[Values]:
    for _place, content, secret in group:
        values = json.loads(content)
        if secret:
            values["secret"] = secret
        yield values


def _removal(known: ledger.KnownFile) -> FileChange:
    there = access.sha256_of(known.path)
    is_edited = there is not None and there not in known.ours
    return FileChange(known.path, 0, "", REMOVE, why_removed(is_edited), by_hand=is_edited)


def why_removed(is_edited: bool) -> str:
    """Return the reason for which a file or folder goes."""
    return BY_HAND if is_edited else "no longer wanted"


def folders_of(paths: list[str]) -> dict[str, str]:
    """Return where the folders of files really are; the ledger remembers it."""
    folders = sorted({os.path.dirname(path) for path in paths})
    return {folder: os.path.realpath(folder) for folder in folders}


def check_folders(staged: Staged, paths: list[str]) -> None:
    """Refuse a folder that was replaced by a link to elsewhere since the last run."""
    remembered = staged.published.state.get("folders", {})
    for folder, real in folders_of(paths).items():
        before = remembered.get(folder, real)
        if before != real:
            raise TargetError(
                f"{folder} led to {before} when this output was last published, and now leads to {real}: nothing was"
                " written. Put it back, or take the output away with state: absent and publish it again."
            )


def _said(change: FileChange) -> str:
    if change.action == REMOVE:
        return f"{change.path} was changed by hand since the last run; it is removed, and the edited file is kept."
    if change.reason == "adopted":
        return f"{change.path} was written by somebody else; it is replaced, and the old file is kept beside it."
    return f"{change.path} was {change.reason}; it is set back, and the edited file is kept beside it."
