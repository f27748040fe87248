#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: phonebook_entry
short_description: Declare a phonebook entry by hand
version_added: 0.1.0
description:
  - Declares one entry of the company's phonebook, or of a user's private one.
  - What is not given stays as it is. An empty text takes a value away.
  - For many entries declare a M(telephony.connector.profile) instead, which does them all in one step.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  display_name:
    description:
      - The name as phones show it, 80 characters at most. Together with O(owner) it identifies the entry, unless
        O(id) does.
    type: str
  owner:
    description:
      - The username of the one person who sees the entry. When not given, it is an entry of the company's phonebook.
      - The entry follows when this user is renamed, and is locked when the user is removed.
    type: str
  id:
    description:
      - The C(id) of the entry as M(telephony.connector.object_info) returns it, for when several entries have the
        same name, or to change the name.
    type: int
  state:
    description:
      - Whether the entry is to exist.
    type: str
    choices:
      - present
      - absent
    default: present
  phone:
    description:
      - The business number.
    type: str
  given_name:
    description:
      - The given name.
    type: str
  surname:
    description:
      - The surname.
    type: str
  organisation:
    description:
      - The organisation.
    type: str
  email:
    description:
      - The e-mail address.
    type: str
  mobile:
    description:
      - The mobile number.
    type: str
  homephone:
    description:
      - The private number.
    type: str
  fax:
    description:
      - The fax number.
    type: str
  notes:
    description:
      - Notes.
    type: str
  labels:
    description:
      - Labels, as name to value. Labels that do not exist are created, those not named stay as they are.
    type: dict
seealso:
  - module: telephony.connector.object_info
"""

EXAMPLES = r"""
- name: Declare a supplier
  telephony.connector.phonebook_entry:
    display_name: Muster Ltd
    organisation: Muster Ltd
    phone: "+49 89 5550100"
    labels:
      Customer number: "10042"

- name: Declare an entry that only one person sees
  telephony.connector.phonebook_entry:
    display_name: Family doctor
    owner: mmuster
    phone: "+49 89 5550142"

- name: Take an entry out
  telephony.connector.phonebook_entry:
    display_name: Muster Ltd
    state: absent
"""

RETURN = r"""
object:
  description: The entry as it is now, or would be; V(null) when it does not exist.
  returned: always
  type: dict
  sample:
    id: 31
    profiles: []
    display_name: Muster Ltd
    organisation: Muster Ltd
    phone: "+49 89 5550100"
    labels:
      Customer number: "10042"
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.objects import declare_phonebook_entry
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PHONEBOOK_ENTRY_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**PHONEBOOK_ENTRY_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, declare_phonebook_entry, required_one_of=[("display_name", "id")])


if __name__ == "__main__":
    main()
