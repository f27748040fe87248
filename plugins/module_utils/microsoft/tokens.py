# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Signing in to Entra ID as an application, nobody at a keyboard: msal gets the tokens, this says what fails."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import Cloud
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import Credential
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import SignInError
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import no_answer

MINIMUM = "1.30"

#: Entra's own numbers (AADSTS...) and what to do about them. They may change: a hint hangs on them, and nothing else.
_HINTS = {
    "7000215": "the client secret is wrong: give the secret's Value as client_secret, not its Secret ID",
    "7000222": "the client secret has expired: make a new one in the app registration, or use a certificate",
    "700016": "the tenant knows no application with this client_id: check client_id and tenant_id",
    "90002": "there is no such tenant: check tenant_id and cloud",
    "900023": "tenant_id is neither the ID of a tenant nor one of its domains: check tenant_id",
    "700027": "the certificate is not one of the app registration's, or the clock of this machine is wrong:"
    " upload the certificate there, and check the clock",
    "700024": "the clock of this machine is wrong, so that the signed assertion is not valid (yet): set the clock",
    "700211": "no federated credential of the app registration has the issuer of this token: check its issuer",
    "700213": "no federated credential of the app registration has the subject of this token: check its subject",
    "700212": "no federated credential of the app registration has the audience of this token: check its audience",
    "1002012": "the scope does not fit this cloud: check cloud and graph_url",
    "500011": "graph_url is no service of this cloud: check cloud and graph_url",
    "7000112": "the application is disabled in the tenant: enable it under Enterprise applications",
    "53003": "a Conditional Access policy for workload identities blocks the sign-in: ask who keeps those policies",
}
_NUMBER = re.compile(r"AADSTS(\d+)")


class Tokens(Protocol):
    """Where a bearer token comes from."""

    def token(self) -> str:
        """Return a token that is valid now; SignInError when there is none to be had."""

    def renew(self) -> None:
        """Forget the token, which was not accepted: the next one is asked for."""

    @property
    def roles(self) -> frozenset[str] | None:
        """The application permissions in the token; None when it cannot be told."""


class MsalTokens:
    """Tokens of an application, by msal, which keeps them as long as they are valid. Asks for the first when needed."""

    def __init__(self, credential: Credential, cloud: Cloud, session: Any) -> None:
        require("msal", "msal", MINIMUM, "signing in to Microsoft 365")
        self._credential, self._cloud, self._session = credential, cloud, session
        self._app: Any = None
        self._last = ""

    def token(self) -> str:
        """See Tokens."""
        result = self._ask(self._acquire)
        text = result.get("access_token")
        if not isinstance(text, str) or not text:
            raise SignInError(self._refused(result))
        self._last = text
        return text

    def renew(self) -> None:
        """See Tokens."""
        self._app = None  # with its cache, and its memory of what was refused

    @property
    def roles(self) -> frozenset[str] | None:
        """See Tokens."""
        return roles_of(self._last)

    def _acquire(self) -> Mapping[str, Any]:
        if self._app is None:
            self._app = self._credential.application(self._cloud, self._session)
        result: Mapping[str, Any] = self._credential.acquire(self._app, self._cloud)
        return result

    def _ask(self, acquire: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Call msal, which fails in four ways: told in its answer (see token), and by these exceptions."""
        import requests
        from msal.exceptions import MsalError

        try:
            return acquire()
        except (MsalError, requests.HTTPError) as error:  # which of them hangs on the version
            raise SignInError(self._sentence("the service is not available; run again later", str(error))) from None
        except requests.RequestException as error:
            raise SignInError(self._sentence(self._unreachable(error), "")) from None
        except (ValueError, RuntimeError, LookupError, TypeError, AttributeError) as error:
            # what is no JSON was not said by Microsoft
            said = [one for one in (error.__context__, error) if one and not isinstance(one, json.JSONDecodeError)]
            text = " ".join(map(str, said)) if len(said) > 1 or said == [error] else ""
            found = _NUMBER.search(text)
            hint = _HINTS.get(found[1], "") if found else ""
            raise SignInError(self._sentence(hint or self._credential.check_place, _one_line(text))) from None

    def _unreachable(self, error: Exception) -> str:
        place = self._credential.place(self._cloud)
        if place == self._cloud.authority:
            return no_answer(place, error, None, "authority")
        return no_answer("", error, None, "authority", place)

    def _refused(self, result: Mapping[str, Any]) -> str:
        text = str(result.get("error_description") or "")
        numbers = [str(number) for number in result.get("error_codes") or []] + _NUMBER.findall(text)
        hint = next((_HINTS[number] for number in numbers if number in _HINTS), "")
        shown = _one_line(": ".join(filter(None, (str(result.get("error") or ""), text))))
        return self._sentence(hint or self._credential.check, shown)

    def _sentence(self, hint: str, text: str) -> str:
        said = f' Microsoft says: "{text}"' if text else ""
        return self._credential.hide(f"{self._credential.title} cannot sign in to Microsoft 365: {hint}.{said}")


def roles_of(token: str) -> frozenset[str] | None:
    """Return the application permissions that a token holds; None for one that cannot be read.

    The signature is not checked: the token is only looked into to say what is missing, and Graph decides.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(claims, dict):
        return None
    roles = claims.get("roles", [])
    return frozenset(map(str, roles)) if isinstance(roles, list) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:600]
