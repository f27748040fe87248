# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV files on an SMB share, read from a real Samba server."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests import workbooks
from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER

from .shares import ROWS, TEXT, failure, options_for, read_or_fail, serving

# a handle on a connection that is gone cannot be closed in good order
pytestmark = pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning")


@pytest.fixture(scope="module")
def server():
    yield from serving()


@pytest.fixture
def options(server):
    """The options of a profile for the file test\\address.csv."""
    return options_for(server.port)


@pytest.fixture
def big(server):
    """A file of several megabytes in the share."""
    path = server.share / "big.csv"
    path.write_bytes(b"a,b\n" + b"123456789,abcdefghi\n" * 300_000)
    yield path
    path.unlink()


class TestReading:
    def test_a_file_is_read_by_share_and_path(self, read, options):
        whole = read(options)
        assert (whole.columns, whole.rows, whole.result.complete) == (("a", "b"), ROWS, True)
        assert whole.result.checkpoint["final_newline"] is True

    @pytest.mark.parametrize(
        ("share", "path"),
        [
            (r"\\127.0.0.1\share", "test/address.csv"),
            ("//127.0.0.1/share", r"\test\address.csv"),
            ("\\\\127.0.0.1\\share\\", "/test/address.csv"),
            (r"\\127.0.0.1", r"share\test\address.csv"),
            (r"\\127.0.0.1\share\test", "address.csv"),
        ],
    )
    def test_either_slash_and_the_share_in_the_path_will_do(self, read, options, share, path):
        assert read({**options, "share": share, "path": path}).rows == ROWS

    @pytest.mark.parametrize(
        "names",
        [
            {"share_username": f"CORP\\{USER}"},
            {"share_domain": "CORP"},
            {"share_username": f"CORP\\{USER}", "share_domain": "corp"},
        ],
    )
    def test_a_domain_is_given_with_the_user_or_apart(self, read, options, names):
        assert read({**options, **names}).rows == ROWS

    def test_two_profiles_with_different_users_do_not_share_a_connection(self, read, options):
        assert read(options).rows == ROWS
        assert "STATUS_LOGON_FAILURE" in failure(read, options, share_username="other", share_password="wrong")

    def test_a_big_file_is_streamed(self, options, big):
        with source_class("csv")({**options, "path": "big.csv"}).read(frozenset({"a"}), None) as reading:
            items = iter(reading)
            next(items)
            assert 1 + sum(1 for _item in items) == 300_000
        assert reading.result.complete

    def test_a_workbook_is_read_like_a_file(self, read, server, options):
        path = Path(workbooks.people(server.share / "test" / "staff.xlsx", 3))
        path.chmod(0o644)
        whole = read({**options, "path": r"test\staff.xlsx"}, ("username",))
        assert [row[0] for row in whole.rows] == ["user0", "user1", "user2"]
        assert (whole.items[0].number, whole.result.complete) == (2, True)
        assert failure(read, options, path=r"test\staff.xlsx", max_bytes=100).startswith("Excel workbook ")

    def test_a_read_ends_when_its_time_or_size_is_over(self, options, big):
        source = source_class("csv")({**options, "path": "big.csv", "max_bytes": 2_000_000})
        with source.read(frozenset({"a"}), None) as reading:
            assert 0 < sum(1 for _item in reading) < 300_000
            assert "is larger than 2000000 bytes" in reading.result.reason
        source = source_class("csv")({**options, "path": "big.csv", "max_seconds": 3})
        with source.read(frozenset({"a"}), None) as reading:
            items = iter(reading)
            next(items)
            time.sleep(3.1)
            assert sum(1 for _item in items) < 300_000
            assert "within 3 seconds" in reading.result.reason

    def test_a_read_that_is_given_up_ends_at_once(self, options, big):
        start = time.monotonic()
        with source_class("csv")({**options, "path": "big.csv"}).read(frozenset({"a"}), None) as reading:
            next(iter(reading))
        assert time.monotonic() - start < 20
        assert not reading.result.complete

    def test_what_is_signed_is_readable_on_the_wire_and_what_is_encrypted_is_not(self, read, server, options):
        for encrypt in (False, True):
            with Relay(server.port) as relay:
                assert read({**options, "share_port": relay.port, "share_encrypt": encrypt}).rows == ROWS
                assert (TEXT.encode() in relay.from_server) is not encrypt


