# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV files at a web address, read from a real server with TLS."""

from __future__ import annotations

import email.utils
import gzip
import os
import socket
import time
import tracemalloc
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.http_body import Body
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.web import Web

ROWS = [("Müller", "201"), ("Meier", "202")]
BODY = "a,b\r\nMüller,201\r\nMeier,202\r\n".encode()
MANY = b"a,b\n" + b"123456789,abcdefghi\n" * 50_000
USER, PASSWORD = "anna", "recognisable-geheim"
ENVIRONMENT = ("CA_BUNDLE", "PROXY", "NETRC")


@pytest.fixture(scope="module")
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


def failure(read, source):
    with pytest.raises(SourceError) as caught:
        read(source)
    return caught.value.message


class TestReading:
    def test_a_file_is_read_with_an_own_ca(self, read, options):
        whole = read(options)
        assert (whole.columns, whole.rows, whole.result.complete) == (("a", "b"), ROWS, True)
        assert whole.result.warnings == []

    @pytest.mark.parametrize(
        "answer",
        [
            {"gzip": True},
            {"chunked": True},
            {"chunked": True, "gzip": True},
            {"endless": True, "gzip": True},
            {"headers": {"Content-Encoding": "identity"}},
        ],
    )
    def test_every_way_to_send_a_body(self, answered, answer):
        whole = answered({"body": MANY, **answer})
        assert (len(whole.rows), whole.result.complete) == (50_000, True)

    def test_a_gzip_body_of_several_members(self, answered):
        body = gzip.compress(MANY[:500_000]) + gzip.compress(MANY[500_000:])
        whole = answered({"body": body, "headers": {"Content-Encoding": "gzip"}})
        assert (len(whole.rows), whole.result.complete) == (50_000, True)

    def test_a_small_body_that_unpacks_to_very_much_does_not_fill_the_memory(self, answered, refused):
        bomb = {"body": gzip.compress(b"x" * 50_000_000), "headers": {"Content-Encoding": "gzip"}}
        assert answered({"body": BODY}).rows == ROWS  # libraries are loaded now
        tracemalloc.start()
        try:
            assert "characters without a line break" in refused(bomb)
            assert tracemalloc.get_traced_memory()[1] < 30_000_000
        finally:
            tracemalloc.stop()

    def test_basic_authentication(self, answered, web):
        whole = answered({"body": BODY, "auth": f"{USER}:{PASSWORD}"}, url_username=USER, url_password=PASSWORD)
        assert whole.rows == ROWS

    def test_a_password_that_is_not_latin(self, answered):
        whole = answered({"body": BODY, "auth": "änne:geheim€"}, url_username="änne", url_password="geheim€")
        assert whole.rows == ROWS

    def test_plain_http_only_where_it_is_allowed(self, read, web, options):
        source = {"url": web.url("/staff.csv", "plain")}
        with pytest.raises(DefinitionError, match="which anybody on the way can read and change; use https, or set"):
            read(source)
        assert read({**source, "allow_plaintext": True}).rows == ROWS

    def test_the_encoding_of_the_profile_counts(self, answered):
        body = BODY.decode().encode("cp1252")
        whole = answered({"body": body, "headers": {"Content-Type": "text/csv; charset=utf-8"}}, encoding="cp1252")
        assert whole.rows == ROWS


