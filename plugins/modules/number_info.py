#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: number_info
short_description: Tell whose a number is, who had it, and how full the ranges are
version_added: 0.3.0
description:
  - Tells of one number or of a range of them who has it, or why nobody gets it.
  - For one number it also returns who had it when, as far back as the journal goes.
  - Tells how full each range of the extension pools is.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  number:
    description:
      - The number, of a user, a fax line or a speed dial. An outside number on one of the lines
        (O(telephony.connector.store_settings#module:numbers)) stands for the extension behind it.
    type: str
  range:
    description:
      - A range of numbers, such as V(200-299).
    type: str
  limit:
    description:
      - How many numbers of O(range) to return.
    type: int
    default: 500
seealso:
  - module: telephony.connector.extension_pool
  - module: telephony.connector.run_info
"""

EXAMPLES = r"""
- name: Find out whose number it is, and whose it was
  telephony.connector.number_info:
    number: "231"
  register: found

- name: Show who had it when
  ansible.builtin.debug:
    msg: "{{ found.history }}"

- name: Look for a free number
  telephony.connector.number_info:
    range: 200-299
  register: range

- name: Show the free ones
  ansible.builtin.debug:
    msg: "{{ range.numbers | selectattr('state', 'equalto', 'free') | map(attribute='number') }}"
"""

RETURN = r"""
numbers:
  description: The numbers that were asked for, in their order.
  returned: success
  type: list
  elements: dict
  contains:
    number:
      description: The number inside the phone system.
      returned: always
      type: str
      sample: "231"
    state:
      description:
        - V(user), V(fax_line) and V(speed_dial) for a number that is in use.
        - V(leaver) for one of a user who is gone from the source and not yet removed.
        - V(resting) for one of a removed user that is given to nobody else yet.
        - V(reserved) for one that no pool gives out, V(free) for any other that nobody has.
        - V(impossible) for what can be no number, such as that of an emergency call.
      returned: always
      type: str
      sample: resting
    holder:
      description: Who has it, or had it before it rests; V(null) for nobody.
      returned: always
      type: dict
      contains:
        kind:
          description: The kind of the object.
          returned: always
          type: str
          sample: user
        id:
          description: Its id.
          returned: always
          type: int
          sample: 17
        name:
          description: The login, or the number of a speed dial.
          returned: always
          type: str
          sample: mmuster
        display_name:
          description: The name that phones show; V(null) for a user who was removed.
          returned: always
          type: str
          sample: Max Muster
        field:
          description: The field that holds the number.
          returned: always
          type: str
          sample: extension
    until:
      description:
        - Until when it rests, in UTC, or the day from which on the leaver who holds it is removed.
        - V(null) for any other, and for a leaver whom no run removes.
      returned: always
      type: str
      sample: "2026-06-02T04:00:03Z"
    pools:
      description: The extension pools in whose ranges it is.
      returned: always
      type: list
      elements: str
      sample:
        - default
    did:
      description: The number that reaches it from outside, of a user's extension; V(null) for none.
      returned: always
      type: str
      sample: "+499912960231"
    why:
      description: The same in words, and why it is not given out.
      returned: always
      type: str
      sample: is free, and in no extension pool; only a source or a person can set it
state:
  description: The state of O(number), as in RV(numbers).
  returned: with O(number)
  type: str
  sample: user
holder:
  description: The holder of O(number), as in RV(numbers).
  returned: with O(number)
  type: dict
  sample: {kind: user, id: 17, name: mmuster, display_name: Max Muster, field: extension}
until:
  description: Until when O(number) rests or is held, as in RV(numbers).
  returned: with O(number)
  type: str
  sample: "2026-06-02T04:00:03Z"
why:
  description: The same in words.
  returned: with O(number)
  type: str
  sample: is in use by the user mmuster
history:
  description: Who had O(number) when, the last one first.
  returned: with O(number)
  type: list
  elements: dict
  contains:
    since:
      description: Since when, in UTC; V(null) for a time before the journal begins.
      returned: always
      type: str
      sample: "2025-03-02T04:00:03Z"
    until:
      description: Until when; V(null) for who has it still.
      returned: always
      type: str
      sample: "2026-03-02T04:00:03Z"
    kind:
      description: The kind of the object.
      returned: always
      type: str
      sample: user
    id:
      description: Its id.
      returned: always
      type: int
      sample: 17
    name:
      description: The login, or the number of a speed dial.
      returned: always
      type: str
      sample: mmuster
    field:
      description: The field that held the number.
      returned: always
      type: str
      sample: extension
    profile:
      description: The profile whose run gave it; V(null) for a change by hand.
      returned: always
      type: str
      sample: staff
    actor:
      description: Who ran that.
      returned: always
      type: str
      sample: ansible@controller
ranges:
  description: How full each range of all extension pools is. Every number of a range counts once.
  returned: success
  type: list
  elements: dict
  contains:
    pool:
      description: The name of the pool.
      returned: always
      type: str
      sample: default
    range:
      description: The range as it was declared.
      returned: always
      type: str
      sample: 200-299
    size:
      description: How many numbers it has.
      returned: always
      type: int
      sample: 100
    used:
      description: How many are in use.
      returned: always
      type: int
      sample: 58
    resting:
      description: How many rest.
      returned: always
      type: int
      sample: 3
    reserved:
      description: How many are reserved and not in use.
      returned: always
      type: int
      sample: 1
    free:
      description: How many the pool may give out now.
      returned: always
      type: int
      sample: 38
truncated:
  description: Whether the range has more numbers than O(limit).
  returned: success
  type: bool
  sample: false
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.number_info import number_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "number": {"type": "str"},
    "range": {"type": "str"},
    "limit": {"type": "int", "default": 500},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, number_info, reads_only=True, mutually_exclusive=[("number", "range")])


if __name__ == "__main__":
    main()
