# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Runs or simulates the sync of one profile (module sync)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.plugins.module_utils.sync.outcome import Outcome

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


def synchronise(call: Call) -> dict[str, t.Any]:
    """Run or simulate the sync of one profile; see `run.synchronise` for the errors."""
    return outcome_of(call).as_dict()


def outcome_of(call: Call) -> Outcome:
    """Do the same, and return what came out while the plan's operations can still be gone through."""
    return run.synchronise(call.store, _request(call.params, call.check_mode, call.diff))


def _request(params: Mapping[str, t.Any], check_mode: bool, diff: bool) -> run.SyncRequest:
    """Read the module's options."""
    given, name = params.get("definition"), params["profile"]
    return run.SyncRequest(
        profile=name,
        definition=None if given is None else Definition.from_options({**given, "name": given.get("name") or name}),
        expect_plan=params.get("expect_plan"),
        only=params.get("only"),
        explain=bool(params.get("explain")),
        changes_limit=params["changes_limit"],
        simulate=check_mode,
        diff=diff,
    )
