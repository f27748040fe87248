#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: extension_pool
short_description: Declare which extensions users get automatically
version_added: 0.1.0
description:
  - Declares the ranges from which a user without a number gets the lowest free one. Such a number stays with the user
    for good.
  - A pool is declared as a whole. A range that is no longer named is taken out; numbers already given stay.
  - A number that a source or a person sets need not be in the pool.
  - There may be several pools, such as one for each site. The option O(telephony.connector.profile#module:pool) of a
    profile says from which of them a user gets a number.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  name:
    description:
      - The name of the pool, a word of letters, digits, V(-) and V(_).
      - The pool C(default) is used where no name is given.
    type: str
    default: default
    version_added: 0.3.0
  ranges:
    description:
      - The ranges, first and last number joined by a C(-), or single numbers.
      - An empty list empties the pool.
      - Where two overlap, a number counts for the first of them, and a warning says so.
    type: list
    elements: str
    required: true
  reserved:
    description:
      - Single numbers, or ranges, out of O(ranges) that are never given out automatically.
      - A warning names those that are outside all ranges.
    type: list
    elements: str
    default: []
  cooldown_days:
    description:
      - For how many days a number of a removed user is not given to another one. V(0) gives it out at once.
      - The same person gets it back in that time. That is who comes by the same record of the same profile, or with the
        same login or e-mail address.
      - A source or a person may set such a number earlier.
    type: int
    default: 0
    version_added: 0.3.0
seealso:
  - module: telephony.connector.number_info
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: Give out 200 to 299, but keep the reception's number
  telephony.connector.extension_pool:
    ranges:
      - 200-299
    reserved:
      - "200"

- name: Give each site numbers of its own, and leave those of removed users alone for three months
  telephony.connector.extension_pool:
    name: "{{ item.name }}"
    ranges: "{{ item.ranges }}"
    cooldown_days: 90
  loop:
    - {name: berlin, ranges: [300-399]}
    - {name: munich, ranges: [400-449, 470-499]}
"""

RETURN = r"""
pool:
  description: The pool as it is now, or would be.
  returned: always
  type: dict
  contains:
    name:
      description: What it is called.
      returned: always
      type: str
      sample: default
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
    cooldown_days:
      description: For how many days numbers of removed users rest.
      returned: always
      type: int
      sample: 90
    used:
      description: How many numbers of the ranges are taken.
      returned: always
      type: int
      sample: 58
    resting:
      description: How many are nobody's and not given to another one yet.
      returned: always
      type: int
      sample: 3
    free:
      description: How many are left to give out.
      returned: always
      type: int
      sample: 38
    fill:
      description: How full each range is. Every number of it counts once.
      returned: always
      type: list
      elements: dict
      sample:
        - {pool: default, range: 200-299, size: 100, used: 58, resting: 3, reserved: 1, free: 38}
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.extension_pool import declare_pool
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "name": {"type": "str", "default": "default"},
    "ranges": {"type": "list", "elements": "str", "required": True},
    "reserved": {"type": "list", "elements": "str", "default": []},
    "cooldown_days": {"type": "int", "default": 0},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, declare_pool)


if __name__ == "__main__":
    main()
