# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The HTTP session for Entra ID and Graph: no redirects, and patience with a busy service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import trust_of
from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget
from ansible_collections.telephony.connector.plugins.module_utils.web.session import need_library, set_up

if TYPE_CHECKING:
    import requests

TIMEOUT = 30
RETRIES = 10
MAX_WAIT = 600
BUSY = (429, 503, 504, 509)
_CONNECTS = 2


def new_budget(options: Mapping[str, Any], limits: Limits) -> RetryBudget:
    """Return how long a read waits for Microsoft, by the source options `retries` and `max_wait`."""
    return RetryBudget(options.get("retries", RETRIES), limits, budget=options.get("max_wait", MAX_WAIT))


def new_session(options: Mapping[str, Any], budget: RetryBudget, limits: Limits) -> requests.Session:
    """Return a session for the source options ca_path, proxy and timeout; SourceError when ca_path cannot be used."""
    need_library("Microsoft 365")
    import requests

    timeout = options.get("timeout", TIMEOUT)

    class Session(requests.Session):
        def request(self, method: Any, url: Any, *arguments: Any, **more: Any) -> requests.Response:
            more.setdefault("timeout", timeout)
            more["allow_redirects"] = False  # a secret must not follow one
            attempt = 0
            while True:
                response = super().request(method, url, *arguments, **more)
                if response.status_code not in BUSY or not budget.wait(attempt, response.headers.get("Retry-After")):
                    return response
                response.close()
                attempt += 1

    session = Session()
    # the certificate of Microsoft is checked whatever validate_certs says: that is about a server of one's own
    set_up(session, options, trust_of({"ca_path": options.get("ca_path")}, "Microsoft 365"), limits, _CONNECTS)
    return session
