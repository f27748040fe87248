# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the store share: places with little room or few rights, also for tests that run as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

PEOPLE = "username,displayname,phone,password\nmmuster,Max Muster,201,correct-horse-battery\neeva,Eva Ebert,202,\n"


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """A directory that every user of this machine can get to (pytest's own is for its user alone)."""
    with tempfile.TemporaryDirectory(prefix="telephony-store-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory
        for path in (directory, *directory.rglob("*")):  # so that it can be tidied up
            path.chmod(0o755)


@contextlib.contextmanager
def _as_ordinary_user() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    nobody, groups = pwd.getpwnam("nobody"), os.getgroups()
    os.setgroups([])
    os.setresgid(nobody.pw_gid, nobody.pw_gid, 0)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)


@pytest.fixture
def as_ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    """For a while this process is an ordinary user, to whom permissions apply as they do not to root.

    The saved user stays root, which is the way back. Libraries must have been imported before: they may lie where only
    root gets to.
    """
    return _as_ordinary_user


@contextlib.contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def files_of_at_most() -> Callable[[int], AbstractContextManager[None]]:
    """For a while no file may grow beyond a number of bytes, whoever writes it."""
    return _files_of_at_most


@pytest.fixture
def small_disk(public_directory: Path) -> Iterator[Path]:
    """A disk of its own with room for 4 MiB."""
    directory = public_directory / "small"
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0777", "tmpfs", str(directory)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted: run the tests as root, outside of a container without rights")
    yield directory
    subprocess.run(["umount", "--lazy", str(directory)], check=True)


@pytest.fixture
def staff(system: Any) -> Any:
    """A phone system with a profile and two people, one of whom has a password."""
    system.profile()
    system.import_csv(PEOPLE)
    return system
