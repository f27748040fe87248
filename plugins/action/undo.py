# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module of this name without a process start where it can; see the shared base."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.plugin_utils.direct import DirectAction


class ActionModule(DirectAction):
    """The action of this file's name."""
