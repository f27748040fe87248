# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain controller of the tests is a real one: it says what Windows says, and changes are what they seem."""

from __future__ import annotations

import socket
import ssl

import pytest

from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.samba_domain import (
    BASE_DN,
    HOST,
    READER,
    READER_PASSWORD,
    STAFF,
)

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")
ldap3 = pytest.importorskip("ldap3")


@pytest.fixture(scope="module")
def dc(tmp_path_factory):
    people = [(f"CN=user{n},{STAFF}", samba_domain.user(f"user{n}")) for n in range(50)]
    people.append((f"CN=Müller\\, Anna \\22Änne\\22,{STAFF}", samba_domain.user("amueller", "Anna-Pw1!", sn="Müller")))
    try:
        with samba_dc.running(
            tmp_path_factory.mktemp("dc") / "dc", samba_domain.cache_of(tmp_path_factory), people
        ) as server:
            yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))


def greet(dc, name, ca="ca.crt"):
    """Connect with TLS and check the certificate for a name."""
    context = ssl.create_default_context(cafile=dc.ca.path(ca))
    with socket.create_connection((dc.ip, 636)) as plain, context.wrap_socket(plain, server_hostname=name):
        pass


def bind(dc, user, password):
    """Bind over TLS; returns (success, the server's words)."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=dc.ca.path("ca.crt"), valid_names=[HOST])
    server = ldap3.Server(dc.ip, port=636, use_ssl=True, tls=tls, get_info=ldap3.NONE)
    connection = ldap3.Connection(server, user, password, receive_timeout=10)
    try:
        return connection.bind(), connection.result["message"]
    finally:
        connection.unbind()


@pytest.mark.parametrize("name", [f"{READER}@example.test", f"EXAMPLE\\{READER}", f"CN={READER},CN=Users,{BASE_DN}"])
def test_an_account_signs_in_under_each_of_its_names(dc, name):
    assert bind(dc, name, READER_PASSWORD)[0]


def test_a_wrong_password_is_refused_with_the_code_of_windows(dc):
    refused, words = bind(dc, f"{READER}@example.test", "wrong")
    assert not refused
    assert "data 52e" in words


def test_the_certificate_names_the_host_and_the_address_only(dc):
    for name in (HOST, "localhost", dc.ip):
        greet(dc, name)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"other\.example\.test"):
        greet(dc, "other.example.test")
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        greet(dc, HOST, ca="other.crt")


def test_a_connection_without_tls_is_not_trusted_with_a_password(dc):
    server = ldap3.Server(dc.ip, get_info=ldap3.NONE)
    with pytest.raises(ldap3.core.exceptions.LDAPStrongerAuthRequiredResult):
        ldap3.Connection(server, f"{READER}@example.test", READER_PASSWORD, auto_bind=True, raise_exceptions=True)


def test_what_was_loaded_is_there_and_can_sign_in(dc):
    dc.admin.search(STAFF, "(objectClass=user)", attributes=["sn", "sAMAccountName"])
    found = {item["attributes"]["sAMAccountName"][0]: item for item in dc.admin.response if "attributes" in item}
    assert len([name for name in found if name.startswith("user")]) == 50
    assert found["amueller"]["attributes"]["sn"] == ["Müller"]
    assert found["amueller"]["dn"].startswith('CN=Müller\\, Anna \\"Änne\\"')
    assert bind(dc, "amueller@example.test", "Anna-Pw1!")[0]


def test_a_user_keeps_the_guid_through_renames_and_moves(dc):
    dn = dc.add_user("mover", "Mover-Pw1!")
    guid = dc.value(dn, "objectGUID")
    unit = dc.add(f"OU=Moved,{STAFF}", {"objectClass": "organizationalUnit"})
    dn = dc.move(dn, rdn="CN=has moved", parent=unit)
    assert dn == f"CN=has moved,{unit}"
    assert dc.value(dn, "objectGUID") == guid
    dc.modify(dn, userAccountControl=str(samba_domain.DISABLED), title="Chef")
    assert dc.value(dn, "title") == b"Chef"
    dc.modify(dn, title=None)
    assert dc.value(dn, "title") is None
    assert "data 533" in bind(dc, "mover@example.test", "Mover-Pw1!")[1]
    dc.delete(dn)
    assert "data 52e" in bind(dc, "mover@example.test", "Mover-Pw1!")[1]


def test_members_of_a_group_have_it_as_memberof(dc):
    dn = dc.add_user("member")
    group = dc.add_group("Phones", dn)
    assert dc.value(dn, "memberOf").decode() == group


def test_a_server_that_was_stopped_is_gone_and_comes_back_with_its_data(dc):
    dn = dc.add_user("stays")
    dc.stop()
    with pytest.raises(ldap3.core.exceptions.LDAPSocketOpenError):
        bind(dc, f"{READER}@example.test", READER_PASSWORD)
    dc.start()
    assert dc.value(dn, "sAMAccountName") == b"stays"
