# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One guard for every third-party library: a missing or too old one becomes a sentence that says how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import sys
from functools import cache

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError


@cache
def require(module: str, pip_name: str, minimum: str, needed_for: str) -> None:
    """Make sure that `module` can be imported and that its distribution `pip_name` is at least version `minimum`.

    `needed_for` completes the sentence "... needs ...", e.g. "the store". Raises DefinitionError. The caller imports
    the library itself afterwards, by a literal statement, so that Ansible and mypy see it.
    """
    try:
        importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
        found = "is not installed" if missing else f"cannot be imported ({error})"
        raise DefinitionError(_sentence(pip_name, minimum, needed_for, found)) from error
    version = _version(module, pip_name)
    # one without is importable from a zip or a distribution's own package: nothing to compare
    if version is not None and _release(version) < _release(minimum):
        raise DefinitionError(_sentence(pip_name, minimum, needed_for, f"is version {version} there"))


def is_at_least(pip_name: str, minimum: str) -> bool:
    """Say whether an installed distribution is of a version or newer; without metadata it is taken for new."""
    try:
        return _release(importlib.metadata.version(pip_name)) >= _release(minimum)
    except importlib.metadata.PackageNotFoundError:
        return True


def _version(module: str, pip_name: str) -> str | None:
    """Return the version of an imported library: its own word, or the metadata, whose parsing takes milliseconds."""
    told = vars(sys.modules[module.partition(".")[0]]).get("__version__")
    if isinstance(told, str):
        return told
    try:
        return importlib.metadata.version(pip_name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _sentence(pip_name: str, minimum: str, needed_for: str, found: str) -> str:
    python = sys.executable or "python3"
    return (
        f"{needed_for[:1].upper()}{needed_for[1:]} needs {pip_name} >= {minimum} for {python}, but it {found}; "
        f"install it with: {python} -m pip install '{pip_name}>={minimum}'"
    )


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers of a version's release part: "2.0.1rc1" -> (2, 0, 1); trailing zeros do not count."""
    numbers = [int(number) for number in re.findall(r"\d+", re.split(r"(?:a|b|rc|\.?dev|\.?post|[+-])", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
