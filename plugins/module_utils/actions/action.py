# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The edge of every action: a module's options become typed arguments, and its typed result a dictionary."""

from __future__ import annotations

import sys
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

Arguments = t.TypeVar("Arguments")


@dataclass(frozen=True)
class Task:
    """What an action gets besides its arguments: whether it only simulates, whether a diff is wanted, and the store.

    `with_key` opens the store with another key than the one that was given.
    """

    check_mode: bool
    diff: bool
    open_store: Callable[[], Store]
    with_key: Callable[[str], Store]

    @property
    def store(self) -> Store:
        """The store; opened on first use, so that an action which needs none works without."""
        return self.open_store()


class Answer(t.Protocol):
    """What an action returns: a `Result`, or the outcome of an engine."""

    def as_dict(self) -> dict[str, t.Any]:
        """Return the module's result."""


@dataclass(frozen=True)
class Result:
    """Base of results: its fields, in their order, are the keys of the module's result."""

    changed: bool

    def as_dict(self) -> dict[str, t.Any]:
        """Return the module's result, without the fields that are returned only sometimes and have nothing to say."""
        values = {one.name: (getattr(self, one.name), one.metadata.get(_LEFT_OUT)) for one in fields(self)}
        return {name: value for name, (value, left_out) in values.items() if left_out is None or not left_out(value)}


_LEFT_OUT = "left out"


def _is_none(value: object) -> bool:
    return value is None


def _is_empty(value: object) -> bool:
    return not value


def if_given() -> t.Any:
    """Declare a field of a result that is returned unless it is None."""
    # pylint: disable-next=invalid-field-call  # it is called where a dataclass declares its fields
    return field(default=None, metadata={_LEFT_OUT: _is_none})


def if_any() -> t.Any:
    """Declare a field of a result, a list, that is returned unless it is empty."""
    # pylint: disable-next=invalid-field-call  # as above
    return field(default=(), metadata={_LEFT_OUT: _is_empty})


class Action(t.Generic[Arguments]):
    """A module's action: `from_params` reads the options, `run` does what they ask for.

    Only this class sees a call and its options.
    """

    def __init__(
        self, from_params: Callable[[Mapping[str, t.Any]], Arguments], run: Callable[[Task, Arguments], Answer]
    ) -> None:
        self.from_params = from_params
        self.run = run

    def __call__(self, call: Call) -> dict[str, t.Any]:
        """Carry out a call, and return the module's result; see `from_params` and `run` for the errors."""
        # pylint: disable-next=unnecessary-lambda  # looked up when it is used: few actions take another key
        task = Task(call.check_mode, call.diff, lambda: call.store, lambda key: call.with_key(key))
        return self.run(task, self.from_params(call.params)).as_dict()


def read_limit(params: Mapping[str, t.Any]) -> int:
    """Return the option `limit`: how many are returned, or read; DefinitionError where it is below 0."""
    limit = int(params["limit"])
    if limit < 0:
        raise DefinitionError("The option limit must be 0 or more.")
    return min(limit, sys.maxsize)


@dataclass(frozen=True)
class OneName:
    """Arguments of modules that list all of something, or the one of a name."""

    name: str | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> OneName:
        """Read the module's options."""
        return cls(params.get("name"))
