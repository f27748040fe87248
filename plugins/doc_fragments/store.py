# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that name the store and its key, on every module that opens it."""

from __future__ import annotations


class ModuleDocFragment:
    """The store."""

    DOCUMENTATION = r"""
options:
  store:
    description:
      - The phone system's store, as a path or as a URL.
      - A path such as V(/srv/pbx/store.db), or V(sqlite:////srv/pbx/store.db), is an SQLite file. It is made when
        there is none, except in check mode.
      - V(postgresql+psycopg://user@host/database) is a PostgreSQL database (version 15 or later). Leave the password
        to the environment variable E(PGPASSWORD) or to C(~/.pgpass).
      - When not given, the environment variable E(TELEPHONY_CONNECTOR_STORE) is used, else
        V(/var/lib/telephony-connector/store.db).
    type: str
  store_key:
    description:
      - The key that encrypts the secrets in the store, any long random text, the same on every host.
      - When not given, the environment variable E(TELEPHONY_CONNECTOR_STORE_KEY) is used. With an SQLite store and
        neither of them, it is the key file beside the store, C(store.db.key), which is made together with the store.
      - A PostgreSQL store needs it before it keeps a password or another secret.
    type: str
requirements:
  - Python >= 3.11
  - SQLAlchemy >= 2.0
  - cryptography >= 41
  - argon2-cffi >= 23.1
  - psycopg >= 3.1 (for PostgreSQL stores only)
"""
