# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Sessions of requests under the rules of a source: whom it trusts, its proxy, and the bounds of the read.

Nothing of the environment is used but its proxy: REQUESTS_CA_BUNDLE would replace `verify`, even False, and .netrc the
credentials of the profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import Trust
from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import proxies as proxies_of

if TYPE_CHECKING:
    import requests

USER_AGENT = "telephony.connector"
_PIECE = 128 << 10  # bytes; each takes about as long to come through the layers as one of 10 KiB


def need_library(purpose: str) -> None:
    """Raise DefinitionError when requests is missing; `purpose` is what it is needed for, in the message."""
    require("requests", "requests", "2.31", purpose)


def set_up(
    session: requests.Session, options: Mapping[str, Any], trust: Trust, limits: Limits, connects: int = 0
) -> None:
    """Put a session under the rules; a connection that does not come about is tried `connects` times again."""
    from urllib3.util import Retry

    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    # what is busy is waited for elsewhere, where it is told
    again = Retry(total=connects, connect=connects, read=False, redirect=0, status=0, other=0, backoff_factor=0.5,
                  respect_retry_after_header=False)  # fmt: skip
    adapter = adapter_class(options, trust, limits)
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter(max_retries=again))


def adapter_class(options: Mapping[str, Any], trust: Trust, limits: Limits) -> Any:
    """Return the class that makes connections: also for libraries that have sessions of their own."""
    import requests

    pools = _pools(limits)
    secured: dict[str, Any] = {} if trust.context is None else {"ssl_context": trust.context}

    class Adapter(requests.adapters.HTTPAdapter):
        """Keeps the rules, whatever a session says."""

        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            kwargs |= secured
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
            manager: Any = super().proxy_manager_for(proxy, **secured, **kwargs)
            manager.pool_classes_by_scheme = pools
            return manager

        def send(
            self,
            request: Any,
            stream: bool = False,
            timeout: Any = None,
            verify: Any = True,
            cert: Any = None,
            proxies: Any = None,
        ) -> requests.Response:
            limits.check()
            try:
                response = super().send(
                    request, stream, timeout, trust.verify, cert, proxies_of(str(request.url), options)
                )
            except (requests.RequestException, OSError):
                limits.check()  # it may have been cut for that
                raise
            _count(response, limits)
            return response

    return Adapter


def _count(response: requests.Response, limits: Limits) -> None:
    """Count what is taken from a response as a whole; what a source reads itself, it counts itself."""
    from urllib3.exceptions import HTTPError

    raw: Any = response.raw
    stream = raw.stream

    def counted(amt: int, **kwargs: Any) -> Iterator[bytes]:
        size = 0
        try:
            for piece in stream(max(amt, _PIECE), **kwargs):
                size += len(piece)
                limits.received(len(piece))
                limits.check_answer(size)
                yield piece
        except (HTTPError, OSError):
            limits.check()
            raise
        limits.check()  # a connection that was cut may look like one that came to its end

    raw.stream = counted


def _pools(limits: Limits) -> dict[str, Any]:
    """Return the pools of connections that end when the read must."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnection):
        def _new_conn(self) -> Any:
            connection = super()._new_conn()
            limits.watch(connection)
            return connection

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> Any:
            connection = super()._new_conn()
            limits.watch(connection)
            return connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
