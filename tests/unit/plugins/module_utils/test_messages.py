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


def beginning(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    """Return the text that an expression begins with, "" where it begins with a value."""
    if isinstance(node, ast.Name) and node.id in constants:
        node = constants[node.id]
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return beginning(node.values[0], constants) if node.values else ""
    return beginning(node.left, constants) if isinstance(node, ast.BinOp) else ""


def sentences(tree: ast.Module, speakers: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, beginning) of every sentence that is raised or stands among warnings."""
    assigned = (one for one in tree.body if isinstance(one, ast.Assign))
    constants = {one.targets[0].id: one.value for one in assigned if isinstance(one.targets[0], ast.Name)}
    for node in ast.walk(tree):
        for said in spoken(node, speakers):
            yield said.lineno, beginning(said, constants)


def spoken(node: ast.AST, speakers: set[str]) -> Iterator[ast.expr]:
    """Yield the sentences that a call speaks, or that are put among warnings."""
    if isinstance(node, ast.Call) and node.args:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in speakers or (name == "append" and ast.unparse(node.func).endswith("warnings.append")):
            yield node.args[0]
    target = getattr(node, "target", None) or next(iter(getattr(node, "targets", ())), None)
    named = (isinstance(target, ast.expr) and ast.unparse(target)) or getattr(node, "arg", None) or ""
    value = getattr(node, "value", None)
    if named.endswith("warnings") and isinstance(value, ast.expr):
        for part in ast.walk(value):
            yield from part.elts if isinstance(part, (ast.List, ast.Tuple)) else ()


def faults(sources: dict[str, str]) -> list[str]:
    trees = {name: ast.parse(text) for name, text in sources.items()}
    speakers = error_classes(trees) | SPEAKERS
    return [
        f"{name}:{line}: {words}"
        for name, tree in trees.items()
        for line, words in sentences(tree, speakers)
        if words[:1].islower()
    ]


@pytest.mark.once  # what reads the code reads the same in both halves
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
        '_GONE = "gone"\nwarnings = [_GONE] if gone else []',
        'Result(changed=True, warnings=["it is gone"])',
    ],
)
def test_a_small_letter_is_found(code: str) -> None:
    classes = "class SourceError(ConnectorError): ...\nclass StoreError(SourceError): ...\n"
    assert len(faults({"a.py": classes + code})) == 1
