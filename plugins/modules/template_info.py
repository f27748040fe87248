#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: template_info
short_description: Show the templates that profiles start from
version_added: 0.1.0
description:
  - Returns the templates in full, with their variables, structure, key, match and filter, and the source options of
    their family.
  - This is what O(telephony.connector.profile#module:variables) and O(telephony.connector.profile#module:structure)
    are merged over.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  name:
    description:
      - Only the template of this name. An unknown name fails, and the nearest one is named.
    type: str
seealso:
  - module: telephony.connector.profile
"""

EXAMPLES = r"""
- name: See what csv_users does before changing it
  telephony.connector.template_info:
    name: csv_users
  register: preset

- name: Show its variables and structure
  ansible.builtin.debug:
    msg: "{{ preset.templates[0] }}"
"""

RETURN = r"""
templates:
  description: The templates.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name to use as O(telephony.connector.profile#module:template).
      returned: always
      type: str
      sample: csv_speed_dials
    title:
      description: What the template is for.
      returned: always
      type: str
      sample: Speed dials from a CSV file
    family:
      description: The family of sources it reads.
      returned: always
      type: str
      sample: csv
    version:
      description: Goes up whenever the template makes something else of the same record.
      returned: always
      type: int
      sample: 1
    variables:
      description: Its variables, each an expression over one record.
      returned: always
      type: dict
      sample:
        displayname: row.displayname
        phone: row.phone
        speeddial: row.speeddial
    structure:
      description: Which objects and fields a record becomes.
      returned: always
      type: dict
      sample:
        speed_dial:
          number: speeddial
          destination: phone
          display_name: displayname
    key:
      description: The expression for a record's identity.
      returned: always
      type: str
      sample: speeddial
    match:
      description: The fields by which a new record finds an object that exists already.
      returned: always
      type: list
      elements: raw
      sample:
        - number
    filter:
      description: The expression that decides which records are wanted; V(null) takes all.
      returned: always
      type: str
      sample: null
    source_options:
      description: The names of the source options of its family.
      returned: always
      type: list
      elements: str
      sample:
        - path
        - encoding
        - delimiter
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import templates_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "name": {"type": "str"},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, templates_info, reads_only=True)


if __name__ == "__main__":
    main()
