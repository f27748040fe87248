# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token endpoint as Entra ID has it, for tests: it checks what it is sent, and answers with Entra's errors."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service

TENANT = "contoso.onmicrosoft.com"
CLIENT_ID = "11111111-2222-3333-4444-555555555555"
#: Recognisable, so that a test finds it wherever it must not be; with characters that a form must escape.
SECRET = "s3cret~Value+with&odd=characters%"
IDENTITY_HEADER = "header-of-the-identity-endpoint"
READ_ALL = ("User.Read.All", "GroupMember.Read.All")
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class App:
    """An app registration."""

    secrets: list[str] = field(default_factory=lambda: [SECRET])
    expired_secrets: list[str] = field(default_factory=list)
    certificates: list[x509.Certificate] = field(default_factory=list)
    federated_tokens: list[str] = field(default_factory=list)
    roles: tuple[str, ...] = READ_ALL


@cache
def _signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class RefusedError(Exception):
    """Entra's answer to a request for a token that it refuses."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.number, self.text = status, error, number, text

    def answer(self) -> Answer:
        """Return what goes over the wire."""
        trace = f"Trace ID: {uuid.uuid4()} Correlation ID: {uuid.uuid4()} Timestamp: 2026-11-02 10:00:00Z"
        description = f"AADSTS{self.number}: {self.text} {trace}"
        return Answer(
            self.status, {"error": self.error, "error_description": description, "error_codes": [self.number]}
        )


class Entra(Service):
    """The sign-in of one tenant with its app registrations; `graph_url` is what its tokens are for."""

    def __init__(self, certificate: str, graph_url: str = "https://graph.microsoft.com") -> None:
        super().__init__(certificate)
        self.graph_url = graph_url
        self.apps: dict[str, App] = {CLIENT_ID: App()}
        self.key = _signing_key()
        self.withdrawn_before = 0  # tokens with a lower number are no longer accepted
        self._issued = 0

    @property
    def tokens(self) -> int:
        """How many tokens it has given out."""
        return self._issued

    def withdraw(self) -> None:
        """Make all tokens that were given out invalid."""
        self.withdrawn_before = self._issued + 1

    def accepts(self, token: str, audience: str) -> dict[str, Any]:
        """Return the claims of a token; jwt.PyJWTError for one that is not valid for an audience."""
        claims: dict[str, Any] = jwt.decode(token, self.key.public_key(), algorithms=["RS256"], audience=audience)
        if claims["number"] < self.withdrawn_before:
            raise jwt.InvalidTokenError("withdrawn")
        return claims

    def token(self, roles: tuple[str, ...], **claims: Any) -> str:
        """Return a signed token."""
        self._issued += 1
        now = int(time.time())
        held = {"aud": self.graph_url, "iss": f"{self.url}/{TENANT}", "iat": now, "nbf": now, "exp": now + 3599}
        return jwt.encode({**held, "number": self._issued, "roles": list(roles), **claims}, self.key, algorithm="RS256")

    def respond(self, asked: Asked) -> Answer:
        """See Service."""
        tenant = asked.path.split("/")[1]
        try:
            if tenant != TENANT:
                text = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
                raise RefusedError(400, "invalid_tenant", 90002, text)
            if asked.method == "GET" and asked.path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
                return Answer(body=self._discovery())
            if asked.method == "POST" and asked.path == f"/{TENANT}/oauth2/v2.0/token":
                return self._give_token(asked.form)
        except RefusedError as refused:
            return refused.answer()
        return Answer(404, {"error": "not_found"})

    def _discovery(self) -> dict[str, Any]:
        base = f"{self.url}/{TENANT}"
        return {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }

    def _give_token(self, form: dict[str, str]) -> Answer:
        client = form.get("client_id", "")
        app = self.apps.get(client)
        if app is None:
            text = f"Application with identifier '{client}' was not found in the directory 'Contoso'."
            raise RefusedError(400, "unauthorized_client", 700016, text)
        if form.get("grant_type") != "client_credentials":
            raise RefusedError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if form.get("scope") != f"{self.graph_url}/.default":
            text = f"The provided value for scope {form.get('scope')} is not valid."
            raise RefusedError(400, "invalid_scope", 1002012, text)
        self._check_client(client, app, form)
        return Answer(
            body={"token_type": "Bearer", "expires_in": 3599, "access_token": self.token(app.roles, appid=client)}
        )

    def _check_client(self, client: str, app: App, form: dict[str, str]) -> None:
        if "client_secret" in form:
            secret = form["client_secret"]
            if secret in app.expired_secrets:
                text = f"The provided client secret keys for app '{client}' are expired."
                raise RefusedError(401, "invalid_client", 7000222, text)
            if secret not in app.secrets:
                text = (
                    f"Invalid client secret provided ({secret}). Ensure the secret being sent in the request is the"
                    f" client secret value, not the client secret ID, for a secret added to app '{client}'."
                )
                raise RefusedError(401, "invalid_client", 7000215, text)
        elif form.get("client_assertion_type") == _JWT_BEARER:
            self._check_assertion(client, app, form["client_assertion"])
        else:
            raise RefusedError(401, "invalid_client", 7000218, "The request body must contain a client secret.")

    def _check_assertion(self, client: str, app: App, assertion: str) -> None:
        if assertion in app.federated_tokens:
            return
        if app.federated_tokens:
            text = "No matching federated identity record found for presented assertion subject."
            raise RefusedError(401, "invalid_client", 700213, text)
        try:
            header = jwt.get_unverified_header(assertion)
            # older clients name the certificate by SHA-1, and sign with RS256
            marks = {header.get("x5t#S256", "").rstrip("="), header.get("x5t", "").rstrip("=")}
            certificate = next(one for one in app.certificates if marks & set(thumbprints(one)))
            key: Any = certificate.public_key()
            algorithm = "PS256" if "x5t#S256" in header else "RS256"
            claims = jwt.decode(
                assertion, key, algorithms=[algorithm], audience=f"{self.url}/{TENANT}/oauth2/v2.0/token",
                options={"require": ["exp", "iat", "jti", "iss", "sub"]},
            )  # fmt: skip
            if (claims["iss"], claims["sub"]) != (client, client) or claims["exp"] - claims["iat"] > 601:
                raise jwt.InvalidTokenError("iss, sub or lifetime")
        except (jwt.PyJWTError, StopIteration):
            text = "Client assertion failed signature validation: the certificate is not registered."
            raise RefusedError(401, "invalid_client", 700027, text) from None


class IdentityEndpoint(Service):
    """Managed identities as Azure App Service has them (api-version 2019-08-01): plain http on the same machine."""

    def __init__(self, entra: Entra, roles: tuple[str, ...] = READ_ALL) -> None:
        super().__init__()
        self._entra, self._roles = entra, roles

    @property
    def environment(self) -> dict[str, str]:
        """What Azure sets in the environment of a process."""
        return {"IDENTITY_ENDPOINT": f"{self.url}/msi/token", "IDENTITY_HEADER": IDENTITY_HEADER}

    def respond(self, asked: Asked) -> Answer:
        """See Service."""
        if asked.path != "/msi/token" or asked.headers.get("x-identity-header") != IDENTITY_HEADER:
            return Answer(401, {"statusCode": 401, "message": "no or a wrong X-IDENTITY-HEADER"})
        if asked.query.get("resource") != self._entra.graph_url:
            return Answer(400, {"statusCode": 400, "message": f"unknown resource {asked.query.get('resource')}"})
        token = self._entra.token(self._roles, appid=asked.query.get("client_id", "the machine itself"))
        expires = str(int(time.time()) + 3599)
        return Answer(body={"access_token": token, "expires_on": expires, "resource": self._entra.graph_url})


def thumbprints(certificate: x509.Certificate) -> list[str]:
    """Return the thumbprints of a certificate as x5t#S256 and x5t have them (RFC 7515, 4.1.7 and 4.1.8)."""
    data = certificate.public_bytes(Encoding.DER)
    digests = (hashlib.sha256(data).digest(), hashlib.sha1(data).digest())
    return [base64.urlsafe_b64encode(digest).rstrip(b"=").decode() for digest in digests]
