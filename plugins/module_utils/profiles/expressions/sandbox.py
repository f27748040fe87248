# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The sandbox of all expressions: Jinja2 without ways into Python, to change anything, or to make huge values."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import is_true
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import (
    OutsideNumbers,
    is_from_outside,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import size_limits
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.filters import (
    FILTERS,
    international,
)

try:
    from jinja2 import ChainableUndefined, nodes, pass_context
    from jinja2.exceptions import SecurityError
    from jinja2.nativetypes import NativeCodeGenerator
    from jinja2.runtime import Context
    from jinja2.sandbox import ImmutableSandboxedEnvironment
except ImportError:  # expressions.environment() says so in words; ansible-test imports every file without libraries
    ChainableUndefined = ImmutableSandboxedEnvironment = NativeCodeGenerator = object  # type: ignore[assignment,misc]

    def pass_context(f: Any) -> Any:  # type: ignore[misc]
        return f


NOTICES = "_notices"  # where in the context the run's notices are
NUMBERS = "_numbers"  # where the outside numbers are
_GROWING_METHODS = (
    "center", "expandtabs", "format", "format_map", "ljust", "maketrans", "rjust", "to_bytes", "translate", "zfill",
)  # fmt: skip
#: Filters that make a text of whatever they are given, lists in lists included.
_TEXT_FILTERS = (
    "capitalize", "center", "e", "escape", "forceescape", "indent", "pprint", "safe", "string", "striptags", "title",
    "tojson", "trim", "truncate", "upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr",
)  # fmt: skip
_LAZY_FILTERS = ("batch", "items", "map", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "unique")
_SIZED_FILTERS = ("batch", "center", "indent", "round", "slice", "tojson")
_NOT_REPEATABLE = ("random",)  # the same record must always become the same


class Missing(ChainableUndefined):
    """What is not there: empty, false, and without errors whatever an expression does with it."""

    __slots__ = ()


def _itself(self: Missing, *arguments: Any, **named: Any) -> Missing:
    return self


def _the_other(self: Missing, other: Any) -> Any:
    return other


def _false(self: Missing, other: Any) -> bool:
    return False


def _no_number(self: Missing) -> Any:
    raise TypeError("nothing is no number")  # upon which the filters int and float give their default


_OPERATIONS: dict[Callable[..., Any], str] = {
    _itself: "call sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow pos neg abs round",
    _the_other: "add radd",
    _false: "lt le gt ge",
    _no_number: "int float",
}
for _operation, _names in _OPERATIONS.items():
    for _name in _names.split():
        setattr(Missing, f"__{_name}__", _operation)


#: Stands in compiled expressions for the filter that says whether a value holds as a condition: "no" and "0" do not.
HOLDS = "_holds"


class _ValueGenerator(NativeCodeGenerator):
    """Makes a compiled template yield values instead of text, constants too."""

    def _output_child_to_const(self, node: Any, frame: Any, finalize: Any) -> Any:
        raise nodes.Impossible()

    def visit_Concat(self, node: Any, frame: Any) -> None:  # noqa: N802 (the visitor's naming)
        self.write("environment.concatenated((")
        for one in node.nodes:
            self.visit(one, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of all expressions. Compiled ones yield values as they are instead of text."""

    code_generator_class = _ValueGenerator
    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self) -> None:
        super().__init__(undefined=Missing)
        self.globals = {name: self.globals[name] for name in ("dict", "range")}
        for name in _NOT_REPEATABLE:
            del self.filters[name]
        for name in _SIZED_FILTERS:
            self.filters[name] = _sized(self.filters[name])
        for name in _TEXT_FILTERS:
            if name in self.filters:
                self.filters[name] = _of_text(self.filters[name], name in ("indent", "tojson"))
        self.filters["join"] = _join
        self.filters["replace"] = _replace
        for name in _LAZY_FILTERS:
            if name in self.filters:
                self.filters[name] = _eager(self.filters[name])
        self.filters["format"] = _format
        self.filters.update(FILTERS, e164=_e164, extension=_extension, did=_did, **{HOLDS: is_true})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse methods of texts that make any length out of a number, beside what the sandbox refuses."""
        if isinstance(obj, (str, bytes, int)) and attr in _GROWING_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Leave str.format to is_safe_attribute, which refuses it."""
        return None

    def unsafe_undefined(self, obj: Any, attribute: str) -> Any:
        """Refuse at once: an undefined value would only be empty here."""
        raise SecurityError(f"{attribute!r} of {type(obj).__name__!r} may not be used")

    # pylint: disable-next=no-self-argument
    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (as Jinja2 has it)
        """Call what an expression calls, unless a text would be huge."""
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, (str, bytes)):
            name = getattr(__obj, "__name__", "")
            if name == "replace" and len(args) > 1:
                size_limits.check_replace(owner, *args)
            elif name == "join" and args:
                args = (size_limits.check_join(owner, args[0]),)
        return super().call(__context, __obj, *args, **kwargs)

    @staticmethod
    def concatenated(parts: tuple[Any, ...]) -> str:
        """Work out `~`."""
        # pylint: disable-next=unidiomatic-typecheck
        texts = [one if type(one) is str else _as_text(one) for one in parts]
        if sum(map(len, texts)) > size_limits.MAX_TEXT:
            raise SecurityError(f"a text of more than {size_limits.MAX_TEXT} characters may not be made")
        return "".join(texts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out `*`, `**` and `%` unless the result would be huge."""
        if operator == "*":
            size_limits.check_product(left, right)
        elif operator == "**":
            size_limits.check_power(left, right)
        elif operator == "+":
            size_limits.check_sum(left, right)
        elif isinstance(left, str):
            return _format(left, right)
        return super().call_binop(context, operator, left, right)


def _as_text(value: Any) -> str:
    size_limits.check_text(value)
    return str(value)


def _of_text(filter_: Callable[..., Any], indents: bool) -> Callable[..., Any]:
    """Limit what a filter makes a text of, and how often it may put another text, or an indentation, into it."""

    own_arguments = 2 if hasattr(filter_, "jinja_pass_arg") else 1

    @functools.wraps(filter_)
    def limited(*args: Any, **kwargs: Any) -> Any:
        size = size_limits.weight(args[own_arguments - 1])
        given = (*args[own_arguments:], *kwargs.values())
        put_in = [len(one) for one in given if isinstance(one, str)]
        put_in += [one for one in given if indents and isinstance(one, int)]
        if size * max(1, *put_in, 1) > size_limits.MAX_TEXT:
            raise SecurityError(f"a text of more than {size_limits.MAX_TEXT} characters may not be made")
        return filter_(*args, **kwargs)

    return limited


def _join(value: Any, d: Any = "", attribute: Any = None) -> str:
    """Jinja2's filter `join`, without markup."""
    parts = value if attribute is None else [_attribute(one, attribute) for one in size_limits.limited_list(value)]
    separator = str(d)
    return separator.join(map(str, size_limits.check_join(separator, parts)))


def _attribute(one: Any, name: Any) -> Any:
    for part in str(name).split("."):
        if isinstance(one, (list, tuple)) and part.isascii() and part.isdecimal() and int(part[:6]) < len(one):
            one = one[int(part)]
        else:
            one = one.get(part, "") if isinstance(one, dict) else ""
    return one


def _replace(s: Any, old: Any, new: Any, count: int = -1) -> str:
    """Jinja2's filter `replace`, without markup."""
    size_limits.check_text(s)
    text, before, after = str(s), str(old), str(new)
    size_limits.check_replace(text, before, after)
    return text.replace(before, after, -1 if count is None else count)


def _sized(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the numbers that a filter makes widths or lists of."""

    own_arguments = 2 if hasattr(filter_, "jinja_pass_arg") else 1  # the value, and what Jinja2 passes before it

    @functools.wraps(filter_)
    def limited(*args: Any, **kwargs: Any) -> Any:
        for size in (*args[own_arguments:], *kwargs.values()):
            if isinstance(size, int) and size > size_limits.MAX_WIDTH:
                raise SecurityError(f"{size} is more than {size_limits.MAX_WIDTH}")
        return filter_(*args, **kwargs)

    return limited


def _eager(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Let a filter give a list where Jinja2's gives a generator: a variable may be read more than once."""

    @functools.wraps(filter_)
    def eager(*args: Any, **kwargs: Any) -> Any:
        result = filter_(*args, **kwargs)
        return result if isinstance(result, str) else size_limits.limited_list(result)

    return eager


def _format(value: Any, *args: Any, **kwargs: Any) -> str:
    """Jinja2's filter `format` and `%` on texts, with limited widths."""
    text = str(value)
    size_limits.check_format(text, [args, kwargs])
    return text % (kwargs or (args[0] if len(args) == 1 and isinstance(args[0], (tuple, dict)) else args))


@pass_context
def _e164(context: Context, value: Any, region: str) -> str:
    """A phone number in E.164, or "" and a notice."""
    text = "" if value is None else str(value).strip()
    number = international(text, region) if text else ""
    if text and not number:
        context[NOTICES].count("phone_number", text)
    return number


@pass_context
def _extension(context: Context, value: Any) -> str:
    """The extension that a number reaches; another number is false in conditions, and refused by a field."""
    text, outside = "" if value is None else str(value), _outside_numbers(context)
    if not outside.lines and is_from_outside(text):
        context[NOTICES].count("no_lines", text)
    return outside.to_extension(text)


@pass_context
def _did(context: Context, value: Any) -> str:
    """The number that reaches an extension from outside, or ""."""
    return _outside_numbers(context).to_number("" if value is None else str(value))


def _outside_numbers(context: Context) -> OutsideNumbers:
    found: OutsideNumbers | None = context.get(NUMBERS)
    return found or OutsideNumbers()
