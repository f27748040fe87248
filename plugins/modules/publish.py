#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: publish
short_description: Bring a phonebook or another output in step with the store, or simulate it
version_added: 0.3.0
description:
  - Writes what phones and other systems read, from the store. Works out what the target should hold, compares it with
    what this output has written before (the ledger) and with the target itself, and writes the difference.
  - With C(--check) nothing is written anywhere, and the same is returned. With C(--diff) every entry is shown before
    and after.
  - Only what this output has written is ever changed or removed. Something else in its place is a conflict, unless it
    is already what would be written, or O(adopt=true).
  - What a person changed on an entry of this output is set back, and a warning says so. An edited file is kept beside
    the new one.
  - A file is rendered beside its place, read back, and renamed. An unchanged book leaves the file untouched.
  - Guards stop a publication that would remove too much. An empty book never replaces a filled one.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.format_options
  - telephony.connector.plan
  - telephony.connector.progress
  - telephony.connector.store
options:
  name:
    description:
      - The name of the output, under which the ledger keeps what it has written.
      - The name of the format, when not given.
    type: str
  format:
    description:
      - The format, such as V(yealink) or V(vcard). M(telephony.connector.format_info) lists them.
      - Required unless O(state=absent).
    type: str
  target:
    description:
      - Where the output goes, by the options of its format. M(telephony.connector.format_info) describes them.
      - For files this is C(path), the file or folder to be written. A relative path counts from the folder in which the
        task runs. With a local connection that is where C(ansible-playbook) was started, so give the whole path to what
        a schedule publishes.
    type: dict
  filter:
    description:
      - An expression over the fields that M(telephony.connector.object_info) shows, without braces, such as
        V(organisation != 'Confidential'). Only objects for which it holds are published.
    type: str
  book:
    description:
      - Which phonebook is published.
      - V(company) is the company's phonebook, users included.
      - A login is the private phonebook of this user.
      - V(private) makes one file for each owner of private entries. The path then holds C({owner}).
    type: str
    default: company
  numbers:
    description:
      - How numbers are written. Inner numbers, which the phone system has itself, always stay as they are. A value that
        is no number in the wanted form is left out and reported.
    type: dict
    suboptions:
      form:
        description:
          - V(as_is) writes numbers as the store has them.
          - V(e164) writes V(+499912960100).
          - V(international) writes O(numbers.international_prefix) in place of the plus sign.
          - V(national) writes numbers of O(numbers.country) without its code, and others as V(international) does.
        type: str
        choices:
          - as_is
          - e164
          - international
          - national
        default: as_is
      country:
        description:
          - The country (ISO 3166, such as V(DE)) of numbers that do not name theirs.
          - When not given, it is the one of the store's setting C(numbers).
        type: str
      international_prefix:
        description:
          - What is dialled before a country code.
        type: str
        default: "00"
      outside_line:
        description:
          - What is dialled before a number outside, with O(numbers.form=international) and O(numbers.form=national).
        type: str
        default: ""
  guards:
    description:
      - What a publication may not do unless a person has seen the plan. Five are always allowed when the limit is a
        percentage.
    type: dict
    suboptions:
      max_removals:
        description:
          - How many entries may be removed, as a number or as a percentage of those published.
          - The default is V(20%).
        type: raw
      max_updates:
        description:
          - How many entries may be changed, as a number or as a percentage of those published.
          - The default is V(100%).
        type: raw
  state:
    description:
      - V(published) brings the target in step.
      - V(absent) takes away what this output has written, and forgets it.
    type: str
    choices:
      - published
      - absent
    default: published
  adopt:
    description:
      - Replaces what lies in the place of this output although it was written by somebody else. A replaced file is kept
        beside the new one.
      - What another output of this store writes is refused all the same; in a directory, an address book or a
        database such entries are conflicts.
    type: bool
    default: false
  changes_limit:
    description:
      - How many entries RV(changes), RV(left_out) and RV(cut) hold at most. RV(counts) always counts all.
    type: int
    default: 500
