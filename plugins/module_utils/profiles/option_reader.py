# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads single options of a profile: each in its shape, or with a DefinitionError that says what it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES, Template


def read_name(given: Mapping[str, Any]) -> str:
    """Return the name of a profile; DefinitionError for one that is missing or cannot be."""
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        raise DefinitionError("A profile needs a name; give it in the option name.")
    if len(name) > 255 or not name.isprintable() or name != name.strip():
        raise DefinitionError(
            f'The profile name "{name[:255]}" must be one line of up to 255 characters without blanks at its ends.'
        )
    return name


def read_template(name: str, given: Mapping[str, Any]) -> Template:
    """Return the template that a profile starts from; DefinitionError names those there are."""
    wanted = str(given.get("template", ""))
    if not wanted:
        raise DefinitionError(f'Profile "{name}" needs a template; there are: {", ".join(TEMPLATES)}.')
    if wanted not in TEMPLATES:
        raise DefinitionError(
            f'Profile "{name}": There is no template "{wanted}".{nearest(wanted, TEMPLATES)}'
            f" There are: {', '.join(TEMPLATES)}."
        )
    return TEMPLATES[wanted]


class OptionReader:
    """Options as they were given, None left out; errors do not name the profile yet."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def text(self, option: str, default: str | None) -> str | None:
        """Return an option that is text, without blanks around it."""
        value = self.given.get(option, default)
        if value is not None and not isinstance(value, str):
            fail(f"The option {option} must be an expression, which is text")
        return value.strip() if value else value

    def switch(self, option: str) -> bool | None:
        """Return an option that is true, false or not given."""
        value = self.given.get(option)
        if value is not None and not isinstance(value, bool):
            fail(f"The option {option} must be true or false")
        return value

    def mapping(self, option: str) -> Mapping[str, Any]:
        """Return an option that is a mapping, an empty one if it is not given."""
        value = self.given.get(option, {})
        if not isinstance(value, Mapping):
            fail(f"The option {option} must be a mapping")
        return value

    def choice(self, option: str, choices: tuple[str, ...]) -> str:
        """Return an option that is one of some words, the first one if it is not given."""
        value = str(self.given.get(option, choices[0]))
        if value not in choices:
            fail(
                f'The option {option} cannot be "{value}"; it is one of: {", ".join(choices)}.{nearest(value, choices)}'
            )
        return value


def fail(sentence: str) -> NoReturn:
    """Raise a DefinitionError."""
    raise DefinitionError(sentence)
