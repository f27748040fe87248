# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""source_test on files: exports of other programs become profiles that run unchanged, and what is wrong is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import Run
from .exports import EXPORTS


def tried(run: Run, path: Path, template: str = "csv_users", **source: Any) -> dict[str, Any]:
    return run("source_test", template=template, source={"path": str(path), **source})


def message(result: dict[str, Any], step: str) -> str:
    """Return what a step that did not work says."""
    return next(one["message"] for one in result["steps"] if one["step"] == step and not one["ok"])


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_becomes_a_profile_that_runs_unchanged(run: Run, tmp_path: Path, export: str) -> None:
    encoding, text, template, kind, fields = EXPORTS[export]
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    result = tried(run, path, template)
    assert [step for step in result["steps"] if not step["ok"] and step["step"] not in ("encoding", "delimiter")] == []
    suggested = yaml.safe_load(result["suggested"])
    assert run("profile", **suggested).get("failed") is None
    synced = run("sync", profile=suggested["name"])
    assert (synced["counts"]["rejected"], synced["counts"]["created"]) == (0, len(text.splitlines()) - 1), synced[
        "rejected"
    ]
    objects = run("object_info", kind=kind)["objects"]
    found = next(one for one in objects if one.get("display_name") == fields["display_name"])
    assert {name: found.get(name) for name in fields} == {
        name: found[name] | value if isinstance(value, dict) else value for name, value in fields.items()
    }


def test_what_looks_secret_is_masked(run: Run, tmp_path: Path) -> None:
    for export in ("3cx extensions", "pascom users"):
        encoding, text, template, *_rest = EXPORTS[export]
        (tmp_path / "export.csv").write_bytes(text.encode(encoding))
        result = tried(run, tmp_path / "export.csv", template)
        for secret in ("geheim-X1", "4711", "correct-horse"):
            assert secret not in str(result)
        masked = [column["name"] for column in result["columns"] if column["samples"] == ["********"]]
        assert masked == (["AuthPassword", "VMNoPin", "VMPIN"] if export.startswith("3cx") else ["password", "pin"])


def test_letters_that_the_export_lost_are_told(run: Run, tmp_path: Path) -> None:
    """Excel writes ? for a letter that the encoding of its plain CSV lacks; no option of a profile brings it back."""
    path = tmp_path / "a.csv"
    rows = "Ma?gorzata,m,x?y\n?ukasz,l,\nAnna (new?),a,\nhttp://a/?q,b,\nReally? Yes,c,\n"
    path.write_text(f"displayname,username,password\n{rows}", "utf-8")
    (told,) = (one["message"] for one in tried(run, path)["steps"] if one["step"] == "records")
    assert '2 values have a question mark before a letter (first: "Ma?gorzata")' in told
    assert "x?y" not in told


def test_columns_are_counted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("displayname,username,phone\nA,a,11\nB,b,\nB,c,12\n", "utf-8")
    columns = {column.pop("name"): column for column in tried(run, path)["columns"]}
    assert columns["displayname"] == {"filled": 3, "distinct": 2, "samples": ["A", "B"]}
    assert columns["phone"] == {"filled": 2, "distinct": 2, "samples": ["11", "12"]}
    assert run("source_test", template="csv_users", source={"path": str(path)}, limit=1)["columns"][0]["filled"] == 1


@pytest.mark.parametrize(
    ("data", "options", "step", "words"),
    [
        ("displayname;username\nMüller;m\n".encode("cp1252"), {"delimiter": ";"}, "encoding", "set encoding: cp1252"),
        ("displayname,username\nMüller,m\n".encode(), {"encoding": "cp1252"}, "encoding", "set encoding: utf-8"),
        ("displayname,username\nMüller,m\n".encode("cp850"), {}, "encoding", "set encoding: cp850"),
        (b"displayname,username\nM,m\n", {"encoding": "utf8-de"}, "options", "There is no encoding"),
        (b"displayname\tusername\nM\tm\n", {}, "delimiter", 'set delimiter: "\\t"'),
        (b"displayname,Displayname\nM,m\n", {}, "header", "the same name"),
        (b"", {}, "header", "is empty"),
        (b'displayname,username\n"M,m\n', {}, "records", "ends inside an enclosure"),
        (b"a,b\n1,2\n", {}, "mapping", "by hand"),
        (b"displayname,username\nM,m\n", {"delimitr": ";"}, "options", "delimiter"),
    ],
)
def test_a_file_that_is_written_otherwise_is_told(
    run: Run, tmp_path: Path, data: bytes, options: dict[str, str], step: str, words: str
) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    if "delimitr" in options:  # which Ansible itself refuses
        assert words in tried(run, tmp_path / "a.csv", **options)["msg"]
        return
    result = tried(run, tmp_path / "a.csv", **options)
    assert result["ok"] is False
    assert words in message(result, step)


def test_an_enclosure_that_is_a_usual_delimiter_is_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("displayname,username\n|M, m|,m\n")
    result = tried(run, tmp_path / "a.csv", enclosure="|")
    assert (result["ok"], result["columns"][0]["samples"]) == (True, ["M, m"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_that_says_its_encoding_is_believed(run: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_text("displayname,username\nMüller,m\n", encoding)
    result = tried(run, tmp_path / "a.csv", encoding="cp1252")
    (told,) = [step["message"] for step in result["steps"] if step["step"] == "encoding"]
    assert (result["ok"], result["columns"][0]["samples"]) == (True, ["Müller"])
    assert told.startswith(f"The file says by its first bytes that it is {encoding.removesuffix('-sig')}")


def test_a_missing_folder_and_file_are_told_apart(run: Run, tmp_path: Path) -> None:
    assert "no folder" in message(tried(run, tmp_path / "no" / "a.csv"), "folder")
    assert message(tried(run, tmp_path / "a.csv"), "file")


def test_a_stored_profile_is_tried_with_its_secrets(run: Run, users_csv: Path) -> None:
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    result = run("source_test", profile="staff")
    assert (result["ok"], yaml.safe_load(result["suggested"])["name"]) == (True, "staff")
    assert 'Did you mean "staff"?' in run("source_test", profile="stuff")["msg"]
