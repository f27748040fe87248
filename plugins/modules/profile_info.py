#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: profile_info
short_description: Read the profiles in the store
version_added: 0.1.0
description:
  - Returns the declared profiles with their options. Secrets are masked.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  name:
    description:
      - Only the profile of this name. A name that does not exist returns an empty list.
    type: str
seealso:
  - module: telephony.connector.profile
  - module: telephony.connector.run_info
"""

EXAMPLES = r"""
- name: Read all profiles
  telephony.connector.profile_info:
  register: declared

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ declared.profiles | map(attribute='name') }}"
"""

RETURN = r"""
profiles:
  description:
    - The profiles by name, each with its options as declared.
    - C(linked_objects) is the number of objects that belong to the profile.
    - C(hold) says why the profile is not to run (C(reason)), who has set that (C(who)) and when (C(when)); V(null) when
      it is not on hold.
  returned: always
  type: list
  elements: dict
  sample:
    - name: staff
      template: csv_users
      source:
        path: /srv/import/users.csv
      mode: mirror
      linked_objects: 17
      hold:
        reason: the export of the 17th is broken, ask Anna
        who: root@pbx
        when: "2026-11-20T07:15:00Z"
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import profiles_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "name": {"type": "str"},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, profiles_info, reads_only=True)


if __name__ == "__main__":
    main()
