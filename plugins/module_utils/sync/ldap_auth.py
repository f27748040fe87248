# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares how users of the method ldap sign in: by a person (module ldap_auth), or by a profile of a directory."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping
from dataclasses import fields

from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import (
    LdapSettings,
    StoredSettings,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

UNCHECKED = (
    "validate_certs is false: anybody on the way to the directory can read and answer logins; use it for a test only,"
    " and give the directory's authority as ca_path."
)
SWITCHED_OFF = (
    "LDAP authentication is switched off, so that none of the profile's users can sign in until ldap_auth with"
    " enabled: true switches it on."
)


def declare_ldap_auth(call: Call) -> dict[str, t.Any]:
    """Declare, switch or remove the LDAP authentication of a store (module ldap_auth)."""
    store = call.store
    with store.snapshot():
        stored = kept.load(store)
    before = stored.settings if stored else None
    after = None if call.params["state"] == "absent" else _wanted(call.params, before)
    if after != before and not call.check_mode:
        with store.writing():
            if after is None:
                kept.remove(store)
            else:
                kept.save(store, after, _maker(stored, after))
    result: dict[str, t.Any] = {"changed": after != before, "settings": after.shown() if after else None}
    if after is not None and not after.validate_certs:
        result["warnings"] = [UNCHECKED]
    if call.diff:
        result["diff"] = diff_of(before, after)
    return result


def _wanted(params: Mapping[str, t.Any], before: LdapSettings | None) -> LdapSettings | None:
    enabled = params.get("enabled") is not False
    unset = {"enabled": enabled, **{one.name: one.default for one in fields(LdapSettings) if one.name != "enabled"}}
    if any(params.get(name) not in (None, value) for name, value in unset.items()):
        return LdapSettings.from_options({**params, "enabled": enabled})
    if before is not None:
        return kept.switched(before, enabled)
    if enabled:
        raise DefinitionError("there are no LDAP settings to switch on: give uri, and bind_dn or base_dn.")
    return None


def _maker(stored: StoredSettings | None, after: LdapSettings) -> str:
    """Return the profile that has made settings, "" for a person: switching them on or off makes none of them."""
    is_switch = stored is not None and kept.switched(stored.settings, after.enabled) == after
    return stored.profile if stored is not None and is_switch else ""


def diff_of(before: LdapSettings | None, after: LdapSettings | None) -> dict[str, t.Any]:
    """Return settings before and after as --diff shows them; a changed password is masked, but seen to be changed."""
    shown = after.shown() if after else {}
    if before and after and before.proxy_password and after.proxy_password != before.proxy_password:
        shown["proxy_password"] = f"{MASK} (changed)" if after.proxy_password else ""
    return {
        "before_header": "LDAP authentication",
        "after_header": "LDAP authentication",
        "before": before.shown() if before else {},
        "after": shown,
    }


class FromProfile:
    """What a profile with `configure_authentication` makes of the settings: `after` is None where it leaves them."""

    def __init__(self, stored: StoredSettings | None, options: Mapping[str, t.Any], definition: Definition) -> None:
        """Raises DefinitionError where the profile's directory must not be asked for passwords (ldap:// in clear)."""
        self.profile = definition.name
        self.before = stored.settings if stored else None
        wanted = LdapSettings.from_options(options)
        self.warnings: list[str] = [] if wanted.validate_certs else [UNCHECKED]
        self.warnings += _other_name(definition, wanted.username_attribute)
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
        f'the user names are made of "{expression}", while at a login they are looked for in {attribute}: set the'
        " source option username_field to the attribute that holds the user names, or declare ldap_auth by hand."
    )
    return [warning]


def _left_alone(stored: StoredSettings, wanted: LdapSettings, names: list[str]) -> str:
    maker = f'by the profile "{stored.profile}"' if stored.profile else "by hand (ldap_auth)"
    told = wanted.shown()
    differences = ", ".join(f"{name} would be {told.get(name, '')!r}" for name in names)
    return (
        f"the LDAP authentication of the store was set {maker} and stays as it is, although this profile has"
        f" configure_authentication: {differences}. To take over the profile's, remove the settings (ldap_auth, state:"
        " absent) and declare the profile again; to keep them as they are, nothing need be done."
    )
