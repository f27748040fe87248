# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From an e-mail address to the contacts: autodiscover by DNS and SOAP, with certificates for every name."""

from __future__ import annotations

import os
import pickle
import tempfile

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.autodiscover import (
    PATH,
    Autodiscover,
    Names,
    failing,
    moved,
    reachable,
    redirected,
    settings,
)
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

HERE, MAIL = "autodiscover.corp.example", "mail.corp.example"
OTHER = "exchange.hoster.example"
EWS = f"https://{MAIL}/EWS/Exchange.asmx"
HOSTS = ("corp.example", HERE, MAIL, "files.corp.example", OTHER, "sub.example", "autodiscover.sub.example")


class World:
    """The net as far as autodiscover sees it: names, the service with https and with http, and the Exchange server."""

    def __init__(self, certificate, exchange):
        self.names, self.service, self.plain = Names(), Autodiscover(certificate), Autodiscover()
        self.exchange = exchange
        ports = {443: self.service.port, 80: self.plain.port}
        self.places = dict.fromkeys(HOSTS, ports) | {MAIL: {443: exchange.port}}

    def says(self, host, answer):
        """Put a host into DNS and let it answer."""
        self.names.hosts.add(host)
        self.service.answers[host] = answer


@pytest.fixture(scope="module")
def certificate(ca):
    ca.issue("corp", *HOSTS)
    return ca.path("corp")


@pytest.fixture
def world(certificate, exchange):
    exchange.use(certificate)
    made = World(certificate, exchange)
    servers = (made.names, made.service, made.plain)
    for server in servers:
        server.start()
    try:
        made.names.hosts.add(MAIL)
        exchange.mailboxes.public.folder("Customers").add("Max", PhoneNumbers={"BusinessPhone": "1"})
        with reachable(made.names, made.places):
            yield made
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def ntlm(world, certificate):
    """The door of the Exchange server and of its autodiscover."""
    try:
        door = Ntlm(certificate, PASSWORD, USER, EMAIL)
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    world.exchange.ntlm = world.service.ntlm = door
    yield door
    door.close()


@pytest.fixture
def found(book):
    """Sync with nothing but an e-mail address and a password; returns the result."""

    def sync(email=EMAIL, username=None, auth_type=None, **more):
        return book(url=None, email=email, username=username, auth_type=auth_type, **more).sync("book")

    return sync


def test_an_email_address_and_a_password_are_enough(world, ntlm, found, pbx):
    world.says(HERE, settings(ExternalEwsUrl=EWS, InternalEwsUrl="https://ex1.corp.local/EWS/Exchange.asmx"))
    result = found()
    assert (result["counts"]["created"], result["warnings"]) == (1, [])
    assert [entry["phone"] for entry in pbx.objects("phonebook_entry")] == ["1"]
    # a handshake with each of the two servers, and nothing said before
    assert (ntlm.messages, ntlm.refused) == ([1, 3, 1, 3], [])
    assert pbx.sync("book")["result"] == "unchanged"


def test_a_server_for_the_company_alone_is_found_too(world, ntlm, found):
    world.says("corp.example", settings(InternalEwsUrl=EWS))
    assert found(username=USER)["counts"]["created"] == 1


@pytest.mark.parametrize(
    "answers",
    [
        {HERE: redirected(f"https://{OTHER}{PATH}"), OTHER: settings(ExternalEwsUrl=EWS)},
        {HERE: redirected("svc@sub.example"), "autodiscover.sub.example": settings(ExternalEwsUrl=EWS)},
        {HERE: redirected("svc@sub.example"), "sub.example": redirected(f"https://{OTHER}{PATH}"),
         OTHER: settings(ExternalEwsUrl=EWS)},
    ],
    ids=["another host", "another address", "both"],
)  # fmt: skip
def test_a_server_with_a_certificate_may_lead_elsewhere(world, ntlm, found, answers):
    for host, answer in answers.items():
        world.says(host, answer)
    assert found()["counts"]["created"] == 1
    assert ntlm.refused == []


@pytest.mark.parametrize("way", ["http", "DNS"])
def test_what_anybody_can_change_leads_within_the_domain(world, ntlm, found, way):
    world.says("files.corp.example", settings(ExternalEwsUrl=EWS))
    leads(world, way, "files.corp.example")
    assert found()["counts"]["created"] == 1


@pytest.mark.parametrize("way", ["http", "DNS"])
def test_what_anybody_can_change_leads_to_no_other_host(world, ntlm, found, way):
    world.says(OTHER, settings(ExternalEwsUrl=EWS))
    leads(world, way, OTHER)
    with pytest.raises(SourceError, match=f"leads to the other host {OTHER}, .*; if that is meant, give url"):
        found()
    assert OTHER not in [host for _method, host in world.service.hosts_asked()]
    assert ntlm.messages == []