class TestCertificates:
    @pytest.mark.parametrize(
        ("certificate", "words"),
        [
            ("untrusted", "unable to get local issuer certificate"),
            ("expired", "certificate has expired"),
            ("wrongname", "Hostname mismatch, "),
        ],
    )
    def test_a_certificate_that_is_not_good_is_refused(self, read, web, options, certificate, words):
        message = failure(read, {**options, "url": web.url("/staff.csv", certificate)})
        assert f"the certificate of localhost, port {web.ports[certificate]} is not trusted ({words}" in message
        assert message.endswith("; check ca_path, the name in url and the certificate of the server.")

    def test_another_ca_is_not_enough(self, read, web, options):
        assert "is not trusted" in failure(read, {**options, "ca_path": web.ca.path("other.crt")})

    def test_without_ca_path_the_usual_cas_count(self, read, options):
        assert "is not trusted" in failure(read, {**options, "ca_path": None})

    def test_a_ca_path_that_cannot_be_read(self, read, options, tmp_path):
        assert f'cannot be read from "{tmp_path}/nix.crt"; check ca_path' in failure(
            read, {**options, "ca_path": str(tmp_path / "nix.crt")}
        )

    def test_a_ca_path_that_holds_no_certificate(self, read, options, tmp_path):
        (tmp_path / "ca.crt").write_text("nothing\n")
        message = failure(read, {**options, "ca_path": str(tmp_path / "ca.crt")})
        assert "holds no CA certificates for CSV file https://localhost" in message
        assert message.endswith("in PEM format; check ca_path.")

    @pytest.mark.parametrize("certificate", ["untrusted", "expired", "wrongname"])
    def test_validation_is_switched_off_by_the_profile_alone_and_says_so(self, read, web, options, certificate):
        source = {"url": web.url("/staff.csv", certificate), "validate_certs": False}
        whole = read(source)
        assert whole.rows == ROWS
        assert whole.result.warnings == [
            f"The certificate of CSV file {source['url']} is not checked, as validate_certs is false."
        ]

    def test_a_server_that_speaks_no_tls(self, read, web, options):
        url = web.url("/staff.csv", "plain").replace("http:", "https:")
        assert "no TLS connection to localhost" in failure(read, {**options, "url": url})


