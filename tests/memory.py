# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory reading takes, measured in a process of its own, where no server of a test lives."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

_PROCESSES = multiprocessing.get_context("spawn")


class Use(NamedTuple):
    """What a process has in use: small objects (of up to 512 bytes, which nearly all are), and at most so many MiB."""

    objects: int
    peak: float


def growth_of_reading(
    family: str, options: Mapping[str, Any], wanted: frozenset[str], early: int, number: int, seconds: float = 300
) -> Use:
    """Read a source with so many records, letting go of every one; return what is used more than after `early` ones."""
    here, there = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_read, args=(there, family, dict(options), wanted, early), daemon=True)
    process.start()
    there.close()
    try:
        assert here.poll(seconds), f"the read takes longer than {seconds} seconds"
        count, before, after = here.recv()
    finally:
        process.kill()
        process.join()
    assert count == number
    return Use(after.objects - before.objects, after.peak - before.peak)


def _read(pipe: Connection, family: str, options: dict[str, Any], wanted: frozenset[str], early: int) -> None:
    before = after = Use(0, 0)
    number = 0
    with source_class(family)(options).read(wanted, None) as reading:
        for number, _record in enumerate(reading, 1):
            if number == early:
                before = _in_use()
            elif number % early == 0:
                after = _in_use()
        assert reading.result.complete, reading.result.reason
    pipe.send((number, before, after))


def _in_use() -> Use:
    gc.collect()
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
    return Use(sys.getallocatedblocks(), peak)
