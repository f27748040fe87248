# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the process behaves as a program of its own and leaves nothing behind."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time

import pytest

from ansible_collections.telephony.connector.plugins.plugin_utils import child


def nothing():
    return None


def run(function, seconds=60.0, tick=nothing):
    return child.run(function, tick, seconds)


def test_output_and_exit_code_come_back():
    def program():
        print("Grüße" + "x" * 200_000)
        sys.stderr.write("careful\n")
        os.write(1, b"below Python")
        sys.exit(3)

    ended = run(program)
    assert (ended.code, ended.stderr) == (3, b"careful\n")
    assert len(ended.stdout) == len("Grüße".encode()) + 200_001 + len(b"below Python")


@pytest.mark.parametrize(("word", "code"), [(None, 0), (0, 0), (7, 7), ("words", 1)])
def test_the_exit_code_is_that_of_a_program(word, code):
    assert run(lambda: sys.exit(word)).code == code


def test_an_exception_is_a_traceback_and_a_failure():
    ended = run(lambda: 1 // 0)
    assert ended.code == 1
    assert b"ZeroDivisionError" in ended.stderr


def test_a_copy_that_is_killed_says_by_what():
    assert run(lambda: os.kill(os.getpid(), signal.SIGKILL)).code == -signal.SIGKILL


def test_nothing_of_it_stays(tmp_path):
    before = os.getcwd(), dict(os.environ), list(sys.argv), sys.stdin, sys.stdout, signal.getsignal(signal.SIGINT)

    def program():
        os.chdir(tmp_path)
        os.environ["LEFT_BEHIND"] = "1"
        sys.argv[:] = ["other"]
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    assert run(program).code == 0
    assert before == (
        os.getcwd(), dict(os.environ), list(sys.argv), sys.stdin, sys.stdout, signal.getsignal(signal.SIGINT),
    )  # fmt: skip


def test_what_is_to_be_done_at_the_end_is_its_own(tmp_path):
    atexit.register((tmp_path / "outer").touch)
    try:
        assert run(lambda: atexit.register((tmp_path / "inner").touch)).code == 0
    finally:
        atexit.unregister((tmp_path / "outer").touch)
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def test_its_input_is_empty():
    assert run(lambda: print(repr(sys.stdin.read()))).stdout == b"''\n"


def test_time_passes_while_it_runs(tmp_path):
    enough, ticks = tmp_path / "enough", []

    def program():
        while not enough.exists():
            time.sleep(0.01)

    def tick():
        ticks.append(1)
        if len(ticks) == 3:
            enough.touch()

    run(program, seconds=0.05, tick=tick)
    assert len(ticks) >= 3


@pytest.mark.parametrize("deaf", [False, True])
def test_what_is_raised_meanwhile_ends_it(tmp_path, monkeypatch, deaf):
    monkeypatch.setattr(child, "_SECONDS_TO_END", 0.2)
    pid = tmp_path / "pid"

    def program():
        if deaf:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pid.write_text(str(os.getpid()))
        time.sleep(60)

    def too_late():
        if pid.exists() and pid.read_text():
            raise TimeoutError

    with pytest.raises(TimeoutError):
        run(program, seconds=0.02, tick=too_late)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_no_descriptor_is_left_open():
    run(nothing)
    before = sorted(os.listdir("/dev/fd"))
    run(nothing)
    assert sorted(os.listdir("/dev/fd")) == before
