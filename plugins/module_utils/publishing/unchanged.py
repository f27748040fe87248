# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Nothing to do: neither the store nor the options nor the files have changed since the last run.

Then nothing is selected, rendered or compared, and a schedule costs next to nothing.
"""

from __future__ import annotations

import os

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import FileFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Finding, Findings
from ansible_collections.telephony.connector.plugins.module_utils.publishing import file_access as access
from ansible_collections.telephony.connector.plugins.module_utils.publishing.file_target import folders_of
from ansible_collections.telephony.connector.plugins.module_utils.publishing.folder_target import look_at
from ansible_collections.telephony.connector.plugins.module_utils.publishing.ledger import Published
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import (
    FileChange,
    Plan,
    Staged,
    digest_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch


def unchanged_plan(order: Order, published: Published, inputs: str, revision: int, scratch: Scratch) -> Plan | None:
    """Return the plan that does nothing, or None when somebody has to look closer. `scratch` is empty."""
    state, output = published.state, order.format
    if not isinstance(output, FileFormat) or order.absent or not published.files:
        return None
    if (state.get("inputs"), state.get("revision")) != (inputs, revision) or state.get("counts", {}).get("conflicts"):
        return None
    if "left_out_values" not in state:  # of an earlier version, which did not count them
        return None
    if not _lie_as_written(order, published):
        return None
    counts = state["counts"]
    findings = Findings(
        order.changes_limit,
        [Finding(**one) for one in state["left_out"]],
        [Finding(**one) for one in state["cut"]],
        counts["left_out"],
        counts["cut"],
        state["left_out_values"],
    )
    warnings = tuple(state.get("warnings", ()))
    staged = Staged(order, published, scratch, findings, inputs, revision, counts["entries"], warnings)
    files = tuple(FileChange(one.path, one.entries, one.sha256, "", kind=one.kind) for one in published.files)
    nothing = {"created": 0, "updated": 0, "unchanged": counts["entries"], "removed": 0}
    return Plan(staged, {**counts, **nothing}, digest_of(staged, files), files)


def _lie_as_written(order: Order, published: Published) -> bool:
    output = order.format
    if not isinstance(output, FileFormat):
        raise AssertionError("only files are compared so")
    options, files = output.options, published.files
    attributes = access.Attributes.of_options(options.get("mode"), options.get("owner"), options.get("group"))
    if any(one.pending or os.path.lexists(access.draft_name(one.path)) for one in files):
        return False  # a killed run's, which the whole way settles
    folders = [one for one in files if one.kind == "folder"]
    paths = [one.path for one in files if one.kind != "page"]
    if published.state.get("folders") != folders_of(paths) or any(
        look_at(one.path).link != one.sha256 for one in folders
    ):
        return False
    pages = [one for one in files if one.kind != "folder"]
    if any(len(look_at(one.path).files) != len(pages) for one in folders):
        return False
    return all(access.sha256_of(one.path) == one.sha256 and not attributes.differ(one.path) for one in pages)
