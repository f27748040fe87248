# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options of every family of sources, as plain data in Ansible's argument_spec shape.

They stand apart from the families so that a module can check and mask options without the code of all seven: it would
be packed, sent and compiled with every task.
"""

from __future__ import annotations

from typing import Any

Options = dict[str, dict[str, Any]]

#: of every family: how much one read may take
_BOUNDS: Options = {
    "max_seconds": {"type": "int"},
    "max_bytes": {"type": "int"},
}

_FILES: Options = {
    **_BOUNDS,
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

_DIRECTORY: Options = {
    **_BOUNDS,
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
_DOMAIN: Options = {
    "domain": {"type": "str"},
    "server": {"type": "list", "elements": "str"},
    "ssl": {"type": "bool"},
}

_MICROSOFT: Options = {
    **_BOUNDS,
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

#: family -> its options; one that families share has one meaning in all
OPTIONS: dict[str, Options] = {
    "csv": {
        **_FILES,
        "encoding": {"type": "str"},
        "delimiter": {"type": "str"},
        "line_separator": {"type": "str", "choices": ["auto", "lf", "crlf", "cr"]},
        "enclosure": {"type": "str"},
    },
    "ldap": _DIRECTORY,
    "ad": {
        **_DIRECTORY,
        **_DOMAIN,
        "groups": {"type": "str", "choices": ["direct", "nested"]},
    },
    "ucs": {
        **_DIRECTORY,
        **_DOMAIN,
        "marker_attribute": {"type": "str"},
    },
    "m365": {
        **_MICROSOFT,
        "group": {"type": "list", "elements": "str"},
        "incremental": {"type": "bool"},
    },
    "exchange": {
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
        **_MICROSOFT,
    },
    "pbx": {
        **_BOUNDS,
        "store": {"type": "str"},
        "include_users": {"type": "bool"},
        "include_pbx_entries": {"type": "bool"},
        "url": {"type": "str"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "key_map": {"type": "dict", "no_log": False},
        "offset_parameter": {"type": "str"},
        "page_parameter": {"type": "str"},
        "first_page": {"type": "int"},
        "page_size_parameter": {"type": "str"},
        "page_size": {"type": "int"},
        "ca_path": {"type": "str"},
        "validate_certs": {"type": "bool"},
        "allow_plaintext": {"type": "bool"},
        "allow_redirects_to": {"type": "list", "elements": "str"},
        "proxy": {"type": "str"},
        "timeout": {"type": "int"},
        "retries": {"type": "int"},
    },
}


def secrets_of(family: str) -> frozenset[str]:
    """Return the names of a family's options that hold secrets."""
    return frozenset(name for name, spec in OPTIONS[family].items() if spec.get("no_log"))


def all_options() -> Options:
    """Return the options of every family as one argument spec."""
    merged: Options = {}
    for family, options in OPTIONS.items():
        for name, spec in options.items():
            if merged.setdefault(name, spec) != spec:
                raise AssertionError(f"the option {name} of {family} differs from another family's")
    return merged
