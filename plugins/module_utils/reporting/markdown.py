# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A report in Markdown, for a comment on a merge request, a ticket or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import (
    Change,
    Report,
    as_text,
    visible,
)
from ansible_collections.telephony.connector.plugins.module_utils.reporting.reasons import in_language
from ansible_collections.telephony.connector.plugins.module_utils.reporting.sections import Sections, in_order
from ansible_collections.telephony.connector.plugins.module_utils.reporting.texts import (
    key_in,
    summary_of,
    text_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.reporting.verdict import verdict_key

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&@])")


def render(report: Report, language: str) -> Iterator[str]:
    """Yield the pieces of the report."""
    summary = summary_of(report.counts, report.summary, language)
    yield f"# {text_of(verdict_key(report), language)}: {_escaped(in_language(report.about, language))}\n\n"
    yield f"{_escaped(summary)}\n"
    if report.refusal:
        yield f"\n> {_escaped(report.refusal)}\n"
    if report.apply:
        yield f"\n{text_of('apply', language)}:\n\n{_fenced(report.apply)}\n"
    with Sections() as sections:
        sections.fill(report.changes, lambda _section, _kind, action, chunk: _rows(action, chunk, language))
        for section in in_order(sections):
            title = text_of(key_in(report.mode, f"section.{section}"), language)
            yield f"\n## {title} ({sections.counts[section]:,})\n"
            for kind, action in sections.places(section):
                done = text_of(key_in(report.mode, f"action.{action}"), language)
                yield f"\n### {text_of(f'kind.{kind}', language)}: {done}\n\n"
                heads = ["name", "before", "after", "reason"]
                yield _table_row(text_of(head, language) for head in heads) + "|---|---|---|---|\n"
                yield from sections.read(section, kind, action)
    yield from _rejections(report, language)
    yield from _entries("conflicts", report.conflicts, language)
    yield from _entries("kept", report.kept, language)
    if report.warnings:
        yield f"\n## {text_of('section.warnings', language)} ({len(report.warnings)})\n\n"
        yield from (f"- {_escaped(warning)}\n" for warning in report.warnings)
    if facts := report.about_the_run():
        yield f"\n## {text_of('section.facts', language)}\n\n"
        yield from (f"- {text_of(f'fact.{name}', language)}: {_escaped(value)}\n" for name, value in facts)


def _entries(section: str, entries: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    if entries:
        yield f"\n## {text_of(f'section.{section}', language)} ({len(entries)})\n\n"
    for one in entries:
        told = {**one, "reason": in_language(str(one.get("reason") or ""), language)}
        named = (f"{text_of(name, language)}: {as_text(value)}" for name, value in told.items() if value)
        yield f"- {_escaped('; '.join(named))}\n"


def _rejections(report: Report, language: str) -> Iterator[str]:
    if not report.rejected_by:
        return
    number = sum(int(cause.get("count", 0)) for cause in report.rejected_by)
    yield f"\n## {text_of('section.rejected', language)} ({number:,})\n\n"
    for cause in report.rejected_by:
        names = ", ".join(map(str, cause.get("first") or ()))
        about = cause.get("column") or cause.get("field") or ""
        rule = in_language(str(cause.get("rule")), language)
        yield f"- {cause.get('count')} × {_escaped(f'{about}: ' if about else '')}{_escaped(rule)}"
        yield f" ({_escaped(names)})\n" if names else "\n"


def _rows(action: str, chunk: Sequence[Change], language: str) -> str:
    return "".join(_row(action, change, language) for change in chunk)


def _row(action: str, change: Change, language: str) -> str:
    names = [name for name in {**change.before, **change.after} if action != "update" or change.differs(name)]
    reason = in_language(change.reason, language)
    return _table_row((change.name, _values(change.before, names), _values(change.after, names), reason))


def _values(values: Mapping[str, str], names: Iterable[str]) -> str:
    return ", ".join(f"{name}: {values[name]}" for name in names if values.get(name))


def _table_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |\n"


def _escaped(text: str) -> str:
    """Return a text that is no markup in any dialect; `&` too, as entities would be read."""
    return _SPECIAL.sub(r"\\\1", visible(text)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def _fenced(text: str) -> str:
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}\n{text}\n{fence}"
