# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options of this family, as plain data: a module checks them without the code that reads the source."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import BOUNDS, Options

OPTIONS: Options = {
    **BOUNDS,
    "store": {"type": "str"},
    "include_users": {"type": "bool"},
    "include_pbx_entries": {"type": "bool"},
    "url": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "key_map": {"type": "dict", "no_log": False},
    "offset_parameter": {"type": "str"},
    "page_parameter": {"type": "str"},
    "first_page": {"type": "int"},
    "page_size_parameter": {"type": "str"},
    "page_size": {"type": "int"},
    "ca_path": {"type": "str"},
    "validate_certs": {"type": "bool"},
    "allow_plaintext": {"type": "bool"},
    "allow_redirects_to": {"type": "list", "elements": "str"},
    "proxy": {"type": "str"},
    "timeout": {"type": "int"},
    "retries": {"type": "int"},
}
