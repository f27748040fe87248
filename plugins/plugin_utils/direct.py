# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where actions find their base class: imported so that no playbook compiles its files anew (see bytecode.py)."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.plugin_utils import bytecode

with bytecode.used():
    # pylint: disable-next=unused-import  # for all that import it from here
    from ansible_collections.telephony.connector.plugins.plugin_utils.direct_action import DirectAction  # noqa: F401
