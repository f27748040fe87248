# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup user: one user of the phone system, for templates."""

from __future__ import annotations

DOCUMENTATION = r"""
name: user
short_description: Read a user of the phone system
version_added: 0.3.0
description:
  - Returns a user of the store with the fields that M(telephony.connector.object_info) shows. Secrets are masked.
  - The store is only read. A user who is not there fails, and the nearest name is given.
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
seealso:
  - plugin: telephony.connector.phonebook
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show somebody's extension
  ansible.builtin.debug:
    msg: "{{ lookup('telephony.connector.user', 'anna', store='/srv/pbx/store.db').extension }}"
"""

RETURN = r"""
_raw:
  description: The users, in the order of the names given.
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_user
from ansible_collections.telephony.connector.plugins.plugin_utils.store_lookup import StoreLookup


class LookupModule(StoreLookup):
    """Reads users."""

    def read(self, store: str, store_key: str | None, terms: list[str]) -> list[t.Any]:
        """Return the users."""
        return [read_user(store, store_key, term) for term in terms]
