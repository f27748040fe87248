# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where a file lives: the options that say so, and opening it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import kind_at, kind_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    ByteStream,
    MeteredStream,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import together

_OF_URL = ("ca_path", "validate_certs", "allow_plaintext", "allow_redirects_to", "proxy", "retries")


def check_place(options: Mapping[str, Any]) -> None:
    """Refuse options that name no file, or two, or that have no meaning for the one they name."""
    if "url" in options and "share" in options:
        raise DefinitionError("The source options share and url name two places; give one of them.")
    if ("path" in options) == ("url" in options):
        raise DefinitionError(
            "A csv source needs either path (a file on this machine, or with share on a share) or url (a web address),"
            " and not both."
        )
    for name in options:
        if name.startswith("share_"):
            together(options, name, "share")
        elif name.startswith("url_") or name in _OF_URL:
            together(options, name, "url")
    together(options, "share", "path")
    together(options, "share_password", "share_username")
    together(options, "share_username", "share_password")
    together(options, "url_password", "url_username")
    together(options, "url_username", "url_password")
    if "url" in options:
        _check_url(options)
    else:
        _check_path(options)


def _check_path(options: Mapping[str, Any]) -> None:
    path = options["path"]
    if not path.strip() or "\0" in path:
        raise DefinitionError("The source option path is empty or holds a NUL byte; it names the file to read.")
    if scheme := re.match(r"([a-z][a-z0-9+.-]+)://", path, re.IGNORECASE):
        from ansible_collections.telephony.connector.plugins.module_utils.sources.files import addresses

        raise DefinitionError(addresses.unknown_scheme("path", scheme[1].lower()))
    if "share" in options:
        from ansible_collections.telephony.connector.plugins.module_utils.sources.files import smb

        smb.place_of(options["share"], path)
        smb.user_of(options)
    elif path.startswith("\\\\"):
        raise DefinitionError(r"The source option path is on a share; give the part \\server\share as share.")


def _check_url(options: Mapping[str, Any]) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.files import addresses

    addresses.check_url(options)


@contextmanager
def open_stream(options: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[MeteredStream]:
    """Open the file that `options` name; `known` may hold its validators. SourceError when it cannot be opened."""
    with (
        Bounds.from_options(options, _called(options)) as bounds,
        closing(_open(options, known, bounds)) as stream,
    ):
        yield MeteredStream(stream, bounds)


def _called(options: Mapping[str, Any]) -> str:
    """Return what the file is called when a read takes too long or too much."""
    if "url" in options:
        from ansible_collections.telephony.connector.plugins.module_utils.web.failures import shown

        url = options["url"].strip()
        return f"{kind_at(url)} {shown(url)}"
    if "share" in options:
        from ansible_collections.telephony.connector.plugins.module_utils.sources.files import smb

        return f'{kind_of(options["path"])} "{smb.place_of(options["share"], options["path"]).unc}"'
    return f'{kind_of(options["path"])} "{options["path"]}"'


def _open(options: Mapping[str, Any], known: Mapping[str, Any], bounds: Bounds) -> ByteStream:
    if "url" in options:
        from ansible_collections.telephony.connector.plugins.module_utils.sources.files.https import WebFile

        return WebFile(options, known, bounds)
    if "share" in options:
        from ansible_collections.telephony.connector.plugins.module_utils.sources.files.smb import ShareFile

        return ShareFile(options, bounds)
    from ansible_collections.telephony.connector.plugins.module_utils.sources.files.local import LocalFile

    return LocalFile(options["path"])
