# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which columns are masked by their names."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.secret_columns import is_secret_column


@pytest.mark.parametrize(
    "name",
    [
        "Passwort", "Pass", "Geheimzahl", "SIP-Secret", "pwd", "Voicemail-Pin", "Initialkennwort", "PW", "SIP_PW",
        "sip pw 2", "Zugangscode", "Tuercode", "Türcode", "Zugangswort", "codeword", "passphrase", "accessCode",
    ],
)  # fmt: skip
def test_a_column_of_secrets_is_told_by_its_name(name: str) -> None:
    assert is_secret_column(name)


@pytest.mark.parametrize(
    "name",
    [
        "Postleitzahl", "postcode", "postalCode", "zip code", "Area Code", "countryCode", "Ländercode", "Sprachcode",
        "Ort", "Antwort", "Stichwort", "keywords", "Codec", "Spinne", "Telefon", "departmentCode", "encoded",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_shown(name: str) -> None:
    assert not is_secret_column(name)
