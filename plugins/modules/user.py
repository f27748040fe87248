#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: user
short_description: Declare a user by hand
version_added: 0.1.0
description:
  - Declares one user, with phonebook fields and devices.
  - What is not given stays as it is. An empty text takes a value away, an empty list takes all roles or devices away.
  - For many users declare a M(telephony.connector.profile) instead, which does them all in one step.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  username:
    description:
      - The login, in lower case. Identifies the user.
    type: str
    required: true
  rename_to:
    description:
      - The new login. The user keeps number, devices and everything else, and private phonebook entries follow. Nothing
        happens when the user has this login already.
    type: str
  state:
    description:
      - Whether the user is to exist.
      - The private phonebook entries of a user who is removed stay, but nobody can read them any more. Their owner
        becomes the login with the word C(removed) in brackets behind it.
    type: str
    choices:
      - present
      - absent
    default: present
  leaver:
    description:
      - V(false) brings a leaver back, who is a user whose record is gone from the source. The user can sign in again as
        before, and belongs to no profile any more, so that no sync disables or removes that user again.
      - A record that comes back later finds the user by O(telephony.connector.profile#module:match).
      - Nothing happens to a user who is no leaver. V(true) is an error, since only a sync makes leavers.
    type: bool
    version_added: 0.3.0
  display_name:
    description:
      - The name as phones show it, 80 characters at most. Required for a new user.
    type: str
  given_name:
    description:
      - The given name.
    type: str
  surname:
    description:
      - The surname.
    type: str
  email:
    description:
      - The e-mail address, used for voicemail.
    type: str
  extension:
    description:
      - The number inside the phone system, 2 digits or more, not beginning with 0.
      - A new user without a number gets the lowest free one of the M(telephony.connector.extension_pool).
    type: str
  did:
    description:
      - The number that reaches the user from outside, with its country, such as V(+49 991 2960123).
      - When not given, it follows from the extension where the phone system has lines
        (O(telephony.connector.store_settings#module:numbers)). An empty text makes it follow again.
    type: str
    version_added: 0.3.0
  fax_extension:
    description:
      - The number of the user's own fax line inside the phone system.
    type: str
  pin:
    description:
      - The PIN, 4 digits or more. Only a salted hash is stored.
    type: str
  password:
    description:
      - The password, 8 characters or more. Only a salted hash is stored.
    type: str
  sip_password:
    description:
      - What the user's phones sign in with at a SIP server, 8 characters or more. V(renew) makes a new random one, with
        every run of the task.
      - It is stored encrypted, and can be read with the key of the store only, by the lookup
        P(telephony.connector.sip_password#lookup). A user without one gets one from the first output that needs it.
    type: str
  auth_method:
    description:
      - How the user signs in. V(internal), which new users have, with O(password); V(ldap) at a directory; V(sso)
        with Microsoft; V(none) not at all.
    type: str
    choices:
      - internal
      - ldap
      - sso
      - none
  language:
    description:
      - The language of announcements and displays, for example V(de).
    type: str
  roles:
    description:
      - The roles of the user, all of them. Roles that do not exist are created.
    type: list
    elements: str
  phonebook:
    description:
      - What the company's phonebook shows beside name and extension.
    type: dict
    suboptions:
      organisation:
        description:
          - The organisation.
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
  devices:
    description:
      - The devices of the user, all of them.
    type: list
    elements: dict
    suboptions:
      type:
        description:
          - What it is.
        type: str
        required: true
        choices:
          - softphone
          - mobile
          - ip_phone
          - sip
      number:
        description:
          - The number to call, required for V(mobile).
        type: str
      mac:
        description:
          - The hardware address, required for V(ip_phone). All common ways of writing it are fine.
        type: str
      ip:
        description:
          - The IP address.
        type: str
      username:
        description:
          - The login of the device itself.
        type: str
      password:
        description:
          - The password of the device itself.
        type: str
      pairing:
        description:
          - V(required) when the device has to be paired (again) before use.
        type: str
        choices:
          - ok
          - required
      timeouts:
        description:
          - When the device begins to ring and for how long, in seconds, by the origin of the call.
        type: dict
        suboptions:
          internal:
            description:
              - For calls from inside.
            type: dict
            suboptions: &ring
              delay:
                description:
                  - When it begins to ring.
                type: int
              ring:
                description:
                  - How long it rings.
                type: int
          external:
            description:
              - For calls from outside.
            type: dict
            suboptions: *ring
          queue:
            description:
              - For calls from a queue.
            type: dict
            suboptions: *ring
seealso:
  - module: telephony.connector.object_info
  - plugin: telephony.connector.sip_password
    plugin_type: lookup
  - module: telephony.connector.extension_pool
"""

EXAMPLES = r"""
- name: Declare the reception desk
  telephony.connector.user:
    username: reception
    display_name: Reception
    extension: "200"
    roles:
      - Front desk
    devices:
      - type: ip_phone
        mac: 00:11:22:AA:BB:CC

- name: Give somebody a new login and keep the number
  telephony.connector.user:
    username: mmuster
    rename_to: mmeier
    surname: Meier
    display_name: Max Meier

- name: Give somebody's phones a new SIP password
  telephony.connector.user:
    username: mmeier
    sip_password: renew

- name: Bring somebody back whose record is gone from the source
  telephony.connector.user:
    username: mmeier
    leaver: false

- name: Take a user out
  telephony.connector.user:
    username: guest
    state: absent
"""

RETURN = r"""
object:
  description: The user as it is now, or would be; V(null) when there is none. Secrets are masked.
  returned: always
  type: dict
  sample:
    id: 12
    profiles: []
    username: reception
    display_name: Reception
    extension: "200"
    auth_method: internal
    roles:
      - Front desk
    devices:
      - type: ip_phone
        mac: 001122aabbcc
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.objects import declare_user
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import USER_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**USER_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, declare_user)


if __name__ == "__main__":
    main()
