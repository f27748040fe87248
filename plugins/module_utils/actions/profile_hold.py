# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The option `hold` of the module profile: a profile is put on hold by hand, or released."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Result, Task, if_any, if_given
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import masked
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.store import holds, profiles

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: What people write who mean one of `_WORDS`; taken for a reason, it would hold what they want to release.
_OTHER_WORDS = frozenset(("ja", "nein", "oui", "non", "si", "y", "n", "j", "1", "0", "none", "null", "aus", "an"))
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Wanted:
    """What becomes of the hold: nothing (`is_given` False), released (`reason` None), or set.

    `is_set_anyway`: any reason will do, so a hold that is there stays as it is.
    """

    is_given: bool = False
    reason: str | None = None
    is_set_anyway: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> Wanted:
        """Read the option: true, false, or the reason as text."""
        given = params.get("hold")
        if given is None:
            return cls()
        if isinstance(given, str):
            given = _WORDS.get(given.strip().lower(), given.strip())
        if given is True:
            return cls(True, holds.BY_HAND, is_set_anyway=True)
        if given is False:
            return cls(True)
        if not isinstance(given, str) or not given:
            raise DefinitionError(
                "The option hold must be true, false, or the reason as text, which must not be empty."
            )
        if given.lower() in _OTHER_WORDS:
            raise DefinitionError(
                f'The option hold is "{given}", which is no reason: write true to set it, or false to release it.'
            )
        return cls(True, " ".join(given.split())[: holds.LONGEST_REASON])

    def changes(self, hold: holds.Hold | None) -> bool:
        """Say whether the hold that is there is to be another one."""
        if not self.is_given:
            return False
        if self.reason is None or hold is None:
            return (hold is None) != (self.reason is None)
        return not self.is_set_anyway and hold.reason != self.reason

    def save(self, store: Store, profile_id: int) -> None:
        """Set or release (inside a writing transaction)."""
        if self.reason is None:
            holds.release(store, profile_id)
        else:
            holds.set_hold(store, profile_id, self.reason)


@dataclass(frozen=True)
class ProfileResult(Result):
    """The profile, secrets masked, its hold, and the LDAP settings where it has something to do with them."""

    profile: Mapping[str, t.Any]
    hold: Mapping[str, str] | None
    diff: Mapping[str, t.Any] | Sequence[Mapping[str, t.Any]] | None = if_given()
    warnings: Sequence[str] = if_any()
    ldap_auth: Mapping[str, t.Any] | None = None
    is_about_sign_in: bool = False

    def as_dict(self) -> dict[str, t.Any]:
        """Return the module's result."""
        result = super().as_dict()
        if not result.pop("is_about_sign_in"):
            del result["ldap_auth"]
        return result


def is_all_that_is_asked(params: Mapping[str, t.Any]) -> bool:
    """Say whether the task only sets or releases a hold: it declares nothing."""
    return params.get("hold") is not None and not _declared(params)


def check_declares(params: Mapping[str, t.Any]) -> None:
    """Refuse a hold beside a part of a declaration: a profile is declared as a whole, or only held or released."""
    if params.get("hold") is not None and not params.get("template"):
        raise DefinitionError(
            f'Profile "{params["name"]}": hold stands beside {", ".join(_declared(params))}, but no template. To set or'
            " release the hold alone, give name and hold and nothing else; to declare the profile too, give all of it."
        )


def _declared(params: Mapping[str, t.Any]) -> list[str]:
    """Return the options that declare something."""
    others = {name: spec.get("default") for name, spec in PROFILE_SPEC.items() if name != "name"}
    return [name for name, value in others.items() if params.get(name) not in (None, value)]


def set_hold(task: Task, name: str, wanted: Wanted) -> ProfileResult:
    """Put a stored profile on hold, or release it, and change nothing else of it."""
    store = task.store
    with store.snapshot():
        stored = profiles.find(store, name)
        if stored is None:
            known = [profile.name for profile in profiles.every(store)]
            raise DefinitionError(
                f'There is no profile "{name}" in {store.where} to put on hold or to release.{nearest(name, known)}'
            )
        before = holds.state_of(store, stored.id).hold
    changed = wanted.changes(before)
    if changed and not task.check_mode:
        with store.writing():
            wanted.save(store, stored.id)
    hold = now(store, stored.id, wanted, before)
    shown = diff(name, before, hold) if task.diff else None
    return ProfileResult(changed, masked(stored.options), hold, shown)


def now(store: Store, profile_id: int | None, wanted: Wanted, before: holds.Hold | None) -> dict[str, str] | None:
    """Return the hold as it is after the task, or would be."""
    if profile_id is not None and not store.check_mode:
        with store.snapshot():
            before = holds.state_of(store, profile_id).hold
    elif wanted.changes(before):
        return None if wanted.reason is None else {"reason": wanted.reason, "who": "", "when": ""}
    return before.as_dict() if before else None


def diff(name: str, before: holds.Hold | None, after: Mapping[str, str] | None) -> dict[str, t.Any]:
    """Return the hold before and after for --diff."""
    header = f"hold of profile {name}"
    return {
        "before_header": header,
        "after_header": header,
        "before": f"{before.reason}\n" if before else "",
        "after": f"{after['reason']}\n" if after else "",
    }