@pytest.mark.parametrize(
    ("setting", "more"),
    [
        ("server signing = mandatory", {}),
        ("server smb encrypt = required", {}),
        ("server smb encrypt = required", {"share_encrypt": True}),
        ("server min protocol = SMB3_11", {}),
        ("server max protocol = SMB2_10", {}),
    ],
)
def test_servers_with_stricter_settings(read, setting, more):
    for server in serving(setting):
        assert read(options_for(server.port, **more)).rows == ROWS


def test_encryption_is_not_left_out_when_the_server_has_none(read):
    for server in serving("server smb encrypt = off"):
        message = failure(read, options_for(server.port, share_encrypt=True))
        assert "does not offer encryption" in message


def test_an_unsigned_guest_session_is_refused(read):
    for server in serving("map to guest = bad user"):
        message = failure(read, options_for(server.port, share_username="nobodyknown"))
        assert "lets user nobodyknown in as a guest only, which cannot be signed" in message


class TestRefusals:
    @pytest.mark.parametrize("more", [{"share_password": "wrong"}, {"share_username": "nobodyknown"}])
    def test_a_wrong_password_or_user(self, read, options, more):
        message = failure(read, options, **more)
        assert message == (
            r'CSV file "\\127.0.0.1\share\test\address.csv" cannot be opened: server 127.0.0.1, port '
            f"{options['share_port']} answers STATUS_LOGON_FAILURE (0xc000006d); check share_username, share_password "
            f"and share_domain (user {more.get('share_username', USER)})."
        )

    def test_no_user_at_all(self, read, options, monkeypatch):
        monkeypatch.delenv("NTLM_USER_FILE", raising=False)
        message = failure(read, options, share_username=None, share_password=None)
        assert "wants a sign-in; give share_username and share_password" in message

    def test_a_share_that_does_not_exist(self, read, options):
        assert r"there is no share \\127.0.0.1\nix; check share" in failure(read, options, share=r"\\127.0.0.1\nix")

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            (r"test\nix.csv", "STATUS_OBJECT_NAME_NOT_FOUND (0xc0000034); there is no such file; check path"),
            (r"nix\address.csv", "STATUS_OBJECT_PATH_NOT_FOUND (0xc000003a); there is no such directory; check path"),
            ("test", "it is a directory; name the file itself in path"),
        ],
    )
    def test_a_file_that_does_not_exist(self, read, options, path, words):
        assert words in failure(read, options, path=path)

    def test_a_share_without_permission(self, read, options):
        message = failure(read, options, share=r"\\127.0.0.1\closed")
        assert f"STATUS_ACCESS_DENIED (0xc0000022); give {USER} permission to read the share and the file" in message

    def test_a_file_without_permission(self, read, server, options):
        path = server.share / "secret.csv"
        path.write_bytes(b"a,b\n")
        path.chmod(0)
        assert "STATUS_ACCESS_DENIED" in failure(read, options, path="secret.csv")

    def test_a_server_that_is_down(self, read, options):
        port = process.free_port()
        message = failure(read, options, share_port=port)
        assert f"server 127.0.0.1, port {port} cannot be reached (Connection refused)" in message

    def test_a_server_whose_name_is_unknown(self, read, options):
        message = failure(read, options, share=r"\\no-such-host.invalid\share")
        assert "server no-such-host.invalid" in message
        assert "check share, share_port and the firewall" in message

    def test_a_server_that_says_nothing(self, read, server, options):
        with Relay(server.port, limit=0, then="stall") as relay:
            message = failure(read, options, share_port=relay.port, timeout=1)
        assert "does not answer within 1 seconds" in message

    @pytest.mark.parametrize("limit", [300, 600, 900])
    def test_a_server_that_falls_silent_while_the_file_is_opened(self, read, server, options, limit):
        with Relay(server.port, limit=limit, then="stall") as relay:
            assert "does not answer within 1 seconds" in failure(read, options, share_port=relay.port, timeout=1)


