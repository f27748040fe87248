# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy on the way: one rule for all sources at a web address."""

from __future__ import annotations

import os

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import check_proxy, is_near, proxies

PROXY = "http://proxy.example:3128"
NEAR = ["localhost", "db.localhost", "127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1"]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in os.environ:
        if "PROXY" in name.upper():
            monkeypatch.delenv(name)


@pytest.mark.parametrize("host", NEAR)
@pytest.mark.parametrize("options", [{}, {"proxy": PROXY}])
def test_this_machine_is_never_asked_through_a_proxy(monkeypatch, host, options):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert is_near(host)
    assert proxies(f"https://{f'[{host}]' if ':' in host else host}/x", options) == {}


def test_the_proxy_of_the_profile_comes_first_and_an_empty_one_is_none(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    assert proxies("https://files.example/x", {"proxy": PROXY}) == {"https": PROXY}
    assert proxies("https://files.example/x", {"proxy": ""}) == {}
    assert proxies("https://files.example/x", {})["https"] == "http://other.example:1"


def test_no_proxy_of_the_environment_is_kept(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", ".example,10.0.0.0/8")
    assert proxies("https://files.example/x", {}) == {}
    assert proxies("https://10.1.2.3/x", {}) == {}


@pytest.mark.parametrize(
    "proxy", ["proxy.example", "socks5://proxy.example", "http://", "http://me:pw@proxy.example", "http://x:y"]
)
def test_what_is_no_proxy_is_refused(proxy):
    with pytest.raises(DefinitionError, match="must have the form http://host:port, without a user name"):
        check_proxy({"proxy": proxy})


@pytest.mark.parametrize("options", [{}, {"proxy": ""}, {"proxy": PROXY}])
def test_what_is_one_is_taken(options):
    check_proxy(options)
