#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: format_info
short_description: Show the formats that can be published
version_added: 0.3.0
description:
  - Returns the formats of M(telephony.connector.publish) with the options of their targets, their limits, and where the
    fields of the store go.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  name:
    description:
      - Only the format of this name. An unknown name fails, and the nearest one is named.
    type: str
seealso:
  - module: telephony.connector.publish
"""

EXAMPLES = r"""
- name: See what a Yealink phonebook can hold
  telephony.connector.format_info:
    name: yealink
  register: yealink
"""

RETURN = r"""
formats:
  description: The formats.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name to use as O(telephony.connector.publish#module:format).
      returned: always
      type: str
      sample: yealink
    title:
      description: What it is for.
      returned: always
      type: str
      sample: Yealink remote phonebook
    target:
      description: V(file), V(folder), or V(entries) when it is changed entry by entry.
      returned: always
      type: str
      sample: file
    sends:
      description: V(phonebook) or V(accounts).
      returned: always
      type: str
      sample: phonebook
    options:
      description: The options of O(telephony.connector.publish#module:target).
      returned: always
      type: dict
      sample:
        path:
          type: str
          required: true
          description: The file to be written.
    limits:
      description: What it can hold at most.
      returned: always
      type: dict
      sample:
        books on a phone: "5"
    fields:
      description: Where the fields of the store go.
      returned: always
      type: dict
      sample:
        display_name: Name
    numbers:
      description: The fields whose numbers it holds, in its order.
      returned: always
      type: list
      elements: str
      sample:
        - phone
        - mobile
    needs_number:
      description: Whether entries without a number are left out.
      returned: always
      type: bool
      sample: true
    notes:
      description: What else to know.
      returned: always
      type: list
      elements: str
      sample:
        - The address goes into remote_phonebook.data.1.url.
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.output_info import format_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "name": {"type": "str"},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, format_info, reads_only=True)


if __name__ == "__main__":
    main()
