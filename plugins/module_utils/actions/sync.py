# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One sync from beginning to end: the profile, the plan, the guards, and - unless it is a simulation - the writing."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    RefusedError,
    StoreError,
    nearest,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import StaleError, Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import guards, journal, review_cache
from ansible_collections.telephony.connector.plugins.module_utils.sync import outcome as sync_outcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.apply import apply
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import Plan, Planner

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: How often a plan is made anew because somebody else wrote to the store meanwhile.
_ATTEMPTS = 5


def synchronise(call: Call) -> dict[str, t.Any]:
    """Run or simulate the sync of one profile (module sync); returns DESIGN section 6.

    Raises RefusedError when a guard or `expect_plan` stops a run (a simulation returns `result: refused` instead).
    """
    params, store, started = call.params, call.store, journal.now()
    _check_options(params)
    for _attempt in range(_ATTEMPTS):
        definition, stored, differs = _definition(call)
        planner = Planner(store, definition, params.get("only"), bool(params.get("explain")))
        plan = planner.make(stored)
        expected = params.get("expect_plan")
        refusal = _unexpected(plan, expected) or guards.refusal(plan, expected)
        outcome = sync_outcome.Outcome(
            plan, refusal, call.diff, params["changes_limit"], explain=bool(params.get("explain"))
        )
        if differs:
            outcome.warn(differs)
        if call.check_mode or refusal:
            review_cache.remember(plan)
            if refusal and call.check_mode:
                outcome.warn(refusal)
            break
        try:
            outcome.run_id = apply(plan, started, outcome.result)
            break
        except StaleError:
            continue
    else:
        raise StoreError(
            f"{store.where} was changed by others {_ATTEMPTS} times while the plan was made; nothing was changed: run"
            " again when it is less busy."
        )
    if refusal and not call.check_mode:
        raise RefusedError(refusal, **outcome.summary())
    return outcome.as_dict()


def _check_options(params: t.Mapping[str, t.Any]) -> None:
    if params.get("explain") and not params.get("only"):
        raise DefinitionError("explain: true explains one record: name its key in the option only.")
    expected = params.get("expect_plan")
    if expected is not None and not re.fullmatch("sha256:[0-9a-f]{64}", expected):
        raise DefinitionError(
            'expect_plan must be the plan_digest of a simulation, "sha256:" and 64 hexadecimal digits,'
            f' not "{expected[:100]}".'
        )
    if params["changes_limit"] < 0:
        raise DefinitionError("changes_limit must be 0 or more.")


def _unexpected(plan: Plan, expected: str | None) -> str | None:
    if expected is None or expected == plan.digest:
        return None
    return (
        f'profile "{plan.work.definition.name}": the plan is not the one that was reviewed ({expected}), so nothing was'
        f" changed: {review_cache.difference(plan, expected)}. Look at it again; its digest is now {plan.digest}."
    )


def _definition(call: Call) -> tuple[Definition, profiles.Stored | None, str]:
    """Return the definition to sync by, the profile as it is stored, and words for a difference between the two."""
    name = call.params["profile"]
    with call.store.snapshot():
        stored = profiles.find(call.store, name)
        names = [] if stored else _names(call.store)
    given = call.params.get("definition")
    if given is None:
        if stored is None:
            raise DefinitionError(
                f'there is no profile "{name}" in {call.store.where}: declare it with the module profile first'
                f" (in check mode also pass it to sync as definition).{nearest(name, names)}"
            )
        return Definition.from_options(stored.options), stored, ""
    definition = Definition.from_options({**given, "name": given.get("name") or name})
    if definition.name != name:
        raise DefinitionError(
            f'the definition is that of the profile "{definition.name}", not of "{name}": use one name.'
        )
    differs = stored is None or Definition.from_options(stored.options).as_options() != definition.as_options()
    options = _differing(stored, definition)
    if differs and not call.check_mode:
        state = f"is stored with other options ({options})" if stored else "is not stored"
        raise DefinitionError(
            f'the profile "{name}" {state} in {call.store.where}: run the module profile with the same definition'
            " first."
        )
    words = f"the stored profile would be changed to the definition given ({options})" if differs and stored else ""
    return definition, stored, words


def _differing(stored: profiles.Stored | None, definition: Definition) -> str:
    """Return the names of the options in which a stored profile differs from a definition."""
    old = Definition.from_options(stored.options).as_options() if stored else {}
    new = definition.as_options()
    return ", ".join(sorted(name for name in {**old, **new} if old.get(name) != new.get(name)))


def _names(store: Store) -> list[str]:
    return [profile.name for profile in profiles.every(store)]
