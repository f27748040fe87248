# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names made from a bind-DN template: one name in, exactly this name out, whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.utils.dn import parse_dn

from ansible_collections.telephony.connector.plugins.module_utils.authentication.dn_template import (
    DnTemplate,
    UnusableNameError,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

PEOPLE = "uid=%,ou=people,dc=example,dc=com"


@pytest.mark.parametrize(
    ("template", "username", "name"),
    [
        (PEOPLE, "mmuster", "uid=mmuster,ou=people,dc=example,dc=com"),
        (PEOPLE, "x,ou=admins", r"uid=x\,ou\=admins,ou=people,dc=example,dc=com"),
        (PEOPLE, "a+cn=b", r"uid=a\+cn\=b,ou=people,dc=example,dc=com"),
        (PEOPLE, r"mmuster\00", r"uid=mmuster\\00,ou=people,dc=example,dc=com"),
        (PEOPLE, "mmuster\0", r"uid=mmuster\00,ou=people,dc=example,dc=com"),
        (PEOPLE, " m ", r"uid=\ m\ ,ou=people,dc=example,dc=com"),
        (PEOPLE, "50%off", "uid=50%off,ou=people,dc=example,dc=com"),
        ("uid=%,cn=%+ou=x", "m,m", r"uid=m\,m,cn=m\,m+ou=x"),
        ("uid=%,ou=100%%,dc=x", "m", "uid=m,ou=100%,dc=x"),
        ("uid=%%%,dc=x", "m", "uid=%m,dc=x"),
        (r"cn=team \, %,dc=x", "m", r"cn=team \, m,dc=x"),
        (r"cn=a\\%,dc=x", "ab", r"cn=a\\ab,dc=x"),
        ("  uid=%,dc=x\n", "m", "uid=m,dc=x"),
        ("%@corp.example", "mmuster", "mmuster@corp.example"),
        ("%@corp.example", "o'neil", "o'neil@corp.example"),
        (r"CORP\%", "mmuster", r"CORP\mmuster"),
        ("%", "mmuster@corp.example", "mmuster@corp.example"),
    ],
)
def test_every_percent_sign_is_the_user_name_and_two_are_one(template: str, username: str, name: str) -> None:
    assert DnTemplate(template).name_of(username) == name


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("uid=mmuster,dc=example,dc=com", "has no % for the user name"),
        ("uid=%%,dc=example,dc=com", "has no % for the user name"),
        ("", "has no % for the user name"),
        ("%,dc=example", "neither a distinguished name"),
        ("% corp", "neither a distinguished name"),
        ("%@", "neither a distinguished name"),
        ("%@corp.example,dc=x", "neither a distinguished name"),
        ("%@%", "neither a distinguished name"),
        (r"CORP\%\x", "neither a distinguished name"),
        (r"\%", "neither a distinguished name"),
        ("uid=%,,dc=x", "neither a distinguished name"),
        ("uid=%,dc", "neither a distinguished name"),
        ("%=x,dc=y", "in front of an equals sign"),
        (r"uid=\%,dc=x", "behind a backslash"),
        (r"uid=\4%,dc=x", "behind a backslash"),
        (r"uid=\\\%,dc=x", "behind a backslash"),
        ("uid=#%,dc=x", "#"),
        ('uid="%",dc=x', "quotation mark"),
    ],
)
def test_a_template_that_could_mean_something_else_is_refused(template: str, words: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        DnTemplate(template)
    assert words in refused.value.message


@pytest.mark.parametrize("template", ["%@corp.example", r"CORP\%"])
@pytest.mark.parametrize("username", [*'"/\\[]:;|=,+*?<>@ \t\0', "", "x,ou=admins", "a)(uid=*", "m@corp.example"])
def test_logon_names_of_active_directory_hold_nothing_that_means_something(template: str, username: str) -> None:
    with pytest.raises(UnusableNameError):
        DnTemplate(template).name_of(username)


def test_the_whole_logon_name_needs_exactly_one_domain() -> None:
    for username in ("mmuster", "m@a@b"):
        with pytest.raises(UnusableNameError, match="domain"):
            DnTemplate("%").name_of(username)


def unescaped(value: str) -> str:
    """Return the value that a text of RFC 4514 stands for; ldap3 leaves it as it is written."""
    octets = bytearray()
    characters = iter(value)
    for character in characters:
        if character != "\\":
            octets += character.encode()
            continue
        following = next(characters)
        if following in "0123456789abcdefABCDEF":
            octets.append(int(following + next(characters), 16))
        else:
            octets += following.encode()
    return octets.decode()


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30) | st.text(
    st.sampled_from('\\,+"<>;=# %\0ab0'), min_size=1, max_size=12
)


@given(NAMES)
def test_any_name_is_one_value_of_one_component(username: str) -> None:
    """An independent parser finds the three components of the template, and the name as the value of the first."""
    components = parse_dn(DnTemplate("uid=%,ou=people,dc=x").name_of(username))
    assert [(kind, value) for kind, value, _separator in components[1:]] == [("ou", "people"), ("dc", "x")]
    assert components[0][0] == "uid"
    assert unescaped(components[0][1]) == username


@given(NAMES, NAMES)
def test_two_names_never_make_the_same_dn(one: str, other: str) -> None:
    template = DnTemplate(PEOPLE)
    assert (template.name_of(one) == template.name_of(other)) is (one == other)
