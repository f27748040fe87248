# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user agent by others (PJSIP) signs in at a SIP server: `python sip_agent.py PORT DOMAIN USER PASSWORD`.

Prints the status of the registration. It is a program of its own, since the library ends only with its process.
"""

from __future__ import annotations

import sys
import time


def main(port: str, domain: str, user: str, password: str) -> None:
    """Sign in and print the status."""
    import pjsua2

    found: list[int] = []

    class Account(pjsua2.Account):  # type: ignore[misc]  # the library has no annotations
        def onRegState(self, prm: object) -> None:  # noqa: N802  # the library's name
            found.append(prm.code)  # type: ignore[attr-defined]

    endpoint = pjsua2.Endpoint()
    endpoint.libCreate()
    settings = pjsua2.EpConfig()
    settings.uaConfig.threadCnt, settings.uaConfig.mainThreadOnly = 0, True
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    endpoint.libInit(settings)
    transport = pjsua2.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    endpoint.transportCreate(pjsua2.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    account, config = Account(), pjsua2.AccountConfig()
    config.idUri, config.regConfig.registrarUri = f"sip:{user}@{domain}", f"sip:{domain}"
    config.regConfig.retryIntervalSec = 0
    config.sipConfig.proxies.append(f"sip:127.0.0.1:{port};lr")
    config.sipConfig.authCreds.append(pjsua2.AuthCredInfo("digest", "*", user, 0, password))
    account.create(config)
    deadline = time.monotonic() + 10
    while not found and time.monotonic() < deadline:
        endpoint.libHandleEvents(50)
    print(f"\nstatus {found[0] if found else 0}", flush=True)
    account.shutdown()
    endpoint.libDestroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
