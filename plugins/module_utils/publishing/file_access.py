# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading, drafting and replacing single files: nothing here knows what is in them."""

from __future__ import annotations

import codecs
import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError

#: What to do when a file cannot be written, by the system's number of the error.
_WAYS_ON = {
    errno.ENOENT: "no file can be made in {folder}, which is none of a disk; name another path",
    errno.EACCES: "the user of this task may not write in {folder}; let that user do so, or run the task with become",
    errno.EPERM: "it is locked (chattr), or only root may give it that owner or group; unlock it, or run the task with"
    " become",
    errno.EROFS: "the file system of {folder} is read-only; mount it writable, or name another path",
    errno.ENOSPC: "make room on the file system of {folder}",
    errno.EDQUOT: "make room in {folder}, or raise the user's quota",
    errno.EISDIR: "a directory is there; name the path of a file, or remove it",
    errno.EBUSY: "it is mounted, or used by another program; release it, or name another path",
    errno.ENAMETOOLONG: "shorten the path",
}
#: Bytes written, or read, at a time.
_PIECE = 1 << 16


@dataclass(frozen=True)
class Attributes:
    """Permissions and owner of a file; None leaves them to the system."""

    mode: int | None = None
    uid: int | None = None
    gid: int | None = None

    @classmethod
    def of_options(cls, mode: str | None, owner: str | None, group: str | None) -> Attributes:
        """Read the options mode (octal digits), owner and group (names or numbers); DefinitionError for wrong ones."""
        try:
            number = None if mode in (None, "") else int(str(mode), 8)
        except ValueError:
            number = -1
        if number is not None and not 0 <= number <= 0o7777:
            raise DefinitionError(f'The option mode must be octal digits such as "0644", not "{mode}".')
        return cls(number, _uid(owner), _gid(group))

    def differ(self, path: str) -> bool:
        """Say whether a file has other ones."""
        found = os.stat(path)
        wanted = ((self.mode, stat.S_IMODE(found.st_mode)), (self.uid, found.st_uid), (self.gid, found.st_gid))
        return any(one is not None and one != other for one, other in wanted)

    def apply(self, target: int | str) -> None:
        """Set them on an open file or a path."""
        if self.uid is not None or self.gid is not None:
            os.chown(target, -1 if self.uid is None else self.uid, -1 if self.gid is None else self.gid)
        if self.mode is not None:
            os.chmod(target, self.mode)


def _uid(name: str | None) -> int | None:
    import pwd

    if name in (None, ""):
        return None
    try:
        return int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid
    except KeyError:
        raise DefinitionError(f'There is no user "{name}" on this machine: correct the option owner.') from None


def _gid(name: str | None) -> int | None:
    import grp

    if name in (None, ""):
        return None
    try:
        return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid
    except KeyError:
        raise DefinitionError(f'There is no group "{name}" on this machine: correct the option group.') from None


def sha256_of(path: str) -> str | None:
    """Return the hash of a file, None where there is none; TargetError for what is no file or cannot be read.

    A link is never followed: its hash is that of where it points to.
    """
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unreadable(path, error) from None
    if stat.S_ISLNK(found.st_mode):
        return f"link:{os.readlink(path)}"
    if not stat.S_ISREG(found.st_mode):
        what = "a directory" if stat.S_ISDIR(found.st_mode) else "no ordinary file"
        raise TargetError(f"{path} is {what}: give the path of a file in the target.")
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise unreadable(path, error) from None
    return digest.hexdigest()


def unreadable(path: str, error: OSError) -> TargetError:
    """Return the error for a target that cannot be read."""
    return TargetError(f"{path} cannot be read ({error.strerror}): check its owner and mode.")


def unwritable(path: str, error: OSError) -> TargetError:
    """Return the error for a target that cannot be written; what was there is whole."""
    folder = os.path.dirname(path)
    if missing := _missing(folder):
        return TargetError(f"{path} cannot be written: {missing}.")
    way = _WAYS_ON.get(error.errno or 0, "check the permissions and the free space of {folder}").format(folder=folder)
    what = "folder" if os.path.isdir(path) else "file"
    whole = f"; the {what} there is as it was" if os.path.lexists(path) else ""
    return TargetError(f"{path} cannot be written ({error.strerror}){whole}: {way}.")


