# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a profile says about limits and about single fields: guards, field_policy, on_invalid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import leaver_policy
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.leaver_policy import LeaverPolicy

POLICIES = ("force", "keep", "create_only")
ON_INVALID = ("reject", "drop")
MISSING_COLUMNS = ("fail", "warn")
#: Fields that are merged item by item, whatever their policy: what a profile gives is there, and a person may add more.
LIST_FIELDS = frozenset(("roles", "devices"))
#: What the guards are when a profile does not say.
GUARDS: dict[str, str | int] = {
    "max_removals": "20%",
    "max_renumbered": "20%",
    "max_updates": "100%",
    "max_rejected": "20%",
}
#: Objects or records that a percentage always allows, so that small systems can live with it.
ALWAYS_ALLOWED = 5
#: The guard that counts runs: so many stopped in a row put the profile on hold.
HOLD_AFTER = "hold_after"


def read_guards(given: Mapping[str, Any]) -> dict[str, str | int]:
    """Return the guards that a profile names; raises DefinitionError."""
    guards: dict[str, str | int] = {}
    for name, value in given.items():
        if name not in (*GUARDS, HOLD_AFTER):
            raise DefinitionError(
                f'The option guards has an unknown entry "{name}".{nearest(name, (*GUARDS, HOLD_AFTER))}'
            )
        if value is not None:
            guards[name] = _hold_after(value) if name == HOLD_AFTER else _guard(name, value)
    return guards


def _hold_after(value: Any) -> int:
    text = "" if isinstance(value, bool) else str(value).strip()
    if not re.fullmatch("[0-9]{1,4}", text) or not int(text):
        raise DefinitionError(f'The option guards.{HOLD_AFTER} must be a number of runs, 1 or more, not "{value}"')
    return int(text)


def _guard(name: str, value: Any) -> str | int:
    """Return a limit as a number of objects or as "NN%"."""
    text = "" if isinstance(value, bool) else str(value).replace(" ", "")
    match = re.fullmatch(r"([0-9]{1,9})(%?)", text)
    if not match or (match[2] and int(match[1]) > 100):
        raise DefinitionError(
            f'The option guards.{name} must be a number, or a share from "0%" to "100%", not "{value}"'
        )
    return f"{int(match[1])}%" if match[2] else int(match[1])


def read_leavers(given: Mapping[str, Any], kinds: Iterable[str]) -> LeaverPolicy:
    """Return what becomes of users without a record; raises DefinitionError."""
    options = {name: value for name, value in given.items() if value is not None}
    known = tuple(asdict(LeaverPolicy()))
    for name in options:
        if name not in known:
            raise DefinitionError(f'The option leavers has an unknown entry "{name}".{nearest(name, known)}')
    if options and "user" not in kinds:
        raise DefinitionError("The option leavers is only for profiles that make users; leave it out")
    for name, choices in (("action", leaver_policy.ACTIONS), ("phonebook", leaver_policy.PHONEBOOK)):
        if options.get(name, choices[0]) not in choices:
            words = f"leavers.{name} must be one of {', '.join(choices)}"
            raise DefinitionError(f"{words}.{nearest(str(options[name]), choices)}")
    if "grace_days" in options:
        options["grace_days"] = _grace_days(options["grace_days"])
    if "when" in options and not (isinstance(options["when"], str) and options["when"].strip()):
        raise DefinitionError("The option leavers.when must be an expression, which is text")
    rule = LeaverPolicy(**options)
    for name in ("grace_days", "phonebook") if not rule.disables else ():
        if getattr(rule, name) != getattr(LeaverPolicy(), name):
            raise DefinitionError(
                f"The option leavers.{name} has a meaning only with leavers.action: disable, since users are removed"
                f" at once otherwise; add that, or leave {name} out"
            )
    return rule


def _grace_days(value: Any) -> int:
    text = "" if isinstance(value, bool) else str(value).strip()
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > leaver_policy.LONGEST_GRACE:
        raise DefinitionError(
            f"The option leavers.grace_days must be a number of days from 0 to {leaver_policy.LONGEST_GRACE},"
            f' not "{value}"'
        )
    return int(text)


def leavers_as_options(rule: LeaverPolicy) -> dict[str, Any]:
    """Return the option that says this, without what is so anyway."""
    default = asdict(LeaverPolicy())
    return {name: value for name, value in asdict(rule).items() if value != default[name]}


def read_field_policy(given: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, str]:
    """Return field -> what becomes of a change by hand; raises DefinitionError."""
    return _by_field("field_policy", given, kinds, POLICIES)


def read_on_invalid(given: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, str]:
    """Return field -> what becomes of a value that it cannot take; raises DefinitionError."""
    kinds = list(kinds)
    policies = _by_field("on_invalid", given, kinds, ON_INVALID)
    for name, policy in policies.items():
        needing = [kind for kind in kinds if name in KINDS[kind].required]
        if policy == "drop" and needing:
            raise DefinitionError(f"The option on_invalid of {name} cannot be drop, because a {needing[0]} needs one")
    return policies


def _by_field(option: str, given: Mapping[str, Any], kinds: Iterable[str], choices: tuple[str, ...]) -> dict[str, str]:
    known = [KINDS[kind] for kind in kinds]
    policies: dict[str, str] = {}
    for name, policy in given.items():
        if not any(kind.is_field(name) or name in kind.groups for kind in known):
            names = {field for kind in known for field in (*kind.fields, *kind.groups)}
            raise DefinitionError(
                f'The option {option} has an unknown field "{name}".{nearest(name, names)}'
                f" The fields are: {', '.join(sorted(names))}."
            )
        if policy not in choices:
            raise DefinitionError(
                f"The option {option} of {name} must be one of {', '.join(choices)}.{nearest(str(policy), choices)}"
            )
        policies[name] = policy
    return policies


def policy_of(name: str, policy: Mapping[str, str], default: str) -> str:
    """Return the policy of a field: its own, else that of a group it lies in (``phonebook``), else the default."""
    while name:
        if name in policy:
            return policy[name]
        name = name.rpartition(".")[0]
    return default


def allowance(limit: str | int, total: int) -> int:
    """Return how many of `total` a limit allows: a number as it is; a percentage, but never fewer than five."""
    text = str(limit).strip()
    if text.endswith("%"):
        return max(ALWAYS_ALLOWED, int(float(text[:-1]) * total / 100))
    return int(text)
