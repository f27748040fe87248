# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter nearest: a hint for a misspelt name, with the rule that the modules have for theirs."""

from __future__ import annotations

DOCUMENTATION = r"""
name: nearest
short_description: Find the name that somebody may have meant
version_added: 0.3.0
description:
  - Returns the one of several names that is most like a misspelt one, without regard to case, or an empty string when
    none is like it.
  - The role P(telephony.connector.sync#role) finds misspelt options of profiles with it.
author:
  - The telephony.connector project (@telephony-connector)
positional: choices
options:
  _input:
    description:
      - The name as somebody wrote it.
    type: str
    required: true
  choices:
    description:
      - The names that there are.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Say which option may be meant
  ansible.builtin.debug:
    msg: "{{ 'modee' | telephony.connector.nearest(['mode', 'source', 'template']) }}"  # mode
"""

RETURN = r"""
_value:
  description: The name that is most like the input, or an empty string.
  type: str
"""

import typing as t
from collections.abc import Iterable

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest_of


def nearest(name: object, choices: Iterable[object]) -> str:
    """Return the nearest of the names, or ""."""
    return nearest_of(str(name), [str(choice) for choice in choices])


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return name -> filter."""
        return {"nearest": nearest}
