# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that make a plan and carry it out: sync, publish and undo."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  expect_plan:
    description:
      - The RV(plan_digest) of a plan that a person has reviewed.
      - The plan is carried out only if it is exactly that one. If it is not, nothing is changed and the message says
        what differs.
      - The guards are lifted for this one plan.
    type: str
  report:
    description:
      - Where to write a report of the run or the simulation, as a single file.
      - The extension selects the format. C(.html) is a page, C(.md) Markdown, C(.json) JSON, and C(.xml) JUnit XML. A
        name such as V(staff.de.html) makes it German. V(staff.{html,md}) writes several of them.
      - It contains all changes, whatever O(changes_limit) is, and is also written when a guard stops the run.
    type: path
    version_added: 0.3.0
"""
