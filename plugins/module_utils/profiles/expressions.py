# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Expressions: parsed with positions, checked for unknown names, and compiled into one function for a whole profile.

`row.x` and `values.x` become plain names while parsing, so that no attribute is looked up per record.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.profiles.filters import check_arguments
from ansible_collections.telephony.connector.plugins.module_utils.profiles.sandbox import Missing, Sandbox

try:
    from jinja2 import nodes
    from jinja2.exceptions import TemplateSyntaxError
    from jinja2.lexer import Token, TokenStream
    from jinja2.parser import Parser
    from jinja2.runtime import Context
    from jinja2.visitor import NodeTransformer
except ImportError:  # environment() says so in words
    NodeTransformer = object  # type: ignore[assignment,misc]

ROW = "_row"  # the whole record, for row[name] with a name that only the record decides
VALUES = "_values"
ALL_COLUMNS = "*"

_NAMING_FILTERS = {  # filters that are given the name of a filter or test, and as which argument
    "map": (0, "filter"),
    "select": (0, "test"),
    "reject": (0, "test"),
    "selectattr": (1, "test"),
    "rejectattr": (1, "test"),
}

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
    variables: frozenset[str] = frozenset()
    uses_all: bool = False  # reads columns that only the record decides
    has_fallback: bool = False  # may have a value without any column

    @property
    def columns(self) -> frozenset[int]:
        """Return the places of all columns it reads itself, variables left aside."""
        return self.texts | self.lists

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


def parse(where: str, source: Any, columns: Columns, known: Iterable[str]) -> Expression:
    """Parse one expression; what is not text is a constant.

    `known` are the names of all variables. DefinitionError names `where` and the position (from 1).
    """
    if not isinstance(source, str):
        return Expression(where, value=source)
    if not source.strip():
        raise DefinitionError(f"{where} is empty; write null to take it out, or \"''\" for an empty text")
    tokens = list(_tokens(where, source))
    tree = _parse_tokens(where, source, tokens)
    has_fallback = any(tree.find(kind) for kind in (nodes.CondExpr, nodes.Or))
    rewriter = _Rewriter(where, columns, known)
    node = rewriter.visit(tree)
    if isinstance(node, nodes.Const):
        return Expression(where, value=node.value)
    node.set_environment(environment())
    return Expression(
        where,
        node=node,
        texts=frozenset(rewriter.texts),
        lists=frozenset(rewriter.lists),
        variables=frozenset(rewriter.variables),
        uses_all=rewriter.uses_all,
        has_fallback=has_fallback or not rewriter.filters.isdisjoint(("default", "d")),
    )


def _tokens(where: str, source: str) -> Iterator[Token]:
    """Cut an expression into Jinja2's tokens, whose "line numbers" are positions: so every node knows its position."""
    lexer = environment().lexer
    start = end = 0

    def pieces() -> Iterator[tuple[int, str, str]]:
        nonlocal start, end
        for line, kind, piece in lexer.tokeniter(source, None, None, "variable"):
            start, end = end, end + len(piece)
            yield line, kind, piece

    try:
        for token in lexer.wrap(pieces()):
            yield Token(start + 1, token.type, token.value)
    except TemplateSyntaxError as error:
        message, _, _ = str(error.message).rpartition(" at ")
        _invalid(where, end + 1, (message or str(error.message)).replace("unexpected char ", "unexpected character "))


def _parse_tokens(where: str, source: str, tokens: list[Token]) -> nodes.Expr:
    parser = Parser(environment(), "", state="variable")
    parser.stream = TokenStream(iter(tokens), None, None)
    try:
        tree = parser.parse_expression()
    except TemplateSyntaxError as error:
        at_end = parser.stream.eos
        message = re.sub("'?end of (template|print statement)'?", "end", str(error.message))
        _invalid(where, len(source.rstrip()) + 1 if at_end else error.lineno, message)
    if not parser.stream.eos:
        _invalid(where, parser.stream.current.lineno, f"unexpected {str(parser.stream.current.value)!r}")
    return tree


def _invalid(where: str, position: int, message: str) -> NoReturn:
    raise DefinitionError(f"{where} is not a valid expression at position {position}: {message}")


