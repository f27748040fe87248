# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files at a web address that break off or cannot be had: incomplete reads, and one clear sentence."""

from __future__ import annotations

import gzip
import socket
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.http_body import Body
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.relay import Relay

from .web_files import BODY, MANY, PASSWORD, ROWS, USER, failure


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
        assert 'the name "no-such-host.invalid" is not found' in failure(
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
