# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV files at a web address, read from a real server with TLS."""

from __future__ import annotations

import email.utils
import gzip
import time
import tracemalloc

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

from .web_files import BODY, MANY, PASSWORD, ROWS, USER


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
        with pytest.raises(DefinitionError, match="which a man-in-the-middle can read and change; use https, or set"):
            read(source)
        assert read({**source, "allow_plaintext": True}).rows == ROWS

    def test_the_encoding_of_the_profile_counts(self, answered):
        body = BODY.decode().encode("cp1252")
        whole = answered({"body": body, "headers": {"Content-Type": "text/csv; charset=utf-8"}}, encoding="cp1252")
        assert whole.rows == ROWS


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
