# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What SIP servers keep in place of a password: the hash HA1 of digest authentication (RFC 7616, RFC 8760)."""

from __future__ import annotations

import hashlib

#: Name of a digest in options -> that of its algorithm in hashlib.
_ALGORITHMS = {"md5": "md5", "sha256": "sha256"}
DIGESTS = tuple(_ALGORITHMS)


def ha1(digest: str, user: str, realm: str, secret: str) -> str:
    """Return H(user:realm:secret) in hexadecimal digits; `digest` is md5 or sha256."""
    text = f"{user}:{realm}:{secret}".encode()
    return hashlib.new(_ALGORITHMS[digest], text, usedforsecurity=False).hexdigest()
