# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Parsing expressions: errors with their position, unknown names with the nearest right one.

`row.x` and `values.x` become plain names, so that no attribute is looked up per record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    capital,
    nearest,
    nearest_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import (
    RAW,
    ROW,
    VALUES,
    Columns,
    Expression,
    environment,
    list_name,
    raw_name,
    text_name,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.filters import check_arguments
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.sandbox import HOLDS

try:
    from jinja2 import nodes
    from jinja2.exceptions import TemplateSyntaxError
    from jinja2.lexer import Token, TokenStream
    from jinja2.parser import Parser
    from jinja2.visitor import NodeTransformer

    _JOINED: Any = (nodes.And, nodes.Or)
except ImportError:  # environment() says so in words
    NodeTransformer = object  # type: ignore[assignment,misc]

_NAMING_FILTERS = {  # filters that are given the name of a filter or test, and as which argument
    "map": (0, "filter"),
    "select": (0, "test"),
    "reject": (0, "test"),
    "selectattr": (1, "test"),
    "rejectattr": (1, "test"),
}

#: Filters that need the lines of the phone system, which only a profile brings.
_OF_LINES = ("extension", "did")

_WHOLE = {"row": ROW, "values": VALUES, "raw": RAW}

_BRACES = re.compile(r"\{\{|\{%|\}\}\s*$")
_LITERALS = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"")


def parse(
    where: str,
    source: Any,
    columns: Columns,
    known: Iterable[str],
    of_record: bool = True,
    is_condition: bool = False,
) -> Expression:
    """Parse one expression; what is not text is a constant.

    `known` are the names of all variables; `of_record`: there is a record with columns as well; `is_condition`: nothing
    but the truth of its value counts. DefinitionError names `where` and the position (from 1).
    """
    if not isinstance(source, str):
        return Expression(where, value=source)
    if not source.strip():
        raise DefinitionError(f"{capital(where)} is empty; write null to take it out, or \"''\" for an empty text")
    if _BRACES.search(_LITERALS.sub("''", source)):
        inner = re.fullmatch(r"\s*\{\{\s*([^{}]{1,100}?)\s*\}\}\s*", source)
        example = f", as {inner[1]}" if inner else ""
        raise DefinitionError(f"{capital(where)} is an expression already: write it without {{{{ }}}}{example}")
    tokens = list(_tokens(where, source))
    tree = _parse_tokens(where, source, tokens)
    rewriter = _Rewriter(where, columns, known, of_record, _column_meant(source) if of_record else "")
    node = rewriter.visit(tree)
    if is_condition and isinstance(node, _JOINED):
        node = _condition(node)
    if isinstance(node, nodes.Const):
        return Expression(where, value=node.value)
    node.set_environment(environment())
    return Expression(
        where,
        node=node,
        texts=frozenset(rewriter.texts),
        lists=frozenset(rewriter.lists),
        raws=frozenset(rewriter.raws),
        variables=frozenset(rewriter.variables),
        uses_all=rewriter.uses_all,
        has_fallback=rewriter.has_fallback,
    )


def _condition(node: Any) -> Any:
    """Return an expression of which nothing but its truth counts: that of "no" and the like is that of a switch."""
    if isinstance(node, _JOINED):
        node.left, node.right = _condition(node.left), _condition(node.right)
        return node
    if isinstance(node, (nodes.Not, nodes.Compare, nodes.Test)):
        return node
    return nodes.Filter(node, HOLDS, [], [], None, None, lineno=node.lineno)


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
        message = str(error.message).rpartition(" at ")[0]
        _invalid(
            where, end + 1, (message or str(error.message)).replace("unexpected char ", "unexpected character "), source
        )


def _parse_tokens(where: str, source: str, tokens: list[Token]) -> nodes.Expr:
    parser = Parser(environment(), "", state="variable")
    parser.stream = TokenStream(iter(tokens), None, None)
    hint = _column_meant(source)
    try:
        tree = parser.parse_expression()
    except TemplateSyntaxError as error:
        at_end = parser.stream.eos
        message = re.sub("'?end of (template|print statement)'?", "end", str(error.message))
        _invalid(where, len(source.rstrip()) + 1 if at_end else error.lineno, message + hint, source)
    if not parser.stream.eos:
        _invalid(where, parser.stream.current.lineno, f"unexpected {str(parser.stream.current.value)!r}")
    return tree


