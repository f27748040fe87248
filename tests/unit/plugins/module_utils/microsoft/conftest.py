# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of signing in share."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.app_certificate import AppCertificate


@pytest.fixture(scope="module")
def certificate():
    return AppCertificate()
