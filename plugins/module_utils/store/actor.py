# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Who runs this task: the account on this machine, and the job of AWX if it is one."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Mapping
from dataclasses import dataclass

#: Environment variables that name a job, the first that is set counts. AWX sets JOB_ID for every job; the others are
#: the names of its extra variables, which a play passes on with the keyword environment.
JOB_ID = ("TELEPHONY_CONNECTOR_JOB_ID", "AWX_JOB_ID", "TOWER_JOB_ID", "JOB_ID")
#: The same for the user who launched it, whom AWX names in extra variables only.
JOB_USER = ("TELEPHONY_CONNECTOR_JOB_USER", "AWX_USER_NAME", "TOWER_USER_NAME")
#: Names are cut here: they come from outside, and go into every run.
_LONGEST = 200


@dataclass(frozen=True)
class Actor:
    """Who ran. `actor` is user@host; the job's id and launching user are None outside of a job."""

    actor: str
    job_id: str | None
    job_user: str | None


def current(environment: Mapping[str, str] | None = None) -> Actor:
    """Return who runs this task, by its account, host and environment."""
    given = os.environ if environment is None else environment
    folded = {name.upper(): value for name, value in given.items()}
    return Actor(f"{_user(given)}@{_host()}"[:_LONGEST], _first(folded, JOB_ID), _first(folded, JOB_USER))


def told(actor: str | None, job_id: str | None, job_user: str | None) -> str:
    """Return in words who did something, as it is kept; stores before version 2 kept nothing."""
    job = f" (job {job_id}{f', {job_user}' if job_user else ''})" if job_id else ""
    return f"{actor or ''}{job}"


def _user(environment: Mapping[str, str]) -> str:
    """Return the account; behind sudo the one that asked for it, since root is everybody."""
    uid = os.getuid()
    if uid == 0 and (asked := _on_one_line(environment.get("SUDO_USER", ""))):
        return asked
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # as in containers that run with any user id
        return str(uid)


def _host() -> str:
    return _on_one_line(socket.gethostname()) or "localhost"


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    values = (_on_one_line(environment.get(name, "")) for name in names)
    return next((value for value in values if value), None)


def _on_one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:_LONGEST]
