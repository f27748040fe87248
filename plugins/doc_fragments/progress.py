# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of modules that may take a while."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  progress:
    description:
      - Whether a long run shows its progress every few seconds, with phase, records, rate and elapsed time.
      - The environment variable E(TELEPHONY_CONNECTOR_PROGRESS) set to V(0) switches this off for all tasks.
      - Nothing is shown with C(no_log), with a callback that writes JSON, on other hosts, or with C(async).
    type: bool
    default: true
    version_added: 0.3.0
"""
