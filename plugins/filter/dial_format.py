# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter dial_format: a number as it is dialled."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dial_format
short_description: Write a phone number as it is dialled
version_added: 0.3.0
description:
  - Writes a phone number in the form in which a phone or a system dials it, as
    O(telephony.connector.publish#module:numbers) does.
  - Internal numbers (up to six digits that do not begin with 0, and feature codes such as C(*21)) and SIP addresses
    stay as they are. A value that is not a number gives an empty text.
author:
  - The telephony.connector project (@telephony-connector)
positional: form, country
options:
  _input:
    description: The number.
    type: str
    required: true
  form:
    description:
      - V(e164) gives V(+499912960100), V(international) the prefix in place of the plus sign, V(national) no country
        code for numbers of O(country), V(as_is) the number as it is.
    type: str
    choices:
      - as_is
      - e164
      - international
      - national
    default: international
  country:
    description: The country (ISO 3166) of numbers that do not name theirs.
    type: str
    default: ""
  international_prefix:
    description: What is dialled before a country code.
    type: str
    default: "00"
  outside_line:
    description: What is dialled before a number outside.
    type: str
    default: ""
requirements:
  - phonenumbers >= 8.12
"""

EXAMPLES = r"""
- name: Dial a number through the outside line
  ansible.builtin.debug:
    msg: "{{ '+49 991 2960100' | telephony.connector.dial_format('national', 'DE', outside_line='0') }}"
    # => 009912960100
"""

RETURN = r"""
_value:
  description: The number to dial, or an empty text.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import dial_format


def _dial_format(number: t.Any, *positional: str, **named: str) -> str:
    """Return a number as it is dialled; errors become those of a filter."""
    try:
        return dial_format(number, *positional, **named)
    except ConnectorError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"dial_format": _dial_format}
