# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The phonebook of another phone system as a source: the options, and opening it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given, together
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import other_store, rest
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of

_OF_STORE = ("include_users", "include_pbx_entries")
_OF_URL = (
    "username",
    "key_map",
    "offset_parameter",
    "page_parameter",
    "first_page",
    "page_size_parameter",
    "page_size",
    "ca_path",
    "validate_certs",
    "allow_plaintext",
    "allow_redirects_to",
    "proxy",
    "timeout",
    "retries",
)


class PbxSource:
    """Another store of this collection, or the REST service of another phone system."""

    family: ClassVar[str] = "pbx"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    EMPTY_HINT: ClassVar[str] = "check that it is the right url or store and that there is somebody in its phonebook"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = given(options, self.OPTIONS, self.family)
        self.own_store: Mapping[str, str] = {}
        if "url" in self._options:
            self.columns_hint = "Which names has an answer of the service? Map them in key_map."
        if ("store" in self._options) == ("url" in self._options):
            raise DefinitionError(
                "A pbx source needs either store (a store of telephony.connector) or url (the REST service of a phone"
                " system), and not both."
            )
        for name in self._options:
            if name in _OF_STORE:
                together(self._options, name, "store")
            elif name in _OF_URL:
                together(self._options, name, "url")
        if "store" in self._options:
            _check_store(self._options)
        else:
            together(self._options, "password", "username")
            together(self._options, "username", "password")
            together(self._options, "first_page", "page_parameter")
            together(self._options, "page_size", "page_size_parameter")
            rest.check(self._options)

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        if "url" in self._options:
            with Bounds.from_options(self._options, "The phonebook") as bounds:
                options = {**self._options, **_with_our_names(self._options, wanted)}
                yield rest.RestReading(options, wanted, bounds)
            return
        with other_store.reading(self._options, wanted, self.own_store) as reading:
            yield reading


#: What variables of templates are called, and what the columns are called that they are made of.
_COLUMNS_OF_VARIABLES = {"displayname": "display_name", "givenname": "given_name"}


def _with_our_names(options: Mapping[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    """Return key_map with the names of columns where it has those of variables, which people know from CSV files."""
    if "key_map" not in options:
        return {}
    used, given = ({name.casefold() for name in names} for names in (wanted, options["key_map"]))
    understood = {}
    for name, key in options["key_map"].items():
        column = _COLUMNS_OF_VARIABLES.get(name.casefold(), "")
        is_meant = column in used and column not in given and name.casefold() not in used
        understood[column if is_meant else name] = key
    return {"key_map": understood}


def _check_store(options: Mapping[str, Any]) -> None:
    location = options["store"]
    if not location.strip():
        raise DefinitionError("The source option store is empty; it names the other store, as a path or URL.")
    if re.match(r"[^/@]+://[^/@:]*:.+@", location) or re.search(r"[?&](?:ssl)?password=", location):
        raise DefinitionError(
            "The source option store holds a password; give it as password, where it is stored encrypted."
        )
    if "password" in options and ("://" not in location or location.startswith("sqlite:")):
        raise DefinitionError("The source option password is for a store in PostgreSQL, or for url.")
