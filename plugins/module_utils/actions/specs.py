# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options that modules share, as plain data in Ansible's argument_spec shape: profile, source, objects."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import all_options

Spec = dict[str, dict[str, Any]]

SOURCE_SPEC: Spec = all_options()

GUARDS_SPEC: Spec = {
    "max_removals": {"type": "raw"},
    "max_renumbered": {"type": "raw"},
    "max_updates": {"type": "raw"},
    "max_rejected": {"type": "raw"},
    "hold_after": {"type": "int"},
}

LINE_SPEC: Spec = {
    "prefix": {"type": "str", "required": True},
    "extension_digits": {"type": "int", "required": True},
}

NUMBERS_SPEC: Spec = {
    "country": {"type": "str"},
    "lines": {"type": "list", "elements": "dict", "options": LINE_SPEC, "default": []},
}

LEAVERS_SPEC: Spec = {
    "action": {"type": "str", "choices": ["remove", "disable"], "default": "remove"},
    "grace_days": {"type": "int", "default": 30},
    "phonebook": {"type": "str", "choices": ["drop", "keep"], "default": "drop"},
    "when": {"type": "str"},
}

# Nothing is required here: `state: absent` needs the name alone, and the definition check names what is missing.
PROFILE_SPEC: Spec = {
    "name": {"type": "str"},
    "template": {"type": "str"},
    "source": {"type": "dict", "options": SOURCE_SPEC},
    "mode": {"type": "str", "choices": ["mirror", "create_update"], "default": "mirror"},
    "filter": {"type": "str"},
    "key": {"type": "str", "no_log": False},
    "match": {"type": "list", "elements": "raw"},
    "variables": {"type": "dict"},
    "structure": {"type": "dict"},
    "guards": {"type": "dict", "options": GUARDS_SPEC},
    "field_policy": {"type": "dict"},
    "missing_columns": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    "on_invalid": {"type": "dict"},
    "remove_adopted": {"type": "bool", "default": False},
    "leavers": {"type": "dict", "options": LEAVERS_SPEC},
    "pool": {"type": "str"},
    "numbers": {"type": "dict", "options": NUMBERS_SPEC},
    "configure_authentication": {"type": "bool", "default": False},
    # Three-valued: not given leaves the decision to the record.
    "create_softphone": {"type": "bool"},
    "create_mobile_phone": {"type": "bool"},
}

STATE_SPEC: Spec = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}

RING_SPEC: Spec = {
    "delay": {"type": "int"},
    "ring": {"type": "int"},
}

TIMEOUTS_SPEC: Spec = {
    "internal": {"type": "dict", "options": RING_SPEC},
    "external": {"type": "dict", "options": RING_SPEC},
    "queue": {"type": "dict", "options": RING_SPEC},
}

DEVICE_SPEC: Spec = {
    "type": {"type": "str", "choices": ["softphone", "mobile", "ip_phone", "sip"], "required": True},
    "number": {"type": "str"},
    "mac": {"type": "str"},
    "ip": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "pairing": {"type": "str", "choices": ["ok", "required"]},
    "timeouts": {"type": "dict", "options": TIMEOUTS_SPEC},
}

USER_PHONEBOOK_SPEC: Spec = {
    "organisation": {"type": "str"},
    "mobile": {"type": "str"},
    "homephone": {"type": "str"},
    "fax": {"type": "str"},
    "notes": {"type": "str"},
    "labels": {"type": "dict"},
}

# No defaults for fields: what is not given stays as it is, and an empty text takes the value away.
USER_SPEC: Spec = {
    **STATE_SPEC,
    "username": {"type": "str", "required": True},
    "rename_to": {"type": "str"},
    "leaver": {"type": "bool"},
    "display_name": {"type": "str"},
    "given_name": {"type": "str"},
    "surname": {"type": "str"},
    "email": {"type": "str"},
    "extension": {"type": "str"},
    "fax_extension": {"type": "str"},
    "did": {"type": "str"},
    "pin": {"type": "str", "no_log": True},
    "password": {"type": "str", "no_log": True},
    "sip_password": {"type": "str", "no_log": True},
    "auth_method": {"type": "str", "choices": ["internal", "ldap", "sso", "none"]},
    "language": {"type": "str"},
    "roles": {"type": "list", "elements": "str"},
    "phonebook": {"type": "dict", "options": USER_PHONEBOOK_SPEC},
    "devices": {"type": "list", "elements": "dict", "options": DEVICE_SPEC},
}

PHONEBOOK_ENTRY_SPEC: Spec = {
    **STATE_SPEC,
    "id": {"type": "int"},
    "display_name": {"type": "str"},
    "owner": {"type": "str"},
    "phone": {"type": "str"},
    "given_name": {"type": "str"},
    "surname": {"type": "str"},
    "organisation": {"type": "str"},
    "email": {"type": "str"},
    "mobile": {"type": "str"},
    "homephone": {"type": "str"},
    "fax": {"type": "str"},
    "notes": {"type": "str"},
    "labels": {"type": "dict"},
}

SPEED_DIAL_SPEC: Spec = {
    **STATE_SPEC,
    "number": {"type": "str", "required": True},
    "destination": {"type": "str"},
    "display_name": {"type": "str"},
}

LDAP_AUTH_SPEC: Spec = {
    **STATE_SPEC,
    "enabled": {"type": "bool", "default": True},
    "uri": {"type": "list", "elements": "str"},
    "bind_dn": {"type": "str"},
    "base_dn": {"type": "str"},
    "search_scope": {"type": "str", "choices": ["base", "onelevel", "subtree"]},
    "username_attribute": {"type": "str"},
    "search_filter": {"type": "str"},
    "proxy_user": {"type": "str"},
    "proxy_password": {"type": "str", "no_log": True},
    "start_tls": {"type": "bool", "default": False},
    "ca_path": {"type": "path"},
    "validate_certs": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 10},
    "allow_plaintext": {"type": "bool", "default": False},
}

USER_AUTH_SPEC: Spec = {
    "users": {"type": "list", "elements": "str"},
    "profile": {"type": "str"},
    "role": {"type": "str"},
    "method": {"type": "str", "choices": ["internal", "ldap", "sso", "none"], "required": True},
    "password": {"type": "str", "no_log": True},
}

AUTH_TEST_SPEC: Spec = {
    "username": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
}
