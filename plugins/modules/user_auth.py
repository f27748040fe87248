#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user_auth
short_description: Set how users sign in
version_added: 0.2.0
description:
  - Sets the authentication method of one user, several users, all users of a profile, or all users with a role.
  - Users of different methods live side by side, so that for example the staff signs in at a directory and the
    reception desk with a password of its own.
  - Either all users are set or none. A user who does not exist fails the task, and nothing is changed.
  - Each change is kept in the journal, see M(telephony.connector.run_info).
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  users:
    description:
      - The logins of the users. It is not case-sensitive.
      - Exactly one of O(users), O(profile) and O(role) must be given.
    type: list
    elements: str
  profile:
    description:
      - All users that belong to this profile.
    type: str
  role:
    description:
      - All users that have this role.
    type: str
  method:
    description:
      - V(internal) checks the password that the phone system keeps. Refused for users who have none, unless O(password)
        is given.
      - V(ldap) forwards name and password to the directory of M(telephony.connector.ldap_auth).
      - V(sso) leaves the login to Microsoft.
      - V(none) lets nobody sign in.
    type: str
    required: true
    choices:
      - internal
      - ldap
      - sso
      - none
  password:
    description:
      - The new password for O(method=internal), 8 characters or more, when O(users) names one user. Only a salted hash
        is stored.
    type: str
seealso:
  - module: telephony.connector.auth_test
  - module: telephony.connector.ldap_auth
  - module: telephony.connector.user
"""

EXAMPLES = r"""
- name: Let all imported users sign in at the directory
  telephony.connector.user_auth:
    profile: staff
    method: ldap

- name: Give the reception desk a password of its own
  telephony.connector.user_auth:
    users: reception
    method: internal
    password: "{{ vault_reception_password }}"

- name: Nobody signs in as one of these
  telephony.connector.user_auth:
    users:
      - lobby
      - meeting-room-1
    method: none
"""

RETURN = r"""
changed_users:
  description: The logins of the users that were changed, or would be, the first 500 of them.
  returned: always
  type: list
  elements: str
  sample:
    - reception
counts:
  description: How many users there were.
  returned: always
  type: dict
  contains:
    changed:
      description: Users whose method or password changed.
      returned: always
      type: int
      sample: 1
    unchanged:
      description: Users who had the method already.
      returned: always
      type: int
      sample: 0
unknown_users:
  description: The users who do not exist, the first 500 of them.
  returned: when the task failed because of them
  type: list
  elements: str
  sample:
    - mmuter
without_password:
  description: The users who would have no password to sign in with, the first 500 of them.
  returned: when the task failed because of them
  type: list
  elements: str
  sample:
    - mmuster
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import USER_AUTH_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.actions.user_auth import set_method
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**USER_AUTH_SPEC, **STORE_SPEC}


def main() -> None:
    selection = ["users", "profile", "role"]
    run_module(SPEC, set_method, mutually_exclusive=[selection], required_one_of=[selection])


if __name__ == "__main__":
    main()
