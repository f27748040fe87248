# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a real browser: harmless, readable without script, quick with 100,000 changes, and open to everybody."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import write_report
from ansible_collections.telephony.connector.tests import reports

pytestmark = pytest.mark.once

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(os.environ.get("TELEPHONY_CONNECTOR_TEST_NODE_MODULES", ""), "axe-core/axe.min.js")
MANY = 100_000
_ANSWER = """words => new Promise(done => {
  const hits = document.getElementById("hits"), find = document.getElementById("find"), start = performance.now();
  new MutationObserver((_list, one) => { one.disconnect(); done([performance.now() - start, hits.textContent]); })
    .observe(hits, {childList: true, characterData: true, subtree: true});
  find.value = words;
  find.dispatchEvent(new Event("input"));
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "staff.html"
    write_report(str(path), reports.report())
    return path


def opened(browser: Browser, path: Path, **more: Any) -> tuple[Page, list[str]]:
    """Open a report; the list holds what went wrong, or was asked of the network."""
    page, told = browser.new_page(**more), []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: None if request.url == path.as_uri() else told.append(request.url))
    page.goto(path.as_uri())
    return page, told


def rows(page: Page) -> list[str]:
    names: list[str] = page.eval_on_selector_all("#rows tr th", "cells => cells.map(cell => cell.textContent)")
    return names


def test_values_are_harmless_text(browser: Browser, small: Path) -> None:
    page, told = opened(browser, small)
    assert page.get_by_text(reports.EVIL, exact=True).count() >= 2
    assert page.get_by_text("Anna⟨U+202E⟩gnp.exe⟨U+0007⟩⟨U+200F⟩").count() == 1
    assert told == []


def test_it_is_read_without_script(browser: Browser, small: Path) -> None:
    page, _told = opened(browser, small, java_script_enabled=False)
    for words in ("Would change", "13 created", "no longer in the source", "Durchwahl", "matches two users", "940"):
        assert page.get_by_text(words).first.is_visible(), words
    assert not page.locator("#tools").is_visible()
    assert page.locator("table.c tbody tr").count() == 25


def test_it_searches_filters_and_sorts(browser: Browser, small: Path) -> None:
    page, told = opened(browser, small)
    page.get_by_label("Search all changes").fill("WEBER corp")
    page.wait_for_selector("#results:not([hidden])")
    found = [
        "ben.weber1",
        "clara.weber7",
        "anna.weber10",
        "david.weber13",
        "ben.weber16",
        "ben.weber901",
        "eva.weber904",
    ]
    assert rows(page) == found
    assert page.locator("#hits").text_content() == str(len(rows(page)))
    page.get_by_label("Search all changes").fill("")
    page.get_by_label("Show").select_option("removed")
    assert rows(page) == ["anna.muster0", "ben.weber1", "clara.schulz2"]
    page.get_by_label("Show").select_option("")
    page.get_by_label("Sort by").select_option("name")
    found = rows(page)
    assert (len(found), found[0]) == (25, "anna.muster0")
    assert found.index("clara.schulz2") < found.index("clara.schulz17") < found.index("Müller & Söhne")
    page.get_by_label("Sort by").select_option("plan")
    assert not page.locator("#results").is_visible()
    assert told == []


def test_it_changes_its_language(browser: Browser, small: Path) -> None:
    page, _told = opened(browser, small)
    page.get_by_role("button", name="Deutsch").click()
    assert page.get_by_role("heading", level=1).text_content() == "Würde ändern, aber nicht alles ist verwendbar"
    summary = "13 neu, 9 geändert (4 mit neuer Nummer oder Anmeldung), 3 entfernt, 8 abgelehnt"
    assert page.locator("#summary").text_content() == summary
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).text_content() == "Would change, but not everything can be used"


def test_it_is_used_with_the_keyboard_alone(browser: Browser, small: Path) -> None:
    page, _told = opened(browser, small)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "changes"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, small: Path, scheme: Any) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed")
    page = browser.new_context(bypass_csp=True, color_scheme=scheme).new_page()
    page.goto(small.as_uri())
    page.get_by_label("Search all changes").fill("muster")
    page.wait_for_selector("#results:not([hidden])")
    page.evaluate(AXE.read_text("utf-8"))
    for words in ("muster", ""):
        page.get_by_label("Search all changes").fill(words)
        page.wait_for_timeout(100)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_it_prints_without_its_tools(browser: Browser, small: Path) -> None:
    page, _told = opened(browser, small)
    page.emulate_media(media="print")
    assert not page.locator("#tools").is_visible()
    assert page.get_by_text("no longer in the source").first.is_visible()
    assert page.pdf()[:5] == b"%PDF-"


def test_a_hundred_thousand_changes_are_quick(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    write_report(str(path), reports.report(MANY))
    assert path.stat().st_size < 40_000_000
    page = browser.new_page()
    page.goto(path.as_uri(), wait_until="commit")
    while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
        time.sleep(0.05)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_selector("html[data-ready]", timeout=240_000)
    words = ("anna", "weber1", "schulz99", "nobody", "clara 4711")
    rounds = [[page.evaluate(_ANSWER, one)[0] for one in words] for _round in range(3)]
    taken = [min(times) for times in zip(*rounds, strict=True)]
    # half a second and a tenth of one on a quiet machine; tens of seconds where all rows were drawn
    assert painted < 10_000
    assert sorted(taken)[2] < 1000, taken
