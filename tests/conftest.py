# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for every run of the tests: a skipped test fails the run in CI, and a slow machine is no fault of the code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig
from hypothesis import settings

if not AnsibleCollectionConfig.collection_finder:
    # Plugins are found as Ansible finds them, in the tree that PYTHONPATH names (and before anybody imports from it).
    init_plugin_loader([path for path in sys.path if (Path(path) / "ansible_collections/telephony/connector").is_dir()])

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
