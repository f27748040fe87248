# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kamailio that reads the database which the tests publish into."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.tests.servers.kamailio import DOMAIN, Kamailio, make_tables


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The database of a Kamailio, with its tables; on each kind in turn."""
    if request.param == "sqlite":
        location = f"sqlite:///{tmp_path}/kamailio.sqlite"
    else:
        location = request.getfixturevalue("postgres").new_database()
    make_tables(location)
    return location


@pytest.fixture
def output(system, database):
    """Return output(check=, **target options and options) -> result."""

    def run(check=False, target=None, **options):
        target = {"database": database, "domain": DOMAIN, **(target or {})}
        defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
        options = {**defaults, "name": "accounts", "format": "kamailio", "target": target, **options}
        return system.call(publish_output, check, **options)

    return run


@pytest.fixture
def kamailio(database, tmp_path):
    with Kamailio(tmp_path / "kamailio", database) as server:
        yield server


@pytest.fixture
def query(database):
    """Return query(SQL) -> rows."""

    def run(statement):
        engine = sa.create_engine(database)
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows

    return run
