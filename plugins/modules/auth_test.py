#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: auth_test
short_description: Test a login as the phone system decides it
version_added: 0.2.0
description:
  - Tries one login with name and password, exactly as the phone system decides it, and returns why it is accepted or
    denied.
  - A denied login does not fail the task. Only a test that cannot be carried out does, for example because the store
    cannot be opened.
  - Nothing is written, also not outside of check mode. A directory that counts wrong passwords counts those of this
    test too.
  - Ansible masks the password wherever it appears, also inside the words of the result. Decide by RV(authenticated),
    which is never masked.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
requirements:
  - ldap3 >= 2.9 (only for users with the method ldap)
options:
  username:
    description:
      - The name as it would be typed. It is not case-sensitive.
    type: str
    required: true
  password:
    description:
      - The password.
    type: str
    required: true
seealso:
  - module: telephony.connector.ldap_auth
  - module: telephony.connector.user_auth
"""

EXAMPLES = r"""
- name: Try a login
  telephony.connector.auth_test:
    username: mmuster
    password: "{{ typed_password }}"
  register: login

- name: Say what came of it
  ansible.builtin.debug:
    msg: "{{ login.reason }}: {{ login.message }}"

- name: Stop a rollout when the test account cannot sign in
  ansible.builtin.assert:
    that: login.authenticated
"""

RETURN = r"""
authenticated:
  description: Whether the login is accepted.
  returned: always
  type: bool
  sample: false
method:
  description: The authentication method of the user; V(null) when there is no such user.
  returned: always
  type: str
  sample: ldap
reason:
  description:
    - Why, in fixed words.
    - V(accepted), the login is accepted.
    - V(unknown user), V(leaver), V(method none), V(single sign-on), V(empty password), V(wrong password), V(no
      password set), decided by the phone system itself. V(wrong password) is also a directory's word.
    - V(LDAP authentication not set up), V(LDAP authentication switched off), V(LDAP settings unusable), V(user name
      not usable), the settings of M(telephony.connector.ldap_auth).
    - V(directory unreachable), V(certificate not accepted), V(proxy user refused), V(search failed), V(not found in the
      directory), V(found more than once), the way to the user's entry.
    - V(account disabled), V(account locked), V(account expired), V(password expired), V(password must be changed),
      V(not allowed now), V(confidentiality required), V(refused by the directory), V(not signed in as this user), what
      the directory answers.
  returned: always
  type: str
  sample: account disabled
message:
  description: The reason in full sentences, with what to do about it.
  returned: always
  type: str
  sample: >-
    The account is disabled in the directory. The directory server ldaps://dc1.corp.example:636 refuses the sign-in of
    "mmuster@corp.example".
directory:
  description: How the directory was asked.
  returned: when the user has the method V(ldap) and the password is not empty
  type: dict
  contains:
    bound_as:
      description: The name that was tried at the directory, V(null) when it did not come to that.
      returned: always
      type: str
      sample: mmuster@corp.example
    uri:
      description: The server that answered, also when it refused the sign-in; V(null) when none did.
      returned: always
      type: str
      sample: ldaps://dc1.corp.example:636
duration:
  description: How long the decision took, in seconds.
  returned: always
  type: float
  sample: 0.043
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.auth_test import try_login
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import AUTH_TEST_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**AUTH_TEST_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, try_login, reads_only=True)


if __name__ == "__main__":
    main()
