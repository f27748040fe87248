#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Write the report of a past run
version_added: 0.3.0
description:
  - Writes what a run has done as a single file to open, print, or attach to a mail.
  - The report is the same that O(telephony.connector.sync#module:report) writes of a run or a simulation.
  - It holds no secret. Values from sources are text in it, never markup.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  run:
    description:
      - The id of the run. M(telephony.connector.run_info) shows which there are.
      - Exactly one of O(run) and O(profile) is needed.
    type: int
  profile:
    description:
      - The profile whose last run is meant.
    type: str
  path:
    description:
      - Where to write the report. The extension selects the format. C(.html) is a page, C(.md) Markdown, C(.json) JSON,
        and C(.xml) JUnit XML.
      - A name such as V(staff.de.html) makes it German. A page has a button that changes its language.
      - The folder must be there.
    type: path
    required: true
seealso:
  - module: telephony.connector.sync
  - module: telephony.connector.run_info
"""

EXAMPLES = r"""
- name: A page about the last run of a profile
  telephony.connector.report:
    profile: staff
    path: /srv/reports/staff.html

- name: What run 17 did, for a ticket
  telephony.connector.report:
    run: 17
    path: /tmp/run-17.md
"""

RETURN = r"""
path:
  description: Where the report is, or would be.
  returned: success
  type: str
  sample: /srv/reports/staff.html
format:
  description: How it is written. One of C(html), C(markdown), C(json) and C(junit).
  returned: success
  type: str
  sample: html
run_id:
  description: The run that it is about.
  returned: success
  type: int
  sample: 17
summary:
  description: What the run did, in one line.
  returned: success
  type: str
  sample: 5 created, 2 updated (1 renumbered), 1 removed, 2 rejected
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.report import report_run
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "run": {"type": "int"},
    "profile": {"type": "str"},
    "path": {"type": "path", "required": True},
    **STORE_SPEC,
}


def main() -> None:
    run_module(
        SPEC,
        report_run,
        reads_only=True,
        required_one_of=[("run", "profile")],
        mutually_exclusive=[("run", "profile")],
    )


if __name__ == "__main__":
    main()
