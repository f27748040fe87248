# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a report is made of: a plain value that sync, publish, undo and past runs can all fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import visible
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS

__all__ = [
    "NEW",
    "REMOVED",
    "RENUMBERED",
    "REST",
    "SECTIONS",
    "Change",
    "Fill",
    "Report",
    "as_text",
    "change_of",
    "flat",
    "visible",
]

REMOVED, RENUMBERED, NEW, REST = "removed", "renumbered", "new", "rest"
#: The sections of changes, in the order of what hurts.
SECTIONS = (REMOVED, RENUMBERED, NEW, REST)

#: fields by which people sign in, or are called
IDENTIFIERS = ("username", "extension", "fax_extension", "number", "sip_user", "did")


class Change(NamedTuple):
    """One change of an object. `before` and `after` are flat: field ("phonebook.mobile") -> text, secrets masked.

    `values` are before and after as they were, with lists and devices, which people get as text.
    """

    action: str
    kind: str
    name: str
    key: str
    reason: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    values: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    @property
    def section(self) -> str:
        """Where in the report it stands."""
        if self.action in ("remove", "disable"):
            return REMOVED
        if self.action == "create":
            return REST if self.kind in ("phonebook_entry", "directory") else NEW
        return RENUMBERED if any(self.differs(name) for name in IDENTIFIERS) else REST

    def differs(self, name: str) -> bool:
        """Say whether a field changes."""
        return self.before.get(name, "") != self.after.get(name, "")

    def as_result(self) -> dict[str, Any]:
        """Return the change as `changes` of a task's result has it: fields nested, values as they are."""
        shown = {name: value for name, value in self._asdict().items() if name != "values"}
        before, after = self.values or (self.before, self.after)
        kind = KINDS.get(self.kind)  # an output has kinds of its own, whose fields have no groups
        return {**shown, "before": kind.nest(before) if kind else before, "after": kind.nest(after) if kind else after}


class Fill(NamedTuple):
    """How full a range of numbers is after the plan."""

    label: str
    size: int
    used: int
    reserved: int = 0


@dataclass(frozen=True)
class Report:
    """Everything that a report shows. `changes` is gone through once, and `pools` is asked for after that.

    `about` is what ran ("profile staff"), `result` as in the task's result, `apply` the command that carries exactly
    this plan out ("" when there is nothing to carry out). `rejected_by`, `rejected`, `conflicts` and `kept` as in the
    result.
    """

    about: str
    mode: str
    result: str
    is_simulation: bool
    summary: str
    counts: Mapping[str, int]
    plan_digest: str = ""
    run_id: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    apply: str = ""
    changes: Iterable[Change] = ()
    rejected_by: Sequence[Mapping[str, Any]] = ()
    rejected: Sequence[Mapping[str, Any]] = ()
    conflicts: Sequence[Mapping[str, Any]] = ()
    kept: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    pools: Callable[[], Sequence[Fill]] = tuple

    def about_the_run(self) -> list[tuple[str, str]]:
        """Return what is known of the run itself, (fact, text): which plan and run it was, when, and who started it."""
        facts = {"mode": self.mode, "digest": self.plan_digest, "run": str(self.run_id or ""), **self.facts}
        return [(name, visible(value)) for name, value in facts.items() if value]


def change_of(shown: Mapping[str, Any]) -> Change:
    """Make a change of an operation of a plan, or of an entry of `changes` in a task's result."""
    before, after = shown.get("before") or {}, shown.get("after") or {}
    return Change(
        str(shown["action"]),
        str(shown["kind"]),
        str(shown.get("name") or ""),
        str(shown.get("key") or ""),
        str(shown.get("reason") or ""),
        flat(before),
        flat(after),
        (before, after),
    )


def flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested fields flat, each value as the text that people read."""
    found: dict[str, str] = {}
    for name, value in nested.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + str(name)] = as_text(value)
    return found


def as_text(value: Any) -> str:
    """Return a value as people read it: a list with commas, a device by its type and what tells it from others."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, Mapping):
        kind = str(value.get("type", ""))
        rest = [f"{name} {as_text(item)}" for name, item in value.items() if name != "type" and item not in (None, "")]
        return f"{kind} ({', '.join(rest)})" if kind and rest else kind or ", ".join(rest)
    return str(value)
