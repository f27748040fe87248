# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of app registrations, in every form in which people keep them."""

from __future__ import annotations

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID


class AppCertificate:
    """A self-signed certificate with its key; `days` until it ends, negative for one that has."""

    def __init__(self, days: int = 365, elliptic: bool = False) -> None:
        self.key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
        self.key = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "telephony connector")])
        # a margin, so that the days which are left are this many whole ones
        now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=400))
            .not_valid_after(now + datetime.timedelta(days=days))
            .sign(self.key, hashes.SHA256())
        )

    def pem(self, path: Path, password: str | None = None) -> str:
        """Write the certificate and then the key to a file; returns its path."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _locked(password))
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM) + key)
        return str(path)

    def pfx(self, path: Path, password: str | None = None) -> str:
        """Write a PFX file; returns its path."""
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"app", self.key, self.certificate, None, _locked(password))
        )
        return str(path)


def _locked(password: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
