# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones sign in at a real Kamailio, with the accounts that were published into its database."""

from __future__ import annotations

import hashlib

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.output_info import output_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.tests.publisher import secret_of
from ansible_collections.telephony.connector.tests.servers.kamailio import DOMAIN, Kamailio
from ansible_collections.telephony.connector.tests.servers.sip_phone import (
    Phone,
    register_with_pjsip,
    register_with_sipp,
)

SOFTPHONE = [{"type": "softphone"}]


def add(system, username, extension, **more):
    fields = {"devices": SOFTPHONE, "display_name": username.title(), **more}
    system.by_hand("user", username=username, extension=extension, **fields)


def registers(server, user, secret):
    with Phone(server.port) as phone:
        return phone.register(user, secret)


def test_phones_sign_in_with_the_secret_until_their_user_is_gone(system, output, kamailio, query, tmp_path):
    add(system, "anna", "201")
    add(system, "bert", "202", sip_password="chosen by hand")
    assert registers(kamailio, "201", "whatever-it-is") == 401
    assert output()["summary"] == "2 created, 1 SIP password made"
    secret = secret_of(system, "anna")
    assert registers(kamailio, "201", secret) == 200
    assert registers(kamailio, "202", "chosen by hand") == 200
    assert registers(kamailio, "201", "wrong-secret") == 401
    assert register_with_pjsip(kamailio.port, "201", secret) == 200
    assert register_with_sipp(tmp_path, kamailio.port, "201", secret)
    assert not register_with_sipp(tmp_path, kamailio.port, "201", "wrong-secret")
    assert query("SELECT DISTINCT password FROM subscriber") == [("",)]
    system.by_hand("user", username="anna", sip_password="renew")
    assert output()["counts"]["updated"] == 1
    assert registers(kamailio, "201", secret) == 401
    assert registers(kamailio, "201", secret_of(system, "anna")) == 200
    system.by_hand("user", username="anna", state="absent")
    assert output()["counts"]["removed"] == 1
    assert registers(kamailio, "201", secret) == 401
    assert registers(kamailio, "202", "chosen by hand") == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("digest", "algorithm"), [("md5", "md5"), ("sha256", "sha256")])
def test_digests_are_those_of_the_standard(system, output, query, digest, algorithm):
    add(system, "anna", "201", sip_password="Süßes Geheimnis: 1")
    output(target={"digest": digest, "realm": "of another name"})
    texts = [f"{user}:of another name:Süßes Geheimnis: 1" for user in ("201", "201@example.test")]
    expected = tuple(hashlib.new(algorithm, text.encode()).hexdigest() for text in texts)
    assert query("SELECT ha1, ha1b FROM subscriber") == [expected]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_leaver_is_refused_until_he_comes_back(system, output, kamailio):
    people = "displayname,username,phone\nAnna,anna,201\nBert,bert,202\n"
    system.profile(create_softphone=True, leavers={"action": "disable", "grace_days": 30})
    system.import_csv(people)
    output()
    secret = secret_of(system, "anna")
    assert registers(kamailio, "201", secret) == 200
    system.import_csv(people.replace("Anna,anna,201\n", ""))
    assert output()["counts"]["removed"] == 1
    assert registers(kamailio, "201", secret) == 401
    system.import_csv(people)
    output()
    assert registers(kamailio, "201", secret) == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_server_that_asks_for_sha_256_gets_digests_of_it(system, output, database, tmp_path):
    add(system, "anna", "201")
    output(target={"digest": "sha256"})
    secret = secret_of(system, "anna")
    with Kamailio(tmp_path / "sha", database, "SHA-256") as server:
        assert (registers(server, "201", secret), registers(server, "201", "wrong")) == (200, 401)
        agents = register_with_pjsip(server.port, "201", secret), register_with_pjsip(server.port, "201", "wrong")
        assert (agents[0], agents[1] in (401, 403)) == (200, True)
        output(target={"digest": "md5"})
        assert registers(server, "201", secret) == 401


def test_a_call_by_extension_reaches_the_phone_of_the_login(system, output, kamailio):
    add(system, "anna", "201")
    add(system, "bert", "202")
    output(target={"aliases": True}, sip_user="username")
    with Phone(kamailio.port) as anna, Phone(kamailio.port) as bert:
        assert anna.register("anna", secret_of(system, "anna")) == 200
        assert bert.register("bert", secret_of(system, "bert")) == 200
        from threading import Thread

        rang = []
        waiting = Thread(target=lambda: rang.append(anna.ringing()))
        waiting.start()
        assert bert.call("bert", "201")[0] == 486
        waiting.join()
        assert rang == [f"INVITE sip:anna@127.0.0.1:{anna.port} SIP/2.0"]
        assert bert.call("bert", "299")[0] == 404


