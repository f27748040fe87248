# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a place where files are, step by step: a path, a share, a web address."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    Steps,
    examine_server,
    examine_url,
    told_by,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import locations
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError

_SMB_PORT = 445
_HEAD = 1 << 18  # bytes of the file that are looked at

#: what stands in a message -> the step that it is about
_OF_SHARE = (
    ("STATUS_LOGON", "sign_in"),
    ("STATUS_ACCOUNT", "sign_in"),
    ("STATUS_PASSWORD", "sign_in"),
    ("STATUS_INVALID_", "sign_in"),
    ("STATUS_BAD_NETWORK_NAME", "share"),
    ("STATUS_NOT_FOUND", "share"),
    ("STATUS_ACCESS_DENIED", "file"),
    ("STATUS_OBJECT_PATH_NOT_FOUND", "folder"),
    ("STATUS_NOT_A_DIRECTORY", "folder"),
)
_STEPS_OF_SHARE = ("sign_in", "share", "folder", "file")
_OF_URL = ((" 401", "sign_in"), (" 403", "sign_in"), ("redirect", "address"))


def examine(options: Mapping[str, Any], steps: Steps) -> bytes | None:
    """Record the steps to the file, and return its beginning; None when it cannot be read."""
    if "url" in options:
        return _from_web(options, steps)
    if "share" in options:
        return _from_share(options, steps)
    return _from_disk(options, steps)


def _from_disk(options: Mapping[str, Any], steps: Steps) -> bytes | None:
    folder = os.path.dirname(os.path.abspath(os.path.expanduser(options["path"])))
    if not os.path.isdir(folder):
        steps.add("folder", False, f'There is no folder "{folder}" on this machine: check path.')
        return None
    steps.add("folder", True, f'The folder "{folder}" is there.')
    return _opened(options, steps, lambda message: "file")


def _from_share(options: Mapping[str, Any], steps: Steps) -> bytes | None:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.files import smb

    place = smb.place_of(options["share"], options["path"])
    if not examine_server(steps, place.server, options.get("share_port", _SMB_PORT), None, "share"):
        return None

    def step_of(message: str) -> str:
        step = told_by(message, _OF_SHARE, "file")
        for name in _STEPS_OF_SHARE[: _STEPS_OF_SHARE.index(step)]:
            steps.add(name, True, _REACHED[name].format(share=place.share, user=options.get("share_username", "guest")))
        return step

    return _opened(options, steps, step_of)


_REACHED = {
    "sign_in": "Signed in as {user}.",
    "share": "The share {share} is there.",
    "folder": "The folder on the share is there.",
}


def _from_web(options: Mapping[str, Any], steps: Steps) -> bytes | None:
    if not examine_url(steps, options["url"], options):
        return None

    def step_of(message: str) -> str:
        step = told_by(message, _OF_URL, "file")
        if step == "file" and "url_username" in options:
            steps.add("sign_in", True, f"The server accepts {options['url_username']}.")
        return step

    return _opened(options, steps, step_of)


def _opened(options: Mapping[str, Any], steps: Steps, step_of: Any) -> bytes | None:
    """Open the file, read its beginning, and record that; `step_of(message)` says which step a failure is of."""
    started = time.monotonic()
    try:
        with locations.open_stream(options, {}) as stream:
            head = b""
            while len(head) < _HEAD and (block := stream.read(_HEAD - len(head))):
                head += block
            where = stream.where
    except (ConnectorError, BrokenOffError) as error:
        message = str(error)
        steps.add(step_of(message), False, message, time.monotonic() - started)
        return None
    size = f"{len(head)} bytes" if len(head) < _HEAD else f"more than {_HEAD >> 10} KiB"
    steps.add(step_of(""), True, f"The {where} can be read ({size}).", time.monotonic() - started)
    return head
