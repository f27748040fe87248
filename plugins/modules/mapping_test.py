#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mapping_test
short_description: Test what a profile makes of given rows
version_added: 0.3.0
description:
  - Maps rows that are written in the task, and compares the outcome with what is expected of each row.
  - Needs no store, no source and no network, so that it can run in CI before a change of a profile is merged.
  - The task fails when a row becomes something else. The message shows the difference field by field.
  - Only the mapping of each row is tested. That a number or login is unique is decided by M(telephony.connector.sync).
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.profile.mapping
  - telephony.connector.store
options:
  rows:
    description:
      - The rows, each a mapping of column or attribute names to values, as the source gives them.
      - A list stands for an attribute with several values. V(true) and V(false) are the text C(true) and an empty text.
      - A row needs only the columns that matter to its test. It has no value in all others.
      - Quote numbers that begin with a zero. YAML takes C(0171) for an octal number.
    type: list
    elements: dict
    required: true
  expect:
    description:
      - What is expected, one entry for each row.
      - >-
        C({user: {extension: 217}}) is an object of that kind. Only the fields given are compared. An empty value means
        that the field must not be set.
      - A list of such mappings is for a row that becomes several objects, in the order of the structure.
      - 'C({rejected: extension}) is a record that is rejected for that field.'
      - V(null) is a record that the filter leaves out.
    type: list
    elements: raw
    required: true
notes:
  - The options O(store) and O(store_key) are accepted for the sake of C(module_defaults). They are not used.
seealso:
  - module: telephony.connector.profile
  - module: telephony.connector.template_info
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: Test the mapping of the staff list
  telephony.connector.mapping_test:
    definition:
      template: csv_users
      filter: row.status == 'active'
      variables:
        username: row.email | lower | regex_replace('@.*$', '')
        phone: (row.telephone | digits)[-3:]
    rows:
      - {displayname: Max Muster, email: Max.Muster@corp.example, telephone: "+49 89 5550-217", status: active}
      - {displayname: Eva Beispiel, email: eva@corp.example, telephone: "+49 89 5550-218", status: left}
      - {displayname: "", email: nobody@corp.example, telephone: "", status: active}
    expect:
      - user: {username: max.muster, extension: "217"}
      - null
      - rejected: display_name
"""

RETURN = r"""
passed:
  description: How many rows became what was expected.
  returned: success, or failure with a difference
  type: int
  sample: 3
results:
  description: The outcome of each row, in the order of O(rows).
  returned: success, or failure with a difference
  type: list
  elements: dict
  contains:
    row:
      description: The number of the row, from 1.
      returned: always
      type: int
      sample: 2
    ok:
      description: Whether it became what was expected.
      returned: always
      type: bool
      sample: false
    became:
      description: What it became, in the form of O(expect) with all fields. Secrets are masked.
      returned: always
      type: raw
      sample:
        user:
          username: max.muster
          display_name: Max Muster
          extension: "271"
    differences:
      description: Where the outcome differs, with the value expected and the one there is.
      returned: always
      type: list
      elements: dict
      sample:
        - where: user.extension
          expected: "217"
          actual: "271"
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.mapping_test import check_mapping, hidden
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "definition": {"type": "dict", "options": PROFILE_SPEC, "required": True},
    "rows": {"type": "list", "elements": "dict", "required": True},
    "expect": {"type": "list", "elements": "raw", "required": True},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, check_mapping, reads_only=True, shown=hidden)


if __name__ == "__main__":
    main()
