#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: store_settings
short_description: Set how long runs are kept, the external numbers, and a new key
version_added: 0.3.0
description:
  - Sets what applies to a store as a whole. What is not given stays as it is.
  - Changes the key of a store with O(new_store_key). All secrets are encrypted again in one transaction. A
    task that is killed leaves the store readable with the old key or the new one.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  journal_days:
    description:
      - For how many days runs and their changes are kept. Older ones are removed when a later run writes its own, never
        the last one of a profile.
      - V(0) keeps all of them. The default of a new store is 180.
      - What a removed run had changed can no longer be taken back.
    type: int
  numbers:
    description:
      - The external numbers of the phone system, declared as a whole. V({}) removes them.
    type: dict
    suboptions:
      country:
        description:
          - The country that the phone system is in, as ISO 3166 code such as V(DE). Numbers without a country are read
            as numbers of this one.
        type: str
      lines:
        description:
          - The lines whose last digits are extensions.
        type: list
        elements: dict
        default: []
        suboptions:
          prefix:
            description:
              - The number of the line with its country and without the extension, such as V(+49 991 2960).
            type: str
            required: true
          extension_digits:
            description:
              - How many digits the extensions behind it have, 2 to 10.
            type: int
            required: true
  new_store_key:
    description:
      - The key that the store has from now on, a long random text of at least 16 characters. O(store_key) is the old
        one.
      - If the store's key is in the key file beside it, the key file is replaced too. Else give the new key as
        O(store_key) from then on, on every host.
      - A store that has this key already is left as it is, so the task may be run again.
      - Records are looked at once more by the next sync of each profile. Users keep their passwords and PINs.
    type: str
seealso:
  - module: telephony.connector.run_info
  - module: telephony.connector.store_copy
"""

EXAMPLES = r"""
- name: Keep runs for a year, and say which numbers reach the extensions from outside
  telephony.connector.store_settings:
    journal_days: 365
    numbers:
      country: DE
      lines:
        - prefix: +49 991 2960
          extension_digits: 3

- name: Change the key
  telephony.connector.store_settings:
    store_key: "{{ vault_old_store_key }}"
    new_store_key: "{{ vault_store_key }}"
"""

RETURN = r"""
settings:
  description: All settings as they are now, or would be.
  returned: success
  type: dict
  contains:
    journal_days:
      description: For how many days runs are kept; V(0) keeps all.
      returned: always
      type: int
      sample: 365
    numbers:
      description: The outside numbers, with C(country) and C(lines) where they are set.
      returned: always
      type: dict
      sample:
        country: DE
        lines:
          - prefix: "+499912960"
            extension_digits: 3
key_changed:
  description: Whether the store got another key, or would get it.
  returned: success
  type: bool
  sample: false
secrets:
  description: How many secrets were encrypted anew.
  returned: when the key was changed
  type: int
  sample: 12
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import NUMBERS_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.actions.store_settings import store_settings
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "journal_days": {"type": "int"},
    "numbers": {"type": "dict", "options": NUMBERS_SPEC},
    "new_store_key": {"type": "str", "no_log": True},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, store_settings)


if __name__ == "__main__":
    main()
