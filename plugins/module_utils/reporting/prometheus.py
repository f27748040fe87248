# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Prometheus' text format (version 0.0.4), as node_exporter's textfile collector reads it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, way_on

Labels = tuple[tuple[str, str], ...]
PREFIX = "telephony_connector_"


@dataclass
class Family:
    """One metric: its name (without the prefix), what it means, its type, and its samples by their labels."""

    name: str
    help: str
    type: str = "gauge"
    samples: list[tuple[Labels, float]] = field(default_factory=list)

    def add(self, value: float, **labels: str) -> None:
        """Add one sample."""
        self.samples.append((tuple(labels.items()), value))


def render(families: Iterable[Family]) -> str:
    """Return the text; families without samples are left out."""
    lines = []
    for family in families:
        if family.samples:
            name = PREFIX + family.name
            lines += [f"# HELP {name} {_escaped(family.help)}", f"# TYPE {name} {family.type}"]
            lines += [f"{name}{_labels(labels)} {_number(value)}" for labels, value in family.samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Sequence[tuple[str, str]]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels) + "}"


def _escaped(text: str, quotes: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def write(path: str, text: str, simulate: bool) -> bool:
    """Replace the file in one step, so that no reader sees half of it; return whether it is another one now.

    Everybody may read it, as the collector has an account of its own. Raises DefinitionError when it cannot be written.
    """
    place = os.path.abspath(os.path.expanduser(path))
    temporary = ""
    try:
        if os.path.exists(place):
            with open(place, encoding="utf-8", errors="replace", newline="") as file:
                if file.read() == text:
                    return False
        # the collector reads *.prom only, so a file that is not whole is never seen
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=os.path.dirname(place), prefix=".metrics-", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if not simulate:
            os.chmod(temporary, 0o644)
            os.replace(temporary, place)
            temporary = ""
        return True
    except OSError as error:
        raise DefinitionError(
            f'The metrics "{path}" cannot be written ({error.strerror}):'
            f" {way_on(error, 'check the folder and its rights')}."
        ) from error
    finally:
        if temporary:
            os.unlink(temporary)
