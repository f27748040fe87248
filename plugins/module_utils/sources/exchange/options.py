# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options of this family, as plain data: a module checks them without the code that reads the source."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import MICROSOFT, Options

OPTIONS: Options = {
    "email": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "url": {"type": "str"},
    "domain": {"type": "str"},
    "auth_type": {"type": "str", "choices": ["basic", "ntlm", "oauth2"]},
    "backend": {"type": "str", "choices": ["ews", "graph"]},
    "public_folders": {"type": "bool"},
    "organisation_contacts": {"type": "bool"},
    "personal_address_books": {"type": "bool"},
    "shared_mailboxes": {"type": "list", "elements": "str"},
    "incremental": {"type": "bool"},
    "validate_certs": {"type": "bool"},
    **MICROSOFT,
}
