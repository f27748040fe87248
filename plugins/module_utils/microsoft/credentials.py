# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How an application proves to Entra ID who it is: by secret, certificate, assertion file or managed identity."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import is_at_least
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import Cloud
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK

WARN_DAYS = 30
WAYS = ("client_secret", "certificate", "assertion_file", "managed_identity")


class Credential:
    """How an application signs in. Messages call it `title`, and say `check` when nothing better is known."""

    check = "check tenant_id, client_id and the app registration"
    check_place = "check tenant_id, cloud and authority"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options
        self.title = f"The application {options.get('client_id', '')} of tenant {options.get('tenant_id', '')}"
        self.warnings: list[str] = []

    def for_msal(self) -> Any:
        """Return the client_credential of msal; SourceError when a file cannot be read."""
        raise NotImplementedError

    def application(self, cloud: Cloud, session: Any) -> Any:
        """Return an application object of msal with a cache of its own. Asks the authority for its end points."""
        import msal

        return msal.ConfidentialClientApplication(
            self.options["client_id"],
            client_credential=self.for_msal(),
            authority=cloud.tenant_authority(self.options["tenant_id"]),
            instance_discovery=None if cloud.is_known else False,
            http_client=session,
        )

    def acquire(self, application: Any, cloud: Cloud) -> Any:
        """Return what msal answers: a token, or an error."""
        return application.acquire_token_for_client([cloud.scope])

    def place(self, cloud: Cloud) -> str:
        """Return what messages call the place that tokens come from."""
        return cloud.authority

    def hide(self, text: str) -> str:
        """Return a text without the secret, whatever the service repeats."""
        for name in ("client_secret", "certificate_password"):
            secret = self.options.get(name)
            if secret:
                text = text.replace(secret, MASK)
        return text


class Secret(Credential):
    """A client secret."""

    check = "check client_secret, client_id and tenant_id"

    def for_msal(self) -> Any:
        """See Credential."""
        return self.options["client_secret"]


class Certificate(Credential):
    """A certificate with its private key in one file: PEM, or PKCS #12 (PFX), either with a password or without."""

    check = "check that the certificate is uploaded to the app registration, and client_id and tenant_id"

    def for_msal(self) -> Any:
        """See Credential."""
        data = _bytes_of(self.options["certificate"], "certificate")
        password: str | None = self.options.get("certificate_password")
        key, certificate = _load(data, password, self.options["certificate"])
        self._check_dates(certificate)
        return _msal_pem(key, certificate)

    def _check_dates(self, certificate: Any) -> None:
        ends = certificate.not_valid_after_utc
        left = ends - datetime.datetime.now(datetime.UTC)
        said = f"The certificate {self.options['certificate']} for signing in to Microsoft 365"
        if left < datetime.timedelta(0):
            raise SourceError(f"{said} has expired on {ends:%Y-%m-%d}; make a new one and upload it.")
        if left < datetime.timedelta(days=WARN_DAYS):
            self.warnings.append(
                f"{said} expires on {ends:%Y-%m-%d}, in {left.days} days; make a new one and upload it in time."
            )


class FederatedToken(Credential):
    """A token of another identity provider (workload identity federation), which keeps it fresh in a file."""

    check = "check the federated credential of the app registration: issuer, subject and audience must be the token's"

    def for_msal(self) -> Any:
        """See Credential."""
        self._assertion()  # one that cannot be read is said before anybody is asked
        return {"client_assertion": self._assertion}

    def _assertion(self) -> str:
        path = self.options["assertion_file"]
        text = _bytes_of(path, "assertion_file").decode("utf-8", "replace").strip()
        if not text:
            raise SourceError(f'The file "{path}" of assertion_file is empty.')
        return text


