# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the filters that know the outside numbers of a phone system."""

from __future__ import annotations


class ModuleDocFragment:
    """The outside numbers."""

    DOCUMENTATION = r"""
options:
  numbers:
    description:
      - The outside numbers, C(country) and C(lines) as O(telephony.connector.store_settings#module:numbers) takes them.
    type: dict
    required: true
requirements:
  - phonenumbers >= 8.13
seealso:
  - module: telephony.connector.store_settings
"""
