# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports as files: what comes first, what is escaped, and how large they are."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change, flat, visible
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import write_report
from ansible_collections.telephony.connector.tests import reports


def written(path: Path, **more: Any) -> str:
    write_report(str(path), reports.report(**more))
    return path.read_text("utf-8")


class Elements(HTMLParser):
    """The names of all elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_ticket_says_which_run_it_was_when_and_by_whom(tmp_path: Path) -> None:
    facts = {"started": "2026-03-02T04:00:01Z", "actor": "anna@controller"}
    text = written(tmp_path / "a.de.md", run_id=17, facts=facts)
    told = text.partition("## Über diesen Bericht\n\n")[2].splitlines()
    assert {"- Lauf: 17", "- Begonnen: 2026-03-02T04:00:01Z", r"- Von: anna\@controller"} <= set(told)


def test_what_hurts_comes_first(tmp_path: Path) -> None:
    texts = {name: written(tmp_path / name) for name in ("a.html", "a.md")}
    heads = (
        "Would change",
        "13 created",
        reports.DIGEST,
        "Removed",
        "New number or login",
        "New numbers",
        "Everything",
    )
    for name, text in texts.items():
        body = text.partition("<body>")[2] or text
        first = [body.index(head) for head in ("Would change", "13 created", reports.DIGEST)]
        sections = body[body.find('<div id="list">') :] if name == "a.html" else body
        heads = ("Removed", "New number or login", "New numbers and logins", "Everything else", "Durchwahl")
        places = [sections.index(head) for head in (*heads, "display names were")]
        assert (first, places) == (sorted(first), sorted(places))


def test_a_page_needs_nothing_from_anywhere(tmp_path: Path) -> None:
    page = Elements(written(tmp_path / "a.html"))
    assert {"link", "img", "iframe", "object", "base"}.isdisjoint(page.names)
    assert not [value for name, value in page.attributes if name in ("src", "srcset")]
    assert not [value for name, value in page.attributes if name == "href" and not str(value).startswith("#")]
    assert not [name for name, _value in page.attributes if name.startswith("on")]


@settings(max_examples=40, deadline=None)
@given(st.text(), st.text())
def test_values_are_text_in_every_format(tmp_path_factory: pytest.TempPathFactory, name: str, value: str) -> None:
    folder = tmp_path_factory.mktemp("r")
    change = Change("create", "user", name, "k", "new in the source", {}, {"display_name": value})
    plain = written(folder / "a.html", changes=[])
    page = written(folder / "a.html", changes=[change])
    extra = {
        "div",
        "table",
        "caption",
        "thead",
        "tr",
        "th",
        "tbody",
        "td",
        "section",
        "h2",
        "h3",
        "span",
        "b",
        "option",
    }
    assert set(Elements(page).names) <= set(Elements(plain).names) | extra | {"li", "a"}
    assert Elements(page).names.count("script") == 2
    assert visible(value).strip() in Elements(page).text.replace("\r\n", "\n")
    assert json.loads(written(folder / "a.json", changes=[change]))["changes"][0]["after"] == {"display_name": value}
    ET.fromstring(written(folder / "a.xml", changes=[change], rejected=[{"record": 1, "name": value, "rule": name}]))
    markdown = written(folder / "a.md", changes=[change])
    assert "<" not in markdown.replace("&lt;", "")


def test_control_characters_and_bidi_marks_are_shown() -> None:
    assert visible("a\u202eb\x00c\nd") == "a⟨U+202E⟩b⟨U+0000⟩c ⏎ d"
    assert visible("Müller 王 😀") == "Müller 王 😀"


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.xml", "a.json"])
def test_half_of_a_character_breaks_no_report(tmp_path: Path, name: str) -> None:
    text = written(tmp_path / name, warnings=["a\ud83d"])
    assert "a⟨U+D83D⟩" in text if name != "a.json" else json.loads(text)["warnings"] == ["a\ud83d"]


def test_junit_fails_what_needs_a_person(tmp_path: Path) -> None:
    suite = ET.fromstring(written(tmp_path / "a.xml"))
    assert {name: suite.get(name) for name in ("failures", "errors")} == {"failures": "3", "errors": "0"}
    refused = ET.fromstring(written(tmp_path / "a.xml", result="refused", refusal="Too many removals."))
    assert [error.get("message") for error in refused.iter("error")] == ["Too many removals."]


def test_json_has_everything(tmp_path: Path) -> None:
    told = json.loads(written(tmp_path / "a.json"))
    assert len(told["changes"]) == 25
    assert told["changes"][3]["section"] == "renumbered"
    assert told["pools"][0] == {"label": "20000–20999", "size": 1000, "used": 940, "reserved": 10}


@pytest.mark.parametrize(("result", "words"), [("unchanged", "Nichts zu ändern"), ("refused", "gestoppt")])
def test_a_name_with_de_is_german(tmp_path: Path, result: str, words: str) -> None:
    text = written(tmp_path / "a.de.html", result=result, changes=[])
    assert '<html lang="de">' in text
    assert words in text.partition("</header>")[0]


@pytest.mark.parametrize(
    ("summary", "words"),
    [("1 released, 1 rejected", "Would change, but not everything"), ("1 rejected", "Nothing to change, but not")],
)
def test_the_verdict_knows_of_releases(tmp_path: Path, summary: str, words: str) -> None:
    text = written(tmp_path / "a.md", summary=summary, counts={"rejected": 1}, changes=[])
    assert text.startswith(f"# {words}")


def test_findings_that_say_less_are_shown_too(tmp_path: Path) -> None:
    left_out = [{"name": "Anna", "field": "phone", "value": "x", "rule": "is no number"}]
    by_cause = [{"rule": "is no number", "field": "phone", "count": 3}]
    for more in ({"rejected": left_out, "rejected_by": by_cause}, {"rejected": left_out, "rejected_by": []}):
        for name in ("a.html", "a.xml", "a.json"):
            assert "is no number" in written(tmp_path / name, **more), name


def test_sizes_stay_bounded(tmp_path: Path) -> None:
    written(tmp_path / "a.html", new=10_000)
    assert (tmp_path / "a.html").stat().st_size < 2_000_000


@pytest.mark.parametrize(("name", "words"), [("a.pdf", "must end in one of"), ("none/a.html", "no folder")])
def test_a_path_that_cannot_be_written_is_told(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        written(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    before = written(tmp_path / "a.html")

    def broken() -> Any:
        yield Change("create", "user", "a", "k", "", {}, {})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        written(tmp_path / "a.html", changes=broken())
    assert (tmp_path / "a.html").read_text("utf-8") == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def test_devices_are_told_in_words() -> None:
    devices = [{"type": "softphone"}, {"type": "mobile", "number": "+49171"}]
    assert flat({"devices": devices, "phonebook": {"fax": "1"}}) == {
        "devices": "softphone, mobile (number +49171)",
        "phonebook.fax": "1",
    }
