# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The store's LDAP authentication: settings, checked when they are declared, and kept with the password encrypted."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

from ansible_collections.telephony.connector.plugins.module_utils.authentication.dn_template import DnTemplate
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import checked_filter
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, is_blank
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: the name under which the store keeps them
SETTING = "ldap_auth"
_ENCRYPTED = "encrypted"
_SEARCH_OPTIONS = ("base_dn", "search_scope", "username_attribute", "search_filter", "proxy_user", "proxy_password")
#: What other programs want in a filter in place of the user name.
_PLACE_FOR_NAME = re.compile(r"=(?:%[su]?|\{(?:user|username|login|uid|0)?\})\)")
#: An administrator waits at a login, not at an import.
DEFAULT_TIMEOUT = 10


@dataclass(frozen=True)
class LdapSettings:
    """How users of the method ldap sign in: by `bind_dn`, or by a search for their entry (six options).

    `search_scope` is "base", "onelevel" or "" for the whole subtree.
    """

    uri: tuple[str, ...] = ()
    enabled: bool = True
    bind_dn: str = ""
    base_dn: str = ""
    search_scope: str = ""
    username_attribute: str = ""
    search_filter: str = ""
    proxy_user: str = ""
    proxy_password: str = field(default="", repr=False)
    start_tls: bool = False
    ca_path: str = ""
    validate_certs: bool = True
    timeout: int = DEFAULT_TIMEOUT
    allow_plaintext: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any]) -> LdapSettings:
        """Check the options of the module `ldap_auth` (None is not given); DefinitionError says what is wrong.

        Nothing is asked over the network, but the CA file is read.
        """
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in options.items() if name in known and value is not None}
        servers = Servers.from_options(given, option="The option")
        given["uri"] = servers.uris
        given["timeout"] = given.get("timeout", DEFAULT_TIMEOUT)
        texts = {
            name: value.strip() for name, value in given.items() if isinstance(value, str) and name != "proxy_password"
        }
        if texts.get("search_scope") == "subtree":
            texts["search_scope"] = ""
        if texts.get("search_filter"):
            texts["search_filter"] = checked_filter(texts["search_filter"], "The option search_filter")
        settings = cls(**{**given, **texts})
        _check_form(settings)
        if settings.servers.may_be_plain and not settings.allow_plaintext:
            raise DefinitionError(
                "The address ldap:// sends the passwords of users in cleartext: use ldaps://, or start_tls: true, or,"
                " where the network may be trusted with every password, allow_plaintext: true."
            )
        settings.servers.tls_context()
        return settings

    @property
    def servers(self) -> Servers:
        """The servers to ask."""
        return Servers(self.uri, self.start_tls, self.ca_path or None, self.validate_certs, self.timeout)

    def shown(self) -> dict[str, t.Any]:
        """Return the settings that say something, as people may see them: the password is masked."""
        told = {name: list(value) if name == "uri" else value for name, value in asdict(self).items()}
        told = {name: value for name, value in told.items() if value not in ("", [])}
        return {**told, "proxy_password": MASK} if self.proxy_password else told

    def differing(self, other: LdapSettings) -> list[str]:
        """Return the names of the settings in which the two differ."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]


@dataclass(frozen=True)
class StoredSettings:
    """The settings in a store. `profile` is the profile that made them, "" for a person."""

    settings: LdapSettings
    profile: str = ""


def load(store: Store) -> StoredSettings | None:
    """Return the settings of a store, None where there are none."""
    table = store.schema.settings
    text = store.connection.scalar(sa.select(table.c.value).where(table.c.name == SETTING))
    return loaded(store, text) if text else None


def loaded(store: Store, text: str) -> StoredSettings:
    """Return settings out of the text that the store keeps."""
    kept = json.loads(text)
    profile = kept.pop("profile", "")
    sealed = kept.get("proxy_password")
    if sealed:
        kept["proxy_password"] = store.vault.decrypt(sealed[_ENCRYPTED])
    return StoredSettings(LdapSettings(**{**kept, "uri": tuple(kept["uri"])}), profile)


def save(store: Store, settings: LdapSettings, profile: str = "") -> None:
    """Keep the settings (inside a writing transaction)."""
    kept = {**asdict(settings), "profile": profile}
    if settings.proxy_password:
        kept["proxy_password"] = {_ENCRYPTED: store.vault.encrypt(settings.proxy_password)}
    store.put(store.schema.settings, SETTING, json.dumps(kept, ensure_ascii=False))


def remove(store: Store) -> None:
    """Forget the settings (inside a writing transaction)."""
    table = store.schema.settings
    store.connection.execute(table.delete().where(table.c.name == SETTING))


def switched(settings: LdapSettings, enabled: bool) -> LdapSettings:
    """Return the same settings, switched on or off."""
    return replace(settings, enabled=enabled)


def _check_form(settings: LdapSettings) -> None:
    """Refuse both forms at once, neither of them, and half a form."""
    searching = [name for name in _SEARCH_OPTIONS if getattr(settings, name)]
    if settings.bind_dn and searching:
        raise DefinitionError(
            f"The options bind_dn and {searching[0]} are two ways of finding a user's entry: give bind_dn alone, or"
            " base_dn and username_attribute."
        )
    if settings.bind_dn:
        DnTemplate(settings.bind_dn)
        return
    for name in ("base_dn", "username_attribute"):
        if not getattr(settings, name):
            raise DefinitionError(
                f"The option {name} is missing: users are found by bind_dn, or by base_dn and"
                " username_attribute together."
            )
    if bool(settings.proxy_user) != bool(settings.proxy_password):
        missing = "proxy_password" if settings.proxy_user else "proxy_user"
        raise DefinitionError(
            f"The option {missing} is missing: proxy_user and proxy_password are given both, or neither."
        )
    if settings.proxy_password and is_blank(settings.proxy_password):
        raise DefinitionError(
            "The option proxy_password is blank: directories answer such a one with an anonymous success."
        )
    _check_search(settings)


def _check_search(settings: LdapSettings) -> None:
    require("ldap3", "ldap3", "2.9", "LDAP authentication")
    from ldap3.core.exceptions import LDAPInvalidDnError
    from ldap3.utils.dn import parse_dn

    try:
        parse_dn(settings.base_dn)
    except LDAPInvalidDnError:
        raise DefinitionError(
            f'The option base_dn "{settings.base_dn}" is no distinguished name: write it as'
            " ou=people,dc=example,dc=com."
        ) from None
    name = settings.username_attribute
    if not name.replace("-", "").isalnum() or not name.isascii() or name.lower() == "dn":
        raise DefinitionError(f'The option username_attribute "{name}" is no name of an attribute such as uid.')
    if found := _PLACE_FOR_NAME.search(settings.search_filter):
        raise DefinitionError(
            f'The option search_filter has "{found[0][1:-1]}" for the user name, which does not belong there: leave'
            " that condition out, and name its attribute in username_attribute."
        )
