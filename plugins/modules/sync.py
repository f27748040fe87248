#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sync
short_description: Bring the phone system in step with a profile's source, or simulate it
version_added: 0.1.0
description:
  - Reads the source of a profile, plans what has to be created, updated and removed, and carries the plan out in one
    transaction.
  - With C(--check) it is the simulation. It does everything except the last step and returns the same. With C(--diff)
    it shows every object before and after.
  - A second run on an unchanged source changes nothing.
  - A record that cannot be used is rejected and reported. All other records go on, and its existing object stays as
    it is.
  - Guards stop a sync that would remove or reject too much. A run then fails and nothing is changed. A simulation
    does not fail, returns RV(result=refused) and shows the plan.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.profile.definition
  - telephony.connector.plan
  - telephony.connector.progress
  - telephony.connector.store
options:
  profile:
    description:
      - The name of the profile.
    type: str
    required: true
  only:
    description:
      - The key of one record, or what an object is called that an earlier import made of it. Only this record and its
        objects are handled.
    type: str
  explain:
    description:
      - Returns RV(explain) for the record named in O(only). With C(--diff) it is shown as a table.
    type: bool
    default: false
  changes_limit:
    description:
      - How many entries RV(changes) holds at most. RV(counts) always counts all.
      - M(telephony.connector.run_info) has all changes of a run.
    type: int
    default: 500
notes:
  - Ansible hides the values of secret options wherever they stand in a result. A source password that is also a
    common word therefore shows as C(********) inside names.
seealso:
  - module: telephony.connector.profile
  - module: telephony.connector.run_info
  - module: telephony.connector.object_info
"""

EXAMPLES = r"""
- name: Run a declared profile, or simulate it with --check --diff
  telephony.connector.sync:
    profile: staff
  register: result

- name: Declare and run in one play, so that --check works from nothing
  telephony.connector.sync:
    profile: staff
    definition:
      template: csv_users
      source:
        path: /srv/import/users.csv

- name: Carry out the plan that was reviewed, although a guard had stopped it
  telephony.connector.sync:
    profile: staff
    expect_plan: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5

- name: See how one record becomes a user
  telephony.connector.sync:
    profile: staff
    only: mmuster
    explain: true
  check_mode: true
  register: one
"""

RETURN = r"""
result:
  description:
    - V(unchanged) when nothing had to be done, V(changed) when all went through.
    - V(partial) when something was rejected, was in conflict, or the source was not read to its end.
    - V(refused) when a guard or O(expect_plan) stopped it; a run then fails, a simulation does not. Its C(changed) and
      C(--diff) are those of the plan.
  returned: always
  type: str
  sample: changed
profile:
  description: The name of the profile.
  returned: always
  type: str
  sample: staff
mode:
  description: The profile's mode.
  returned: always
  type: str
  sample: mirror
run_id:
  description: The number under which M(telephony.connector.run_info) keeps this run; V(null) in check mode.
  returned: always
  type: int
  sample: 17
plan_digest:
  description:
    - Identifies the plan. The same profile, records and store give the same digest, in a simulation and in a run.
    - To be used as O(expect_plan).
  returned: always
  type: str
  sample: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5
complete:
  description: Whether the source was read to its end. Nothing is removed when it was not.
  returned: always
  type: bool
  sample: true
source_unchanged:
  description: Whether the source said that it is as it was the last time (a web server answers 304), and was not read.
  returned: always
  type: bool
  sample: false
counts:
  description:
    - How many records and objects there were of each sort.
    - C(dropped) counts values that were left out by C(on_invalid), C(set_back) the updated objects on which a change by
      hand was taken back.
  returned: always
  type: dict
  sample: {read: 100, filtered: 3, created: 5, updated: 2, unchanged: 88, removed: 1, rejected: 2, conflicts: 0,
           dropped: 0, set_back: 0, disabled: 0, returned: 0}
summary:
  description: What was done, or would be, in one line for people, mails and approvals.
  returned: always
  type: str
  sample: 5 created, 2 updated (1 renumbered), 1 removed, 2 rejected
