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
author:
  - The telephony.connector project (@telephony-connector)
options:
  _terms:
    description: The usernames.
    type: list
    elements: str
    required: true
  store:
    description: The path or URL of the store, as in the modules.
    type: str
    default: /var/lib/telephony-connector/store.db
    env:
      - name: TELEPHONY_CONNECTOR_STORE
  store_key:
    description: The key of the store, as in the modules.
    type: str
    env:
      - name: TELEPHONY_CONNECTOR_STORE_KEY
requirements:
  - SQLAlchemy >= 2.0
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

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_user
from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError


class LookupModule(LookupBase):
    """Reads users."""

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return the users."""
        plugin: t.Any = self  # Ansible annotates its methods in part only
        plugin.set_options(var_options=variables, direct=kwargs)
        try:
            return [read_user(plugin.get_option("store"), plugin.get_option("store_key"), str(term)) for term in terms]
        except ConnectorError as error:
            raise AnsibleLookupError(error.message) from error
