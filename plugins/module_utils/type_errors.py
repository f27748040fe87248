# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What Ansible says of an option with a value that it cannot take, as a sentence for a person."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import capital, nearest_of

Spec: t.TypeAlias = Mapping[str, Mapping[str, t.Any]]

_TYPES = {
    "dict": "a mapping (name: value)",
    "list": "a list",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "path": "a path",
}
_GIVEN = {"NoneType": "nothing", "dict": "a mapping", "list": "a list", "str": "text", "bool": "true or false"}
# compiled when there is an error: most tasks have none
_TYPE_ERROR = (
    r"(?P<each>Elements value for option|argument) '?(?P<option>[^\s']+)'?"
    r" is of type (?:<class ')?(?P<given>\w+)(?:'>)?"
    r"(?: found in '(?P<inside>[^']+)'\.?)? and we were unable to convert to (?P<wanted>\w+): [^;]*"
)
_CHOICE_ERROR = (
    r"value of (?P<option>\S+) must be one (?:or more )?of: (?P<choices>.+?)"
    r"(?:, got: |\. Got no match for: )(?P<given>.*?)(?: found in (?P<inside>[\w> -]+))?(?=;|$)"
)

#: What Ansible says of an option with options of its own, without its name.
_NAMELESS = ("dictionary requested, could not parse", "Value '")


def in_words(message: str, spec: Spec | None = None, params: Mapping[str, t.Any] | None = None) -> str:
    """Return a message in which each such error names the option, what it takes and what it got.

    A value is repeated only where it should have been one of a few words.

    `spec` and `params` are the options of the module, by which an error is found that names no option. What Ansible
    begins with an option's name begins as our own sentences do: The option state ...
    """
    if message.startswith(_NAMELESS):
        return _ended(next(_no_mappings(spec or {}, params or {}, ""), message))
    words = re.sub(_CHOICE_ERROR, _choice, re.sub(_TYPE_ERROR, _sentence, message))
    return _ended(f"The option {words}" if words.partition(" ")[0] in (spec or {}) else capital(words))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _no_mappings(spec: Spec, params: Mapping[str, t.Any], above: str) -> Iterator[str]:
    """Yield a sentence for each option that takes a mapping, or a list of such, and got something else."""
    for name, option in spec.items():
        value, path = params.get(name), f"{above}{name}"
        is_list = option.get("elements") == "dict"
        if value is None or not (is_list or option.get("type") == "dict"):
            continue
        for one in value if is_list and isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield from _no_mappings(option.get("options") or {}, one, f"{path}.")
            elif not (isinstance(one, str) and ("=" in one or one.strip().startswith("{"))):
                given = type(one).__name__
                each = "Each entry of " if is_list else "The option "
                yield f"{each}{path} must be {_TYPES['dict']}, not {_GIVEN.get(given, given)}"


def _sentence(error: re.Match[str]) -> str:
    path = [*(error["inside"].split(" -> ") if error["inside"] else ()), error["option"]]
    each = "Each entry of " if error["each"] != "argument" else "The option "
    wanted = _TYPES.get(error["wanted"], error["wanted"])
    return f"{each}{'.'.join(path)} must be {wanted}, not {_GIVEN.get(error['given'], error['given'])}"


def _choice(error: re.Match[str]) -> str:
    path = ".".join([*(error["inside"].split(" -> ") if error["inside"] else ()), error["option"]])
    near = nearest_of(error["given"], error["choices"].split(", "))
    hint = f' (did you mean "{near}"?)' if near else ""
    return f'The option {path} must be one of {error["choices"]}, not "{error["given"]}"{hint}'
