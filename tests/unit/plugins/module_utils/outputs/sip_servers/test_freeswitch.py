# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FreeSWITCH's user files, read by a parser and with digests by somebody else's code."""

from __future__ import annotations

import stat
import subprocess

import pytest
from lxml import etree
from requests.auth import HTTPDigestAuth

from ansible_collections.telephony.connector.plugins.module_utils.actions import store_settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

PHONE = [{"type": "softphone"}]
SECRET = "a-chosen:secret"
REALM = {"realm": "pbx.example"}


@pytest.fixture
def users(publish, tmp_path):
    """Return users(system, **target) -> (result, {name of the file: root element})."""

    def run(system, check=False, sip_user=None, **target):
        result = publish(system, "freeswitch", "users", check, sip_user=sip_user, target={**REALM, **target})
        folder = tmp_path / "out/users"
        found = {one.name: etree.parse(one).getroot() for one in folder.iterdir()} if folder.exists() else {}
        return result, found

    return run


def add(system, username="anna", extension="201", **more):
    values = {"display_name": username.title(), "sip_password": SECRET, "devices": PHONE, **more}
    system.by_hand("user", username=username, extension=extension, **values)


def answer_by_requests(user, realm, password, algorithm):
    """Return the digest answer that the library requests gives, to be compared with one made of our HA1."""
    auth = HTTPDigestAuth(user, password)
    auth.init_per_thread_state()
    vars(auth)["_thread_local"].chal = {"realm": realm, "nonce": "n", "algorithm": algorithm}
    header = auth.build_digest_header("GET", "http://pbx/x")
    return header.partition('response="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("digest", "tool", "algorithm"), [("md5", "md5sum", "MD5"), ("sha256", "sha256sum", "SHA-256")]
)
def test_the_digest_is_what_others_compute(system, users, digest, tool, algorithm):
    add(system)
    _result, found = users(system, digest=digest)
    written = found["201.xml"].find(".//param[@name='a1-hash']").get("value")

    def hashed(text):
        return subprocess.run([tool], input=text.encode(), capture_output=True, check=True).stdout.split()[0].decode()

    assert written == hashed(f"201:pbx.example:{SECRET}")
    # and a client that knows the password, not the hash, gives the answer that a server makes of the hash
    expected = hashed(f"{written}:n:{hashed('GET:/x')}")
    assert answer_by_requests("201", "pbx.example", SECRET, algorithm) == expected


def test_a_user_file_is_as_the_vanilla_configuration_has_it(system, users, tmp_path):
    add(system, display_name="Anna Müller")
    result, found = users(system)
    (user,) = found["201.xml"]
    # conf/vanilla/directory/default/1000.xml: include > user > params, variables
    assert (found["201.xml"].tag, user.tag, dict(user.attrib)) == ("include", "user", {"id": "201"})
    assert [one.tag for one in user] == ["params", "variables"]
    # sofia_reg.c: a1-hash takes the place of password
    assert [one.get("name") for one in user[0]] == ["a1-hash"]
    assert {one.get("name"): one.get("value") for one in user[1]} == {
        "user_context": "default", "accountcode": "anna", "effective_caller_id_name": "Anna Müller",
        "effective_caller_id_number": "201",
    }  # fmt: skip
    assert SECRET not in (tmp_path / "out/users/201.xml").read_text()
    assert user[0][0].get("value") not in str(result)
    assert stat.S_IMODE((tmp_path / "out/users/201.xml").stat().st_mode) == 0o600


def test_a_user_with_another_id_is_reached_by_the_extension(system, users):
    add(system)
    _result, found = users(system, sip_user="username", cacheable=60000, context="staff")
    (user,) = found["anna.xml"]
    # switch_xml.c: number-alias and cacheable (milliseconds) are attributes of user
    assert dict(user.attrib) == {"id": "anna", "number-alias": "201", "cacheable": "60000"}
    assert user.find(".//variable[@name='user_context']").get("value") == "staff"


def test_calls_to_the_outside_show_the_number_from_outside(system, users):
    lines = {"country": "DE", "lines": [{"prefix": "+49 991 2960", "extension_digits": 3}]}
    system.call(store_settings.store_settings, numbers=lines)
    add(system)
    _result, found = users(system)
    variables = {one.get("name"): one.get("value") for one in found["201.xml"].iter("variable")}
    # conf/vanilla/directory/default/1000.xml: outbound_caller_id_name and _number
    assert (variables["outbound_caller_id_name"], variables["outbound_caller_id_number"]) == ("Anna", "+499912960201")


HOSTILE = [
    'Müller & <b>"Söhne"</b>', "]]> <!-- --><!--#set x -->", '"/><X-PRE-PROCESS cmd="exec" data="id"/>',
    "$${sound_prefix}", "${system(id)}", "@{x} $$${y}", "𝔉 😀", "nicht\ufffezeichen",
]  # fmt: skip


def test_no_name_reaches_the_preprocessor(system, users, tmp_path):
    for number, name in enumerate(HOSTILE):
        add(system, f"u{number}", str(200 + number), display_name=name)
    result, found = users(system)
    names = [
        root.find(".//variable[@name='effective_caller_id_name']").get("value") for _f, root in sorted(found.items())
    ]
    assert names[:3] == HOSTILE[:3]
    assert names[3:] == ["{sound_prefix}", "{system(id)}", "{x} {y}", "𝔉 😀", "nichtzeichen"]
    assert [one["value"] for one in result["cut"]] == HOSTILE[3:6]
    text = "".join((tmp_path / "out/users" / name).read_text() for name in found)
    assert not any(sign in text for sign in ("<X-PRE", "<!--", "${", "@{"))


def test_no_login_reaches_the_preprocessor(system, users):
    add(system, "a$${default_password}", "200", display_name="Anna")
    result, found = users(system)
    (root,) = found.values()
    assert root.find(".//variable[@name='accountcode']").get("value") == "a{default_password}"
    assert [(one["field"], one["value"]) for one in result["cut"]] == [("username", "a$${default_password}")]


def test_who_leaves_has_no_file(system, users, tmp_path):
    add(system)
    add(system, "bert", "202")
    users(system)
    old = (tmp_path / "out/users").resolve()
    system.by_hand("user", username="bert", auth_method="none")
    simulated, found = users(system, check=True)
    assert (simulated["counts"]["removed"], sorted(found)) == (1, ["201.xml", "202.xml"])
    result, found = users(system)
    assert (result["summary"], sorted(found)) == (simulated["summary"], ["201.xml"])
    assert not old.exists()
    assert users(system)[0]["changed"] is False


def test_a_new_secret_changes_the_file_and_shows_nothing(system, users, tmp_path):
    add(system)
    users(system)
    before = (tmp_path / "out/users/201.xml").read_text()
    system.by_hand("user", username="anna", sip_password="another-secret")
    result, _found = users(system)
    assert result["counts"]["updated"] == 1
    assert "another-secret" not in str(result)
    assert (tmp_path / "out/users/201.xml").read_text() != before


def test_the_realm_is_asked_for(system, publish):
    with pytest.raises(DefinitionError, match="needs the realm"):
        publish(system, "freeswitch", "users")
    add(system)
    publish(system, "freeswitch", "users", target={"domain": "pbx.example"})
