# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""SIP passwords: what a user's phones sign in with at a SIP server."""

from __future__ import annotations

import secrets
import string

#: What a person writes for a new one.
RENEW = "renew"
#: Stands for a password that a run is about to make, while it is only planned: the same in a simulation and the run.
TO_BE_MADE = "MadeByTheRun000000000000"
_LENGTH = 24  # of 62 characters: 142 bits
_CHARACTERS = string.ascii_letters + string.digits  # phones and their configuration take no others for certain


def new() -> str:
    """Return a new random SIP password."""
    return "".join(secrets.choice(_CHARACTERS) for _place in range(_LENGTH))
