# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Changes the key of a store: everything that it encrypts is written anew, in one transaction.

Killed at any point, the store has the old key or the new one, and with a key file the way back to it: the next key is
written beside the key file, then the transaction ends, then the next key takes the place of the key file. A run that
finds a key file that is not the store's looks for the next one.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.store import vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def change_key(store: Store, new_key: str, describe: Callable[[], None] = lambda: None) -> int:
    """Encrypt everything with a new key and return how many secrets that were.

    `describe` is called inside the transaction, to keep a run. The store is usable with the new key afterwards.
    """
    salt = store.facts()["salt"]
    layers = [*store.vault.layers(), vault.new_layer()] if store.vault.has_key else []
    fresh = vault.Vault(new_key, salt, store.where)
    key_file = store.key_file
    with store.writing():
        count = sum(_encrypt_again(store, table, fresh) for table in store.schema.metadata.sorted_tables)
        if layers:
            store.set_fact("fingerprint_keys", fresh.seal_layers(layers))
            _fingerprint_again(store, layers[-1])
        store.set_fact("key_check", fresh.encrypt(vault.CHECK_TEXT))
        describe()
        if key_file:
            # under the lock, so that two changes of the key do not meet here
            vault.write_key_file(vault.pending_key_file(key_file), new_key, replace=True)
    if key_file:
        vault.take_pending_key(key_file)
    store.use_new_key(new_key)
    return count


def _encrypt_again(store: Store, table: sa.Table, fresh: vault.Vault) -> int:
    """Write the encrypted texts of a table anew; return how many there were."""
    texts = [column for column in table.columns if isinstance(column.type, sa.Text)]
    keys = list(table.primary_key.columns)
    count = 0

    def anew(secret: str) -> str:
        nonlocal count
        count += 1
        return fresh.encrypt(secret)

    for column in texts:
        query = sa.select(*keys, column).where(column.like("%gAAAA%"))
        rows = [tuple(row) for row in store.connection.execute(query).all()]
        for row in rows:
            text = vault.replace_tokens(row[-1], store.vault, anew)
            if text != row[-1]:
                one = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
                store.connection.execute(table.update().where(one).values({column.name: text}))
    return count


def _fingerprint_again(store: Store, layer: bytes) -> None:
    """Put the new key over the fingerprints of secrets, which needs no secret, and have all records looked at again.

    The fingerprint of a record cannot be made again: it is of the whole record, and the store has only what came of it.
    """
    schema = store.schema
    for table in (schema.links, schema.past_links, schema.touched_links):
        store.connection.execute(table.update().values(fingerprint=b""))
    for table in (schema.credentials, schema.past_credentials):
        _over_credentials(store, table, layer)


def _over_credentials(store: Store, table: sa.Table, layer: bytes) -> None:
    keys = list(table.primary_key.columns)
    query = sa.select(*keys, table.c.fingerprint).where(table.c.fingerprint.is_not(None))
    rows = [tuple(row) for row in store.connection.execute(query).all()]
    is_row = sa.and_(*(key == sa.bindparam(f"row_{key.name}") for key in keys))
    values = [
        {
            **{f"row_{key.name}": value for key, value in zip(keys, row, strict=False)},
            "made": vault.over(row[-1], layer),
        }
        for row in rows
    ]
    if values:
        store.connection.execute(table.update().where(is_row).values(fingerprint=sa.bindparam("made")), values)
