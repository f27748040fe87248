#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: output_info
short_description: Show what each output has written
version_added: 0.3.0
description:
  - Returns the outputs that M(telephony.connector.publish) keeps in step, with the files and entries that the ledger
    says they have written.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  name:
    description:
      - Only the output of this name, with its entries. An unknown name fails, and the nearest one is named.
    type: str
  limit:
    description:
      - How many entries of the output in O(name) are returned at most.
    type: int
    default: 500
seealso:
  - module: telephony.connector.publish
"""

EXAMPLES = r"""
- name: See when the phones' book was last written
  telephony.connector.output_info:
    name: desk phones
    limit: 0
  register: phones
"""

RETURN = r"""
outputs:
  description: The outputs, by name.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name of the output.
      returned: always
      type: str
      sample: desk phones
    format:
      description: Its format.
      returned: always
      type: str
      sample: yealink
    target:
      description: Where it goes.
      returned: always
      type: str
      sample: /srv/phonebook/yealink.xml
    published:
      description: When it last changed (UTC); V(null) when its first run did not finish.
      returned: always
      type: str
      sample: "2026-11-28T06:00:04Z"
    count:
      description: How many entries it has written.
      returned: always
      type: int
      sample: 100
    files:
      description: The files it has written.
      returned: always
      type: list
      elements: dict
      sample:
        - path: /srv/phonebook/yealink.xml
          entries: 100
          sha256: 2f6d1e0b5c0a4c7d9f0a4f1f6f8c1a4e7b2d9c3e5f60718293a4b5c6d7e8f901
    left_out:
      description: What was left out, the first ones.
      returned: always
      type: list
      elements: dict
      sample: []
    cut:
      description: What was cut, the first ones.
      returned: always
      type: list
      elements: dict
      sample: []
    entries:
      description: The entries, by name, when O(name) is given.
      returned: always
      type: list
      elements: dict
      sample:
        - key: "17"
          name: Max Muster
          place: /srv/phonebook/yealink.xml
          values:
            name: Max Muster
            phone: "217"
    truncated:
      description: Whether there are more entries than are returned.
      returned: always
      type: bool
      sample: false
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.output_info import output_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "name": {"type": "str"},
    "limit": {"type": "int", "default": 500},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, output_info, reads_only=True)


if __name__ == "__main__":
    main()
