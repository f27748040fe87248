# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of families and the checks of a csv source's options: nothing is opened for them."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import SCOPES
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import CLOUDS
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import SEPARATORS
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS, all_options
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import FAMILIES, source_class


def _refusal(**options):
    with pytest.raises(DefinitionError) as caught:
        source_class("csv")(options)
    return caught.value.message


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_class_with_options_and_secrets(family):
    source = source_class(family)
    assert source.family == family
    assert set(source.OPTIONS) >= source.SECRETS
    assert all(source.OPTIONS[name].get("no_log") for name in source.SECRETS)


@pytest.mark.parametrize(
    ("family", "option", "known"),
    [("csv", "line_separator", SEPARATORS), ("ldap", "search_scope", SCOPES), ("m365", "cloud", CLOUDS)],
)
def test_the_choices_of_an_option_are_all_that_its_source_knows(family, option, known):
    assert OPTIONS[family][option]["choices"] == list(known)


def test_no_option_has_a_default_as_families_differ_in_them():
    assert not [name for name, spec in all_options().items() if "default" in spec]


def test_an_unknown_family_is_named_with_the_nearest():
    with pytest.raises(DefinitionError, match=r'no source family "ldab".*Did you mean "ldap"'):
        source_class("ldab")


def test_options_without_a_value_count_as_not_given():
    source_class("csv")({"path": "/srv/a.csv", "encoding": None, "no_such_option": None})


def test_an_unknown_option_is_named_with_the_nearest():
    assert _refusal(path="/srv/a.csv", encodng="utf-8").startswith(
        'The csv source has no option "encodng". Did you mean "encoding"? The options of this source are: '
    )


def test_an_unknown_encoding_is_named_with_the_nearest():
    assert 'There is no encoding "utf8x". Did you mean "utf-8"?' in _refusal(path="a", encoding="utf8x")
    assert 'Did you mean "cp1252"?' in _refusal(path="a", encoding="ANSI")
    assert 'Did you mean "cp1251"?' in _refusal(path="a", encoding="cp-1251x")


@pytest.mark.parametrize("encoding", ["hex", "idna", "punycode", "rot13", "base64", "undefined", "ünicode", "a\0b", ""])
def test_codecs_that_are_no_text_encodings_are_refused(encoding):
    message = _refusal(path="a", encoding=encoding)
    assert "There is no encoding" in message
    assert f'Did you mean "{encoding}"' not in message


@pytest.mark.parametrize("delimiter", ["", ";;", "\n", "\r", "\0"])
def test_a_delimiter_is_one_character(delimiter):
    assert "delimiter must be one character" in _refusal(path="a", delimiter=delimiter)


@pytest.mark.parametrize("enclosure", ['""', "\n", "\0"])
def test_an_enclosure_is_one_character_or_empty(enclosure):
    assert "enclosure must be one character, or empty" in _refusal(path="a", enclosure=enclosure)


def test_delimiter_and_enclosure_cannot_be_the_same():
    assert "must not be the same" in _refusal(path="a", delimiter="'", enclosure="'")


def test_a_line_separator_is_one_of_four():
    assert "it is one of: auto, lf, crlf, cr." in _refusal(path="a", line_separator="crnl")


@pytest.mark.parametrize("path", ["", "  ", "a\0b"])
def test_an_empty_path_is_refused(path):
    assert "path is empty or holds a NUL byte" in _refusal(path=path)


def test_values_of_a_wrong_type_are_refused():
    assert _refusal(path=["a.csv"]) == "The source option path must be text, not list."