changes:
  description: What was changed, or would be. Secrets are masked.
  returned: always, except when a run fails
  type: list
  elements: dict
  contains:
    action:
      description:
        - One of V(create), V(update), V(remove).
        - Or V(disable) for a user who becomes a leaver, and V(return) for one who is back.
      type: str
      sample: update
    kind:
      description: The kind of object.
      type: str
      sample: user
    name:
      description: The object's username, display name or number.
      type: str
      sample: mmuster
    key:
      description: The key of the record.
      type: str
      sample: mmuster
    reason:
      description: Why this is done.
      type: str
      sample: changed in the source
    before:
      description: The fields before; only those that change, when it is an update.
      type: dict
      sample: {email: max@corp.example}
    after:
      description: The fields after.
      type: dict
      sample: {email: max.muster@corp.example}
changes_truncated:
  description: Whether there are more changes than O(changes_limit) lets through.
  returned: always, except when a run fails
  type: bool
  sample: false
rejected:
  description:
    - The records that could not be used, each with the field, the source's C(column) that it is made of, its value
      (masked if secret), the rule, and the C(reason) in words.
    - C(record) counts as the source's own people do, in a file by lines.
    - C(name) is what the record's object would be called, else another name that stands in the record (display name,
      e-mail, DN); V(null) when there is none.
  returned: always, except when a run fails
  type: list
  elements: dict
  sample:
    - record: 17
      key: 0f2c5b7e-9a41-4f6d-8c55-3d1f6a2b7e90
      name: mmuster
      field: display_name
      column: displayname
      value: ""
      rule: required
      reason: the column displayname is empty, and display_name is required
rejected_by:
  description:
    - The rejected records grouped by their reason, the most frequent first. C(first) has the names of the first ones.
  returned: always, except when a run fails
  type: list
  elements: dict
  sample:
    - rule: required
      field: display_name
      column: displayname
      count: 2
      first: [mmuster, ebeispiel]
      reason: the column displayname is empty, and display_name is required
conflicts:
  description: The records that a person must decide, with the objects that could be meant. C(name) as in RV(rejected).
  returned: always, except when a run fails
  type: list
  elements: dict
  sample:
    - record: 12
      key: eb-2041
      name: ebeispiel
      reason: several objects match this record
      candidates:
        - {id: 31, kind: user, name: ebeispiel, profile: null}
        - {id: 57, kind: user, name: eva.beispiel, profile: null}
warnings:
  description: What is worth knowing, although it stopped nothing. Ansible shows it too.
  returned: when there is something
  type: list
  elements: str
  sample: []
explain:
  description:
    - How the record of O(only) becomes objects, from the row to the operation.
    - C(filter) is whether the record is wanted. A record that cannot be used has C(rejected) instead of C(desired).
    - C(operation) is what the sync does with it; V(null) when nothing has to change.
  returned: when O(explain=true)
  type: dict
  sample:
    record: 1
    key: mmuster
    row: {username: mmuster, displayname: Max Muster}
    filter: true
    variables: {username: mmuster, displayname: Max Muster, phone: null}
    desired:
      - kind: user
        slot: user
        fields: {username: mmuster, display_name: Max Muster}
    operation:
      action: create
      kind: user
      name: mmuster
      reason: new in the source
      before: {}
      after: {username: mmuster, display_name: Max Muster}
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions import option_errors
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.actions.sync_and_report import sync_and_report
from ansible_collections.telephony.connector.plugins.module_utils.module import PROGRESS_SPEC, STORE_SPEC, run_module

SPEC = {
    "profile": {"type": "str", "required": True},
    "definition": {"type": "dict", "options": PROFILE_SPEC},
    "expect_plan": {"type": "str"},
    "only": {"type": "str"},
    "explain": {"type": "bool", "default": False},
    "changes_limit": {"type": "int", "default": 500},
    "report": {"type": "path"},
    **PROGRESS_SPEC,
    **STORE_SPEC,
}


def main() -> None:
    run_module(
        SPEC,
        sync_and_report,
        reword=option_errors.of_profile,
        warns_of_numbers=False,  # the module profile has warned of its options
        required_if=[("explain", True, ["only"])],
    )


if __name__ == "__main__":
    main()