class TestEnvironment:
    """What the environment holds neither switches verification off nor replaces what the profile says."""

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_a_ca_bundle_does_not_replace_ca_path(self, read, web, options, monkeypatch, name):
        monkeypatch.setenv(name, web.ca.path("other.crt"))
        assert read(options).rows == ROWS

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_a_ca_bundle_does_not_make_a_certificate_good(self, read, web, options, monkeypatch, name):
        monkeypatch.setenv(name, web.ca.path("ca.crt"))
        assert "is not trusted" in failure(read, {**options, "ca_path": web.ca.path("other.crt")})
        assert "is not trusted" in failure(read, {**options, "ca_path": None})

    @pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    def test_an_empty_ca_bundle_does_not_switch_verification_off(self, read, web, options, monkeypatch, name):
        monkeypatch.setenv(name, "")
        assert "is not trusted" in failure(read, {**options, "url": web.url("/staff.csv", "untrusted")})

    def test_a_ca_bundle_does_not_switch_verification_on_again(self, read, web, options, monkeypatch):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", web.ca.path("other.crt"))
        assert read({"url": options["url"], "validate_certs": False}).rows == ROWS

    def test_netrc_gives_no_credentials(self, refused, web, monkeypatch, tmp_path):
        netrc = tmp_path / "netrc"
        netrc.write_text(f"machine localhost login {USER} password {PASSWORD}\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        assert "answers 401" in refused({"body": BODY, "auth": f"{USER}:{PASSWORD}"}, path="/netrc.csv")
        assert "Authorization" not in web.requests_of("/netrc.csv")[-1]["headers"]

    def test_netrc_does_not_replace_the_credentials_of_the_profile(self, answered, monkeypatch, tmp_path):
        netrc = tmp_path / "netrc"
        netrc.write_text("machine localhost login somebody password else\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        whole = answered({"body": BODY, "auth": f"{USER}:{PASSWORD}"}, url_username=USER, url_password=PASSWORD)
        assert whole.rows == ROWS

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    def test_this_machine_is_never_asked_through_a_proxy(self, read, options, monkeypatch, name):
        monkeypatch.setenv(name, f"http://127.0.0.1:{process.free_port()}")
        assert read(options).rows == ROWS

    @pytest.mark.parametrize("given", ["environment", "profile"])
    def test_a_proxy_passes_on_what_it_cannot_read(self, read, web, options, monkeypatch, given):
        before = len(web.requests)
        proxy = f"http://127.0.0.1:{web.ports['plain']}"
        source = {**options, "url": web.url("/staff.csv", host="files.example.test"), "url_username": USER}
        source["url_password"] = PASSWORD
        if given == "environment":
            monkeypatch.setenv("HTTPS_PROXY", proxy)
        else:
            source["proxy"] = proxy
        assert read(source).rows == ROWS
        connect, get = web.requests[before:]
        assert (connect["method"], connect["path"]) == ("CONNECT", f"files.example.test:{web.ports['server']}")
        assert "Authorization" not in connect["headers"]
        assert get["method"] == "GET"
        # and behind the proxy the certificate is checked as ever
        untrusted = {**source, "url": web.url("/staff.csv", "untrusted", host="files.example.test")}
        assert "is not trusted (unable to get local issuer certificate)" in failure(read, untrusted)
        wrong_name = {**source, "url": web.url("/staff.csv", host="other.example.test")}
        assert "is not trusted (Hostname mismatch" in failure(read, wrong_name)

    def test_no_proxy_is_kept_and_an_empty_proxy_means_none(self, read, web, options, monkeypatch):
        source = {**options, "url": web.url("/staff.csv", host="files.example.test")}
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{web.ports['plain']}")
        assert read(source).rows == ROWS
        # the name leads nowhere without the proxy
        assert "cannot be reached" in failure(read, {**source, "proxy": ""})
        monkeypatch.setenv("NO_PROXY", ".example.test")
        assert "cannot be reached" in failure(read, source)

    def test_a_proxy_that_is_down_is_named_as_such(self, read, web, options):
        source = {**options, "url": web.url("/staff.csv", host="files.example.test")}
        message = failure(read, {**source, "proxy": f"http://127.0.0.1:{process.free_port()}"})
        assert "the proxy does not connect to files.example.test" in message


class TestRedirects:
    def to(self, target, status=302):
        return {"status": status, "headers": {"Location": target}}

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_the_same_host_is_followed_with_credentials(self, answered, web, status):
        web.answer("/target.csv", {"body": BODY, "auth": f"{USER}:{PASSWORD}"})
        whole = answered(self.to("/target.csv", status), url_username=USER, url_password=PASSWORD)
        assert whole.rows == ROWS

    def test_another_host_is_refused(self, refused, web):
        message = refused(self.to(web.url("/staff.csv", host="127.0.0.1")))
        assert "is redirected to the other host 127.0.0.1; if that is meant, put it into allow_redirects_to" in message

    @pytest.mark.parametrize("allowed", ["127.0.0.1", ["nix.example", "127.0.*"]])
    def test_another_host_that_is_allowed_gets_no_credentials(self, answered, web, allowed):
        web.answer("/elsewhere.csv", {"body": BODY})
        whole = answered(
            self.to(web.url("/elsewhere.csv", host="127.0.0.1")),
            path="/moved.csv",
            allow_redirects_to=allowed,
            url_username=USER,
            url_password=PASSWORD,
        )
        assert whole.rows == ROWS
        assert "Authorization" in web.requests_of("/moved.csv")[-1]["headers"]
        assert "Authorization" not in web.requests_of("/elsewhere.csv")[-1]["headers"]

    def test_another_port_of_the_host_gets_no_credentials(self, read, web):
        web.answer("/port.csv", {"body": BODY})
        web.answer("/to_port.csv", self.to(web.url("/port.csv", "plain", host="localhost")))
        source = {"url": web.url("/to_port.csv", "plain", host="127.0.0.1"), "allow_plaintext": True}
        source |= {"url_username": USER, "url_password": PASSWORD, "allow_redirects_to": "localhost"}
        assert read(source).rows == ROWS
        assert "Authorization" not in web.requests_of("/port.csv")[-1]["headers"]

    @pytest.mark.parametrize("allow_plaintext", [False, True])
    def test_plain_http_is_never_followed_from_https(self, refused, web, allow_plaintext):
        message = refused(self.to(web.url("/staff.csv", "plain")), allow_plaintext=allow_plaintext)
        assert "which is not https" in message

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://localhost/x"])
    def test_other_schemes_are_not_followed(self, refused, target):
        assert "which is not https" in refused(self.to(target))

    def test_an_endless_chain_ends(self, refused, web):
        assert "is redirected more than 5 times" in refused(self.to("/loop"), path="/loop")
        assert len(web.requests_of("/loop")) == 6


class TestRetries:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_a_busy_server_is_asked_again_when_it_says(self, answered, waits, status):
        whole = answered({"status": status, "headers": {"Retry-After": "7"}}, {"body": BODY}, path=f"/busy{status}")
        assert (whole.rows, waits) == (ROWS, [7])

    def test_a_date_to_come_back_at_is_kept(self, answered, waits):
        later = email.utils.formatdate(time.time() + 20, usegmt=True)
        whole = answered({"status": 503, "headers": {"Retry-After": later}}, {"body": BODY}, path="/dated")
        assert whole.rows == ROWS
        assert 15 < waits[0] <= 20

    def test_without_a_word_the_time_doubles_and_then_it_is_given_up(self, refused, waits, web):
        message = refused({"status": 503}, path="/busy")
        assert "the server answers 503 Service Unavailable, 4 times in a row; run again later" in message
        assert waits == [1, 2, 4]
        assert len(web.requests_of("/busy")) == 4

    def test_how_often_is_an_option(self, refused, waits):
        assert "answers 500 Internal Server Error; run again later" in refused({"status": 500}, retries=0)
        assert waits == []

    def test_a_server_that_wants_to_wait_for_long_is_left_to_the_next_run(self, refused, waits):
        message = refused({"status": 429, "headers": {"Retry-After": "3600"}}, path="/patience")
        assert "answers 429 Too Many Requests and asks to come back in 3600 seconds; run again later" in message
        assert waits == []

    def test_a_refusal_is_not_asked_again(self, refused, web, waits):
        assert "answers 404 Not Found; check url" in refused({"status": 404}, path="/refusal")
        assert (len(web.requests_of("/refusal")), waits) == (1, [])


class TestUnchangedFiles:
    WHEN = "Mon, 01 Jun 2026 10:00:00 GMT"

    @pytest.mark.parametrize("headers", [{"ETag": '"v1"'}, {"ETag": 'W/"v1"'}, {"Last-Modified": WHEN}])
    def test_an_unchanged_file_costs_one_304_and_no_parsing(self, answered, web, headers):
        answer = {"body": BODY, "headers": headers}
        path = f"/known{len(str(headers))}"
        first = answered(answer, path=path)
        assert first.rows == ROWS
        second = answered(answer, path=path, checkpoint=first.result.checkpoint)
        assert (second.columns, second.items) == ((), [])
        assert second.result.unchanged
        assert second.result.complete
        # the next read may ask with the same
        assert second.result.checkpoint == first.result.checkpoint
        assert len(web.requests_of(path)) == 2

    def test_a_changed_file_is_read(self, answered):
        first = answered({"body": BODY, "headers": {"ETag": '"v1"'}}, path="/new")
        new = {"body": b"a,b\n7,8\n", "headers": {"ETag": '"v2"'}}
        second = answered(new, path="/new", checkpoint=first.result.checkpoint)
        assert second.rows == [("7", "8")]
        assert not second.result.unchanged
        assert second.result.checkpoint["etag"] == '"v2"'

    def test_a_checkpoint_of_another_address_or_other_options_is_not_used(self, answered, web):
        answer = {"body": BODY, "headers": {"ETag": '"v1"'}}
        first = answered(answer, path="/one")
        assert answered(answer, path="/two", checkpoint=first.result.checkpoint).rows == ROWS
        other = answered(answer, path="/one", checkpoint=first.result.checkpoint, encoding="cp1252")
        assert len(other.rows) == 2
        assert "If-None-Match" not in web.requests_of("/one")[-1]["headers"]

    def test_an_incomplete_read_gives_no_checkpoint(self, answered):
        assert answered({"body": MANY, "cut": 500_000, "headers": {"ETag": '"v1"'}}).result.checkpoint is None

    def test_a_file_changed_in_the_second_of_the_answer_is_read_again(self, answered):
        now = email.utils.formatdate(time.time() + 1, usegmt=True)
        first = answered({"body": BODY, "headers": {"Last-Modified": now}}, path="/fresh")
        assert "last_modified" not in first.result.checkpoint

    def test_a_304_that_nobody_asked_for_is_an_error(self, refused):
        assert "answers 304" in refused({"status": 304})


class TestReadsThatAreNotWhole:
    @pytest.mark.parametrize("gzipped", [False, True])
    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_body_that_is_cut(self, answered, chunked, gzipped):
        body = gzip.compress(MANY, 0) if gzipped else MANY
        headers = {"Content-Encoding": "gzip"} if gzipped else {}
        whole = answered({"body": body, "cut": 500_000, "chunked": chunked, "headers": headers})
        assert 0 < len(whole.rows) < 25_001
        assert set(whole.rows) == {("123456789", "abcdefghi")}
        assert not whole.unusable
        assert not whole.result.complete
        total = "" if chunked else f" of {len(body)}"
        assert f"broke off after 500000{total} bytes (the connection ended too early)" in whole.result.reason

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_small_body_that_is_cut(self, answered, chunked):
        whole = answered({"body": BODY, "cut": len(BODY) - 5, "chunked": chunked})
        assert (whole.rows, whole.result.complete) == (ROWS[:1], False)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_body_cut_between_two_rows(self, answered, chunked):
        whole = answered({"body": BODY, "cut": BODY.index(b"Meier"), "chunked": chunked})
        assert (whole.rows, whole.result.complete) == (ROWS[:1], False)

    def test_a_gzip_stream_without_its_end(self, answered):
        whole = answered({"body": MANY, "gzip": True, "gzip_cut": -8})
        assert not whole.result.complete
        assert "its gzip coding has no end" in whole.result.reason

    def test_a_gzip_stream_that_is_none(self, refused):
        message = refused({"body": BODY, "headers": {"Content-Encoding": "gzip"}})
        assert "its gzip coding cannot be undone" in message

    def test_a_body_of_unknown_length_without_chunks(self, answered):
        whole = answered({"body": BODY, "endless": True})
        assert (whole.rows, whole.result.complete) == (ROWS, False)
        assert "cannot be verified: no Content-Length" in whole.result.reason

    def test_a_length_that_is_not_reached_is_noticed_without_the_help_of_urllib3(self):
        # version 1.26, which requests may come with, ends such a body without an error
        raw = SimpleNamespace(read=lambda size, decode_content: pieces.pop(0))
        pieces = [BODY, b""]
        body = Body(
            SimpleNamespace(raw=raw, headers={"Content-Length": str(len(BODY) + 1)}), "the file", Bounds("the file")
        )
        assert (body.read(1000), body.read(1000)) == (BODY, b"")
        with pytest.raises(BrokenOffError, match=r"the file broke off after \d+ of \d+ bytes"):
            body.check_end()

    def test_a_connection_lost_half_way(self, read, web, options):
        web.answer("/big.csv", {"body": MANY})
        with Relay(web.ports["server"], limit=600_000) as relay:
            whole = read({**options, "url": f"https://localhost:{relay.port}/big.csv"})
        assert 0 < len(whole.rows) < 50_000
        assert not whole.result.complete
        assert "broke off after" in whole.result.reason

    def test_a_server_that_falls_silent_half_way(self, answered):
        whole = answered({"body": MANY, "cut": 500_000, "stall": 3}, timeout=1)
        assert not whole.result.complete
        assert "(no more came in time)" in whole.result.reason


class TestRefusals:
    def test_wrong_credentials(self, refused):
        message = refused({"auth": f"{USER}:right"}, url_username=USER, url_password=PASSWORD)
        assert f"the server answers 401 Unauthorized; check url_username and url_password (user {USER})" in message

    def test_missing_credentials(self, refused):
        assert "401 Unauthorized; give url_username and url_password" in refused({"auth": f"{USER}:right"})

    @pytest.mark.parametrize(
        ("status", "words"),
        [(403, "403 Forbidden"), (404, "404 Not Found"), (410, "410 Gone"), (204, "204 No Content")],
    )
    def test_other_answers(self, refused, status, words):
        assert f"cannot be read: the server answers {words}; " in refused({"status": status})

    def test_a_key_in_the_address_is_not_shown(self, read, web, options):
        web.answer("/key.csv", {"status": 403})
        source = {**options, "url": web.url("/key.csv?token=s3cr3t")}
        assert "s3cr3t" not in failure(read, source)
        assert "/key.csv?... " in failure(read, source)

    def test_a_server_that_is_down(self, read, options):
        port = process.free_port()
        message = failure(read, {**options, "url": f"https://localhost:{port}/x.csv"})
        assert f"localhost, port {port} cannot be reached (Connection refused); check url" in message

    def test_a_server_whose_name_is_unknown(self, read, options):
        assert "no-such-host.invalid, port 443 cannot be reached" in failure(
            read, {**options, "url": "https://no-such-host.invalid/x.csv"}
        )

    def test_a_server_that_does_not_answer(self, refused):
        assert "does not answer within 1 seconds" in refused({"body": BODY, "delay": 3}, timeout=1)

    def test_a_server_that_does_not_even_greet(self, read, options):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            message = failure(read, {**options, "url": f"https://127.0.0.1:{port}/x.csv", "timeout": 1})
        assert "does not answer within 1 seconds" in message

    def test_a_coding_that_was_not_asked_for(self, refused):
        assert 'comes in the coding "br"' in refused({"body": BODY, "headers": {"Content-Encoding": "br"}})

    @pytest.mark.parametrize("body", [b"<!DOCTYPE html><html>", b"\n  <html lang='de'>", b"\xef\xbb\xbf<HTML>"])
    def test_a_page_to_sign_in_is_not_taken_for_a_file(self, refused, body):
        assert "is a web page, not CSV; check where it comes from" in refused({"body": body * 10})


class TestOptions:
    """What the options for a web address may be, without a server."""

    def refusal(self, **options):
        with pytest.raises(DefinitionError) as caught:
            source_class("csv")(options)
        assert PASSWORD not in caught.value.message
        return caught.value.message

    @pytest.mark.parametrize("scheme", ["sftp", "ftp", "file", "smb", "scp"])
    @pytest.mark.parametrize("option", ["url", "path"])
    def test_other_schemes_are_refused_with_those_that_work(self, option, scheme):
        message = self.refusal(**{option: f"{scheme}://server/staff.csv"})
        assert message == (
            f'The source option {option} begins with "{scheme}:", from which no CSV file can be read; there are: https '
            "for url (http with allow_plaintext: true), share with path for a Windows or Samba share (SMB), and path "
            "alone for a file on this machine."
        )

    def test_a_url_as_path_is_refused(self):
        assert 'option path begins with "https:"' in self.refusal(path="https://server/staff.csv")

    def test_a_unc_name_as_path_is_refused(self):
        assert "give the part" in self.refusal(path=r"\\server\share\staff.csv")

    @pytest.mark.parametrize("url", ["server/staff.csv", "staff.csv", ""])
    def test_an_address_without_scheme(self, url):
        assert "has no scheme" in self.refusal(url=url)

    @pytest.mark.parametrize("url", ["https://", "https:///x.csv", "https://[::1/x", "https://h:port/x"])
    def test_an_address_without_host(self, url):
        assert "names no host" in self.refusal(url=url) or "is not a web address" in self.refusal(url=url)

    def test_credentials_in_the_address_are_refused(self):
        message = self.refusal(url=f"https://{USER}:{PASSWORD}@server/staff.csv")
        assert "give it as url_username and url_password" in message

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({}, "needs either path"),
            ({"path": "a", "url": "https://h/a"}, "needs either path"),
            ({"share": r"\\s\d"}, "needs either path"),
            ({"share": r"\\s\d", "url": "https://h/a"}, "name two places"),
            ({"path": "a", "share_username": "u", "share_password": "p"}, "share_username needs share as well"),
            ({"path": "a", "ca_path": "x"}, "ca_path needs url as well"),
            ({"path": "a", "url_password": "x"}, "url_password needs url as well"),
            ({"url": "https://h/a", "url_password": "x"}, "url_password needs url_username as well"),
            ({"url": "https://h/a", "url_username": "x"}, "url_username needs url_password as well"),
            ({"share": r"\\s\d", "path": "a", "share_username": "u"}, "share_username needs share_password as well"),
            ({"share": r"\\s\d", "path": "a", "share_port": 0}, "share_port must be from 1 to 65535, not 0"),
            ({"url": "https://h/a", "timeout": 0}, "timeout must be from 1 to 86400, not 0"),
            ({"url": "https://h/a", "timeout": 10**20}, "timeout must be from 1 to 86400, not 1"),
            ({"url": "https://h/a", "retries": -1}, "retries must be from 0 to"),
            ({"url": "https://[::1/a"}, "is not a web address"),
            ({"url": "https://h/a", "proxy": "http://[::1"}, "must have the form http://host:port"),
            ({"url": "https://h/a", "url_username": "a:b", "url_password": "x"}, "must not hold a colon"),
            ({"url": "https://h/a", "proxy": "proxy:3128"}, "must have the form http://host:port"),
            ({"url": "https://h/a", "proxy": f"http://u:{PASSWORD}@p:1"}, "must have the form http://host:port"),
            ({"url": "https://h/a", "allow_redirects_to": [1]}, "must be a list of strings"),
            ({"url": "https://h/a", "retries": "x"}, "retries must be a number"),
        ],
    )
    def test_options_that_do_not_fit_together(self, options, words):
        assert words in self.refusal(**options)
