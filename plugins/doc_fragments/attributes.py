# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that all modules share: check mode, diff mode, idempotence and the action group."""

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection can promise."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and returns what would change without writing anything.
    support: full
  diff_mode:
    description: Returns what has changed (or would change in C(check_mode)) when run with C(--diff).
    support: full
  idempotent:
    description: Running it twice in a row with the same options reports no change the second time.
    support: full
  action_group:
    description: Use C(group/telephony.connector.connector) in C(module_defaults) to set the store once for all modules.
    support: full
    membership:
      - telephony.connector.connector
"""

    # Modules that only read.
    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and returns what would change without writing anything.
    support: full
    details:
      - This module only reads.
  diff_mode:
    description: Returns what has changed (or would change in C(check_mode)) when run with C(--diff).
    support: N/A
    details:
      - This module only reads.
  idempotent:
    description: Running it twice in a row with the same options reports no change the second time.
    support: full
    details:
      - This module only reads.
  action_group:
    description: Use C(group/telephony.connector.connector) in C(module_defaults) to set the store once for all modules.
    support: full
    membership:
      - telephony.connector.connector
"""
