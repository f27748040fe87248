# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Options of the formats that write to a server."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Options

VALIDATE_CERTS_OPTION: Options = {
    "validate_certs": {
        "type": "bool",
        "default": True,
        "description": "With false a man-in-the-middle can take the server's place; for tests only.",
    },
}
TIMEOUT_OPTION: Options = {
    "timeout": {
        "type": "int",
        "default": 30,
        "description": "How many seconds the server may leave a request without an answer.",
    },
}
