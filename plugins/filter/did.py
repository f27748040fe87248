# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter did: turn an extension into the number that reaches it from outside."""

from __future__ import annotations

DOCUMENTATION = r"""
name: did
short_description: Turn an extension into the number that reaches it from outside
version_added: 0.3.0
description:
  - Turns an extension into the number that reaches it from outside (E.164), as the filter of the same name does in the
    expressions of a profile.
  - A number on one of the lines is only brought into this form. What is on none of them gives an empty text.
  - Of several lines for extensions of one length, the first one counts.
extends_documentation_fragment:
  - telephony.connector.outside_numbers
author:
  - The telephony.connector project (@telephony-connector)
positional: numbers
options:
  _input:
    description: The extension.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Which number is it from outside
  ansible.builtin.debug:
    msg: "{{ '123' | telephony.connector.did(numbers) }}"
    # => +499912960123
  vars:
    numbers:
      country: DE
      lines:
        - {prefix: +49 991 2960, extension_digits: 3}
"""

RETURN = r"""
_value:
  description: The number in E.164, or an empty text.
  type: str
"""

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.plugin_utils.outside_number_filter import converted


def _did(number: t.Any, numbers: t.Mapping[str, t.Any]) -> str:
    """Return the number that reaches an extension from outside, "" for none."""
    return converted(number, numbers, OutsideNumbers.to_number)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"did": _did}
