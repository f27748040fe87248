# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What module sync does: the sync itself, its report, and the table of one record's way."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions.attempted import attempted
from ansible_collections.telephony.connector.plugins.module_utils.actions.sync import outcome_of, synchronise
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts, profiles

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


def sync_and_tell(call: Call) -> dict[str, t.Any]:
    """Run or simulate the sync of one profile (module sync)."""
    run = _reported if call.params.get("report") else synchronise
    if call.params.get("only"):  # one record tells nothing of the profile
        result = run(call)
    else:
        result = attempted(call, attempts.PROFILE, call.params["profile"], lambda: run(call))
    if call.diff and result.get("explain"):
        result["diff"] = [*result.get("diff", ()), {"prepared": _way(call, result["explain"])}]
    return result


def _reported(call: Call) -> dict[str, t.Any]:
    """Sync, and write the report: of a run from the journal, else of the plan. A refused plan is made once more."""
    from ansible_collections.telephony.connector.plugins.module_utils.actions import reported
    from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import paths_of

    paths_of(call.params["report"])  # a place that is not there is told before anything is done
    try:
        outcome = outcome_of(call)
    except RefusedError as error:
        simulated, call.check_mode = call.check_mode, True
        outcome = outcome_of(call)
        call.check_mode = simulated
        result = {**outcome.as_dict(), "result": "refused"}
        reported.write(call, "sync", result, error.message, outcome.plan.operations.every)
        raise
    result = outcome.as_dict()
    reported.write(call, "sync", result, reported.refusal_of(result), outcome.plan.operations.every)
    return result


def _way(call: Call, explained: t.Mapping[str, t.Any]) -> str:
    """Return the table of a record's way through the profile."""
    from ansible_collections.telephony.connector.plugins.module_utils.reporting.explained import table

    name, given = call.params["profile"], call.params.get("definition")
    if given is None:
        with call.store.snapshot():
            stored = profiles.find(call.store, name)
        given = stored.options if stored else {}
    definition = Definition.from_options({**given, "name": given.get("name") or name})
    return table(explained, definition.variables, definition.structure)
