#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: run_info
short_description: Read past runs and what they changed
version_added: 0.1.0
description:
  - Returns the runs the store keeps, newest first, and what they changed, with the values before and after.
  - A change by hand, as with M(telephony.connector.user), is kept as a run too.
  - With O(run_id) it returns that run and its changes. With O(name) or O(object_id) it returns the history of one
    object across all runs, which is when, who, by which profile, what and why, and nothing else.
  - Secrets are masked.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes.info
  - telephony.connector.store
options:
  profile:
    description:
      - Only runs of this profile.
    type: str
  run_id:
    description:
      - Only the run of this number, with its changes.
    type: int
  name:
    description:
      - The history of each object that has or had this name, by its username, display name, given name, surname or
        number, or by its record's key.
      - Or the number, e-mail address or other value that objects got or lost; of these, only the changes that did it.
    type: str
  object_id:
    description:
      - The history of the object with this C(id), as M(telephony.connector.object_info) returns it. The C(id) stays
        the same whatever the object is called.
    type: int
    version_added: 0.3.0
  limit:
    description:
      - How many runs, and how many changes, are returned at most.
    type: int
    default: 100
seealso:
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: Read the last five runs of a profile
  telephony.connector.run_info:
    profile: staff
    limit: 5
  register: recent

- name: Find out what happened to somebody's number
  telephony.connector.run_info:
    name: mmuster
  register: history

- name: Show the changes, newest first
  ansible.builtin.debug:
    msg: "{{ history.changes }}"

- name: Show since when somebody has had the number, and who gave it
  ansible.builtin.debug:
    msg: "{{ (history.changes | selectattr('after.extension', 'defined') | first).started }}"
"""

RETURN = r"""
runs:
  description: The runs, newest first. Empty with O(name) or O(object_id).
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The number of the run.
      returned: always
      type: int
      sample: 17
    profile:
      description: The profile that ran; V(null) for a change by hand.
      returned: always
      type: str
      sample: staff
    mode:
      description: Its mode; V(manual) for a change by hand, V(publish) for SIP passwords that an output made,
        V(undo) for a run that takes another one back.
      returned: always
      type: str
      sample: mirror
    started:
      description: When it began, in UTC.
      returned: always
      type: str
      sample: "2026-03-02T04:00:01Z"
    finished:
      description: When it ended, in UTC.
      returned: always
      type: str
      sample: "2026-03-02T04:00:03Z"
    actor:
      description:
        - Who ran it, as account and host of the machine on which the task ran. Behind C(sudo) it is the account that
          asked.
        - V(null) for runs of versions before 0.3.0.
      returned: always
      type: str
      version_added: 0.3.0
      sample: anna@controller
    job_id:
      description:
        - The id of the job in AWX, from the environment (E(JOB_ID)); V(null) outside of a job.
        - E(TELEPHONY_CONNECTOR_JOB_ID) counts before it.
      returned: always
      type: str
      version_added: 0.3.0
      sample: "4711"
    job_user:
      description:
        - The user who launched the job, from the environment (E(TELEPHONY_CONNECTOR_JOB_USER) or E(AWX_USER_NAME)).
        - AWX names the user in the extra variable C(awx_user_name) only, so a play passes it on with C(environment).
      returned: always
      type: str
      version_added: 0.3.0
      sample: bob
    summary:
      description:
        - The run in one line.
        - V(null) for runs of versions before 0.3.0.
      returned: always
      type: str
      version_added: 0.3.0
      sample: 5 created, 2 updated, 1 removed, 2 rejected
    result:
      description: What M(telephony.connector.sync) had returned as RV(telephony.connector.sync#module:result).
      returned: always
      type: str
      sample: changed
    complete:
      description: Whether the source was read to its end.
      returned: always
      type: bool
      sample: true
    plan_digest:
      description: Identifies the plan that was carried out.
      returned: always
      type: str
      sample: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5
    counts:
      description:
        - How many records and objects there were of each sort. Every run has the same names, V(0) for what it does not
          count.
        - A run that takes another one back (V(undo)) has C(restored) and C(kept), too.
      returned: always
      type: dict
      sample:
        read: 100
        filtered: 3
        created: 5
        updated: 2
        unchanged: 88
        removed: 1
        rejected: 2
        conflicts: 0
    warnings:
      description: The warnings of the run.
      returned: always
      type: list
      elements: str
      sample: []
    rejected:
      description: The records that could not be used.
      returned: always
      type: list
      elements: dict
      sample: []
    conflicts:
      description: The records that need a decision by a person.
      returned: always
      type: list
      elements: dict
      sample: []
changes:
  description: What was changed, the newest first.
  returned: when O(run_id), O(name) or O(object_id) is given
  type: list
  elements: dict
  contains:
    run_id:
      description: The run that made the change.
      returned: always
      type: int
      sample: 17
    started:
      description: When that run began, in UTC.
      returned: always
      type: str
      sample: "2026-03-02T04:00:01Z"
    profile:
      description: The profile that ran; V(null) for a change by hand.
      returned: always
      type: str
      sample: staff
    actor:
      description: Who ran it, as user@host of the controller; V(null) in runs of earlier versions.
      returned: always
      type: str
      sample: svc-ansible@controller.corp.example
    job_id:
      description: The id of the job, where it was one of AWX; else V(null).
      returned: always
      type: str
      sample: "4711"
    job_user:
      description: Who launched that job; else V(null).
      returned: always
      type: str
      sample: anna
    action:
      description:
        - One of V(create), V(update), V(remove).
        - Or V(disable) for a user who becomes a leaver, and V(return) for one who is back.
        - Or V(release), for an adopted object that stays and no longer belongs to the profile.
      returned: always
      type: str
      sample: update
    kind:
      description: The kind of object.
      returned: always
      type: str
      sample: user
    object_id:
      description: The C(id) of the object, as M(telephony.connector.object_info) returns it.
      returned: always
      type: int
      sample: 4711
    name:
      description: The object's username, display name or number.
      returned: always
      type: str
      sample: mmuster
    key:
      description: The key of the record.
      returned: always
      type: str
      sample: mmuster
    reason:
      description: Why it was done.
      returned: always
      type: str
      sample: changed in the source
    before:
      description: The fields before.
      returned: always
      type: dict
      sample:
        extension: "217"
    after:
      description: The fields after.
      returned: always
      type: dict
      sample:
        extension: "231"
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.run_info import run_info
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "profile": {"type": "str"},
    "run_id": {"type": "int"},
    "name": {"type": "str"},
    "object_id": {"type": "int"},
    "limit": {"type": "int", "default": 100},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, run_info, reads_only=True)


if __name__ == "__main__":
    main()
