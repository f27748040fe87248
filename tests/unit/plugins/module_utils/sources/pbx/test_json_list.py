# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list in JSON is the same however its pieces fall, and a list that is cut gives whole items only."""

from __future__ import annotations

import io
import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import json_list


class Stream:
    """Bytes that come in pieces of one size."""

    where, warnings, validators, unchanged = "it", [], {}, False

    def __init__(self, data, size):
        self._file, self._size = io.BytesIO(data), size

    def read(self, size):
        return self._file.read(min(size, self._size))

    def check_end(self):
        pass


LIST = [{"a": 1, "b": 'x"]},', "c": [True, None, "ü€😀"]}, {}, {"d": "\\", "e": -1.5e3}, {"f": 12}]
TEXTS = [{"a": "1", "b": 'x"]},', "c": [True, None, "ü€😀"]}, {}, {"d": "\\", "e": "-1500.0"}, {"f": "12"}]


@pytest.mark.parametrize("size", range(1, 40))
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_the_same_however_its_pieces_fall(size, indent):
    data = json.dumps(LIST, ensure_ascii=False, indent=indent).encode()
    assert list(json_list.JsonList(Stream(data, size))) == TEXTS


def test_a_list_cut_anywhere_gives_whole_items_only_and_says_so():
    data = json.dumps(LIST, ensure_ascii=False).encode()
    for length in range(1, len(data)):
        found = []
        with pytest.raises(BrokenOffError):
            found.extend(json_list.JsonList(Stream(data[:length], 7)))
        assert found == TEXTS[: len(found)]


@pytest.mark.parametrize("data", [b"[{}] 2", b"[{}", b"[", b"[{},", b"[{} {}]", b'[{"a":' * 99_999])
def test_what_is_no_whole_list_is_broken(data):
    with pytest.raises(BrokenOffError):
        list(json_list.JsonList(Stream(data, 100_000)))
