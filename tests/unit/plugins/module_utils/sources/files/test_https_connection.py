# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a file at a web address: certificates, proxies and .netrc, redirects, busy servers."""

from __future__ import annotations

import email.utils
import time

import pytest

from ansible_collections.telephony.connector.tests.servers import process

from .web_files import BODY, PASSWORD, ROWS, USER, failure


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
        assert "is not found" in failure(read, {**source, "proxy": ""})
        monkeypatch.setenv("NO_PROXY", ".example.test")
        assert "is not found" in failure(read, source)

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

    def test_a_host_that_only_looks_like_the_same_is_another_one(self, refused, web):
        port = web.ports["server"]
        target = f"https://127.0.0.1:{port}\\@localhost:{port}/staff.csv"
        message = refused(self.to(target), url_username=USER, url_password=PASSWORD)
        assert "is redirected to the other host 127.0.0.1; if that is meant" in message

    @pytest.mark.parametrize("target", ["https://localhost:99999/a.csv", "https://localhost:x/a.csv"])
    def test_what_is_no_address_is_not_followed(self, refused, target):
        assert "is redirected to something else, which is not https; check url" in refused(self.to(target))

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
