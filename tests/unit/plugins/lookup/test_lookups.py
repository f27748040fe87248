# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates read the store by lookups, and write numbers by a filter."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.telephony.connector.tests.contents import fingerprints
from ansible_collections.telephony.connector.tests.system import System


@pytest.fixture
def render(tmp_path, monkeypatch):
    """Return render(expression) -> value, with a store of two people."""
    from ansible.template import trust_as_template

    system = System(str(tmp_path / "store.db"), tmp_path)
    system.by_hand("user", username="anna", display_name="Anna Müller", extension="201", password="secret-of-anna")
    system.by_hand("phonebook_entry", display_name="Muster & Söhne", phone="+49 991 2960100")
    monkeypatch.setenv("TELEPHONY_CONNECTOR_STORE", system.location)
    monkeypatch.setenv("TELEPHONY_CONNECTOR_STORE_KEY", system.KEY)

    def evaluate(expression):
        templar = Templar(loader=DataLoader(), variables={})
        return templar.template(trust_as_template("{{ " + expression + " }}"))

    return evaluate


def test_a_user_is_read_without_secrets(render, tmp_path):
    before = fingerprints(tmp_path)
    user = render("lookup('telephony.connector.user', 'anna')")
    assert (user["username"], user["extension"], user["display_name"]) == ("anna", "201", "Anna Müller")
    assert "secret-of-anna" not in str(user)
    assert fingerprints(tmp_path) == before


def test_a_user_who_is_not_there_is_named(render):
    with pytest.raises(AnsibleError, match='Did you mean "anna"'):
        render("lookup('telephony.connector.user', 'ana')")


def test_a_sip_password_is_read_with_the_key_alone(render, tmp_path):
    system = System(str(tmp_path / "store.db"), tmp_path)
    question = "lookup('telephony.connector.sip_password', 'Anna')"
    with pytest.raises(AnsibleError, match="has no SIP password yet"):
        render(question)
    system.by_hand("user", username="anna", sip_password="sign-in-of-anna")
    assert render(question) == "sign-in-of-anna"
    assert "sign-in-of-anna" not in str(render("lookup('telephony.connector.user', 'anna')"))
    with pytest.raises(AnsibleError, match='There is no user "ana"'):
        render("lookup('telephony.connector.sip_password', 'ana')")
    with pytest.raises(AnsibleError, match="cannot be read with this key"):
        render("lookup('telephony.connector.sip_password', 'anna', store_key='another-key-altogether')")


def test_the_phonebook_is_a_list_whatever_it_holds(render):
    for search, names in (("mül", ["Anna Müller"]), ("mu", ["Muster & Söhne"]), ("nothing", []), ("", None)):
        found = render(f"lookup('telephony.connector.phonebook', search='{search}')")
        assert [one["display_name"] for one in found] == (
            names if names is not None else ["Anna Müller", "Muster & Söhne"]
        )


def test_a_store_that_is_not_there_is_said(render, tmp_path):
    with pytest.raises(AnsibleError, match="There is no store"):
        render(f"lookup('telephony.connector.user', 'anna', store='{tmp_path}/other.db')")


def test_numbers_are_written_as_they_are_dialled(render):
    assert (
        render("'+49 991 2960100' | telephony.connector.dial_format('national', 'DE', outside_line='0')")
        == "009912960100"
    )
    assert render("none | telephony.connector.dial_format") == ""
    with pytest.raises(AnsibleError, match="number form"):
        render("'0991' | telephony.connector.dial_format('nationl', 'DE')")


def test_extensions_and_the_numbers_that_reach_them_from_outside(render):
    numbers = "{'country': 'DE', 'lines': [{'prefix': '+49 991 2960', 'extension_digits': 3}]}"
    assert render(f"'0991/2960-123' | telephony.connector.extension({numbers})") == "123"
    assert render(f"'+49 30 123456' | telephony.connector.extension({numbers})") == ""
    assert render(f"'123' | telephony.connector.did({numbers})") == "+499912960123"
    assert render(f"none | telephony.connector.did({numbers})") == ""
    with pytest.raises(AnsibleError, match="is no country"):
        render("'1' | telephony.connector.extension({'country': 'XX'})")
