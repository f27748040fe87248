# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is removed while their record is in a file, wherever that lies and whatever it is: share, web, workbook."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.damage import (
    COLUMNS,
    EXPRESSIONS,
    STEPS,
    Declared,
    check_history,
    text_of,
)
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd
from ansible_collections.telephony.connector.tests.servers.web import Web

_NOT_IN_A_WORKBOOK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@pytest.fixture(scope="module")
def smbd(tmp_path_factory):
    # below /tmp itself: the user nobody may not go into the directories that pytest makes for root
    directory = Path(tempfile.mkdtemp(prefix="smbd."))
    server = Smbd(directory)
    options = {"share": r"\\127.0.0.1\share", "path": "people.csv", "share_username": USER, "share_password": PASSWORD}
    try:
        server.start()
        yield Declared(
            tmp_path_factory.mktemp("share"),
            lambda _system, lines: (server.share / "people.csv").write_text(text_of(lines), newline=""),
            lambda _system: {**options, "share_port": server.port},
        )
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    server = Web(tmp_path_factory.mktemp("web"))
    try:
        server.start()
        yield Declared(
            tmp_path_factory.mktemp("https"),
            lambda _system, lines: server.answer("/people.csv", {"body": text_of(lines).encode()}),
            lambda _system: {"url": server.url("/people.csv"), "ca_path": str(server.ca.directory / "ca.crt")},
        )
    finally:
        server.stop()


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    def write(system, lines):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("People")
        sheet.append(COLUMNS)
        for line in lines:
            if line is not None:
                sheet.append([_NOT_IN_A_WORKBOOK.sub("?", cell) for cell in next(csv.reader([line]))])
        book.save(system.directory / "people.xlsx")

    return Declared(
        tmp_path_factory.mktemp("workbook"), write, lambda system: {"path": str(system.directory / "people.xlsx")}
    )


HISTORIES = {
    "expressions": st.integers(0, len(EXPRESSIONS) - 1),
    "steps": st.lists(STEPS, min_size=1, max_size=3),
    "asked": st.integers(0, 7),
}


@example_count(3)
@given(**HISTORIES)
def test_nobody_goes_whose_line_is_still_in_a_file_of_a_share_however_damaged(smbd, expressions, steps, asked):
    check_history(smbd, expressions, steps, asked)


@example_count(3)
@given(**HISTORIES)
def test_nobody_goes_whose_line_is_still_in_a_file_of_the_web_however_damaged(web, expressions, steps, asked):
    check_history(web, expressions, steps, asked)


@example_count(4)
@given(**HISTORIES)
def test_nobody_goes_whose_row_is_still_in_a_workbook_however_damaged(workbook, expressions, steps, asked):
    check_history(workbook, expressions, steps, asked)
