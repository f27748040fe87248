#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: source_test
short_description: Try a source step by step and suggest a profile for it
version_added: 0.3.0
description:
  - Tries everything that a sync does before the first record, one step after the other, from the look-up of the
    server's name over certificate and sign-in to the rights on attributes. Each step says what was found, or what to
    do.
  - Reads the first records, shows what their columns hold, and suggests the options of a profile that fits them.
  - Recognises exports of Excel (English and German), Outlook, Google Contacts, FreePBX, 3CX, Yealink and pascom, and
    the attributes of directories.
  - A step that fails does not fail the task. It fails when the test itself cannot be done.
  - Writes nothing.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.source
  - telephony.connector.store
options:
  profile:
    description:
      - The name of a stored profile whose source is tried.
      - Exactly one of O(profile) and O(template) is needed.
    type: str
  template:
    description:
      - The template that the source is meant for. It decides the family of the source.
    type: str
  limit:
    description:
      - How many records are read.
    type: int
    default: 200
seealso:
  - module: telephony.connector.profile
  - module: telephony.connector.mapping_test
  - module: telephony.connector.auth_test
"""

EXAMPLES = r"""
- name: Try an export, whatever wrote it
  telephony.connector.source_test:
    template: csv_phonebook
    source:
      path: /srv/import/contacts.csv
  register: tried

- name: See what works
  ansible.builtin.debug:
    msg: "{{ tried.steps }}"

- name: Keep the suggestion, to be looked at and changed
  ansible.builtin.copy:
    content: "{{ tried.suggested }}"
    dest: contacts.yml
    mode: "0644"

- name: Try the directory of a declared profile
  telephony.connector.source_test:
    profile: directory
"""

RETURN = r"""
ok:
  description: Whether all steps worked.
  returned: success
  type: bool
  sample: false
steps:
  description: What was tried, in order.
  returned: success
  type: list
  elements: dict
  contains:
    step:
      description:
        - What was tried. C(options), C(name), C(port), C(tls), C(sign_in), C(base_dn), C(filter), C(paging),
          C(attributes), C(share), C(folder), C(file), C(encoding), C(delimiter), C(header), C(store), C(records) and
          C(mapping), as far as the source has them.
      returned: always
      type: str
      sample: encoding
    ok:
      description: Whether it worked.
      returned: always
      type: bool
      sample: false
    message:
      description: What was found, or what is wrong and what to do.
      returned: always
      type: str
      sample: "The file is not utf-8 (byte 0xfc in line 3); it reads well as cp1252: set encoding: cp1252."
    seconds:
      description: How long it took.
      returned: always
      type: float
      sample: 0.012
columns:
  description: The columns or attributes of the first records. It is empty when no record could be read.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name, as expressions use it.
      returned: always
      type: str
      sample: Telefon geschäftlich
    filled:
      description: How many records have a value.
      returned: always
      type: int
      sample: 187
    distinct:
      description: How many different values there are.
      returned: always
      type: int
      sample: 180
    samples:
      description: Up to three values. Those of columns that look secret are masked.
      returned: always
      type: list
      elements: str
      sample:
        - "+49 991 29600"
suggested:
  description:
    - The options of M(telephony.connector.profile) that fit the source, as YAML. It is empty when no record could be
      read.
    - Options of the source are as given, or corrected where a step says so. A secret is the variable
      C(source_<option>), such as C({{ source_password }}).
  returned: success
  type: str
  sample: |
    name: csv_phonebook
    template: csv_phonebook
    source:
      path: /srv/import/contacts.csv
      encoding: cp1252
    filter: displayname
    variables:
      displayname: row.Vorname ~ ' ' ~ row.Nachname
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.source_test import try_source
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import SOURCE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "profile": {"type": "str"},
    "template": {"type": "str"},
    "source": {"type": "dict", "options": SOURCE_SPEC},
    "limit": {"type": "int", "default": 200},
    **STORE_SPEC,
}


def main() -> None:
    run_module(
        SPEC,
        try_source,
        reads_only=True,
        required_one_of=[("profile", "template")],
        mutually_exclusive=[("profile", "template")],
        required_together=[("template", "source")],
    )


if __name__ == "__main__":
    main()
