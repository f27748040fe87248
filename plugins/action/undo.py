# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of this name without a process start where it can (see the shared base), and shows how to apply."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.telephony.connector.plugins.plugin_utils.direct import DirectAction

display = Display()


class ActionModule(DirectAction):
    """The action of this file's name."""

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; after a simulation, say what carries out this very plan."""
        result = super().run(tmp, task_vars)
        digest = result.get("plan_digest")
        is_simulation = self._task.check_mode and digest and result.get("changed")
        if is_simulation and not (self._task.no_log or self._task._role):
            display.display(f"run {result.get('run')}: to take back exactly this, run with expect_plan: {digest}")
        return result
