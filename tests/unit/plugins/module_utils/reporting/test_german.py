# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A German report has German words for all that the English one says with words of its own."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.phone_system import fields
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.publishing import outcome as published
from ansible_collections.telephony.connector.plugins.module_utils.reporting import html, html_pieces, html_script
from ansible_collections.telephony.connector.plugins.module_utils.reporting.reasons import in_german
from ansible_collections.telephony.connector.plugins.module_utils.reporting.texts import TEXTS, summary_of
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import write_report
from ansible_collections.telephony.connector.plugins.module_utils.sources import portions
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import too_long
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unfit
from ansible_collections.telephony.connector.plugins.module_utils.store import sip_passwords
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.undoing import outcome as undone
from ansible_collections.telephony.connector.tests import reports
from ansible_collections.telephony.connector.tests.system import System

ENGLISH = {
    "created", "updated", "removed", "released", "renumbered", "rejected", "conflict", "dropped", "set", "restored",
    "back", "kept", "again", "left", "cut", "unchanged", "made", "entry", "entries", "value", "values", "nothing",
}  # fmt: skip


def test_every_word_is_there_in_both_languages() -> None:
    assert [key for key, words in TEXTS.items() if len(words) != 2 or not all(words)] == []


def test_whatever_a_change_or_a_count_can_be_has_words() -> None:
    actions = {*staging.OPERATIONS, staging.RETURN, staging.RELEASE}  # as the journal tells them
    wanted = {f"action.{action}" for action in actions}
    wanted |= {f"kind.{kind}" for kind in (*KINDS, *published._KINDS.values())}
    wanted |= {f"f.{name}" for kind in KINDS.values() for name in kind.fields}
    wanted |= {
        f"count.{name}" for name in (*Counts().as_dict(), *(name for name, _tone in html._BARS)) if name != "read"
    }
    assert sorted(wanted - set(TEXTS)) == []


def test_whatever_the_page_asks_for_has_words() -> None:
    texts = "".join(html_pieces.TEMPLATES.values())
    asked = {*re.findall(r'\bt\("([a-z_.]+)"\)', texts), *re.findall(r'say\("([a-z_]+)"\)', html_script.SCRIPT)}
    assert len(asked) > 20
    assert sorted(asked - set(TEXTS)) == []


def summaries() -> list[str]:
    """Return summaries with all the words there are: of syncs, undos, publications and what else is in the journal."""
    found = [summary_line({}), summary_line(Counts(*range(3, 15)).as_dict(), 2, 1), sip_passwords.told(1)]
    counts = SimpleNamespace(restored=6, kept=1, conflicts=2)
    actions = Counter({"create": 1, "update": 2, "remove": 3})
    found += [undone.sentence(SimpleNamespace(counts=counts, actions=actions, renumbered=1))]  # type: ignore[arg-type]
    found += [undone.sentence(SimpleNamespace(counts=SimpleNamespace(restored=0, kept=0, conflicts=0)))]  # type: ignore[arg-type]
    for number in (1, 2):
        names = ("created", "updated", "removed", "unchanged", "entries", "cut", "conflicts", published.MADE)
        files = [SimpleNamespace(by_hand=True, action=published.UPDATE, reason="")] * number
        files += [SimpleNamespace(by_hand=False, action=published.CREATE, reason=published.MISSING)] * number
        for left_out, more in ((number, {}), (2 * number, {"created": 0, "updated": 0, "removed": 0})):
            plan: Any = SimpleNamespace(
                counts={**dict.fromkeys(names, number), "left_out": left_out, **more},
                staged=SimpleNamespace(findings=SimpleNamespace(left_out_values=number if more else 0)),
                files=files,
            )
            found.append(published.sentence(plan))
    return found


@pytest.mark.parametrize("summary", summaries())
def test_every_summary_has_german_words(summary: str) -> None:
    german = summary_of({}, summary, "de")
    assert summary_of({}, summary, "en") == summary
    assert not ENGLISH & set(re.findall(r"[a-z]+", german.lower()))
    assert re.findall(r"\d+", german) == re.findall(r"\d+", summary)