def why_not_writable(path: str) -> str:
    """Return what a simulation can tell of a place in which a run could not write, "" where nothing is in its way."""
    folder = os.path.dirname(path)
    missing = _missing(folder)
    if not missing and os.access(folder, os.W_OK | os.X_OK):
        return ""
    return f"{path} could not be written: {missing or _WAYS_ON[errno.EACCES].format(folder=folder)}."


def _missing(folder: str) -> str:
    if os.path.isdir(folder):
        return ""
    above = folder
    while above != os.path.dirname(above):
        if os.path.lexists(above) and not os.path.isdir(above):
            return f"{above} is a file and no directory, name another path"
        above = os.path.dirname(above)
    return f"the directory {folder} does not exist, create it first"


def draft_name(path: str) -> str:
    """Return where a file is rendered: beside it, under a name that no server shows; a killed run's is overwritten."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.new")


def hash_text(chunks: Iterable[str], encoding: str) -> str:
    """Return the hash that a file of these texts would have."""
    digest = hashlib.sha256()
    for piece in _pieces(chunks, encoding):
        digest.update(piece)
    return digest.hexdigest()


def write_draft(path: str, chunks: Iterable[str], encoding: str, attributes: Attributes) -> tuple[str, str]:
    """Render to a temporary file beside `path`; return (its path, its hash). It is on the disk when this returns."""
    temporary = draft_name(path)
    return temporary, write_file(temporary, chunks, encoding, attributes, shown=path)


def write_file(
    path: str, chunks: Iterable[str], encoding: str, attributes: Attributes, shown: str, sync: bool = True
) -> str:
    """Write a new file and return its hash; errors name the place `shown`. With `sync` it is on the disk then."""
    try:
        with _new_file(path) as file:
            digest = hashlib.sha256()
            for piece in _pieces(chunks, encoding):
                digest.update(piece)
                file.write(piece)
            file.flush()
            attributes.apply(file.fileno())
            if sync:
                os.fsync(file.fileno())
    except OSError as error:
        discard(path)
        raise unwritable(shown, error) from None
    except BaseException:
        discard(path)
        raise
    return digest.hexdigest()


def _new_file(path: str) -> BinaryIO:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    # nobody may have put a link there meanwhile
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb", _PIECE)


def _pieces(chunks: Iterable[str], encoding: str) -> Iterator[bytes]:
    """Yield the texts encoded, many at a time; what the encoding lacks becomes a question mark."""
    encoder = codecs.getincrementalencoder(encoding)("replace")
    waiting: list[str] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield encoder.encode("".join(waiting))
            waiting, size = [], 0
    yield encoder.encode("".join(waiting), final=True)


def check_draft(path: str, temporary: str, entries: int, read_back: Callable[[BinaryIO], int | None]) -> None:
    """Have an independent reader read a draft; TargetError when it does not find all entries."""
    try:
        with open(temporary, "rb") as file:
            found = read_back(file)
    except ValueError as error:
        raise TargetError(
            f"{path} was not written: the draft cannot be read back ({error}); the file there is as it was. Please"
            " report it."
        ) from None
    if found is not None and found != entries:
        raise TargetError(
            f"{path} was not written: a reader finds {found} of {entries} entries in the draft; the file there is as"
            " it was. Please report it."
        )


def replace_file(temporary: str, path: str) -> None:
    """Put a draft in its place."""
    try:
        os.replace(temporary, path)
        sync_folder(os.path.dirname(path))
    except OSError as error:
        raise unwritable(path, error) from None


def sync_files(paths: Iterable[str]) -> None:
    """Bring files to the disk, after all are written: one by one, each would wait for the disk anew."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_folder(folder: str) -> None:
    """Bring a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_copy(path: str, content: str) -> str:
    """Keep a file that somebody edited beside it under another name; return that name."""
    copy = f"{path}.edited-{content[:8]}"
    try:
        with contextlib.suppress(FileExistsError):
            os.link(path, copy, follow_symlinks=False)
    except OSError as error:
        raise unwritable(copy, error) from None
    return copy


def remove_file(path: str) -> None:
    """Remove a file; it may be gone already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TargetError(
            f"{path} cannot be removed ({error.strerror}): check the permissions of {os.path.dirname(path)}."
        ) from None


def discard(temporary: str) -> None:
    """Remove a draft that is not needed."""
    with contextlib.suppress(OSError):
        os.unlink(temporary)
