# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares how users of the method ldap sign in: by a person (module ldap_auth)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
)
from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import (
    LdapSettings,
    StoredSettings,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK

UNCHECKED = (
    "The option validate_certs is false: a man-in-the-middle can read and answer logins; use it for a test only,"
    " and give the directory's authority as ca_path."
)


@dataclass(frozen=True)
class LdapAuthArguments:
    """What becomes of the settings: removed, made new (`settings`), or only switched on or off."""

    is_absent: bool
    enabled: bool
    settings: LdapSettings | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> LdapAuthArguments:
        """Read the module's options; DefinitionError for settings that cannot work."""
        enabled = params.get("enabled") is not False
        if params["state"] == "absent":
            return cls(True, enabled, None)
        unset = {"enabled": enabled, **{one.name: one.default for one in fields(LdapSettings) if one.name != "enabled"}}
        is_given = any(params.get(name) not in (None, value) for name, value in unset.items())
        return cls(False, enabled, LdapSettings.from_options({**params, "enabled": enabled}) if is_given else None)


@dataclass(frozen=True)
class LdapAuthResult(Result):
    """The settings as they are, or would be, without their password."""

    settings: Mapping[str, t.Any] | None
    warnings: Sequence[str] = if_any()
    diff: Mapping[str, t.Any] | None = if_given()


def set_ldap_auth(task: Task, wanted: LdapAuthArguments) -> LdapAuthResult:
    """Declare, switch or remove the LDAP authentication of a store."""
    store = task.store
    with store.snapshot():
        stored = kept.load(store)
    before = stored.settings if stored else None
    after = None if wanted.is_absent else _wanted(wanted, before)
    if after != before and not task.check_mode:
        with store.writing():
            if after is None:
                kept.remove(store)
            else:
                kept.save(store, after, _maker(stored, after))
    return LdapAuthResult(
        changed=after != before,
        settings=after.shown() if after else None,
        warnings=[UNCHECKED] if after is not None and not after.validate_certs else [],
        diff=diff_of(before, after) if task.diff else None,
    )


declare_ldap_auth = Action(LdapAuthArguments.from_params, set_ldap_auth)


def _wanted(wanted: LdapAuthArguments, before: LdapSettings | None) -> LdapSettings | None:
    if wanted.settings is not None:
        return wanted.settings
    if before is not None:
        return kept.switched(before, wanted.enabled)
    if wanted.enabled:
        raise DefinitionError("There are no LDAP settings to switch on: give uri, and bind_dn or base_dn.")
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
