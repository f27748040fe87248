#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: undo
short_description: Take a run back
version_added: 0.3.0
description:
  - Makes the objects that a run has changed what they were before it - a sync, a change by hand, SIP passwords that an
    output made, or an undo.
  - Objects that the run had removed come back as the same ones, with their id, number, devices, roles, labels, private
    entries, login method, password and other secrets, and with the records that they belong to. Objects that it had
    created are removed.
  - What somebody has changed since stays as it is. RV(kept) names each such object with the run, who and when.
  - What cannot go back, because its login, number or record is somebody else's by now, is in RV(conflicts).
  - The undo is a run itself, which M(telephony.connector.run_info) shows and which can be taken back. The second time
    there is nothing left to do.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.plan
  - telephony.connector.progress
  - telephony.connector.store
options:
  run:
    description:
      - The number of the run, which M(telephony.connector.run_info) and every result of
        M(telephony.connector.sync) tell (C(run_id)).
    type: int
    required: true
  only:
    description:
      - The names of the objects to restore, or the keys of their records, when the rest of the run was right.
      - Of an object that the run has renamed, the former name will do.
      - When not given, all that the run has changed is taken back.
    type: list
    elements: str
    default: []
  hold:
    description:
      - Whether the run's profile is put on hold, so that the next schedule does not do the same again.
      - It is released by O(telephony.connector.profile#module:hold=false).
      - A profile that is on hold already stays so with its reason. A run without a profile puts nothing on hold.
    type: bool
    default: true
  guards:
    description:
      - Limits that stop an undo before it does harm, each in percent of the profile's objects (V(20%)) or as a number
        (V(50)). They are those of the run's profile, where not given here.
      - O(expect_plan) lifts them for one plan that a person has looked at.
    type: dict
    suboptions:
      max_removals:
        description: How many objects may be removed.
        type: raw
      max_renumbered:
        description: How many objects may get another login, extension or speed-dial number.
        type: raw
      max_updates:
        description: How many objects may be updated.
        type: raw
  changes_limit:
    description:
      - How many entries RV(changes), RV(kept) and RV(conflicts) hold at most. RV(counts) always counts all.
    type: int
    default: 500
notes:
  - The journal keeps what an undo needs as long as the run itself, see
    O(telephony.connector.store_settings#module:journal_days).
  - Of runs in stores that an older version has written, only what they had created can be taken back.
  - Declarations are not taken back - profiles, pools, the settings of the store and of the directory sign-in.
seealso:
  - module: telephony.connector.run_info
  - module: telephony.connector.profile
  - module: telephony.connector.sync
"""

EXAMPLES = r"""
- name: See which runs there were
  telephony.connector.run_info:
    profile: staff

- name: See what taking the last one back would do, with --check --diff, or take it back
  telephony.connector.undo:
    run: 17
    report: /tmp/undo.html
  register: undone

- name: Bring back one user whom the run had removed, and leave all else as it is
  telephony.connector.undo:
    run: 17
    only: [mmuster]

- name: Carry out the plan that was reviewed, although a guard had stopped it
  telephony.connector.undo:
    run: 17
    expect_plan: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5

- name: Let the profile run again, when its source is right
  telephony.connector.profile:
    name: staff
    hold: false
"""

RETURN = r"""
result:
  description:
    - V(unchanged) when there was nothing to take back, V(changed) when all was restored, V(partial) when something was
      kept or in conflict.
    - V(refused) when a guard or O(expect_plan) stopped it; a run then fails, a simulation does not.
  returned: always
  type: str
  sample: partial
run:
  description: The run that is taken back.
  returned: always
  type: int
  sample: 17
profile:
  description: The profile of that run, V(null) for a change by hand.
  returned: always
  type: str
  sample: staff
mode:
  description: Always V(undo), as in the journal.
  returned: always
  type: str
  sample: undo
run_id:
  description: The number of the undo itself in the journal; V(null) in check mode, and when nothing was done.
  returned: always
  type: int
  sample: 18
plan_digest:
  description: Identifies the plan, to be used as O(expect_plan).
  returned: always
  type: str
  sample: sha256:9f2c41d0a7e8b35f6c1d20e49ab7735c8e10f4d2b69a3c57e1d80f24b6a9c3e5
summary:
  description: The counts as one line.
  returned: always
  type: str
  sample: 4 restored (3 back, 1 as before), 1 kept
counts:
  description: How many objects are restored, kept since somebody has changed them, and in conflict.
  returned: always
  type: dict
  sample: {restored: 4, kept: 1, conflicts: 0}
hold:
  description: The hold that was set on the profile, as M(telephony.connector.profile_info) shows it; V(null) for none.
  returned: always
  type: dict
  sample: {reason: run 17 was taken back by run 18, who: root@pbx, when: "2026-11-20T07:15:00Z"}
changes:
  description: What is restored, object by object, in the order of the run.
  returned: always, except when a run fails
  type: list
  elements: dict
  contains:
    action:
      description: One of V(create), V(update), V(remove); what the undo does.
      type: str
      sample: create
    kind:
      description: The kind of the object.
      type: str
      sample: user
    name:
      description: What the object is called.
      type: str
      sample: mmuster
    key:
      description: The key of its record; V(null) for an object that belongs to no profile.
      type: str
      sample: mmuster
    reason:
      description: Which run is taken back, and what becomes of the object.
      type: str
      sample: 'undo of run 17: is back'
    before:
      description: The fields before the undo; only those that change, when it is an update.
      type: dict
      sample: {}
    after:
      description: The fields after it.
      type: dict
      sample: {username: mmuster, extension: "217"}
changes_truncated:
  description: Whether there are more changes than O(changes_limit) lets through.
  returned: always, except when a run fails
  type: bool
  sample: false
kept:
  description: The objects that somebody has changed since, which stay as they are.
  returned: always, except when a run fails
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
      sample: user
    name:
      description: What the object was called.
      type: str
      sample: ben
    reason:
      description: Why it stays as it is.
      type: str
      sample: changed since
    fields:
      description: What others have changed of it since.
      returned: when it was changed since
      type: list
      elements: str
      sample: [given_name, phonebook.mobile]
    run_id:
      description: The last run that has changed the object, or a private entry that is in its way.
      type: int
      sample: 19
    profile:
      description: The profile of that run; V(null) for a change by hand.
      type: str
      sample: null
    who:
      description: Who has done that, as user@host, with the job if it was one.
      type: str
      sample: root@pbx
    when:
      description: When that was (UTC).
      type: str
      sample: "2026-11-20T07:10:00Z"
conflicts:
  description: The objects whose login, number or record is somebody else's by now.
  returned: always, except when a run fails
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
      sample: user
    name:
      description: What the object was called.
      type: str
      sample: ben
    reason:
      description: Why it stays as it is.
      type: str
      sample: its extension "217" is taken by the user "eva"
    field:
      description: The field whose value is taken.
      type: str
      sample: extension
    value:
      description: That value.
      type: str
      sample: "217"
    holder:
      description: What the object is called that has it.
      returned: when there is one
      type: str
      sample: eva
    run_id:
      description: The run that gave the value to its holder, or the last one that has changed what is in its way.
      type: int
      sample: 19
    profile:
      description: The profile of that run; V(null) for a change by hand.
      type: str
      sample: null
    who:
      description: Who has done that, as user@host, with the job if it was one.
      type: str
      sample: root@pbx
    when:
      description: When that was (UTC).
      type: str
      sample: "2026-11-20T07:10:00Z"
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.undo import UNDO_SPEC, undo
from ansible_collections.telephony.connector.plugins.module_utils.module import PROGRESS_SPEC, STORE_SPEC, run_module

SPEC = {**UNDO_SPEC, **PROGRESS_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, undo)


if __name__ == "__main__":
    main()