class TestReadsThatAreNotWhole:
    @pytest.mark.parametrize("encrypt", [False, True])
    def test_a_connection_lost_half_way(self, read, server, options, big, encrypt):
        with Relay(server.port, limit=3_000_000) as relay:
            whole = read({**options, "path": "big.csv", "share_port": relay.port, "share_encrypt": encrypt})
        assert 0 < len(whole.rows) < 300_000
        assert set(whole.rows) == {("123456789", "abcdefghi")}
        assert not whole.unusable
        assert not whole.result.complete
        assert f'big.csv" broke off after {2 * (1 << 20)} of {big.stat().st_size} bytes: ' in whole.result.reason
        assert whole.result.checkpoint is None

    @pytest.mark.parametrize("setting", ["server max protocol = SMB2_10", "server min protocol = SMB3_11"])
    def test_what_somebody_changed_on_the_way_is_not_believed(self, read, setting):
        for server in serving(setting):
            with Relay(server.port, forged=(b"Meier,202", b"Maier,666")) as relay:
                whole = read_or_fail(read, options_for(relay.port))
            assert "Maier" not in str(whole)
            assert "cannot be opened" in str(whole) or "broke off" in str(whole)
            assert "bears a wrong signature" in str(whole)

    def test_a_connection_that_falls_silent_half_way(self, read, server, options, big):
        with Relay(server.port, limit=3_000_000, then="stall") as relay:
            whole = read({**options, "path": "big.csv", "share_port": relay.port, "timeout": 2})
        assert not whole.result.complete
        assert "does not answer within 2 seconds" in whole.result.reason

    def test_a_server_that_is_stopped_half_way(self, big):
        for server in serving():
            shutil.copy(big, server.share / "big.csv")
            source = source_class("csv")(options_for(server.port, path="big.csv"))
            with source.read(frozenset({"a"}), None) as reading:
                items = iter(reading)
                next(items)
                server.stop()
                assert sum(1 for _item in items) < 299_999
            assert not reading.result.complete
            assert "broke off after" in reading.result.reason

    @pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
    def test_a_file_that_changes_while_it_is_read(self, options, big, change):
        source = source_class("csv")({**options, "path": "big.csv"})
        with source.read(frozenset({"a"}), None) as reading:
            items = iter(reading)
            next(items)
            if change == "grow":
                with big.open("ab") as file:
                    file.write(b"3,4\n")
            elif change == "shrink":
                os.truncate(big, 2_000_000)
            else:
                with big.open("r+b") as file:
                    file.seek(4)
                    file.write(b"9")
            list(items)
        assert not reading.result.complete
        assert 'big.csv" changed while it was read' in reading.result.reason

    def test_a_file_that_somebody_has_open_for_writing(self, read):
        import smbclient

        for other in serving(writable=True):
            (other.share / "test").chmod(0o777)
            (other.share / "test" / "address.csv").chmod(0o666)
            cache = {}
            credentials = {"username": USER, "password": PASSWORD, "port": other.port, "connection_cache": cache}
            with smbclient.open_file(
                r"\\127.0.0.1\share\test\address.csv", mode="ab", share_access="rwd", **credentials
            ):
                message = failure(read, options_for(other.port))
            smbclient.reset_connection_cache(connection_cache=cache)
            assert "STATUS_SHARING_VIOLATION" in message
            assert "another program has it open for writing" in message
