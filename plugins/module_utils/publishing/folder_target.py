# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Folder targets: a set of files that changes by one rename.

The path in the target is a link to a hidden folder beside it, `.NAME.<hash>.a` or `.b`. A new set of files is written
into a folder of its own, and one rename of the link puts it in place: whoever reads sees all old files or all new ones.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import FileFormat, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.publishing import file_access as access
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.publishing.comparing import (
    compare_with_ledger,
    counts_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.file_target import (
    BY_HAND,
    OTHER_PERMISSIONS,
    FileTarget,
    check_folders,
    why_removed,
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


@dataclass(frozen=True)
class Folder:
    """What lies at the path of a folder target.

    `link`: the name of the folder that it leads to, if it is a link; `files`: name -> hash, of what is in there.
    """

    kind: str  # absent | link | folder | file
    link: str = ""
    files: tuple[tuple[str, str], ...] = ()


class FolderTarget(FileTarget):
    """The one folder of an output."""

    def __init__(self, format_: FileFormat | None, simulate: bool, adopt: bool) -> None:
        super().__init__(format_, simulate, adopt)
        self._draft = ""

    def plan(self, staged: Staged) -> Plan:
        """Render into a draft folder and compare it with the one that lies there."""
        compare_with_ledger(staged)
        known = {one.path: one for one in staged.published.files if one.kind == "folder"}
        pages = {one.path: one.sha256 for one in staged.published.files if one.kind == "page"}
        path = str(self._format.options["path"]) if self._format and not staged.order.absent else None
        check_folders(staged, [*known, *([path] if path else [])])
        if not self._simulate:
            for one in known:
                shutil.rmtree(access.draft_name(one), ignore_errors=True)  # a killed run's
        changes = [_gone(one, pages) for one in known.values() if one.path not in (path, *staged.taken)]
        if path is not None:
            rendered = self._render(staged, path)
            changes += [self._compared(path, rendered, known.get(path), pages)]
            changes += rendered
        conflicts = self._settle_folder(staged, changes)
        warnings = [_words(one) for one in changes if one.by_hand]
        if self._simulate:
            warnings += self.obstacles(changes)
        return Plan(
            staged,
            counts_of(staged, staged.wanted if conflicts else 0),
            digest_of(staged, tuple(changes)),
            tuple(changes),
            tuple(conflicts),
            tuple(warnings),
        )

    def _render(self, staged: Staged, path: str) -> list[FileChange]:
        """Return the pages; in a real run they lie in the draft folder."""
        if self._format is None:
            raise AssertionError("an absent output is not written")
        self._draft = "" if self._simulate else _new_folder(path)
        pages = []
        for document in self._documents(staged):
            name, encoding = os.path.basename(document.path), self._format.encoding
            if self._simulate:
                content = access.hash_text(document.chunks, encoding)
            else:
                place = os.path.join(self._draft, name)
                content = access.write_file(place, document.chunks, encoding, self._attributes, path, sync=False)
                access.check_draft(path, place, document.entries, self._format.read_back)
            pages.append(FileChange(os.path.join(path, name), document.entries, content, "", kind="page"))
        if self._draft:
            self._bring_to_disk(pages, path)
        return pages

    def _bring_to_disk(self, pages: list[FileChange], path: str) -> None:
        try:
            access.sync_files(os.path.join(self._draft, os.path.basename(page.path)) for page in pages)
            access.sync_folder(self._draft)
        except OSError as error:
            raise access.unwritable(path, error) from None

    def _compared(  # type: ignore[override]  # a folder is compared as a whole
        self, path: str, rendered: list[FileChange], known: ledger.KnownFile | None, pages: dict[str, str]
    ) -> FileChange:
        there = look_at(path)
        wanted = tuple(sorted((os.path.basename(one.path), one.sha256) for one in rendered))
        count = sum(one.entries for one in rendered)
        ours = known.ours if known else frozenset()
        name = _version_name(path, wanted, there.link)
        change = FileChange(path, count, name, UPDATE, "changed", self._draft, kind="folder")
        if there.kind == "absent" or (there.kind == "folder" and not there.files):
            return replace(change, action=CREATE, reason=MISSING if known else "new")
        if there.kind == "link" and there.link in ours:
            if there.files == wanted:
                if any(self._attributes.differ(one.path) for one in rendered):
                    return replace(change, reason=OTHER_PERMISSIONS)
                is_known = known is not None and known.sha256 == there.link and not known.pending
                return replace(change, sha256=there.link, action="" if is_known else RECORD, reason="")
            written = tuple(sorted((os.path.basename(page), content) for page, content in pages.items()))
            if there.files != written and known is not None and there.link not in known.unfinished:
                return replace(change, reason=BY_HAND, by_hand=True)
            return change
        if self._adopt:
            return replace(change, reason="adopted", by_hand=there.kind != "link")
        what = "a link to elsewhere" if there.kind == "link" else "there already"
        return replace(change, action=CONFLICT, reason=f"is {what} and was not written by this output")

    def _settle_folder(self, staged: Staged, changes: list[FileChange]) -> list[dict[str, object]]:
        """Take operations back when nothing has to be written; return the conflicts."""
        folder = next((one for one in changes if one.kind == "folder" and one.action != REMOVE), None)
        if folder is None:
            return []
        if folder.action in (RECORD, ""):
            staged.scratch.execute("UPDATE operations SET action = ?", RECORD)
        if folder.action != CONFLICT:
            return []
        staged.scratch.execute("DELETE FROM operations")
        return [{"name": folder.path, "place": folder.path, "entries": folder.entries, "reason": folder.reason}]

    def intend(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note which version of the folder is about to be put in place (inside a transaction)."""
        known = {one.path: one for one in plan.staged.published.files}
        for one in plan.files:
            if one.action in (CREATE, UPDATE):
                before = known.get(one.path, ledger.KnownFile(one.path, 0, "", kind="folder"))
                known[one.path] = before.intending(one.sha256)
        ledger.put_files(store, output_id, known.values())

    def write(self, plan: Plan) -> None:
        """Put the draft in place by one rename of the link, then remove the versions that are no longer needed."""
        for one in plan.files:
            if one.kind != "folder" or one.action not in (CREATE, UPDATE, REMOVE):
                continue
            try:
                self._put_in_place(one, plan)
            except OSError as error:
                raise access.unwritable(one.path, error) from None

    def _put_in_place(self, change: FileChange, plan: Plan) -> None:
        path, there = change.path, look_at(change.path)
        known = next((one for one in plan.staged.published.files if one.path == path), None)
        is_ours = bool(known and there.kind == "link" and there.link in known.ours)
        if change.action == REMOVE:
            if is_ours:
                os.unlink(path)
        else:
            version = _beside(path, change.sha256)
            _remove_version(version)
            os.rename(change.temporary, version)
            if there.kind == "folder" and not there.files:
                os.rmdir(path)
            elif there.kind in ("folder", "file"):
                os.rename(path, _free_name(path))
            link = access.draft_name(path) + ".link"
            with contextlib.suppress(FileNotFoundError):
                os.unlink(link)
            os.symlink(change.sha256, link)
            os.replace(link, path)
            access.sync_folder(os.path.dirname(path))
        if change.by_hand and is_ours:
            os.rename(_beside(path, there.link), _free_name(path))

    def record(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note in the ledger what lies there now (inside a transaction)."""
        super().record(store, output_id, plan)
        for one in plan.staged.published.files:
            if one.kind == "folder":
                in_use = look_at(one.path).link
                for version in one.ours - {in_use}:
                    _remove_version(_beside(one.path, version))

    def close(self) -> None:
        """Remove a draft that was not put in place."""
        if self._draft:
            shutil.rmtree(self._draft, ignore_errors=True)


def look_at(path: str) -> Folder:
    """Return what lies at a path; TargetError when it cannot be read."""
    try:
        if os.path.islink(path):
            link = os.readlink(path)
            inside = os.path.dirname(link) == "" and os.path.isdir(path)
            return Folder("link", link, _files_of(path) if inside else ())
        if os.path.isdir(path):
            return Folder("folder", "", _files_of(path))
        return Folder("file" if os.path.lexists(path) else "absent")
    except OSError as error:
        raise access.unreadable(path, error) from None


def _files_of(folder: str) -> tuple[tuple[str, str], ...]:
    """Return (name, hash) of all files in a folder; anything else in it counts as a change."""
    found = []
    for entry in os.scandir(folder):
        is_file = entry.is_file(follow_symlinks=False)
        found.append((entry.name, access.sha256_of(entry.path) or "" if is_file else "other"))
    return tuple(sorted(found))


def _beside(path: str, name: str) -> str:
    return os.path.join(os.path.dirname(path), name)


def _version_name(path: str, files: tuple[tuple[str, str], ...], current: str) -> str:
    """Return the name of the folder for a set of files; never that of the one in use."""
    digest = hashlib.sha256(repr(files).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    name = f".{os.path.basename(path)}.{digest}"
    return f"{name}.b" if current == f"{name}.a" else f"{name}.a"


def _new_folder(path: str) -> str:
    """Make the draft folder anew; a killed run's is emptied first."""
    draft = access.draft_name(path)
    try:
        if os.path.isdir(draft) and not os.path.islink(draft):
            shutil.rmtree(draft)
        os.mkdir(draft, 0o755)
    except OSError as error:
        raise access.unwritable(path, error) from None
    return draft


def _remove_version(folder: str) -> None:
    """Remove a version of ours that is not in use."""
    if os.path.isdir(folder) and not os.path.islink(folder):
        shutil.rmtree(folder)


def _free_name(path: str) -> str:
    """Return a name under which something edited by hand is kept."""
    for number in range(1, 10_000):
        name = f"{path}.edited-{number}"
        if not os.path.lexists(name):
            return name
    raise TargetError(f"There are too many edited copies beside {path}: remove those that are not needed.")


def _gone(known: ledger.KnownFile, pages: dict[str, str]) -> FileChange:
    """Return the removal of a folder that is no longer wanted."""
    there = look_at(known.path)
    written = tuple(sorted((os.path.basename(page), content) for page, content in pages.items()))
    is_edited = there.kind == "link" and there.link in known.ours and there.files != written
    return FileChange(known.path, 0, "", REMOVE, why_removed(is_edited), by_hand=is_edited, kind="folder")


def _words(change: FileChange) -> str:
    done = "removed" if change.action == REMOVE else "set back" if change.reason != "adopted" else "replaced"
    was = "written by somebody else" if change.reason == "adopted" else change.reason
    return f"{change.path} was {was}; it is {done}, and the files that were there are kept beside it."
