#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: store_copy
short_description: Copy a whole store into an empty one
version_added: 0.3.0
description:
  - Copies a store from SQLite to PostgreSQL or back, or to another place - objects with their ids, links, secrets,
    settings, profiles, runs and what outputs have written.
  - The next sync of each profile goes on as if nothing had happened.
  - Reads one state of the source, which others may go on using, and writes one transaction. Before that ends, the
    number of rows and a digest of every table are compared, with the secrets decrypted.
  - A target that holds anything else is refused. One that is already the same copy is left as it is.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.progress
  - telephony.connector.store
options:
  source:
    description:
      - The store to copy, as a path or as a URL. When not given, it is the one of O(store).
    type: str
  source_key:
    description:
      - Its key. When not given, it is the one of O(store_key), or the one in the key file beside an SQLite store.
    type: str
  target:
    description:
      - The store to copy into, as a path or as a URL. An SQLite file is made; a PostgreSQL database must be there and
        be empty.
    type: str
    required: true
  target_key:
    description:
      - The key of the copy.
      - When not given, an SQLite store gets a key file of its own, and a PostgreSQL store has the key of the source.
    type: str
seealso:
  - module: telephony.connector.store_settings
"""

EXAMPLES = r"""
- name: Move to PostgreSQL
  telephony.connector.store_copy:
    source: /var/lib/telephony-connector/store.db
    target: postgresql+psycopg://connector@db.corp.example/telephony
    target_key: "{{ vault_store_key }}"
"""

RETURN = r"""
tables:
  description: How many rows of each table were copied, or would be.
  returned: success
  type: dict
  sample:
    objects: 412
    links: 405
    runs: 88
rows:
  description: How many that are together.
  returned: success
  type: int
  sample: 1804
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.store_copy import store_copy
from ansible_collections.telephony.connector.plugins.module_utils.module import PROGRESS_SPEC, STORE_SPEC, run_module

SPEC = {
    "source": {"type": "str"},
    "source_key": {"type": "str", "no_log": True},
    "target": {"type": "str", "required": True},
    "target_key": {"type": "str", "no_log": True},
    **PROGRESS_SPEC,
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, store_copy)


if __name__ == "__main__":
    main()
