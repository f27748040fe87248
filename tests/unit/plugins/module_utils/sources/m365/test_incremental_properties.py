# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens in a tenant: runs that read changes and runs that read everything leave the same store."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

#: What may happen: an action, whom it is about (the n-th of those there are), and which of some values it sets.
EVENTS = st.tuples(
    st.sampled_from(
        ("add", "add", "rename", "change", "empty", "disable", "enable", "guest", "delete", "delete for good",
         "restore", "expire", "repeat", "sync", "sync", "sync")
    ),
    st.integers(0, 7),
    st.integers(0, 4),
)  # fmt: skip
STRICT = {
    "guards": {"max_removals": "100%", "max_rejected": "100%", "max_renumbered": "100%"},
    "create_mobile_phone": True,
}


def happen(cloud: Microsoft365, event: tuple[str, int, int], count: int) -> None:
    """Let one thing happen in the tenant."""
    action, which, value = event
    tenant = cloud.tenant
    # one stays as it is: a tenant where nobody is left is a fault to a full read, which then removes nobody
    people, gone = list(tenant.users.values())[1:], list(tenant.deleted.values())
    if action == "add":
        tenant.add(f"person{count}@contoso.example", mobilePhone=f"015{value}", businessPhones=[f"{2000 + count}"])
    elif action == "expire":
        cloud.graph.expired_before = len(tenant.log)
    elif action == "restore" and gone:
        tenant.restore(gone[which % len(gone)])
    elif people:
        user = people[which % len(people)]
        if action == "rename":
            tenant.change(user, userPrincipalName=f"renamed{count}@contoso.example")
        elif action == "change":
            tenant.change(user, displayName=f"Name {value}", businessPhones=[f"{3000 + count}" if value else "3000"])
        elif action == "empty":
            tenant.change(user, mobilePhone=None, businessPhones=[], jobTitle="" if value else None)
        elif action in ("disable", "enable"):
            tenant.change(user, accountEnabled=action == "enable")
        elif action == "guest":
            tenant.change(user, userType="Guest" if value else "Member")
        elif action == "repeat":
            for _time in range(value):
                tenant.change(user, displayName=user["displayName"])
        else:
            tenant.delete(user, for_good=action == "delete for good")


def state(location: str) -> list[tuple[Any, ...]]:
    """Return what a store holds of people, without what hangs on the order of events: ids, versions and runs."""
    tables = contents(location)
    keys = {row[3]: row[1] for row in tables["links"]} if tables["links"] else {}
    return sorted((row[1], row[3], row[4], keys.get(row[0])) for row in tables["objects"])


# without making a failing example smaller, which would take minutes
@example_count(10, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=25, max_size=50))
def test_full_and_incremental_runs_leave_the_same_store(tmp_path_factory, ca, events):
    from ansible_collections.telephony.connector.tests.system import System

    directory = tmp_path_factory.mktemp("stores")
    with Microsoft365(ca) as cloud:
        cloud.tenant.add("boss@contoso.example")
        systems = []
        for name, more in (("full", {}), ("incremental", {"incremental": True})):
            system = System(str(directory / f"{name}.db"), directory)
            system.profile(template="m365_users", source=cloud.source(**more), **STRICT)
            systems.append(system)
        for count, event in enumerate([*events, ("sync", 0, 0)]):
            if event[0] != "sync":
                happen(cloud, event, count)
                continue
            results = [system.sync() for system in systems]
            assert all(result["complete"] for result in results)
            assert state(systems[0].location) == state(systems[1].location)


@pytest.mark.parametrize("name", ["links", "objects"])
def test_the_columns_that_are_compared_are_the_ones_meant(system, name):
    system.profile()
    system.import_csv("username,displayname\nmax,Max\n")
    (row,) = contents(system.location)[name]
    if name == "links":
        assert row[1] == "max", "the key"
        assert row[3] == contents(system.location)["objects"][0][0], "the object's id"
    else:
        assert (row[1], row[3]) == ("user", "max"), "kind and name"
        assert '"display_name":"Max"' in row[4].replace(": ", ":"), "fields"
