# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter extension: turn an outside number into the extension that it reaches."""

from __future__ import annotations

DOCUMENTATION = r"""
name: extension
short_description: Turn an outside number into the extension that it reaches
version_added: 0.3.0
description:
  - Turns a number on one of the lines of a phone system into the extension behind it, as the filter of the same name
    does in the expressions of a profile.
  - An extension stays as it is. What is no number, or on none of the lines, gives an empty text.
extends_documentation_fragment:
  - telephony.connector.outside_numbers
author:
  - The telephony.connector project (@telephony-connector)
positional: numbers
options:
  _input:
    description: The number, as people write it.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Which extension is it
  ansible.builtin.debug:
    msg: "{{ '+49 (0)991 2960-123' | telephony.connector.extension(numbers) }}"
    # => 123
  vars:
    numbers:
      country: DE
      lines:
        - {prefix: +49 991 2960, extension_digits: 3}
"""

RETURN = r"""
_value:
  description: The extension, or an empty text.
  type: str
"""

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.plugin_utils.outside_number_filter import converted


def _extension(number: t.Any, numbers: t.Mapping[str, t.Any]) -> str:
    """Return the extension that a number reaches, "" for none."""
    return converted(number, numbers, OutsideNumbers.to_extension)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"extension": _extension}
