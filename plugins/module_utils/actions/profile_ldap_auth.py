# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares how users of the method ldap sign in: by a profile of a directory (configure_authentication)."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import UNCHECKED
from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import (
    LdapSettings,
    StoredSettings,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

SWITCHED_OFF = (
    "LDAP authentication is switched off, so that none of the profile's users can sign in until ldap_auth with"
    " enabled: true switches it on."
)


class FromProfile:
    """What a profile with `configure_authentication` makes of the settings: `after` is None where it leaves them."""

    def __init__(self, stored: StoredSettings | None, options: Mapping[str, t.Any], definition: Definition) -> None:
        """Raises DefinitionError where the profile's directory must not be asked for passwords (ldap:// in clear)."""
        self.profile = definition.name
        self.before = stored.settings if stored else None
        wanted = LdapSettings.from_options(options)
        self.warnings: list[str] = [] if wanted.validate_certs else [UNCHECKED]
        self.warnings += _other_name(definition, wanted.username_attribute) + _other_method(definition)
        self.after: LdapSettings | None = None
        if stored is not None and not stored.settings.enabled:
            # a person switches on and off, whoever has made the settings
            self.warnings.append(SWITCHED_OFF)
            wanted = kept.switched(wanted, False)
        if stored is None or stored.profile == self.profile:
            self.after = wanted if wanted != self.before else None
        elif names := wanted.differing(stored.settings):
            self.warnings.append(_left_alone(stored, wanted, names))

    def save(self, store: Store) -> None:
        """Keep the settings (inside a writing transaction)."""
        if self.after is not None:
            kept.save(store, self.after, self.profile)


def _other_name(definition: Definition, attribute: str) -> list[str]:
    """Warn of user names that are made of something else than what the directory is searched for."""
    expression = str(definition.variables.get("username", ""))
    if re.search(rf"\b(row|values)\.(username|{re.escape(attribute)})\b", expression, re.IGNORECASE):
        return []
    warning = (
        f'The user names are made of "{expression}", while at a login they are looked for in {attribute}: set the'
        " source option username_field to the attribute that holds the user names, or declare ldap_auth by hand."
    )
    return [warning]


def _other_method(definition: Definition) -> list[str]:
    """Warn of a structure that gives the users another method, so that the settings are of no use to them."""
    default = KINDS["user"].defaults["auth_method"]
    users = definition.structure.get("user", ())
    methods = {str(mapping.get("auth_method") or default).strip("'\"") for mapping in users}
    others = sorted(methods & {"internal", "sso", "none"})
    if not others:
        return []
    warning = (
        f'The profile has configure_authentication, but by its structure users have the method "{others[0]}", so that'
        " they do not sign in at the directory: leave auth_method out of structure, or configure_authentication out."
    )
    return [warning]


def _left_alone(stored: StoredSettings, wanted: LdapSettings, names: list[str]) -> str:
    maker = f'by the profile "{stored.profile}"' if stored.profile else "by hand (ldap_auth)"
    told = wanted.shown()
    differences = ", ".join(f"{name} would be {told.get(name, '')!r}" for name in names)
    return (
        f"The LDAP authentication of the store was set {maker} and stays as it is, although this profile has"
        f" configure_authentication: {differences}. To take over the profile's, remove the settings (ldap_auth, state:"
        " absent) and declare the profile again; to keep them as they are, nothing need be done."
    )
