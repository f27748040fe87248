# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup phonebook: entries of the company's phonebook, for templates."""

from __future__ import annotations

DOCUMENTATION = r"""
name: phonebook
short_description: Read the company's phonebook
version_added: 0.3.0
description:
  - Returns the entries of the company's phonebook, users included, by name, with the fields that
    M(telephony.connector.object_info) shows with C(kind=directory).
  - The store is only read. The result is one list, also when nothing or one entry fits.
extends_documentation_fragment:
  - telephony.connector.lookup
author:
  - The telephony.connector project (@telephony-connector)
options:
  _terms:
    description: Not used; search with O(search).
    type: list
    elements: str
  search:
    description: Only entries that have this text in one of their fields, without regard to case.
    type: str
  limit:
    description: How many entries are returned at most.
    type: int
    default: 500
seealso:
  - plugin: telephony.connector.user
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show whom a search finds
  ansible.builtin.debug:
    msg: "{{ lookup('telephony.connector.phonebook', search='mül') | map(attribute='display_name') }}"
"""

RETURN = r"""
_raw:
  description: One list of entries.
  type: list
  elements: list
"""

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_phonebook
from ansible_collections.telephony.connector.plugins.plugin_utils.store_lookup import StoreLookup


class LookupModule(StoreLookup):
    """Reads the phonebook."""

    def read(self, store: str, store_key: str | None, terms: list[str]) -> list[t.Any]:
        """Return the entries as one list."""
        plugin: t.Any = self  # as in StoreLookup
        return [read_phonebook(store, store_key, plugin.get_option("search"), plugin.get_option("limit"))]
