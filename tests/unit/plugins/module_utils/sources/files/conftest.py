# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server with TLS, and what a read of its file gave."""

from __future__ import annotations

import os

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.web import Web

from .web_files import BODY, ENVIRONMENT, PASSWORD


@pytest.fixture(scope="session")
def web(tmp_path_factory):
    server = Web(tmp_path_factory.mktemp("web"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    """The ordinary cases are tested without what the environment of this machine may hold."""
    for name in os.environ:
        if any(part in name.upper() for part in ENVIRONMENT):
            monkeypatch.delenv(name)


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited between two tries, without waiting them."""
    seconds = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds


@pytest.fixture
def options(web):
    """The options of a profile for /staff.csv."""
    web.answer("/staff.csv", {"body": BODY})
    return {"url": web.url("/staff.csv"), "ca_path": web.ca.path("ca.crt"), "timeout": 10}


@pytest.fixture
def answered(read, web):
    """Read a path after the server was told its answers: answered({...}, {...}, option=...)."""

    def read_answers(*answers, path="/other.csv", checkpoint=None, **more):
        web.answer(path, *answers)
        source = {"url": web.url(path), "ca_path": web.ca.path("ca.crt"), "timeout": 10, **more}
        return read(source, checkpoint=checkpoint)

    return read_answers


@pytest.fixture
def refused(answered):
    """Like `answered`, for a read that fails; returns the message."""

    def message(*answers, **more):
        with pytest.raises(SourceError) as caught:
            answered(*answers, **more)
        assert PASSWORD not in caught.value.message
        return caught.value.message

    return message