def test_no_secret_is_shown_anywhere(system, output, query, database, tmp_path):
    add(system, "anna", "201")
    report = tmp_path / "report.html"
    results = [output(diff=True, report=str(report), check=True), output(diff=True, report=str(report))]
    secret = secret_of(system, "anna")
    ((hashed,),) = query("SELECT ha1 FROM subscriber")
    system.by_hand("user", username="anna", sip_password="renew")
    results.append(output(diff=True))
    assert results[-1]["changes"][0]["before"] == {"secret": "as before"}
    assert results[-1]["changes"][0]["after"] == {"secret": "changed"}
    told = system.call(output_info, check=True, name="accounts", limit=10)
    shown = str([results, told, system.objects()]) + report.read_text()
    for hidden in (secret, hashed, secret_of(system, "anna"), "pgpw"):
        assert hidden not in shown
    assert told["outputs"][0]["target"] == results[0]["target"]
    assert results[0]["target"].endswith(f" {DOMAIN}")


def test_speed_dials_lead_to_their_destination(system, output, kamailio, query):
    add(system, "anna", "201")
    system.by_hand("speed_dial", number="71", destination="+49 991 2960100", display_name="Head office")
    output(target={"speed_dials": True}, numbers={"form": "e164", "country": "DE"})
    with Phone(kamailio.port) as anna:
        assert anna.call("201", "71") == (302, f"sip:+499912960100@{DOMAIN}")
    system.by_hand("speed_dial", number="71", state="absent")
    assert output()["counts"]["updated"] == 1
    assert query("SELECT * FROM speed_dial") == []


def test_what_others_have_written_stays(system, output, query):
    query(
        "INSERT INTO subscriber (username, domain, ha1) VALUES ('201', 'other.test', 'x'), ('900', 'example.test', '')"
    )
    query(
        "INSERT INTO dbaliases (alias_username, alias_domain, username, domain)"
        " VALUES ('info', 'example.test', 'anna', 'example.test')"
    )
    query(
        "INSERT INTO speed_dial (username, domain, sd_username, sd_domain, new_uri)"
        " VALUES ('anna', 'example.test', '99', 'example.test', 'sip:99@example.test')"
    )
    tables = {name: query(f"SELECT * FROM {name} ORDER BY id") for name in ("subscriber", "dbaliases", "speed_dial")}
    versions = query("SELECT * FROM version ORDER BY id")
    add(system, "anna", "201")
    add(system, "bert", "202")
    system.by_hand("speed_dial", number="71", destination="200")
    output(sip_user="username")
    assert len(query("SELECT * FROM dbaliases")) == 3
    system.by_hand("user", username="bert", state="absent")
    output(sip_user="username")
    output(state="absent")
    for name, rows in tables.items():
        assert query(f"SELECT * FROM {name} ORDER BY id") == rows
    assert query("SELECT * FROM version ORDER BY id") == versions


def test_a_row_of_somebody_else_in_our_place_is_a_conflict_unless_it_is_adopted(system, output, query):
    query("INSERT INTO subscriber (username, domain, ha1) VALUES ('201', 'example.test', 'theirs')")
    query(
        "INSERT INTO dbaliases (alias_username, alias_domain, username, domain)"
        " VALUES ('202', 'example.test', 'fax', 'example.test')"
    )
    add(system, "anna", "201")
    add(system, "bert", "202", email="bert")
    simulated = output(check=True, sip_user="email or extension")
    result = output(sip_user="email or extension")
    assert (result["plan_digest"], result["result"]) == (simulated["plan_digest"], "partial")
    assert [(one["name"], one["reason"]) for one in result["conflicts"]] == [
        ("Anna", "subscriber 201 example.test is there already and was not written by this output"),
        ("Bert", "dbaliases 202 example.test fax example.test is there already and was not written by this output"),
    ]
    assert query("SELECT username, ha1 FROM subscriber") == [("201", "theirs")]
    adopted = output(sip_user="email or extension", adopt=True)
    assert adopted["result"] == "changed"
    assert sorted(query("SELECT username FROM subscriber")) == [("201",), ("bert",)]
    assert query("SELECT username FROM dbaliases") == [("bert",)]
    assert output(sip_user="email or extension")["result"] == "unchanged"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize("check", [False, True])
