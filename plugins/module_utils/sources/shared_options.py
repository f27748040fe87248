# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Options that several families of sources have; in all of them they mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK

Options = dict[str, dict[str, Any]]

#: of every family: how much one read may take
#: Options that are addresses.
_ADDRESSES = ("url",)
_SHORTEST_KEY = 8  # characters

BOUNDS: Options = {
    "max_seconds": {"type": "int"},
    "max_bytes": {"type": "int"},
}

FILES: Options = {
    **BOUNDS,
    "path": {"type": "str"},
    "share": {"type": "str"},
    "share_username": {"type": "str"},
    "share_password": {"type": "str", "no_log": True},
    "share_domain": {"type": "str"},
    "share_port": {"type": "int"},
    "share_encrypt": {"type": "bool"},
    "url": {"type": "str"},
    "url_username": {"type": "str"},
    "url_password": {"type": "str", "no_log": True},
    "ca_path": {"type": "str"},
    "validate_certs": {"type": "bool"},
    "allow_plaintext": {"type": "bool"},
    "allow_redirects_to": {"type": "list", "elements": "str"},
    "proxy": {"type": "str"},
    "timeout": {"type": "int"},
    "retries": {"type": "int"},
}

DIRECTORY: Options = {
    **BOUNDS,
    "uri": {"type": "list", "elements": "str"},
    "base_dn": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "search_filter": {"type": "str"},
    "search_scope": {"type": "str", "choices": ["base", "onelevel", "subtree"]},
    "attributes": {"type": "list", "elements": "str"},
    "start_tls": {"type": "bool"},
    "ca_path": {"type": "str"},
    "validate_certs": {"type": "bool"},
    "allow_plaintext": {"type": "bool"},
    "page_size": {"type": "int"},
    "timeout": {"type": "int"},
    "username_field": {"type": "str"},
    "incremental": {"type": "bool"},
}

#: of every family that names its servers by a domain
DOMAIN: Options = {
    "domain": {"type": "str"},
    "server": {"type": "list", "elements": "str"},
    "ssl": {"type": "bool"},
}

MICROSOFT: Options = {
    **BOUNDS,
    "tenant_id": {"type": "str"},
    "client_id": {"type": "str"},
    "client_secret": {"type": "str", "no_log": True},
    "certificate": {"type": "str"},
    "certificate_password": {"type": "str", "no_log": True},
    "assertion_file": {"type": "str"},
    "managed_identity": {"type": "bool"},
    "cloud": {"type": "str", "choices": ["global", "us_government", "us_government_dod", "china"]},
    "authority": {"type": "str"},
    "graph_url": {"type": "str"},
    "ca_path": {"type": "str"},
    "proxy": {"type": "str"},
    "timeout": {"type": "int"},
    "retries": {"type": "int"},
    "max_wait": {"type": "int"},
}


def secrets_of(options: Options) -> frozenset[str]:
    """Return the names of those options that hold secrets."""
    return frozenset(name for name, spec in options.items() if spec.get("no_log"))


def secrets_in(source: Mapping[str, Any], options: Options) -> frozenset[str]:
    """Return the names of options that hold secrets here: also of an address with a query, as links with keys have."""
    return secrets_of(options) | {name for name in _ADDRESSES if _has_query(source.get(name))}


def shown(source: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """Return a source's options as people may see them: without secrets, and without what a query holds."""
    masked = {name: MASK if name in secrets and value else value for name, value in source.items()}
    return masked | {name: _without_values(source[name]) for name in _ADDRESSES if _has_query(source.get(name))}


def values_of_queries(source: Mapping[str, Any]) -> set[str]:
    """Return what the queries of addresses hold, and could be a key: nothing short, which is in other words as well."""
    pairs = (pair for name in _ADDRESSES if _has_query(source.get(name)) for pair in _pairs(source[name]))
    return {value for _name, value in pairs if len(value) >= _SHORTEST_KEY}


def _has_query(url: Any) -> bool:
    return isinstance(url, str) and "?" in url


def _pairs(url: str) -> list[tuple[str, str]]:
    query = url.partition("?")[2].partition("#")[0]
    try:
        # a query without a name for its value is a value
        return parse_qsl(query, keep_blank_values=True) if "=" in query else [("", query)]
    except ValueError:
        return [("", query)]


def _without_values(url: str) -> str:
    query = "&".join(f"{name}={MASK}" if name else MASK for name, _value in _pairs(url))
    try:
        return urlunsplit(urlsplit(url)._replace(query=query, fragment=""))
    except ValueError:
        return f"{url.partition('?')[0]}?{query}"
