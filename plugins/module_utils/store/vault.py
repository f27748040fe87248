# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Secrets of a store: the key, encryption at rest, and keyed fingerprints that tell "unchanged" without the secret."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import typing as t
from collections.abc import Callable
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require

if t.TYPE_CHECKING:
    from cryptography.fernet import Fernet

#: What a store encrypts to recognise its key again.
CHECK_TEXT = "telephony.connector"
#: An encrypted text wherever it stands, also inside of JSON: version byte 0x80, time, and the rest (Fernet Spec).
_TOKEN = re.compile(r"gAAAA[A-Za-z0-9_-]{60,}={0,2}")
_MADE_HERE = re.compile(r"tc1-[A-Za-z0-9_-]{43}")


class WrongKeyError(StoreError):
    """The key is not the store's."""


class Vault:
    """Encrypts and fingerprints with the store's key; without a key only fingerprints that need no secrecy are made.

    `key` is any text (stretched with scrypt, RFC 7914, unless it is one that `write_key_file` made), `salt` the store's
    own in hexadecimal digits. `layers` are the keys of fingerprints, encrypted, of a store whose key was changed: a
    fingerprint is made with the first one, and the result with the next, so that a new key needs no secret again.
    """

    def __init__(self, key: str | None, salt: str, where: str, layers: str | None = None) -> None:
        self._key = key
        self._salt = salt
        self._where = where
        self._stretched: bytes | None = None
        self._cipher: Fernet | None = None
        self._layers: list[bytes] | None = None
        self._sealed_layers = layers

    @property
    def has_key(self) -> bool:
        """Whether the store is open with its key, so that secrets can be read and kept."""
        return self._key is not None

    def required_key(self) -> str:
        """Return the key; StoreError without one."""
        if self._key is None:
            raise StoreError(
                f"{capital(self._where)} needs a key before it can keep passwords or other secrets: set the option"
                " store_key or the environment variable TELEPHONY_CONNECTOR_STORE_KEY (a long random text, the same on"
                " every host)."
            )
        return self._key

    def _material(self) -> bytes:
        key = self.required_key()
        if self._stretched is None and _MADE_HERE.fullmatch(key):
            self._stretched = hashlib.blake2b(key.encode(), salt=bytes.fromhex(self._salt)[:16]).digest()
        if self._stretched is None:
            # 16 MiB and some 50 ms: the option may be a passphrase that a person chose
            self._stretched = hashlib.scrypt(key.encode(), salt=self._salt.encode(), n=2**14, r=8, p=1, dklen=64)
        return self._stretched

    def encrypt(self, text: str) -> str:
        """Return an encrypted, authenticated token (Fernet)."""
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return the text of a token; a wrong key is a StoreError."""
        require("cryptography", "cryptography", "41", "encrypting secrets in the store")
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(token.encode()).decode()
        except InvalidToken:
            raise self._wrong_key() from None

    def check(self, token: str) -> None:
        """Refuse a key (StoreError) that did not make this token.

        By its signature, the last 32 bytes (Fernet Spec): the library is imported where a secret is read or written,
        not by each task.
        """
        try:
            signed = base64.urlsafe_b64decode(token)
        except ValueError:
            raise self._wrong_key() from None
        if not hmac.compare_digest(hmac.digest(self._material()[:16], signed[:-32], "sha256"), signed[-32:]):
            raise self._wrong_key()

    def _wrong_key(self) -> WrongKeyError:
        return WrongKeyError(
            f"The secrets in {self._where} cannot be read with this key: give the store_key (or put back the key"
            " file) that the store was made with; a key in TELEPHONY_CONNECTOR_STORE_KEY comes before a key file."
        )

    def _fernet(self) -> Fernet:
        if self._cipher is None:
            require("cryptography", "cryptography", "41", "encrypting secrets in the store")

            from cryptography.fernet import Fernet

            self._cipher = Fernet(base64.urlsafe_b64encode(self._material()[:32]))
        return self._cipher

    def layers(self) -> list[bytes]:
        """Return the keys of fingerprints, the oldest first."""
        if self._layers is None and self._sealed_layers is None:
            self._layers = [self._material()[32:]]
        elif self._layers is None:
            self._layers = [base64.b64decode(layer) for layer in json.loads(self.decrypt(self._sealed_layers or ""))]
        return self._layers

    def seal_layers(self, layers: list[bytes]) -> str:
        """Return keys of fingerprints as a store keeps them."""
        return self.encrypt(json.dumps([base64.b64encode(layer).decode() for layer in layers]))

    def fingerprint(self, field: str, value: str) -> str:
        """Return a keyed fingerprint of a secret, for a digest: equal for equal values, so it is never kept."""
        return hashlib.blake2b(f"{field}\0{value}".encode(), key=self.layers()[0], digest_size=16).hexdigest()

    def fingerprint_of(self, object_id: int, field: str, value: str) -> str:
        """Return a fingerprint of a secret as it is kept: keyed, and salted with the object that has the secret.

        Useless without the key, and different for two objects with the same secret.
        """
        found = salted(object_id, self.fingerprint(field, value))
        for layer in self.layers()[1:]:
            found = over(found, layer)
        return found

    def row_key(self) -> bytes:
        """Return the key of record fingerprints.

        A record may hold a password, so a key is used where the store has one; a store without one refuses passwords.
        """
        if self._key is None:
            return hashlib.blake2b(self._salt.encode(), digest_size=32).digest()
        return hashlib.blake2b(self.layers()[-1], digest_size=32, person=b"records").digest()


def replace_tokens(text: str, opening: Vault, replace: Callable[[str], str]) -> str:
    """Return a text with `replace(secret)` for each encrypted secret in it.

    What only looks like one, as a text from a source may, stays as it is.
    """

    def replaced(match: re.Match[str]) -> str:
        try:
            secret = opening.decrypt(match[0])
        except WrongKeyError:
            return match[0]
        return replace(secret)

    return _TOKEN.sub(replaced, text)


def salted(object_id: int, fingerprint: str) -> str:
    """Return a keyed fingerprint as that of one object's secret."""
    return hashlib.blake2b(f"{object_id}\0{fingerprint}".encode(), digest_size=16).hexdigest()


