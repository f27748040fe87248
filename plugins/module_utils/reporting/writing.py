# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Writing a report to a file; the ending of its name chooses the format."""

from __future__ import annotations

import filecmp
import os
import re
import tempfile
from collections.abc import Callable, Iterator

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, way_on
from ansible_collections.telephony.connector.plugins.module_utils.reporting import as_json, junit, markdown
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Report

FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".xml": "junit"}


def paths_of(path: str) -> list[str]:
    """Return the paths that ``staff.{html,md,xml}`` stands for, each checked as `format_of` does."""
    found = re.fullmatch(r"(.*)\{([^{}]*)\}(.*)", path, flags=re.DOTALL)
    paths = [f"{found[1]}{part.strip()}{found[3]}" for part in found[2].split(",")] if found else [path]
    for one in paths:
        format_of(one)
    return list(dict.fromkeys(paths))


def format_of(path: str) -> str:
    """Return the format for a path; DefinitionError for an ending that stands for none, or a missing folder."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in FORMATS:
        raise DefinitionError(
            f'The report "{path}" must end in one of {", ".join(FORMATS)}, which says how it is to be written.'
        )
    folder = os.path.dirname(os.path.abspath(os.path.expanduser(path)))
    if not os.path.isdir(folder):
        raise DefinitionError(f'The report "{path}" cannot be written: there is no folder "{folder}". Make it first.')
    return FORMATS[ending]


def write_report(path: str, report: Report, simulate: bool = False) -> bool:
    """Write the report, in German for a name such as staff.de.html, and say whether the file is another one now.

    A report that was there is replaced at once, when the new one is whole; with `simulate` it is only compared.
    Raises DefinitionError when it cannot be written.
    """
    form = format_of(path)
    place = os.path.abspath(os.path.expanduser(path))
    language = "de" if os.path.splitext(os.path.splitext(place)[0])[1].lower() == ".de" else "en"
    temporary = ""
    try:
        # half of a character, which a refused value may hold, is written as JSON escapes it; others make it visible
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", newline="", dir=os.path.dirname(place), prefix=".report-",
            delete=False,
        ) as file:  # fmt: skip
            temporary = file.name
            for piece in _render(form)(report, language):
                file.write(piece)
        if os.path.exists(place) and filecmp.cmp(temporary, place, shallow=False):
            return False
        if not simulate:
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, place)
        return True
    except OSError as error:
        raise DefinitionError(
            f'The report "{path}" cannot be written ({error.strerror}):'
            f" {way_on(error, 'check the path and its rights')}."
        ) from error
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def _render(form: str) -> Callable[[Report, str], Iterator[str]]:
    if form == "html":
        from ansible_collections.telephony.connector.plugins.module_utils.reporting import html

        return html.render
    return {"markdown": markdown.render, "json": as_json.render, "junit": junit.render}[form]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
