# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A test CA and certificates of every kind that a client must tell apart."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = ("localhost", "files.example.test", "127.0.0.1")
_DAY = datetime.timedelta(days=1)


class TestCA:
    """Writes `ca.crt`, `other.crt` (a CA that signed nothing) and `<name>.crt`/`.key` for each of `CERTIFICATES`.

    `bare.crt` is an in-house CA as old tools make them, without key usage and key identifiers, and with its basic
    constraints not critical; it signed `barely`.
    """

    __test__ = False  # not a class of tests
    CERTIFICATES = ("server", "wrongname", "expired", "untrusted", "barely")

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        ca, other = _Authority("Throwaway test CA"), _Authority("Some other CA")
        self._ca = ca
        self._write("ca.crt", ca.certificate)
        self._write("other.crt", other.certificate)
        self._issue("server", ca, NAMES)
        self._issue("wrongname", ca, ("other.example.test",))
        self._issue("expired", ca, NAMES, expired=True)
        self._issue("untrusted", other, NAMES)
        bare = _Authority("In-house CA", is_bare=True)
        self._write("bare.crt", bare.certificate)
        self._issue("barely", bare, NAMES)

    def path(self, name: str) -> str:
        """Return the path of one of the files."""
        return str(self.directory / name)

    def issue(self, name: str, *names: str) -> None:
        """Write a certificate of the CA for these host names and addresses, with its key: `<name>.crt` and `.key`."""
        self._issue(name, self._ca, names)

    def _issue(self, name: str, authority: _Authority, names: tuple[str, ...], expired: bool = False) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        self._write(f"{name}.crt", authority.sign(key.public_key(), names, expired))
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.directory / f"{name}.key").write_bytes(text)

    def _write(self, name: str, certificate: x509.Certificate) -> None:
        (self.directory / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


class _Authority:
    def __init__(self, name: str, is_bare: bool = False) -> None:
        self._is_bare = is_bare
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        builder = self._builder(self._name, self._key.public_key(), expired=False).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=not is_bare
        )
        if not is_bare:
            builder = builder.add_extension(
                x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, decipher_only=False, **usage),
                critical=True,
            )
        self.certificate = builder.sign(self._key, hashes.SHA256())

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, expired: bool) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        own = self._key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * _DAY)
            .not_valid_after(now - _DAY if expired else now + 30 * _DAY)
        )
        if self._is_bare:
            return builder
        return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(own), critical=False
        )

    def sign(self, key: ec.EllipticCurvePublicKey, names: tuple[str, ...], expired: bool) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        return (
            self._builder(subject, key, expired)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
