# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles and expressions on the pages can be declared as they stand there, and give what the pages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

ROOT = Path(__file__).parents[4]
PAGES = sorted((ROOT / "docs").glob("*.md"))


def profile_blocks() -> Iterator[str]:
    """Yield the pieces of profiles on the pages about them, each as YAML of one profile's options."""
    text = "".join((ROOT / f"docs/{page}.md").read_text("utf-8") for page in ("profiles", "mapping"))
    for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        lines = block.splitlines()
        if len([line for line in lines if re.match(r"(filter|match):", line)]) > 1:
            yield from lines
        elif re.match(r"(template|filter|key|match|variables|structure|source|create_softphone):", block):
            yield block


@pytest.mark.parametrize("block", list(profile_blocks()))
def test_pieces_of_profiles_on_the_pages_can_be_declared(block: str) -> None:
    options = yaml.safe_load(block)
    structure = options.get("structure", {})
    template = "csv_phonebook" if "phonebook_entry" in structure else "csv_users"
    profile = {"name": "page", "template": template, "source": {"path": "users.csv"}, **options}
    Mapper(Definition.from_options(profile))


#: Page -> the template that its text is about.
TEMPLATE_OF = {
    "active_directory": ("ad_users", {"domain": "corp.example", "server": "dc1", "username": "x", "password": "x"}),
    "ldap": ("ldap_users", {"uri": "ldaps://x", "base_dn": "dc=x"}),
    "ucs": ("ucs_users", {"domain": "corp.example", "server": "dc1", "username": "x", "password": "x"}),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_expressions_in_the_text_of_the_pages_can_be_declared(page: Path) -> None:
    template, source = TEMPLATE_OF.get(page.stem, ("csv_users", {"path": "users.csv"}))
    for name, value in re.findall(r"`([a-z]+): ([^`{]*(?:row|values)\.[^`]*)`", page.read_text("utf-8")):
        expression = yaml.safe_load(f"{name}: {value}")[name]
        more = {name: expression} if name in ("filter", "key", "pool") else {"variables": {name: expression}}
        Mapper(Definition.from_options({"name": "page", "template": template, "source": source, **more}))


def examples_of_expressions() -> dict[str, list[str]]:
    """Return variable -> its expressions in the list of examples on the page about attribute mapping."""
    text = (ROOT / "docs/mapping.md").read_text("utf-8")
    block = re.search(r"^Examples:\n\n```yaml\nvariables:\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    examples: dict[str, list[str]] = {}
    for line in block[1].splitlines():
        if line.strip() and not line.strip().startswith("#"):
            ((name, expression),) = yaml.safe_load(line).items()
            examples.setdefault(name, []).append(expression)
    return examples


@pytest.mark.parametrize(
    ("variable", "number", "row", "value"),
    [
        ("displayname", 0, {"surname": "Muster", "givenname": "Max", "username": "mm"}, "Muster, Max"),
        ("displayname", 0, {"surname": "", "givenname": "", "username": "mm"}, "mm"),
        ("username", 0, {"email": "Max.Muster@corp.example"}, "max.muster"),
        ("phone", 0, {"telephone": "+49 89 5550-217"}, "217"),
        ("mobile", 0, {"mobile": "0171/555 01 23"}, "+491715550123"),
        ("mobile", 0, {"mobile": "(0171) 5550123"}, "+491715550123"),
        ("mobile", 0, {"mobile": "+49 171 5550123"}, "+491715550123"),
        ("username", 1, {"login": "Müller"}, "mueller"),
        ("organisation", 0, {"costcentre": "4711 Sales Europe"}, "Sales Europe"),
        ("job", 0, {"room": "Room 3.07, floor 3"}, "3.07"),
        ("job", 0, {"room": "Cellar"}, ""),
        ("organisation", 1, {}, "Muster Ltd"),
        ("roles", 0, {"teams": "Sales|Berlin"}, ["Sales", "Berlin"]),
        ("roles", 1, {"department": "Reception"}, ["Front desk"]),
        ("roles", 1, {"department": "Sales"}, []),
        ("email", 0, {"email": "", "username": "mm"}, "mm@corp.example"),
        ("language", 0, {"country": "AT"}, "de"),
        ("language", 0, {"country": "US"}, "en"),
    ],
)
def test_examples_of_expressions_give_what_the_page_says(
    variable: str, number: int, row: dict[str, str], value: Any
) -> None:
    expression = examples_of_expressions()[variable][number]
    columns = {"displayname": "x", "username": "x", **row}
    profile = {
        "name": "page",
        "template": "csv_users",
        "source": {"path": "users.csv"},
        "key": "row.username",
        "variables": {"example": expression},
        "structure": {"user": {"username": "row.username", "display_name": "'x'"}},
    }
    mapper = Mapper(Definition.from_options(profile)).bind(tuple(columns))
    explained = mapper.explain(Record(1, tuple(columns.values())))
    assert explained["variables"]["example"] == value
