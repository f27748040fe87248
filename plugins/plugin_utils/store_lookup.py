# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the lookups share: the store's options, and errors of the collection as errors of a lookup."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError


class StoreLookup(LookupBase):
    """A lookup that reads the store; `read` says what."""

    def read(self, store: str, store_key: str | None, terms: list[str]) -> list[t.Any]:
        """Return what is looked up; ConnectorError for what cannot be read."""
        raise NotImplementedError

    def run(self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Return what is looked up; AnsibleLookupError for what cannot be read."""
        plugin: t.Any = self  # Ansible annotates its methods in part only
        plugin.set_options(var_options=variables, direct=kwargs)
        try:
            return self.read(plugin.get_option("store"), plugin.get_option("store_key"), [str(term) for term in terms])
        except ConnectorError as error:
            raise AnsibleLookupError(error.message) from error
