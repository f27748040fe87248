#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: extension_pool
short_description: Declare which extensions users get by themselves
version_added: 0.1.0
description:
  - Declares the ranges from which a user without a number gets the lowest free one. Such a number stays with the user
    for good.
  - The pool is declared as a whole. A range that is no longer named is taken out; numbers already given stay.
  - A number that a source or a person sets need not be in the pool.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  ranges:
    description:
      - The ranges, first and last number joined by a C(-), or single numbers.
      - An empty list empties the pool.
    type: list
    elements: str
    required: true
  reserved:
    description:
      - Single numbers out of the ranges that are never given out by themselves.
    type: list
    elements: str
    default: []
seealso:
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: Give out 200 to 299, but keep the reception's number
  telephony.connector.extension_pool:
    ranges:
      - 200-299
    reserved:
      - "200"
"""

RETURN = r"""
pool:
  description: The pool as it is now, or would be.
  returned: always
  type: dict
  contains:
    ranges:
      description: The ranges.
      returned: always
      type: list
      elements: str
      sample:
        - 200-299
    reserved:
      description: What is never given out.
      returned: always
      type: list
      elements: str
      sample:
        - "200"
    used:
      description: How many numbers of the ranges are taken.
      returned: always
      type: int
      sample: 58
    free:
      description: How many are left to give out.
      returned: always
      type: int
      sample: 41
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.extension_pool import declare_pool
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "ranges": {"type": "list", "elements": "str", "required": True},
    "reserved": {"type": "list", "elements": "str", "default": []},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, declare_pool)


if __name__ == "__main__":
    main()
