# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the result of every task as a line of JSON to the file that TELEPHONY_CONNECTOR_TASK_RESULTS names."""

from __future__ import annotations

DOCUMENTATION = r"""
name: task_results
type: notification
short_description: Record task results for the integration tests
description:
  - Appends one JSON object per task result to the file that E(TELEPHONY_CONNECTOR_TASK_RESULTS) names.
author:
  - The telephony.connector project
"""

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Records; what people see is printed by the default callback beside it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_results"
    CALLBACK_NEEDS_ENABLED = True

    def _record(self, status: str, answer: Any) -> None:
        line = {"task": answer.task.get_name(), "status": status, "result": dict(answer.result)}
        with open(os.environ["TELEPHONY_CONNECTOR_TASK_RESULTS"], "a", encoding="utf-8") as results:
            results.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Record a task that went well."""
        self._record("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Record a task that failed, also where the play goes on."""
        self._record("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Record a task that its condition left out."""
        self._record("skipped", result)
