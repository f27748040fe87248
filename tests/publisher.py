# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes in this process, or in one of its own, which a test may kill at any moment."""

from __future__ import annotations

from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_sip_password
from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.worker import PROCESSES


def publish(
    system: System, path: Path, format_: str = "yealink", check: bool = False, **options: Any
) -> dict[str, Any]:
    """Publish as the module does; any number of removals is allowed."""
    defaults = {name: option.get("default") for name, option in PUBLISH_SPEC.items()}
    wanted = {"name": "book", "format": format_, "target": {"path": str(path)}, "guards": {"max_removals": "100%"}}
    return system.call(publish_output, check, **{**defaults, **wanted, **options})


def actions(result: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Return what a publish did, each with its name and reason."""
    return [(one["action"], one["name"], one["reason"]) for one in result["changes"]]


def secret_of(system: System, username: str) -> str:
    """Return the SIP password that the store has for a user."""
    return read_sip_password(system.location, system.KEY, username)


def in_child(system: System, path: Path, **options: Any) -> ForkServerProcess:
    """Publish in a process of its own, which is forked from a server without threads that has imported all of this."""
    process = PROCESSES.Process(target=_work, args=(system.location, str(system.directory), str(path), options))
    process.start()
    return process


def _work(location: str, directory: str, path: str, options: dict[str, Any]) -> None:
    publish(System(location, Path(directory)), Path(path), **options)