class ManagedIdentity(Credential):
    """The identity that Azure gives a machine; client_id names one of several."""

    check = "check that this machine has a managed identity, and client_id if one is given"
    check_place = check

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        named = f" {options['client_id']}" if "client_id" in options else ""
        self.title = f"The managed identity{named} of this machine"

    def application(self, cloud: Cloud, session: Any) -> Any:
        """See Credential."""
        import msal

        client_id = self.options.get("client_id")
        identity: Any = (
            msal.UserAssignedManagedIdentity(client_id=client_id) if client_id else msal.SystemAssignedManagedIdentity()
        )
        return msal.ManagedIdentityClient(identity, http_client=session)

    def acquire(self, application: Any, cloud: Cloud) -> Any:
        """See Credential."""
        return application.acquire_token_for_client(resource=cloud.graph_url)

    def place(self, cloud: Cloud) -> str:
        """See Credential."""
        return "the service for managed identities on this machine"


def credential_of(options: Mapping[str, Any]) -> Credential:
    """Return the one way to sign in that the options give; DefinitionError for none, several, or half of one."""
    chosen = [name for name in WAYS if options.get(name)]
    if len(chosen) != 1:
        found = f"there are {' and '.join(chosen)}" if chosen else "there is none"
        raise DefinitionError(f"A source in Microsoft 365 needs one way to sign in of {', '.join(WAYS)}; {found}.")
    if "certificate_password" in options and chosen != ["certificate"]:
        raise DefinitionError("The source option certificate_password needs certificate as well.")
    if chosen == ["managed_identity"]:
        return ManagedIdentity(options)
    missing = [name for name in ("tenant_id", "client_id") if not options.get(name)]
    if missing:
        raise DefinitionError(f"The source option {chosen[0]} needs {' and '.join(missing)} as well.")
    ways = {"client_secret": Secret, "certificate": Certificate, "assertion_file": FederatedToken}
    return ways[chosen[0]](options)


def _bytes_of(path: str, option: str) -> bytes:
    try:
        with open(os.path.expanduser(path), "rb") as file:
            return file.read(1_000_000)
    except OSError as error:
        raise SourceError(f'The file "{path}" of {option} cannot be read ({error.strerror}).') from None


def _load(data: bytes, password: str | None, path: str) -> tuple[Any, Any]:
    """Return (private key, certificate) of PEM or PKCS #12."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    phrase = password.encode() if password else None
    is_pem = b"-----BEGIN" in data
    try:
        if is_pem:
            key: Any = load_pem_private_key(data, phrase)
            certificates = x509.load_pem_x509_certificates(data)
            certificate = next((one for one in certificates if one.public_key() == key.public_key()), None)
        else:
            key, certificate, _chain = pkcs12.load_key_and_certificates(data, phrase)
    except (ValueError, TypeError) as error:
        raise SourceError(_unreadable(path, is_pem, password, error)) from None
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if key is not None and not isinstance(key, RSAPrivateKey):
        raise SourceError(
            f'The private key in the file "{path}" of certificate must be an RSA key, as Entra ID asks for.'
        )
    if key is None or certificate is None:
        raise SourceError(f'The file "{path}" of certificate must hold a private key and the certificate that fits it.')
    return key, certificate


def _unreadable(path: str, is_pem: bool, password: str | None, error: Exception) -> str:
    form = "PEM" if is_pem else "PFX"
    if isinstance(error, TypeError):
        wrong = "has a password: give certificate_password" if password is None else "has none: drop it"
        return f'The private key in the {form} file "{path}" of certificate {wrong}.'
    return (
        f'The {form} file "{path}" of certificate cannot be read: it must hold a private key and its certificate, and'
        " certificate_password must be its password."
    )


def _msal_pem(key: Any, certificate: Any) -> dict[str, str]:
    from cryptography.hazmat.primitives import hashes, serialization

    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    given = {"private_key": pem.decode(), "public_certificate": certificate.public_bytes(encoding).decode()}
    if not is_at_least("msal", "1.35"):  # which names the certificate by SHA-256, and signs with PS256
        given["thumbprint"] = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303
    return given