class _Rewriter(NodeTransformer):
    """Replaces row.x and values.x by plain names, notes what is used, and refuses names that do not exist."""

    def __init__(self, where: str, columns: Columns, known: Iterable[str]) -> None:
        self._where = where
        self._all_columns = columns
        self._known = frozenset(known)
        self.texts: set[int] = set()
        self.lists: set[int] = set()
        self.variables: set[str] = set()
        self.filters: set[str] = set()
        self.uses_all = False

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 (the visitor's naming)
        if self._is_record(node.node):
            return self._column(node.node, node.attr)
        if node.attr.startswith("_"):
            _invalid(self._where, node.lineno, f'"{node.attr}" may not be used')
        return self.generic_visit(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        if self._is_record(node.node) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._column(node.node, node.arg.value)
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """Let row.get('x') be the method of a mapping rather than a column of that name."""
        if not (isinstance(node.node, nodes.Getattr) and self._is_record(node.node.node)):
            return self.generic_visit(node)
        method = node.node
        node.node = nodes.Const(None)  # nothing to rewrite in the method's own place
        self.generic_visit(node)
        node.node = nodes.Getattr(self.visit(method.node), method.attr, "load", lineno=method.lineno)
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        name = node.name
        if name in ("row", "values"):
            self.uses_all = True
            return nodes.Name(ROW if name == "row" else VALUES, "load", lineno=node.lineno)
        if name in self._known:
            self.variables.add(name)
        elif name not in environment().globals:
            raise DefinitionError(
                f'{self._where} uses the unknown name "{name}" at position {node.lineno}.{nearest(name, self._known)}'
                f" Write row.{name} for a column, or \"'{name}'\" for a text."
            )
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        """Give `a if b` without else a name that is never there: as missing as a column that is not there."""
        self.generic_visit(node)
        node.expr2 = node.expr2 or nodes.Name("_nothing", "load", lineno=node.lineno)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        self._check("filter", node, node.name, environment().filters)
        self.filters.add(node.name)
        self._check_arguments(node, [one.value if isinstance(one, nodes.Const) else None for one in node.args])
        return self.generic_visit(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        self._check("test", node, node.name, environment().tests)
        return self.generic_visit(node)

    def _check(self, kind: str, node: nodes.Node, name: str, known: Mapping[str, Any]) -> None:
        if name not in known:
            raise DefinitionError(
                f'{self._where} uses the unknown {kind} "{name}" at position {node.lineno}.{nearest(name, known)}'
            )

    def _check_arguments(self, node: nodes.Filter, arguments: list[Any]) -> None:
        """Check what is certain before any record: `arguments` are constants, or None where a record decides."""
        named, kind = _NAMING_FILTERS.get(node.name, (0, ""))
        if kind and len(arguments) > named and isinstance(arguments[named], str):
            known = environment().filters if kind == "filter" else environment().tests
            self._check(kind, node, arguments[named], known)
        try:
            check_arguments(node.name, arguments)
        except ValueError as error:
            _invalid(self._where, node.lineno, str(error))

    def _is_record(self, node: nodes.Node) -> bool:
        return isinstance(node, nodes.Name) and node.name in ("row", "values")

    def _column(self, record: nodes.Node, name: str) -> nodes.Name:
        place = self._all_columns.place(name)
        is_row = isinstance(record, nodes.Name) and record.name == "row"
        (self.texts if is_row else self.lists).add(place)
        return nodes.Name(text_name(place) if is_row else list_name(place), "load", lineno=record.lineno)


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
        raise DefinitionError(f'variable "{circle[0]}" uses itself; write row.{circle[0]} for the column')
    raise DefinitionError(f"variables use each other in a circle: {' -> '.join(circle)}")


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
    return (
        environment()
        .template_class.from_code(environment(), environment().compile(""), {}, None)
        .new_context(names, shared=True)
    )


def plain(value: Any) -> Any:
    """Return the result of an expression as plain data: text, number, truth value, None, list or dict.

    TypeError for anything else, such as a method that was not called.
    """
    if isinstance(value, Missing):
        return None
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Iterable):
        return [plain(inner) for inner in value]
    raise TypeError("it gives no value, but something to be called; are its brackets missing?")
