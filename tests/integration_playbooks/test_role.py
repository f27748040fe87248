# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role sync by the playbook that comes with it: its summary tells of every profile, also of a stopped one."""

from __future__ import annotations

import pytest

PLAYBOOK = "telephony.connector.sync"
HEAD = "username,displayname,phone\n"


@pytest.fixture
def people(ansible):
    """Return a function that writes a file with so many people, and returns their profile."""

    def write(count, **more):
        (ansible.folder / "users.csv").write_text(
            HEAD + "".join(f"user{n},Käthe Groß {n},{300 + n}\n" for n in range(count)), encoding="utf-8"
        )
        return {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "users.csv")}, **more}

    return write


@pytest.fixture
def dials(ansible):
    (ansible.folder / "dials.csv").write_text("speeddial,phone\n801,+49 30 1\n", encoding="utf-8")
    return {"name": "dials", "template": "csv_speed_dials", "source": {"path": str(ansible.folder / "dials.csv")}}


def told(run):
    return run.result("Tell what was done")["msg"]


def test_a_stopped_profile_is_told_beside_the_others(ansible, people, dials):
    assert ansible.playbook(PLAYBOOK, variables={"sync_profiles": [people(10)]}).returncode == 0
    profiles = {"sync_profiles": [people(2), dials]}

    simulated = ansible.playbook(PLAYBOOK, "--check", "--diff", variables=profiles)
    assert simulated.returncode == 0, simulated.output
    assert "-username: user9" in simulated.output
    assert told(simulated)[0] == "staff: refused (simulated): 2 records read, 2 unchanged, 8 removed"
    digest = told(simulated)[1].removeprefix("  plan: ")

    run = ansible.playbook(PLAYBOOK, variables=profiles)
    assert run.returncode != 0
    lines = told(run)
    assert lines[0] == "staff: refused: 2 records read, 2 unchanged, 8 removed"
    assert "8 of its 10 objects would be removed" in lines[1]
    assert digest in lines[1]
    assert lines[2:] == ["dials: changed: 1 record read, 1 created"]

    lifted = ansible.playbook(PLAYBOOK, variables={**profiles, "sync_expect_plans": {"staff": digest}})
    assert told(lifted)[0] == "staff: changed: 2 records read, 2 unchanged, 8 removed"


@pytest.mark.newest_alone
def test_taking_profiles_out_is_no_failure(ansible, people):
    assert ansible.playbook(PLAYBOOK, variables={"sync_profiles": [people(1)]}).returncode == 0
    run = ansible.playbook(PLAYBOOK, variables={"sync_profiles": [{"name": "staff", "state": "absent"}]})
    assert run.returncode == 0, run.output
    assert told(run) == ["No profile was synced."]
    assert run.recap["changed"] == 1
    assert ansible.playbook(PLAYBOOK, variables={"sync_profiles": []}).returncode == 0


@pytest.mark.newest_alone
def test_two_profiles_of_one_name_are_refused_before_anything_is_declared(ansible, people, dials):
    run = ansible.playbook(PLAYBOOK, variables={"sync_profiles": [people(1), {**dials, "name": "staff"}]})
    assert run.returncode != 0
    assert "two profiles of the same name" in run.output
    assert not ansible.store.exists()


@pytest.mark.newest_alone
def test_a_record_that_is_no_row_is_told_without_a_field(ansible, people):
    profile = people(6)
    with (ansible.folder / "users.csv").open("a", encoding="utf-8") as file:
        file.write("cut,off\n")
    run = ansible.playbook(PLAYBOOK, variables={"sync_profiles": [profile]})
    assert told(run)[1] == "  rejected: record 8, the record has 2 columns where the header has 3"


@pytest.mark.parametrize(
    ("role", "given"),
    [("sync", {"sync_expect_plans": "{{ nobodys }}"}), ("publish", {"publish_outputs": "{{ nobodys }}"})],
)
@pytest.mark.newest_alone
def test_variables_that_cannot_be_checked_stop_the_role(ansible, people, role, given):
    include = {"name": f"telephony.connector.{role}", "rolespec_validate": False}
    run = ansible.tasks({"include_role": include, "vars": {"sync_profiles": [people(1)], **given}})
    assert run.returncode != 0
    assert "'nobodys' is undefined" in run.output
    assert run.output.rstrip().rpartition("TASK [")[2].startswith(f"telephony.connector.{role} : Check the ")
    assert not ansible.store.exists()


@pytest.mark.newest_alone
def test_reports_are_written_in_german_where_that_is_asked(ansible, people):
    outputs = [{"format": "vcard", "target": {"path": str(ansible.folder / "people.vcf")}}]
    for playbook, variables in (
        (PLAYBOOK, {"sync_profiles": [people(1)]}),
        ("telephony.connector.publish", {"publish_outputs": outputs}),
    ):
        role = playbook.rpartition(".")[2]
        reports = {f"{role}_report_folder": str(ansible.folder), f"{role}_report_formats": ["de.md", "de.html", "md"]}
        done = ansible.playbook(playbook, variables={**variables, **reports})
        assert done.returncode == 0, done.output
    assert (ansible.folder / "staff.md").read_text("utf-8").startswith("# Changed this")
    assert (ansible.folder / "staff.de.md").read_text("utf-8").startswith("# Hat das geändert: Profil staff")
    assert (ansible.folder / "output-vcard.de.md").read_text("utf-8").startswith("# Hat das geändert: Ausgabe vcard")
    assert "Hat das geändert" in (ansible.folder / "output-vcard.de.html").read_text("utf-8")
