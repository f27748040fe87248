# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Expressions: what they are, in which order they are worked out, and one compiled function for those of a profile."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import size_limits
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.sandbox import Missing, Sandbox

try:
    from jinja2 import nodes
    from jinja2.runtime import Context
except ImportError:  # environment() says so in words
    pass

ROW = "_row"  # the whole record, for row[name] with a name that only the record decides
VALUES = "_values"
RAW = "_raw"  # the same as the source has it, blanks at its ends included
ALL_COLUMNS = "*"

Root = Callable[[Any], Iterator[tuple[Any, ...]]]
"""A compiled template: takes a context and yields one tuple of values per stage."""


@functools.cache
def environment() -> Sandbox:
    """Return the one environment of this process; DefinitionError when Jinja2 is missing."""
    require("jinja2", "Jinja2", "3.1.0", "every profile")
    return Sandbox()


class Columns:
    """The columns that expressions use, each known by its place in order of first use; letter case does not matter."""

    def __init__(self) -> None:
        self.names: list[str] = []  # as first written
        self._places: dict[str, int] = {}

    def place(self, name: str) -> int:
        """Return the place of a column, a new one if it was not used before."""
        folded = name.strip().casefold()
        if folded not in self._places:
            self._places[folded] = len(self.names)
            self.names.append(name.strip())
        return self._places[folded]


@dataclass(eq=False)
class Expression:
    """One expression. `node` is its tree, or None for a constant, whose value is `value`."""

    where: str  # 'variable "job"', as errors call it
    field: str = ""  # the field it is for, as rejected records name it
    node: Any = None
    value: Any = None
    texts: frozenset[int] = frozenset()  # places of columns used by row.x
    lists: frozenset[int] = frozenset()  # places of columns used by values.x
    raws: frozenset[int] = frozenset()  # places of columns used by raw.x
    variables: frozenset[str] = frozenset()
    uses_all: bool = False  # reads columns that only the record decides
    has_fallback: bool = False  # may have a value without any column

    @property
    def columns(self) -> frozenset[int]:
        """Return the places of all columns it reads itself, variables left aside."""
        return self.texts | self.lists | self.raws

    @property
    def is_constant(self) -> bool:
        """Say whether no record has an influence on the value."""
        return self.node is None

    @property
    def column(self) -> int | None:
        """Return the place of the column if this is nothing but `row.x`."""
        is_column = isinstance(self.node, nodes.Name) and self.texts
        return next(iter(self.texts)) if is_column else None

    @property
    def alias(self) -> str | None:
        """Return the variable's name if this is nothing but a variable."""
        return self.node.name if isinstance(self.node, nodes.Name) and self.variables else None


def text_name(place: int) -> str:
    """Return the name that stands for `row.x` in compiled expressions; no variable can be called so."""
    return f"_r{place}"


def list_name(place: int) -> str:
    """Return the name that stands for `values.x`."""
    return f"_v{place}"


def raw_name(place: int) -> str:
    """Return the name that stands for `raw.x`."""
    return f"_w{place}"


def lowered(expression: Expression) -> str | int | None:
    """Return what `x | lower` is made of, if an expression is just that: a variable's name or the place of a column."""
    node = expression.node
    is_filter = isinstance(node, nodes.Filter) and node.name == "lower" and isinstance(node.node, nodes.Name)
    if not is_filter or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return None
    if expression.variables:
        return cast(str, node.node.name)
    return next(iter(expression.texts), None)


def named_texts(node: Any) -> set[str]:
    """Return the texts that an expression may give as they stand in it: branches, alternatives, values of a mapping."""
    if isinstance(node, nodes.Const):
        return {node.value} if isinstance(node.value, str) else set()
    parts: list[Any] = []
    if isinstance(node, nodes.CondExpr):
        parts = [node.expr1, node.expr2]
    elif isinstance(node, (nodes.Or, nodes.And)):
        parts = [node.left, node.right]
    elif isinstance(node, nodes.Filter) and node.name in ("default", "d"):
        parts = [node.node, *node.args[:1]]
    elif isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Dict):
        parts = [pair.value for pair in node.node.items]
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "get":
        parts = node.args[1:]
        if isinstance(node.node.node, nodes.Dict):
            parts = [*parts, *(pair.value for pair in node.node.node.items)]
    return {text for part in parts for text in named_texts(part)}


def resolve(expression: Expression, variables: Mapping[str, Expression]) -> Expression:
    """Follow bare variables to what they stand for: a constant, a column, or something to be worked out."""
    while (alias := expression.alias) is not None:
        expression = variables[alias]
    return expression


def in_order(wanted: Iterable[str], variables: Mapping[str, Expression]) -> list[str]:
    """Return the wanted variables and all they use, each after those it uses; DefinitionError for a circle."""
    done: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in path:
            _refuse_circle([*path[path.index(name) :], name])
        path.append(name)
        for used in sorted(variables[name].variables):
            visit(used)
        path.pop()
        done[name] = None

    for name in wanted:
        visit(name)
    return list(done)


def _refuse_circle(circle: Sequence[str]) -> NoReturn:
    if len(circle) == 2:
        raise DefinitionError(f'Variable "{circle[0]}" uses itself; write row.{circle[0]} for the column')
    raise DefinitionError(f"Variables use each other in a circle: {' -> '.join(circle)}")


def compile_stages(stages: Sequence[Sequence[Expression]], variables: Mapping[str, Expression]) -> Root:
    """Compile expressions and the variables they use into one function that yields a tuple for each stage.

    Names of columns and of constant variables come from the context; the other variables are worked out once, right
    before the first stage that needs them.
    """
    body: list[nodes.Node] = []
    assigned: set[str] = set()
    for stage in stages:
        for name in in_order((used for one in stage for used in sorted(one.variables)), variables):
            variable = variables[name]
            if name not in assigned and not variable.is_constant:
                body.append(nodes.Assign(nodes.Name(name, "store"), variable.node, lineno=1))
                assigned.add(name)
        body.append(nodes.Output([nodes.Tuple([one.node for one in stage], "load")], lineno=1))
    return _compile(body)


@functools.lru_cache(maxsize=1024)
def alone(expression: Expression) -> Root:
    """Return an expression compiled for itself; the variables it uses come from the context."""
    return _compile([nodes.Output([nodes.Tuple([expression.node], "load")], lineno=1)])


def _compile(body: list[nodes.Node]) -> Root:
    # inside a scope assignments are plain local variables
    template = nodes.Template([nodes.Scope(body, lineno=1)], lineno=1)
    template.set_environment(environment())
    return cast(Root, environment().from_string(template).root_render_func)


def new_context(names: dict[str, Any]) -> Context:
    """Return a context that always sees the current content of `names`."""
    return Context(environment(), names, None, {})


def plain(value: Any) -> Any:
    """Return the result of an expression as plain data: text, number, truth value, None, list or dict.

    TypeError for anything else, such as a method that was not called, and for what is huge.
    """
    # pylint: disable-next=unidiomatic-typecheck  # an heir of str must become a plain one
    if type(value) is str:  # as nearly all are
        return value
    if isinstance(value, (Mapping, list, tuple)) and size_limits.weight(value) > size_limits.MAX_TEXT:
        raise TypeError("it gives a list that is too large")  # a list may hold another one very often
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Missing):
        return None
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value if isinstance(value, Refused) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Iterable):
        return [_plain(inner) for inner in value]
    raise TypeError("it gives no value, but something to be called; are its brackets missing?")