notes:
  - Two runs of the same output wait for each other. A run that is killed is finished by the next one.
seealso:
  - module: telephony.connector.output_info
  - module: telephony.connector.format_info
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: Write the company's phonebook for Yealink phones
  telephony.connector.publish:
    name: desk phones
    format: yealink
    target:
      path: /srv/phonebook/yealink.xml
    numbers:
      form: international
      country: DE
      outside_line: "0"

- name: Write a vCard file of all entries of one organisation
  telephony.connector.publish:
    format: vcard
    version: "4.0"
    target:
      path: /srv/phonebook/partners.vcf
    filter: organisation == 'Partners'

- name: Take an output away
  telephony.connector.publish:
    name: desk phones
    state: absent
"""

RETURN = r"""
result:
  description:
    - V(unchanged) when nothing had to be done, V(changed) when all went through, V(partial) when something was in
      conflict.
    - V(refused) when a guard or O(expect_plan) stopped it; a run then fails, a simulation does not.
  returned: always
  type: str
  sample: changed
name:
  description: The name of the output.
  returned: always
  type: str
  sample: desk phones
format:
  description: Its format.
  returned: always
  type: str
  sample: yealink
target:
  description: Where it goes.
  returned: always
  type: str
  sample: /srv/phonebook/yealink.xml
plan_digest:
  description: Identifies the plan, to be used as O(expect_plan).
  returned: always
  type: str
  sample: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5
summary:
  description: The counts as one line.
  returned: always
  type: str
  sample: 5 created, 2 updated, 1 removed
counts:
  description:
    - How many entries the target has, and how many of each sort there were.
    - C(sip_passwords_made) is there when the run makes SIP passwords for accounts whose users have none.
  returned: always
  type: dict
  sample: {entries: 100, created: 5, updated: 2, unchanged: 93, removed: 1, left_out: 0, cut: 0, conflicts: 0}
changes:
  description: What was changed, or would be, entry by entry.
  returned: always, except when a run fails
  type: list
  elements: dict
  contains:
    action:
      description: One of V(create), V(update), V(remove).
      type: str
      sample: update
    kind:
      description: What is published.
      type: str
      sample: phonebook_entry
    name:
      description: What the entry is called.
      type: str
      sample: Max Muster
    key:
      description: The key of the entry in the ledger.
      type: str
      sample: "17"
    reason:
      description: Why this is done.
      type: str
      sample: changed
    before:
      description: The values before; only those that change, when it is an update.
      type: dict
      sample:
        phone: "217"
    after:
      description: The values after.
      type: dict
      sample:
        phone: "218"
changes_truncated:
  description: Whether there are more changes than O(changes_limit) lets through.
  returned: always, except when a run fails
  type: bool
  sample: false
left_out:
  description: The entries and values that are not in the target, each with the rule that keeps it out.
  returned: always
  type: list
  elements: dict
  sample:
    - name: Max Muster
      field: mobile
      value: on request
      rule: is not a phone number
cut:
  description: The values that were shortened to what the target takes.
  returned: always
  type: list
  elements: dict
  sample: []
conflicts:
  description: What is in the place of this output and was not written by it.
  returned: always
  type: list
  elements: dict
  sample: []
files:
  description: The files of the output with the number of their entries and the hash of their content.
  returned: always
  type: list
  elements: dict
  sample:
    - path: /srv/phonebook/yealink.xml
      entries: 100
      sha256: 2f6d1e0b5c0a4c7d9f0a4f1f6f8c1a4e7b2d9c3e5f60718293a4b5c6d7e8f901
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.plugins.module_utils.module import PROGRESS_SPEC, STORE_SPEC, run_module

SPEC = {**PUBLISH_SPEC, **PROGRESS_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, publish_output)


if __name__ == "__main__":
    main()
