# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages begin with a capital letter where they are made; one about an option or a profile has a word before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils import errors

PLUGINS = Path(errors.__file__).parents[1]
#: what else takes a sentence for a person: `fail` of the profile's options, and whatever collects warnings
SPEAKERS = {"fail", "warn"}


def error_classes(trees: dict[str, ast.Module]) -> set[str]:
    """Return the names of our errors: ConnectorError and all that come from it."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {errors.ConnectorError.__name__}
    while new := {one.name for one in classes if found & {base.id for base in one.bases if isinstance(base, ast.Name)}}:
        if new <= found:
            break
        found |= new
    return found


def beginning(node: ast.expr) -> str:
    """Return the text that an expression begins with, "" where it begins with a value."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return beginning(node.values[0]) if node.values else ""
    return beginning(node.left) if isinstance(node, ast.BinOp) else ""


def sentences(tree: ast.Module, speakers: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, beginning) of every sentence that is raised or added to warnings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            adds = name == "append" and ast.unparse(node.func).endswith("warnings.append")
            if adds or name in speakers:
                yield node.lineno, beginning(node.args[0])


def faults(sources: dict[str, str]) -> list[str]:
    trees = {name: ast.parse(text) for name, text in sources.items()}
    speakers = error_classes(trees) | SPEAKERS
    return [
        f"{name}:{line}: {words}"
        for name, tree in trees.items()
        for line, words in sentences(tree, speakers)
        if words[:1].islower()
    ]


def test_every_sentence_begins_with_a_capital_letter() -> None:
    sources = {str(path.relative_to(PLUGINS)): path.read_text(encoding="utf-8") for path in PLUGINS.rglob("*.py")}
    assert faults(sources) == []


@pytest.mark.parametrize(
    "code",
    [
        'raise StoreError("the store is gone.")',
        "raise StoreError(f'profile \"{name}\" is gone.' + more)",
        'findings.warn(f"limit is {limit}")',
        'self.result.warnings.append("nothing came")',
    ],
)
def test_a_small_letter_is_found(code: str) -> None:
    classes = "class SourceError(ConnectorError): ...\nclass StoreError(SourceError): ...\n"
    assert len(faults({"a.py": classes + code})) == 1