def over(fingerprint: str, layer: bytes) -> str:
    """Return a fingerprint with one more key over it."""
    return hashlib.blake2b(fingerprint.encode(), key=layer, digest_size=16).hexdigest()


def new_layer() -> bytes:
    """Return a new key of fingerprints."""
    return secrets.token_bytes(32)


def key_file_of(database: Path) -> Path:
    """Return where the key of a SQLite store lies: beside it, with ``.key`` appended."""
    return database.with_name(database.name + ".key")


def pending_key_file(key_file: Path) -> Path:
    """Return where the next key of a SQLite store lies while its key is being changed."""
    return key_file.with_name(key_file.name + ".new")


def read_key_file(path: Path) -> str | None:
    """Return the key in a key file, or None when there is no such file; others than its owner must not read it.

    The owner is this user, root, or whoever owns the directory: nobody else can plant a key that he knows.
    """
    try:
        with path.open(encoding="ascii") as file:
            found = os.fstat(file.fileno())
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise StoreError(f"The key file {path} can be read by other users: run chmod 600 on it.")
            if found.st_uid not in (0, os.geteuid(), path.parent.stat().st_uid):
                raise StoreError(f"The key file {path} belongs to another user: check where it is from, then chown it.")
            key = file.read().strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it holds more than letters and digits"
        raise StoreError(f"The key file {path} cannot be read ({why}): check its owner and its content.") from None
    if not key:
        raise StoreError(f"The key file {path} is empty: restore it from a backup.")
    return key


def new_key() -> str:
    """Return a random key of 256 bits; its form tells that it needs no stretching."""
    return f"tc1-{secrets.token_urlsafe(32)}"


def write_key_file(path: Path, key: str | None = None, replace: bool = False) -> str:
    """Make a key file (mode 0600) with a new key, or the one given, and return what it holds.

    An existing file is never overwritten, unless to `replace` it was asked for. The draft has a name that nobody can
    guess and must not exist, so it is neither a link nor a file that another user has laid there.
    """
    key = key or new_key()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    made = False
    try:
        with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="ascii") as file:
            made = True
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            # a link appears whole or not at all, also when two runs make the store at the same moment
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        sync_folder(path.parent)
    except OSError as error:
        if made:
            draft.unlink(missing_ok=True)
        raise StoreError(
            f"The key file {path} cannot be written ({error.strerror}): check its directory and disk."
        ) from None
    return read_key_file(path) or key


def take_pending_key(key_file: Path) -> None:
    """Have the next key be the key; another run may have been quicker."""
    with contextlib.suppress(FileNotFoundError):
        pending_key_file(key_file).replace(key_file)
    sync_folder(key_file.parent)


def sync_folder(folder: Path) -> None:
    """Have the name of a new file outlive a loss of power: a store without its key is lost."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
