# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options a profile gives for a source, checked against the family's own list before anything is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
#: The least and the most that options of these names may be, whatever the family. Waits are in seconds.
LIMITS = {
    "timeout": (1, 86_400),
    "max_wait": (0, 604_800),
    "retries": (0, 1_000),
    "max_seconds": (1, 604_800),
    "max_bytes": (1, 1 << 50),
    "share_port": (1, 65_535),
    "page_size": (1, 1_000_000),
    "first_page": (0, 1_000_000),
}


def given(options: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]], family: str) -> dict[str, Any]:
    """Return the options that are really given (None means not given), with the types of `spec`.

    DefinitionError for an option the family does not know (names the nearest), a wrong type, a wrong choice or a number
    beyond its limits.
    """
    result: dict[str, Any] = {}
    for name, value in options.items():
        if value is None:
            continue
        if name not in spec:
            raise DefinitionError(
                f'The {family} source has no option "{name}".{nearest(name, spec)}'
                f" The options of this source are: {', '.join(sorted(spec))}."
            )
        result[name] = _typed(name, value, spec[name])
    return result


def _typed(name: str, value: Any, spec: Mapping[str, Any]) -> Any:
    kind = spec.get("type", "str")
    if kind == "bool":
        value = _boolean(name, value)
    elif kind in ("int", "float"):
        value = _number(name, value, float if kind == "float" else int)
        least, most = LIMITS.get(name, (value, value))
        if not least <= value <= most:
            raise DefinitionError(f"The source option {name} must be from {least} to {most}, not {value}.")
    elif kind == "list":
        value = _texts(name, value)
    elif kind == "dict":
        value = _mapping(name, value)
    elif kind == "str" and not isinstance(value, str):
        raise DefinitionError(f"The source option {name} must be text, not {type(value).__name__}.")
    choices = spec.get("choices")
    if choices and value not in choices:
        raise DefinitionError(
            f'The source option {name} cannot be "{value}"; it is one of: {", ".join(choices)}.'
            f"{nearest(str(value), choices)}"
        )
    return value


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise DefinitionError(f"The source option {name} must be true or false.")


def _texts(name: str, value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise DefinitionError(f"The source option {name} must be a list of strings.")
    return list(texts)


def _mapping(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise DefinitionError(f"The source option {name} must be a mapping of names to names.")
    return dict(value)


def _number(name: str, value: Any, kind: type[int] | type[float]) -> int | float:
    try:
        if isinstance(value, bool):
            raise ValueError
        return kind(value)
    except (TypeError, ValueError):
        raise DefinitionError(f"The source option {name} must be a number.") from None


def together(options: Mapping[str, Any], name: str, *needed: str) -> None:
    """Refuse option `name` without all of the options it needs."""
    missing = [other for other in needed if other not in options]
    if name in options and missing:
        raise DefinitionError(f"The source option {name} needs {' and '.join(missing)} as well.")
