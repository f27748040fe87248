# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for every run of the tests: a skipped test fails the run in CI, and a slow machine is no fault of the code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig
from hypothesis import settings

import ansible_collections

if not AnsibleCollectionConfig.collection_finder:
    # Documentation fragments and the like are found as Ansible finds them, in the tree that PYTHONPATH names.
    init_plugin_loader([str(Path(path).parent) for path in ansible_collections.__path__])

settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is left out quietly: with CI=true, a skipped test makes the run fail."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")  # absent in the processes of xdist
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if skipped and os.environ.get("CI") == "true":
        reporter.write_line(f"\n{skipped} skipped, which fails the run with CI=true", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
