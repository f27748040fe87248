# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The key of an open store: the one given or the one in its key file, and whether it is the store's."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import vault
from ansible_collections.telephony.connector.plugins.module_utils.store.meta_table import MetaTable


class KeyedStore(MetaTable):
    """An open store whose secrets can be read."""

    where: str
    check_mode: bool
    vault: vault.Vault
    _database: Path | None
    _proof: str | None = None

    if t.TYPE_CHECKING:

        def _transaction(self, write: bool) -> AbstractContextManager[None]: ...

    def unlock(self, key: str | None) -> None:
        """Take the key that was given, or the one in the key file; refuse one that is not the store's."""
        facts = self.facts()
        if key is not None or self._database is None:
            self._use_key(key, facts)
            return
        key_file = vault.key_file_of(self._database)
        try:
            self._use_key(vault.read_key_file(key_file), facts)
        except vault.WrongKeyError:
            # of a change of the key that was killed between the store and the key file
            next_key = vault.read_key_file(vault.pending_key_file(key_file))
            if next_key is None:
                raise
            self._use_key(next_key, facts)
            if not self.check_mode:
                vault.take_pending_key(key_file)

    def _use_key(self, key: str | None, facts: Mapping[str, str]) -> None:
        self.vault = vault.Vault(key, facts["salt"], self.where, facts.get("fingerprint_keys"))
        self._check_key(facts)

    def use_new_key(self, key: str) -> None:
        """Go on with another key: the store's was changed."""
        self._use_key(key, self.facts())

    @property
    def key_file(self) -> Path | None:
        """The key file that holds the store's key; None where the key is kept elsewhere."""
        if self._database is None:
            return None
        path = vault.key_file_of(self._database)
        key = vault.read_key_file(path)
        return path if key is not None and self.vault.has_key and key == self.vault.required_key() else None

    def _check_key(self, facts: Mapping[str, str]) -> None:
        """Refuse a key that is not the store's; remember the first one."""
        self._proof = facts.get("key_check")
        if self._proof is None and self.vault.has_key and not self.check_mode:
            with self._transaction(write=True):  # pylint: disable=not-context-manager
                self._proof = self.facts().get("key_check")  # another run may have been quicker
                if self._proof is None:
                    self._proof = self.vault.encrypt(vault.CHECK_TEXT)
                    self.set_fact("key_check", self._proof)
        if self._proof is not None and self.vault.has_key:
            self.vault.check(self._proof)
        elif self._proof is not None and self._database is not None:
            raise StoreError(
                f"The key file {vault.key_file_of(self._database)} of {self.where} is missing: put it back from a"
                " backup, or give the key in the option store_key."
            )

    def check_key_again(self, facts: Mapping[str, str]) -> None:
        """Refuse to write with a key that another run has changed meanwhile: nobody could read it any more."""
        proof = facts.get("key_check")
        if proof is not None and proof != self._proof and self.vault.has_key:
            self.vault.check(proof)
            self._proof = proof
