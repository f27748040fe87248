# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Web addresses of files: which may be given, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import check_proxy


def check_url(options: Mapping[str, Any], credentials: tuple[str, str] = ("url_username", "url_password")) -> None:
    """Refuse a url that is not one of https (or of http where that is allowed), or that holds credentials.

    `credentials`: the options that are for them.
    """
    user, password = credentials
    url: str = options["url"].strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise DefinitionError("The source option url is not a web address.") from None
    scheme = parts.scheme.lower()
    if scheme == "http" and not options.get("allow_plaintext"):
        raise DefinitionError(
            "The source option url begins with http:, which a man-in-the-middle can read and change; use https, or set"
            " allow_plaintext: true."
        )
    if scheme not in ("https", "http"):
        raise DefinitionError(unknown_scheme("url", scheme))
    if not host:
        raise DefinitionError("The source option url names no host.")
    if parts.username is not None or parts.password is not None:
        raise DefinitionError(f"The source option url holds a user name; give it as {user} and {password}.")
    if ":" in options.get(user, ""):
        raise DefinitionError(f"The source option {user} must not hold a colon, which basic authentication forbids.")
    check_proxy(options)


def unknown_scheme(option: str, scheme: str) -> str:
    """Return the message for an address that no CSV file can be read from."""
    named = f'begins with "{scheme}:"' if scheme else "has no scheme"
    return (
        f"The source option {option} {named}, from which no CSV file can be read; there are: https for url (http with "
        "allow_plaintext: true), share with path for a Windows or Samba share (SMB), and path alone for a file on this "
        "machine."
    )