def test_an_alias_of_another_output_is_not_adopted(system, output, query, adopt, check):
    add(system, "anna", "201", email="anne")
    add(system, "bert", "202", email="bert")
    output(sip_user="username", filter="username == 'anna'")
    rows = query("SELECT alias_username, username FROM dbaliases")
    other = output(check=check, name="other", sip_user="email", adopt=adopt)
    assert [(one["name"], one["place"]) for one in other["conflicts"]] == [("Anna", "anne@example.test")]
    assert 'is written by the output "accounts"' in other["conflicts"][0]["reason"]
    assert (other["result"], other["counts"]["created"]) == ("partial", 1)
    assert query("SELECT alias_username, username FROM dbaliases") == rows + [("202", "bert")] * (not check)
    assert output(sip_user="username", filter="username == 'anna'", adopt=adopt)["result"] == "unchanged"


def test_a_change_by_hand_is_set_back_and_other_columns_stay(system, output, query):
    query("ALTER TABLE subscriber ADD COLUMN email_address VARCHAR(64) DEFAULT '' NOT NULL")
    add(system, "anna", "201")
    output()
    before = query("SELECT ha1 FROM subscriber")
    query("UPDATE subscriber SET ha1 = 'broken', email_address = 'anna@example.test'")
    result = output()
    assert "changed by hand in the target, and set back: Anna" in result["warnings"][0]
    assert query("SELECT ha1, email_address FROM subscriber") == [(*before[0], "anna@example.test")]
    query("DELETE FROM subscriber")
    assert [one["reason"] for one in output()["changes"]] == ["missing in the target"]
    assert query("SELECT ha1 FROM subscriber") == before


def test_users_swap_extensions_and_logins_are_left_out(system, output, query):
    add(system, "anna", "201")
    add(system, "bert", "202")
    add(system, "müller", "203")
    result = output(sip_user="username")
    assert [one["value"] for one in result["left_out"]] == ["müller"]
    system.by_hand("user", username="anna", extension="299")
    system.by_hand("user", username="bert", extension="201")
    system.by_hand("user", username="anna", extension="202")
    output(sip_user="username")
    aliases = query("SELECT alias_username, username FROM dbaliases ORDER BY alias_username")
    assert aliases == [("201", "bert"), ("202", "anna")]
    output()
    assert query("SELECT username FROM subscriber ORDER BY username") == [("201",), ("202",), ("203",)]
    assert query("SELECT * FROM dbaliases") == []


def test_bad_targets_are_told_in_a_sentence(system, output, query, database, tmp_path, caplog):
    add(system, "anna", "201")

    def told(error=TargetError, **target):
        with pytest.raises(error) as raised:
            output(target=target)
        return raised.value.message

    assert "must be a SQLAlchemy URL" in told(DefinitionError, database="kamailio")
    assert "secret" not in told(DefinitionError, database="nonsense://u:secret@h/d")
    assert "is not there: check the path" in told(database=f"sqlite:///{tmp_path}/missing.sqlite")
    (tmp_path / "text.sqlite").write_text("this is no database at all, but a text that is long enough" * 20)
    assert "is no SQLite database" in told(database=f"sqlite:///{tmp_path}/text.sqlite")
    if "postgresql" in database:
        assert "refuses the user or password" in told(database=database.replace("pgpw", "wrong-pw"))
        host, _slash, name = database.rpartition("/")
        assert "does not exist" in told(database=f"{host}/nowhere")
        down = host.rpartition(":")[0] + ":1/" + name
        message = told(database=down)
        assert "does not answer (connection refused)" in message
        assert "pgpw" not in message
    with pytest.raises(DefinitionError, match="has no SIP password yet"):
        secret_of(system, "anna")
    query("ALTER TABLE subscriber RENAME COLUMN ha1b TO ha1_b")
    assert "has no column ha1b in its table subscriber: kamdbctl create makes it as Kamailio 5.6 does" in told()
    query("ALTER TABLE subscriber RENAME COLUMN ha1_b TO ha1b")
    query("DROP TABLE dbaliases")
    assert "has no table dbaliases" in told(aliases=True)
    query("DROP TABLE subscriber")
    assert "has no table subscriber: kamdbctl create" in told()
    assert caplog.records == []