#: row.E-Mail, Pers.-Nr., row[Str./Nr.]: the name of a column, which is no expression
_LABEL = re.compile(r"\s*(?:row[.\[])?([^\W\d_][\w./-]*[/-][\w./-]*)\]?\s*")


def _column_meant(source: str) -> str:
    """Return how to write the column whose bare name an expression seems to be, "" for any other one."""
    found = _LABEL.fullmatch(source)
    return f"; a column of this name is written row['{found[1]}']" if found else ""


#: (objectClass=person), (&(a=b)(c=d))
_LDAP_FILTER = re.compile(r"\s*\((\s*[&|!]\s*\()*\s*[\w.;-]+\s*[~<>]?=(?!=)")


def _invalid(where: str, position: int, message: str, source: str = "") -> NoReturn:
    if _LDAP_FILTER.match(source):
        message += "; this looks like an LDAP filter, but an expression is wanted, such as row.department == 'Sales'"
    if message == "unexpected '='":
        message += "; to compare, write =="
    raise DefinitionError(f"{capital(where)} is not a valid expression at position {position}: {message}")


class _Rewriter(NodeTransformer):
    """Replaces row.x and values.x by plain names, notes what is used, and refuses names that do not exist."""

    def __init__(
        self, where: str, columns: Columns, known: Iterable[str], of_record: bool, column_meant: str = ""
    ) -> None:
        self._where = where
        self._column_meant = column_meant
        self._of_record = of_record
        self._all_columns = columns
        self._known = frozenset(known)
        self.texts: set[int] = set()
        self.lists: set[int] = set()
        self.raws: set[int] = set()
        self.variables: set[str] = set()
        self.uses_all = False
        self.has_fallback = False

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
        if self._is_record(node):
            self.uses_all = True
            return nodes.Name(_WHOLE[name], "load", lineno=node.lineno)
        if name in self._known:
            self.variables.add(name)
        elif name not in environment().globals:
            near = nearest_of(name, (*self._known, *_WHOLE) if self._of_record else self._known)
            hint = f'. Did you mean "{near}"?' if near else "."
            column = f"row.{name} for a column, or " if self._of_record else ""
            ways = "" if near in _WHOLE else f" Write {column}\"'{name}'\" for a text."
            if self._column_meant:
                hint, ways = self._column_meant, "."
            raise DefinitionError(
                f'{capital(self._where)} uses the unknown name "{name}" at position {node.lineno}{hint}{ways}'
            )
        return node

    def visit_Not(self, node: nodes.Not) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.node = _condition(node.node)
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802
        """Give `a if b` without else a name that is never there: as missing as a column that is not there."""
        self.has_fallback = True
        self.generic_visit(node)
        node.test = _condition(node.test)
        node.expr2 = node.expr2 or nodes.Name("_nothing", "load", lineno=node.lineno)
        return node

    def visit_Or(self, node: nodes.Or) -> nodes.Node:  # noqa: N802
        self.has_fallback = True
        return self.generic_visit(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802
        self._check("filter", node, node.name, environment().filters)
        self.has_fallback |= node.name in ("default", "d")
        self._check_arguments(node, [one.value if isinstance(one, nodes.Const) else None for one in node.args])
        return self.generic_visit(node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        self._check("test", node, node.name, environment().tests)
        return self.generic_visit(node)

    def _check(self, kind: str, node: nodes.Node, name: str, known: Mapping[str, Any]) -> None:
        if name not in known:
            listed = " The page Attribute mapping says which there are." if kind == "filter" else ""
            hint = nearest(name, known) or listed
            raise DefinitionError(
                f'{capital(self._where)} uses the unknown {kind} "{name}" at position {node.lineno}.{hint}'
            )

        if kind == "filter" and name in _OF_LINES and not self._of_record:
            raise DefinitionError(
                f'{capital(self._where)} uses the filter "{name}" at position {node.lineno}, which only profiles have:'
                " write the field did for a user's number from outside, phone or extension for the one inside."
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
        # a variable may have been called raw before there was the record of that name
        return (
            isinstance(node, nodes.Name)
            and node.name in _WHOLE
            and not (node.name == "raw" and node.name in self._known)
        )

    def _column(self, record: nodes.Node, name: str) -> nodes.Name:
        place = self._all_columns.place(name)
        kind = record.name if isinstance(record, nodes.Name) else "row"
        {"row": self.texts, "values": self.lists, "raw": self.raws}[kind].add(place)
        name_of = {"row": text_name, "values": list_name, "raw": raw_name}[kind]
        return nodes.Name(name_of(place), "load", lineno=record.lineno)
