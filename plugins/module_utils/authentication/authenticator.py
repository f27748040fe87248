# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Login decisions as a library: what the module auth_test decides, again and again, with connections that are kept."""

from __future__ import annotations

from types import TracebackType

from ansible_collections.telephony.connector.plugins.module_utils.authentication import directory_login
from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.accounts import AccountFinder
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import (
    Answer,
    Decision,
    decide,
)
from ansible_collections.telephony.connector.plugins.module_utils.authentication.kept_connections import KeptConnections
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import LdapSettings
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


class Authenticator:
    """Decides logins over a store (open, and not used by others meanwhile); a context manager that hangs up at its end.

    Every call reads the user and the LDAP settings anew, so that a change counts at once. Connections to the directory
    are kept between calls: the one of the proxy user, and one on which users are signed in, one after the other.

    `hides_users`: a login of a user with the method ldap costs the verification of a hash besides the bind, as in the
    module auth_test, so that the time tells less of who has an account. Leave it on wherever strangers can try names.
    """

    def __init__(self, store: Store, hides_users: bool = True) -> None:
        self._store = store
        self._hides_users = hides_users
        self._connections = KeptConnections()
        self._finder = AccountFinder(store)
        self._text = ""
        self._settings: LdapSettings | None = None

    def __enter__(self) -> Authenticator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the next call connects again."""
        self._connections.close()

    def decide(self, username: str, password: str) -> Decision:
        """Decide whether somebody may sign in. Raises StoreError, and DefinitionError where a library is missing."""
        found = self._finder.find(username)
        account = found.account if found else None
        settings = self._settings_of(found.ldap_settings) if found and found.account.method == "ldap" else None

        def ask(name: str, secret: str) -> Answer:
            return directory_login.sign_in(settings, name, secret, self._connections)

        return decide(account, password, ask, self._hides_users)

    def _settings_of(self, text: str) -> LdapSettings | None:
        """Return the settings that a text of the store holds; the last ones are kept."""
        if text != self._text:
            self._settings = kept.loaded(self._store, text).settings if text else None
            self._text = text
        return self._settings