def rules() -> set[str]:
    """Return the rules of fields that there are in the code, each with something in its gaps."""
    found = set()
    for path in Path(fields.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("FieldError", "ValueError", "Refused"):
                rule = node.args[-1] if node.args else None
                if isinstance(rule, ast.JoinedStr):
                    found.add("".join(one.value if isinstance(one, ast.Constant) else "7" for one in rule.values))  # type: ignore[misc]
                elif isinstance(rule, ast.Constant):
                    found.add(str(rule.value))
    return {rule for rule in found if not rule.startswith("The ")}


def test_every_rule_of_a_field_has_german_words() -> None:
    assert len(rules()) > 25
    assert sorted(rule for rule in rules() if in_german(rule) == rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        *(f"holds the error {error} in column Phone" for error in ("#N/A", "#NAME?")),
        *("has 1 column where the header has 7", "has 9 columns where the header has 7", "has more than 16 MiB"),
        *(
            f"{words} {what}{place}"
            for words, place in (("must not hold", " in mail"), ("must not hold", ' in "mail"'))
            for what in map(unfit, ("\0", "\ud800"))
        ),
        *(f"holds {unfit(text)}" for text in ("\0", "\ud800")),
        too_long(),
    ],
)
def test_what_a_source_says_of_a_record_has_german_words(rule: str) -> None:
    assert not {"the", "has", "must", "character", "half", "more", "of", "holds", "is"} & set(in_german(rule).split())
    assert re.findall(r"\d+", in_german(rule)) == re.findall(r"\d+", rule)


def said_of_records() -> set[str]:
    """Return the rules that sources say a record breaks, and the reasons of conflicts, as they stand in the code."""
    package, found = Path(portions.__file__).parents[1], set()
    for path in (*(package / "sources").rglob("*.py"), *(package / "sync" / "plan").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            at = {"Unusable": 4, "CellError": 0, "conflict": 1}.get(name)
            rule = node.args[at] if isinstance(node, ast.Call) and at is not None and len(node.args) > at else None
            words = (
                "".join(getattr(one, "value", "7") if isinstance(one, ast.Constant) else "7" for one in rule.values)
                if isinstance(rule, ast.JoinedStr)
                else getattr(rule, "value", None)
            )
            if isinstance(words, str):
                found.add(words + " in column 7" if name == "CellError" else words)
    return found


def test_whatever_a_source_says_of_a_record_has_german_words() -> None:
    told = {rule.replace("has 7 where", "has 7 columns where") for rule in said_of_records()}
    assert len(told) > 8
    assert sorted(rule for rule in told if in_german(rule) == rule) == []


def test_a_summary_in_other_words_is_made_of_the_counts() -> None:
    assert summary_of({"created": 2}, "2 created by magic", "de") == "2 neu"


def test_both_forms_of_a_german_report_tell_what_was_released_and_renumbered(tmp_path: Path) -> None:
    system = System(str(tmp_path / "store.db"), tmp_path)
    people = "username,displayname,phone\nanna,Anna,200\nben,Ben,201\n"
    for name, number in (("anna", "200"), ("ben", "201")):
        system.by_hand("user", username=name, display_name=name.title(), extension=number)
    system.profile(match=["username"])
    system.import_csv(people)
    result = system.import_csv(people.replace("anna,Anna,200\n", "").replace("201", "203"))
    assert result["summary"] == "1 updated (1 renumbered), 1 released"
    for name in ("a.de.html", "a.de.md"):
        write_report(str(tmp_path / name), reports.report(summary=result["summary"], counts=result["counts"]))
        text = (tmp_path / name).read_text("utf-8").replace("\\", "")
        assert "1 geändert (1 mit neuer Nummer oder Anmeldung), 1 freigegeben" in text
