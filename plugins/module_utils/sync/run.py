# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One sync from beginning to end: the profile, the plan, the guards, and - unless it is a simulation - the writing."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    RefusedError,
    nearest,
)
from ansible_collections.telephony.connector.plugins.module_utils.plan_options import check_plan_options
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import HOLD_AFTER
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, holds, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import StaleError, Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import guards, review_cache
from ansible_collections.telephony.connector.plugins.module_utils.sync.apply import Hashes, apply
from ansible_collections.telephony.connector.plugins.module_utils.sync.outcome import Outcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Plan
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import Planner

#: Objects that come to be, less those that go, before Python looks for circles among them (700 to 2,000 as it comes).
_COLLECTED_AT = 50_000
#: The digest of a plan with passwords hangs on the key of the store.
_NOT_TO_APPROVE = (
    "There is no store yet, and passwords are compared by its key: a run that expects this plan's digest will be"
    " refused. To approve the first plan, declare the profile first (the module profile), then simulate again."
)


@dataclass(frozen=True)
class SyncRequest:
    """What is asked of one sync.

    `definition`: to sync by, when it need not be stored yet (a simulation) or must be equal to what is stored (a run).
    `only`: the key of one record, with `explain` its way through the profile. `expect_plan`: the digest of the plan
    that was reviewed. `changes_limit`: how many changes the outcome holds, with `diff` as texts, too.
    """

    profile: str
    definition: Definition | None = None
    expect_plan: str | None = None
    only: str | None = None
    explain: bool = False
    changes_limit: int = 500
    simulate: bool = False
    diff: bool = False

    def __post_init__(self) -> None:
        """Refuse (DefinitionError) what does not go together."""
        if self.explain and not self.only:
            raise DefinitionError("The option explain explains one record: name its key in the option only.")
        check_plan_options(self.expect_plan, self.changes_limit)
        if self.definition is not None and self.definition.name != self.profile:
            raise DefinitionError(
                f'The definition is that of the profile "{self.definition.name}", not of "{self.profile}": use one'
                " name."
            )


