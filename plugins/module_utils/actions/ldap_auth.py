# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares how users of the method ldap sign in: by a person (module ldap_auth)."""

from __future__ import annotations

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

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

UNCHECKED = (
    "validate_certs is false: a man-in-the-middle can read and answer logins; use it for a test only,"
    " and give the directory's authority as ca_path."
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
