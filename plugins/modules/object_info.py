#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: object_info
short_description: Read users, phonebook entries, speed dials, or the phonebook as phones see it
version_added: 0.1.0
description:
  - Returns objects of one kind, sorted by name, with their fields, their C(id) and the profiles they belong to.
  - Passwords and PINs are never returned; C(********) stands for one that is set.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  kind:
    description:
      - Which objects to return.
      - V(phonebook_entry) has only the entries that are objects of their own.
      - V(directory) is the company's phonebook as phones see it, which is entries and users together, and a user's
        extension is C(phone), the number from outside C(did). Private entries are not in it.
    type: str
    required: true
    choices:
      - user
      - phonebook_entry
      - speed_dial
      - directory
  username:
    description:
      - Only this user, and with O(kind=phonebook_entry) only the private entries of this user.
    type: str
  extension:
    description:
      - Only the object that this number reaches, which is a user by extension or fax line, or a speed dial. The whole
        number, not a part of it.
    type: str
    version_added: 0.3.0
  email:
    description:
      - Only objects with this e-mail address, without regard to case. The whole address, not a part of it.
    type: str
    version_added: 0.3.0
  profile:
    description:
      - Only objects that belong to this profile.
    type: str
  unmanaged:
    description:
      - Only objects that belong to no profile, which are those that a person made, or that a profile has released.
    type: bool
    default: false
    version_added: 0.3.0
  leavers:
    description:
      - Only leavers, which are users whose record is gone, in the days before they are removed. Those who go first come
        first. For O(kind=user).
    type: bool
    default: false
    version_added: 0.3.0
  search:
    description:
      - Only objects that have this text in one of their fields, without regard to case.
    type: str
  limit:
    description:
      - How many objects are returned at most. RV(count) always counts all.
    type: int
    default: 500
seealso:
  - module: telephony.connector.user
  - module: telephony.connector.phonebook_entry
  - module: telephony.connector.speed_dial
"""

EXAMPLES = r"""
- name: Find a person
  telephony.connector.object_info:
    kind: directory
    search: muster
  register: found

- name: Find out who has a number
  telephony.connector.object_info:
    kind: user
    extension: "217"
  register: holder

- name: See who goes when
  telephony.connector.object_info:
    kind: user
    leavers: true
  register: going

- name: Count what a profile has brought
  telephony.connector.object_info:
    kind: user
    profile: staff
    limit: 0
  register: staff
"""

RETURN = r"""
objects:
  description:
    - The objects.
    - A leaver has an entry C(leaver) with C(since) (UTC), C(until) (the first day on which a sync removes the
      user, null if none does), C(profile) (null if it is gone) and C(phonebook) (C(drop) or C(keep)).
  returned: always
  type: list
  elements: dict
  sample:
    - id: 4711
      profiles:
        - staff
      username: mmuster
      display_name: Max Muster
      given_name: Max
      surname: Muster
      extension: "217"
      auth_method: internal
      phonebook:
        mobile: "+49 171 5550123"
      devices:
        - type: softphone
count:
  description: How many objects there are, those beyond O(limit) included.
  returned: always
  type: int
  sample: 1
truncated:
  description: Whether there are more than O(limit).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.object_info import object_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "kind": {"type": "str", "required": True, "choices": ["user", "phonebook_entry", "speed_dial", "directory"]},
    "username": {"type": "str"},
    "extension": {"type": "str"},
    "email": {"type": "str"},
    "profile": {"type": "str"},
    "unmanaged": {"type": "bool", "default": False},
    "leavers": {"type": "bool", "default": False},
    "search": {"type": "str"},
    "limit": {"type": "int", "default": 500},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, object_info, reads_only=True)


if __name__ == "__main__":
    main()
