# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One undo from beginning to end: the run, the plan, the guards, and - unless it is a simulation - the writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError, capital
from ansible_collections.telephony.connector.plugins.module_utils.plan_options import check_plan_options
from ansible_collections.telephony.connector.plugins.module_utils.profiles import policies
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import StaleError, Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import review_cache
from ansible_collections.telephony.connector.plugins.module_utils.undoing import apply, guards, journal_runs, plan
from ansible_collections.telephony.connector.plugins.module_utils.undoing.outcome import Outcome, sentence


@dataclass(frozen=True)
class UndoRequest:
    """What is asked of one undo.

    `only`: the names of the objects, or the keys of their records, where not all of the run are meant. `hold`: put the
    profile on hold. `guards`: limits in place of the profile's. `expect_plan`: the digest of the plan
    that was reviewed. `changes_limit`: how many changes the outcome holds, with `diff` as texts, too.
    """

    run_id: int
    only: tuple[str, ...] = ()
    hold: bool = True
    guards: Mapping[str, str | int] = field(default_factory=dict)
    expect_plan: str | None = None
    changes_limit: int = 500
    simulate: bool = False
    diff: bool = False

    def __post_init__(self) -> None:
        """Refuse (DefinitionError) what cannot be."""
        check_plan_options(self.expect_plan, self.changes_limit)


def take_back(store: Store, request: UndoRequest) -> Outcome:
    """Take a run back, or simulate it.

    Raises RefusedError when a guard or `expect_plan` stops it (a simulation has the result `refused` instead), and
    DefinitionError for a run that is not there, or cannot be taken back any more.
    """
    started = clock.stamp()
    try:
        return _attempt(store, request, started)
    except StaleError:
        # under the lock: nobody can be quicker a second time
        with store.alone():
            return _attempt(store, request, started)


def _attempt(store: Store, request: UndoRequest, started: str) -> Outcome:
    with store.snapshot():
        run = journal_runs.find(store, request.run_id)
        limits = {**policies.GUARDS, **_guards_of(store, run), **request.guards}
    made = plan.make(store, run, request.only)
    refusal = _unexpected(made, request.expect_plan)
    if refusal is None and request.expect_plan is None:
        refusal = guards.refusal(made, limits)
    outcome = Outcome(made, refusal, request.diff, request.changes_limit)
    if request.simulate and request.hold and made.changes_something and made.run.profile is not None:
        outcome.warnings.append(
            f'The profile "{made.run.profile}" would be put on hold (hold: false leaves it as it is)'
        )
    if request.simulate or refusal:
        review_cache.remember(made)
        if refusal and not request.simulate:
            raise RefusedError(refusal, outcome, **outcome.summary())
        return outcome
    if made.changes_something or made.touches:
        _write(made, outcome, request, started)
    return outcome


def _write(made: plan.Plan, outcome: Outcome, request: UndoRequest, started: str) -> None:
    warnings = outcome.summary()["warnings"]
    hold = request.hold and made.changes_something
    written = apply.apply(made, started, outcome.result, sentence(made), warnings, hold)
    outcome.run_id = written.run_id
    if written.hold is not None:
        outcome.hold = written.hold.as_dict()
        outcome.warnings.append(
            f'The profile "{made.run.profile}" is on hold, so that no schedule does the same again: when its source is'
            f" right, release it with the module profile (name: {made.run.profile}, hold: false)"
        )
    if written.links_back:
        outcome.warnings.append(f"{written.links_back} objects belong to their profile again")


def _guards_of(store: Store, run: journal_runs.UndoneRun) -> dict[str, str | int]:
    """Return the guards of the run's profile, as far as it is stored and names some."""
    stored = profiles.find(store, run.profile) if run.profile is not None else None
    given = (stored.options.get("guards") if stored else None) or {}
    return {name: value for name, value in given.items() if name in guards.NAMES}


def _unexpected(made: plan.Plan, expected: str | None) -> str | None:
    if expected is None or expected == made.digest:
        return None
    return (
        f"{capital(str(made.run))} is not taken back: the plan is not the one that was reviewed ({expected}), so"
        f" nothing was changed: {review_cache.difference(made, expected)}. Look at it again; its digest is now"
        f" {made.digest}."
    )
