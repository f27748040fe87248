# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers in a playbook where digits are meant: YAML reads `extension: 0100` as the number 64."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping

#: Names in a mapping without a spec whose values are numbers, not digits: times, and options of outputs.
_IS_A_NUMBER = re.compile("timeout|delay|ring$|^max_|_size$|_index$|^(cacheable|connections|entity_id)$")


def warnings_for(spec: Mapping[str, Mapping[str, t.Any]], params: Mapping[str, t.Any]) -> Iterator[str]:
    """Yield a warning for each option that takes text and got a number; call it before Ansible makes texts of them."""
    for path, value, is_secret in _numbers(spec, params, ""):
        shown = "a number" if is_secret else f"the number {value}"
        quoted = "" if is_secret else f', such as "{value}"'
        yield (
            f"The option {path} is {shown} in the playbook and is taken as these digits. YAML reads 0100 without"
            f" quotes as the number 64: write it in quotes{quoted}."
        )


def _numbers(
    spec: Mapping[str, Mapping[str, t.Any]], params: Mapping[str, t.Any], path: str
) -> Iterator[tuple[str, int | float, bool]]:
    for name, value in params.items():
        option = spec.get(name, {})
        kind, inner, where = option.get("type", "str"), option.get("options"), f"{path}{name}"
        is_secret = bool(option.get("no_log"))
        if name not in spec:
            continue
        if kind == "str" and _is_number(value):
            yield where, value, is_secret
        elif kind == "list" and isinstance(value, list):
            for place, item in enumerate(value):
                if inner and isinstance(item, Mapping):
                    yield from _numbers(inner, item, f"{where}[{place}].")
                elif option.get("elements") == "str" and _is_number(item):
                    yield f"{where}[{place}]", item, is_secret
        elif kind == "dict" and isinstance(value, Mapping):
            yield from _numbers(inner, value, f"{where}.") if inner else _constants(value, f"{where}.")


def _constants(value: t.Any, path: str) -> Iterator[tuple[str, int | float, bool]]:
    """Yield the numbers in a mapping of any names: labels, or the variables and the structure of a profile."""
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, inner in pairs:
        if isinstance(inner, (Mapping, list)):
            yield from () if str(name) == "timeouts" else _constants(inner, f"{path}{name}.")
        elif _is_number(inner) and not _IS_A_NUMBER.search(str(name)):
            yield f"{path}{name}", inner, bool(re.search("pin|pass", str(name)))


def _is_number(value: t.Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
