# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup sip_password: what a user's phones sign in with, for templates of phone configuration."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sip_password
short_description: Read the SIP password of a user
version_added: 0.3.0
description:
  - Returns the SIP password of a user, in cleartext, for templates that configure phones. It needs the store's key.
  - The store is only read. A user who is not there, who has no SIP password yet, or who is a leaver, fails.
  - Leavers have no SIP account.
  - This is a secret. Use C(no_log) on tasks that show what they do, and give files that hold it the mode V(0600).
extends_documentation_fragment:
  - telephony.connector.lookup
author:
  - The telephony.connector project (@telephony-connector)
options:
  _terms:
    description: The usernames.
    type: list
    elements: str
    required: true
requirements:
  - cryptography >= 41.0
seealso:
  - plugin: telephony.connector.user
    plugin_type: lookup
  - module: telephony.connector.user
  - module: telephony.connector.publish
"""

EXAMPLES = r"""
- name: Write the account of a phone
  ansible.builtin.copy:
    dest: /srv/provisioning/001122aabbcc.cfg
    mode: "0600"
    content: |
      account.1.user_name = {{ lookup('telephony.connector.user', 'anna').extension }}
      account.1.password = {{ lookup('telephony.connector.sip_password', 'anna') }}
  no_log: true
"""

RETURN = r"""
_raw:
  description: The SIP passwords, in the order of the names given.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_sip_password
from ansible_collections.telephony.connector.plugins.plugin_utils.store_lookup import StoreLookup


class LookupModule(StoreLookup):
    """Reads SIP passwords."""

    def read(self, store: str, store_key: str | None, terms: list[str]) -> list[t.Any]:
        """Return the passwords."""
        return [read_sip_password(store, store_key, term) for term in terms]
