# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which authorities a connection trusts, and how strictly their certificates are looked at.

The authorities that a person names are checked as OpenSSL and curl check them. Python from 3.13 on refuses an in-house
authority whose certificate lacks extensions that RFC 5280 asks for, such as key usage; the person has vouched for it.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError


def named_authorities(path: str) -> ssl.SSLContext:
    """Return what verifies a server by the authorities in a file (PEM) or a directory of such files, and no others.

    Raises OSError or ssl.SSLError (an OSError, too) when there are none to be had.
    """
    is_folder = os.path.isdir(path)
    context = ssl.create_default_context(cafile=None if is_folder else path, capath=path if is_folder else None)
    trust_as_named(context)
    return context


def trust_as_named(context: ssl.SSLContext) -> None:
    """Have a context take the authorities it holds as OpenSSL does by itself: also one that is no root."""
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


class Trust(NamedTuple):
    """`context` verifies by named authorities; without one `verify` says: by the public ones, or not at all."""

    context: ssl.SSLContext | None = None
    verify: bool | str = True


def trust_of(options: Mapping[str, Any], where: str) -> Trust:
    """Return whom the options `ca_path` and `validate_certs` trust; SourceError when ca_path cannot be used."""
    if not options.get("validate_certs", True):
        return Trust(verify=False)
    path: str | None = options.get("ca_path")
    if path is None:
        return Trust()
    path = os.path.abspath(os.path.expanduser(path))
    if not os.access(path, os.R_OK):
        raise SourceError(f'The CA certificates for {where} cannot be read from "{path}"; check ca_path.')
    try:
        return Trust(named_authorities(path), path)
    except OSError:
        raise SourceError(
            f'The file "{path}" holds no CA certificates for {where} in PEM format; check ca_path.'
        ) from None