@dataclass(frozen=True)
class _Profile:
    """The profile to sync by, as it is stored (None: not yet), and words for a difference between the two.

    `revision`: the state of the store in which it was found.
    """

    definition: Definition
    stored: profiles.Stored | None
    revision: int
    difference: str = ""


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Have Python look for circles of garbage rarely: records make none, and each look costs the more there is."""
    before = gc.get_threshold()
    gc.set_threshold(max(_COLLECTED_AT, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def synchronise(store: Store, request: SyncRequest) -> Outcome:
    """Run or simulate the sync of one profile.

    Raises RefusedError when a guard or `expect_plan` stops a run (a simulation has the result `refused` instead),
    SourceError when the source cannot be read, DefinitionError for a profile that is not there.
    """
    run = _Run(store, request)
    try:
        with _rare_collections():
            try:
                return run.attempt()
            except StaleError:
                return _once_more(store, run)
    except _StoppedByGuardError as error:
        # not before the transaction is over, which keeps nothing
        words = error.message + _count_trip(store, error)
        raise RefusedError(words, error.outcome, **error.details) from None


def _once_more(store: Store, run: _Run) -> Outcome:
    """Do it with the records that were read, and under the lock: nobody can be quicker a second time."""
    with store.alone():
        try:
            return run.attempt()
        except RefusedError as error:
            # nothing was written, and a rollback would take the plan's tables away, which the report is still to read
            refused = error
    raise refused


class _StoppedByGuardError(RefusedError):
    """A guard has stopped a run of a profile that is put on hold after some of them."""

    def __init__(self, message: str, outcome: Outcome, profile_id: int, limit: int) -> None:
        super().__init__(message, outcome, **outcome.summary())
        self.profile_id, self.limit = profile_id, limit


def _count_trip(store: Store, stopped: _StoppedByGuardError) -> str:
    """Count a run that a guard has stopped; after as many as the profile says it is put on hold. Return words."""
    limit = stopped.limit
    with store.writing(moves=False):
        trips = holds.count_trip(store, stopped.profile_id)
        if trips < limit:
            return f" ({trips} of {limit} in a row: then the profile is put on hold.)"
        holds.set_hold(store, stopped.profile_id, f"a guard has stopped {trips} runs in a row")
    return f" This was run {trips} in a row that a guard has stopped, so the profile is on hold now."


class _Run:
    """One sync, which may have to be planned twice."""

    def __init__(self, store: Store, request: SyncRequest) -> None:
        self._store = store
        self._request = request
        self._started = clock.stamp()
        self._planner: Planner | None = None
        self._hashes: Hashes = {}

    def attempt(self) -> Outcome:
        """Plan and, unless it is a simulation, write; StaleError when somebody else has written meanwhile."""
        store, request = self._store, self._request
        profile = _profile(store, request)
        held = self._hold(profile)
        plan = self._planner_of(profile.definition).make(profile.stored)
        if plan.revision != profile.revision and not request.simulate:
            raise StaleError  # the profile may have been put on hold, or declared anew, just before it was planned for
        unexpected = _unexpected(plan, request.expect_plan)
        refusal = unexpected or guards.refusal(plan, request.expect_plan)
        outcome = Outcome(plan, refusal, request.diff, request.changes_limit, request.explain)
        if profile.difference:
            outcome.warn(profile.difference)
        if held:
            outcome.warn(f"The profile is on hold: {held}, so a run would be refused; this is what it would do.")
        if store.is_imagined and plan.read.intake.secrets:
            outcome.warn(_NOT_TO_APPROVE)
        if request.simulate and plan.forecast:
            outcome.warn(plan.forecast)
        if request.simulate or refusal:
            review_cache.remember(plan)
            if refusal and not request.simulate:
                limit = plan.definition.guards.get(HOLD_AFTER)
                if limit is not None and plan.profile_id is not None and not (unexpected or plan.only):
                    raise _StoppedByGuardError(refusal, outcome, plan.profile_id, int(limit))
                raise RefusedError(refusal, outcome, **outcome.summary())
            if refusal:
                outcome.warn(refusal)
            return outcome
        outcome.run_id = apply(plan, self._started, outcome.result, self._hashes)
        return outcome

    def _hold(self, profile: _Profile) -> str:
        """Return words for the hold that the profile is on, "" for none; a run is refused (RefusedError)."""
        if profile.stored is None:
            return ""
        with self._store.snapshot():
            hold = holds.state_of(self._store, profile.stored.id).hold
        if hold is None:
            return ""
        name = profile.definition.name
        if not self._request.simulate:
            raise RefusedError(
                f'Profile "{name}" is on hold: {hold}; nothing was changed. Simulate it (--check --diff), and release'
                f" it with the module profile (name: {name}, hold: false) when it may run again.",
                changed=False, result="refused", profile=name, mode=profile.definition.mode, run_id=None,
                hold=hold.as_dict(),
            )  # fmt: skip
        return str(hold)

    def _planner_of(self, definition: Definition) -> Planner:
        """Return the planner, with what it has read, unless the profile was declared anew since."""
        if self._planner is None or self._planner.definition.as_options() != definition.as_options():
            request = self._request
            self._planner = Planner(
                self._store, definition, request.only, request.explain, approved=request.expect_plan
            )
        return self._planner


def _unexpected(plan: Plan, expected: str | None) -> str | None:
    if expected is None or expected == plan.digest:
        return None
    return (
        f'Profile "{plan.definition.name}": The plan is not the one that was reviewed ({expected}), so nothing was'
        f" changed: {review_cache.difference(plan, expected)}. Look at it again; its digest is now {plan.digest}."
    )


def _profile(store: Store, request: SyncRequest) -> _Profile:
    name, given = request.profile, request.definition
    with store.snapshot():
        stored, revision = profiles.find(store, name), store.revision()
        names = [] if stored else [profile.name for profile in profiles.every(store)]
    if given is None:
        if stored is None:
            raise DefinitionError(
                f'There is no profile "{name}" in {store.where}: declare it with the module profile first'
                f" (in check mode also pass it to sync as definition).{nearest(name, names)}"
            )
        return _Profile(Definition.from_options(stored.options), stored, revision)
    options = _differing(stored, given)
    if not options:
        return _Profile(given, stored, revision)
    if not request.simulate:
        state = f"is stored with other options ({options})" if stored else "is not stored"
        raise DefinitionError(
            f'The profile "{name}" {state} in {store.where}: run the module profile with the same definition first.'
        )
    words = f"The stored profile would be changed to the definition given ({options})" if stored else ""
    return _Profile(given, stored, revision, words)


def _differing(stored: profiles.Stored | None, definition: Definition) -> str:
    """Return the names of the options in which a stored profile differs from a definition."""
    old = Definition.from_options(stored.options).as_options() if stored else {}
    new = definition.as_options()
    return ", ".join(sorted(name for name in {**old, **new} if old.get(name) != new.get(name)))
