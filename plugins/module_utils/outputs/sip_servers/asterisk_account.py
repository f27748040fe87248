# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What an account is for Asterisk's chan_pjsip: an endpoint, its authentication and its addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import SIP_USER_OPTION, Account
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters

REALM = "asterisk"  # global default_realm of Asterisk
#: Signs that end or start a part of a caller id.
_OF_CALLERID = str.maketrans({'"': "'", "<": None, ">": None, "\\": None})
ASTERISK_OPTIONS: Options = {
    "realm": {
        "type": "str",
        "default": REALM,
        "description": "The realm of the digests; it is written with them.",
    },
    "context": {
        "type": "str",
        "default": "default",
        "description": "The context of the dialplan in which the calls of the phones begin.",
    },
    "transport": {
        "type": "str",
        "description": "The name of the transport, as pjsip.conf has it; Asterisk finds one when not given.",
    },
    "codecs": {
        "type": "list",
        "elements": "str",
        "default": ["g722", "alaw", "ulaw"],
        "description": "The codecs that are allowed, the best first.",
    },
    "max_contacts": {
        "type": "int",
        "default": 3,
        "description": "How many phones may be signed in with an account at once; the newest ones stay.",
    },
    **SIP_USER_OPTION,
}


def endpoint(account: Account, options: Mapping[str, Any], callerid: str) -> dict[str, Any]:
    """Return what is set of an endpoint, beside its id."""
    user = account.sip_user
    return {
        "transport": options.get("transport") or None,
        "aors": user,
        "auth": user,
        "context": options.get("context") or "default",
        "disallow": "all",
        "allow": ",".join(options.get("codecs") or ASTERISK_OPTIONS["codecs"]["default"]),
        "callerid": callerid,
    }


def aor(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set of the addresses."""
    return {"max_contacts": options.get("max_contacts") or 3, "remove_existing": "yes"}


def callerid(account: Account, context: Context, width: int | None = None) -> str:
    """Return name and extension as a caller id of at most `width` characters; what is cut is reported."""
    name = re.sub(" +", " ", account.display_name.translate(_OF_CALLERID)).strip()
    number = f" <{account.extension}>"
    if width is not None and len(name) + len(number) + 2 > width:
        room = max(width - len(number) - 2, 0)
        rule = f"at most {room} characters"
        context.findings.note_cut(account.display_name, "display_name", account.display_name, rule)
        name = cut_characters(name, room)
    return f'"{name}"{number}'
