# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The npm package oidc-provider as the token endpoint of a tenant, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import jwt

from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

TENANT = "contoso"
SECRET_CLIENT = "11111111-2222-3333-4444-555555555555"
SECRET = "s3cret"
CERTIFICATE_CLIENT = "22222222-2222-3333-4444-555555555555"


def modules() -> Path:
    """Return the folder node_modules that the test command made; raises MissingProgramError."""
    folder = Path(os.environ.get("TELEPHONY_CONNECTOR_TEST_NODE_MODULES", ""))
    if not (folder / "oidc-provider").is_dir():
        raise MissingProgramError("the npm package oidc-provider is not installed: ./test.sh packages")
    return folder


class OidcProvider:
    """Start with `start()`, stop with `stop()`. `app_certificate` is a PEM file with the one registered certificate."""

    def __init__(self, directory: Path, certificate: str, graph_url: str, app_certificate: str) -> None:
        self._directory, self._certificate = directory, certificate
        self._arguments = [TENANT, graph_url, certificate, app_certificate]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> OidcProvider:
        """Start the process; it chooses its port itself."""
        node = process.program("node", "nodejs")
        self._directory.mkdir(parents=True, exist_ok=True)
        # a script finds the modules that lie beside it
        (self._directory / "node_modules").symlink_to(modules())
        script = shutil.copy(Path(__file__).with_name("oidc.mjs"), self._directory)
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [node, script, *self._arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(f"oidc-provider did not start:\n{(self._directory / 'log').read_text()[-2000:]}")
        self.url = f"https://localhost:{json.loads(line)['port']}"
        return self

    def stop(self) -> None:
        """Stop the process and wait for its end."""
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
        process.stop(self._process)
        self._process = None

    def accepts(self, token: str, audience: str) -> dict[str, Any]:
        """Return the claims of a token by the provider's published keys; jwt.PyJWTError for one that is not valid."""
        context = ssl.create_default_context(cafile=str(Path(self._certificate).with_name("ca.crt")))
        address = f"{self.url}/{TENANT}/v2.0/jwks"
        with urllib.request.urlopen(address, context=context, timeout=10) as answer:
            keys = jwt.PyJWKSet.from_dict(json.load(answer))
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=audience)
        if claims.get("scope") != f"{audience}/.default":
            raise jwt.InvalidTokenError(f"the scope is {claims.get('scope')}")
        return claims