def test_a_host_that_only_looks_like_one_of_the_domain_is_another_one(world, ntlm, found):
    odd = f"{OTHER}\\@files.corp.example"  # which requests asks OTHER for
    world.says(OTHER, settings(ExternalEwsUrl=EWS))
    world.names.hosts.add(odd)
    leads(world, "http", odd)
    with pytest.raises(SourceError, match=f"leads to the other host {OTHER}"):
        found()
    assert OTHER not in [host for _method, host in world.service.hosts_asked()]
    assert ntlm.messages == []


def leads(world, way, host):
    """Have the domain name a host of autodiscover without any protection."""
    if way == "DNS":
        world.names.services["_autodiscover._tcp.corp.example"] = (443, host)
    else:
        world.names.hosts.add(HERE)
        world.plain.answers[HERE] = moved(f"https://{host}{PATH}")


def test_a_wrong_password_is_tried_once(world, ntlm, found):
    world.says(HERE, settings(ExternalEwsUrl=EWS))
    world.says("corp.example", settings(ExternalEwsUrl=EWS))
    with pytest.raises(SourceError, match=f"Exchange for {EMAIL} does not accept the user or password"):
        found(password="wrong-geheim")
    assert ntlm.messages == [1, 3]


@pytest.mark.parametrize("auth_type", [None, "ntlm"])
def test_a_web_server_of_the_domain_does_not_get_the_password(world, ntlm, found, auth_type):
    world.says("corp.example", settings())
    world.service.wants_basic.add("corp.example")
    world.says(HERE, settings(ExternalEwsUrl=EWS))
    assert found(auth_type=auth_type)["counts"]["created"] == 1
    sent = [one.headers.get("authorization", "") for one in (*world.service.asked, *world.plain.asked)]
    assert not any(one.startswith("Basic") for one in sent)


def test_findings_of_others_are_not_believed_and_none_are_left(world, ntlm, found, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    from exchangelib.autodiscover import cache

    trap = tmp_path / cache.shelve_filename()
    monkeypatch.setattr(cache, "AUTODISCOVER_PERSISTENT_STORAGE", trap)
    import shelve

    with shelve.open(str(trap)) as planted:
        planted["corp.example"] = _Trap(tmp_path / "sprung")
    before = sorted(tmp_path.iterdir())
    world.says(HERE, settings(ExternalEwsUrl=EWS))
    assert found()["counts"]["created"] == 1
    assert [path for path in sorted(tmp_path.iterdir()) if "store" not in path.name] == before
    assert trap == cache.AUTODISCOVER_PERSISTENT_STORAGE


class _Trap:
    """What makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_trap_springs(tmp_path):
    pickle.loads(pickle.dumps(_Trap(tmp_path / "sprung")))
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failing("InvalidUser"), rf"Exchange knows no mailbox {EMAIL} \(autodiscover\); check email"),
        (failing("ServerBusy"), "No Exchange server can be found"),
        (failing("InvalidDomain"), "No Exchange server can be found"),
        (settings(), "names no address of EWS with https .*; give url"),
        (settings(ExternalEwsUrl="http://mail.corp.example/EWS"), "names no address of EWS with https"),
        (settings(ExternalEwsUrl="https://outlook.office365.com/EWS/Exchange.asmx"), "in Exchange Online: .*graph"),
        (redirected("svc@corp.mail.onmicrosoft.com"), "in Exchange Online: .*backend: graph"),
        (redirected(f"http://{OTHER}{PATH}"), "No Exchange server can be found"),
        (redirected(EMAIL), "No Exchange server can be found"),
        (redirected(f"https://{HERE}{PATH}"), "No Exchange server can be found"),
    ],
)
def test_what_leads_nowhere_is_told(world, ntlm, found, answer, words):
    world.says(HERE, answer)
    world.names.hosts.add(OTHER)
    with pytest.raises(SourceError, match=words):
        found()
    assert world.plain.asked == [] or all(method == "GET" for method, _host in world.plain.hosts_asked())


def test_a_cloud_that_dns_leads_to_is_named(world, found):
    world.names.hosts.add(HERE)
    world.plain.answers[HERE] = moved(f"https://autodiscover-s.outlook.com{PATH}")
    with pytest.raises(SourceError, match=r"is in Exchange Online: .*use backend: graph"):
        found()


def test_a_certificate_for_another_name_is_not_followed(world, ntlm, found, exchange):
    world.places["autodiscover.wrong.example"] = world.places[HERE]
    world.says("autodiscover.wrong.example", settings(ExternalEwsUrl=EWS))
    with pytest.raises(SourceError, match="No Exchange server can be found"):
        found(email="svc@wrong.example")
    assert (ntlm.messages, exchange.asked) == ([], [])


@pytest.mark.parametrize("email", ["svc@", "svc@a..b", "svc@" + "x" * 300 + ".example", "svc@a b.example", "a@b@c"])
def test_an_address_that_is_none_is_told(world, found, email):
    with pytest.raises(SourceError, match="No Exchange server can be found"):
        found(email=email)
