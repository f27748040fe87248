# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that all lookups have."""

from __future__ import annotations


class ModuleDocFragment:
    """Which store a lookup reads."""

    DOCUMENTATION = r"""
options:
  store:
    description: The path or URL of the store, as in the modules.
    type: str
    default: /var/lib/telephony-connector/store.db
    env:
      - name: TELEPHONY_CONNECTOR_STORE
  store_key:
    description: The key of the store, as in the modules.
    type: str
    env:
      - name: TELEPHONY_CONNECTOR_STORE_KEY
requirements:
  - SQLAlchemy >= 2.0
"""
