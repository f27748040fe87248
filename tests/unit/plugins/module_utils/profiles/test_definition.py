# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared options: what is refused and how, and how they are merged over the template."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES

Define = Callable[..., Definition]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"template": "csv_user"}, 'Profile "staff": There is no template "csv_user". Did you mean "csv_users"?'),
        ({"template": ""}, 'Profile "staff" needs a template; there are: csv_users'),
        ({"guard": {}}, 'There is no option "guard". Did you mean "guards"?'),
        ({"mode": "miror"}, 'Did you mean "mirror"?'),
        ({"source": {"pth": "/x"}}, 'Did you mean "path"?'),
        ({"source": "x.csv"}, "source must be a mapping"),
        ({"variables": {"jbo": None}}, 'There is no variable "jbo" to take out. Did you mean "job"?'),
        ({"variables": {"row": "x"}}, 'The variable name "row" has a meaning'),
        ({"variables": {"first name": "x"}}, 'The variable name "first name" is not'),
        ({"variables": {"_c": "x"}}, 'The variable name "_c" is not'),
        ({"variables": ["x"]}, "variables must be a mapping"),
        ({"structure": {"usr": {}}}, 'unknown kind "usr". Did you mean "user"?'),
        (
            {"structure": {"user": {"emial": "email"}}},
            'structure.user.emial: unknown field of a user. Did you mean "email"?',
        ),
        ({"structure": {"user": {"phonebook": {"mobil": "x"}}}}, 'Did you mean "phonebook.mobile"?'),
        ({"structure": {"user": {"email": {"x": "y"}}}}, "structure.user.email: must be an expression"),
        ({"structure": {"user": {"username": None}}}, "structure.user sets no username, which every user needs"),
        ({"structure": {"user": None}}, "structure makes no object"),
        ({"structure": {"user": []}}, "structure makes no object"),
        ({"structure": {"user": ["x"]}}, "structure.user must be a mapping of fields"),
        ({"structure": {"user": {"devices": [{"typ": "x"}]}}}, 'unknown entry "typ". Did you mean "type"?'),
        ({"structure": {"user": {"devices": ["softphone"]}}}, "structure.user.devices.0 must be a mapping"),
        ({"structure": {"user": {"devices": [{"timeouts": {"intern": {}}}]}}}, 'Did you mean "internal"?'),
        ({"structure": {"user": {"devices": [{"timeouts": {"queue": {"rings": 1}}}]}}}, 'Did you mean "ring"?'),
        ({"match": ["emial"]}, 'match has an unknown field "emial". Did you mean "email"?'),
        ({"match": [["surname", "emial"]]}, 'match has an unknown field "emial"'),
        ({"match": ["password"]}, 'match has an unknown field "password"'),
        ({"match": ["roles"]}, 'match has an unknown field "roles"'),
        ({"match": [[]]}, "match must be a list"),
        ({"match": "username"}, "match must be a list"),
        ({"match": [{"a": 1}]}, "match must be a list"),
        ({"guards": {"max_removal": 1}}, 'Did you mean "max_removals"?'),
        ({"guards": {"max_removals": "101%"}}, "guards.max_removals must be a number"),
        ({"guards": {"max_removals": -1}}, "guards.max_removals must be a number"),
        ({"guards": {"max_rejected": 1.5}}, "guards.max_rejected must be a number"),
        ({"guards": {"max_rejected": True}}, "guards.max_rejected must be a number"),
        ({"field_policy": {"emial": "keep"}}, 'field_policy has an unknown field "emial". Did you mean "email"?'),
        ({"field_policy": {"email": "kept"}}, 'Did you mean "keep"?'),
        ({"remove_adopted": "yes"}, "remove_adopted must be true or false"),
        ({"create_softphone": 1}, "create_softphone must be true or false"),
        ({"key": " "}, "key must not be empty"),
        ({"filter": True}, "filter must be an expression, which is text"),
    ],
)
def test_wrong_options_are_refused_with_the_nearest_right_name(
    define: Define, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        define(**options)
    message = refused.value.message
    assert words in message
    assert message.startswith('Profile "staff"')
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("name", [None, "", "  ", " staff", "two\nlines", "x" * 256, 7])
def test_a_profile_needs_a_usable_name(define: Define, name: Any) -> None:
    with pytest.raises(DefinitionError, match="profile"):
        define(name=name)


def test_speed_dials_have_no_switch_for_devices(define: Define) -> None:
    with pytest.raises(DefinitionError, match="create_softphone is only for templates that make users"):
        define("csv_speed_dials", create_softphone=False)


def test_configured_authentication_is_for_templates_of_users_that_sign_in_at_a_directory(define: Define) -> None:
    (user,) = define(configure_authentication=True).structure["user"]
    assert user["auth_method"] == "'ldap'"
    with pytest.raises(DefinitionError, match="only for templates of users that sign in at a directory"):
        define("csv_phonebook", configure_authentication=True)


def test_match_by_local_part_is_for_users_only(define: Define) -> None:
    assert define(match=["local_part"]).match == ("local_part",)
    with pytest.raises(DefinitionError, match="local_part"):
        define("csv_phonebook", match=["local_part"])


def test_what_is_not_given_is_the_templates_or_the_default(define: Define) -> None:
    definition = define()
    template = TEMPLATES["csv_users"]
    assert definition.variables == template.variables
    assert definition.structure == {"user": [template.structure["user"]]}
    assert (definition.key, definition.match, definition.filter) == (template.key, template.match, None)
    assert definition.mode == "mirror"
    assert definition.guards == {
        "max_removals": "20%", "max_renumbered": "20%", "max_updates": "100%", "max_rejected": "20%",
    }  # fmt: skip
    assert (definition.missing_columns, definition.on_invalid) == ("fail", {})
    assert (definition.remove_adopted, definition.create_softphone) == (False, None)
    assert definition.family == "csv"


def test_variables_are_merged_and_null_takes_one_out(define: Define) -> None:
    variables = define(variables={"job": None, "username": "row.Login", "room": "row.Room"}).variables
    assert "job" not in variables
    assert (variables["username"], variables["room"], variables["email"]) == ("row.Login", "row.Room", "row.email")


def test_structure_is_merged_deeply_and_null_takes_an_entry_out(define: Define) -> None:
    structure = {"user": {"pin": None, "phonebook": {"notes": "job ~ '!'", "fax": None, "labels": {2024: "job"}}}}
    (user,) = define(structure=structure).structure["user"]
    assert "pin" not in user
    assert user["phonebook"] == {
        "organisation": "organisation",
        "mobile": "mobile",
        "homephone": "homephone",
        "notes": "job ~ '!'",
        "labels": {"2024": "job"},
    }
    assert user["email"] == "email"


def test_a_list_replaces_what_the_template_has(define: Define) -> None:
    objects = [{"display_name": "displayname"}, {"display_name": "displayname", "when": "mobile"}]
    assert define("csv_phonebook", structure={"phonebook_entry": objects}).structure == {"phonebook_entry": objects}
    (user,) = define(structure={"user": {"devices": [{"type": "'sip'"}]}}).structure["user"]
    assert user["devices"] == [{"type": "'sip'"}]


def test_null_takes_a_kind_out_and_another_may_take_its_place(define: Define) -> None:
    entry = {"display_name": "displayname"}
    definition = define(structure={"user": None, "phonebook_entry": entry}, match=["display_name"])
    assert definition.structure == {"phonebook_entry": [entry]}


def test_neither_template_nor_given_options_are_changed(define: Define) -> None:
    template = copy.deepcopy(TEMPLATES["csv_users"])
    options: dict[str, Any] = {
        "variables": {"job": None},
        "structure": {"user": {"phonebook": {"notes": None}, "devices": None}},
    }
    given = copy.deepcopy(options)
    definition = define(**options)
    definition.structure["user"][0]["phonebook"]["mobile"] = "changed"
    definition.as_options()["structure"]["user"]["email"] = "changed"
    assert (TEMPLATES["csv_users"], options) == (template, given)
    assert definition.as_options()["structure"] == given["structure"]


@pytest.mark.parametrize(
    ("given", "read"), [(0, 0), (5, 5), ("5", 5), ("30%", "30%"), ("030 %", "30%"), ("0%", "0%"), ("100%", "100%")]
)
def test_guards_are_a_number_or_a_share(define: Define, given: Any, read: Any) -> None:
    definition = define(guards={"max_removals": given, "max_rejected": None})
    assert (definition.guards["max_removals"], definition.guards["max_rejected"]) == (read, "20%")
    assert definition.as_options()["guards"] == {"max_removals": read}


def test_match_rules_stand_alone_or_together(define: Define) -> None:
    definition = define(match=["username", ["surname", "given_name"]])
    assert definition.match == ("username", ("surname", "given_name"))
    assert definition.as_options()["match"] == ["username", ["surname", "given_name"]]


def test_no_match_at_all_can_be_asked_for(define: Define) -> None:
    definition = define(match=[])
    assert definition.match == ()
    assert definition.as_options()["match"] == []


def test_field_policies_are_for_fields_and_groups(define: Define) -> None:
    policies = {"email": "keep", "phonebook": "create_only", "phonebook.labels.Zone": "force", "devices": "keep"}
    assert define(field_policy=policies).field_policy == policies


def test_an_empty_filter_takes_the_templates_away(define: Define) -> None:
    assert define(filter="").filter is None
    assert define(filter=" row.active ").filter == "row.active"


@pytest.mark.parametrize(
    ("option", "variable"), [("create_softphone", "createSoftphone"), ("create_mobile_phone", "createMobile")]
)
def test_the_switches_for_devices_override_the_columns(define: Define, option: str, variable: str) -> None:
    assert define().variables[variable] == f"row.{variable}"
    for decided in (True, False):
        assert define(**{option: decided}).variables[variable] is decided


def test_options_come_back_in_one_form_for_one_meaning(define: Define) -> None:
    options: dict[str, Any] = {
        "name": "staff",
        "template": "csv_users",
        "source": {"path": "/x.csv", "url": None},
        "mode": None,
        "variables": {},
        "guards": {"max_removals": "30"},
        "remove_adopted": False,
        "create_softphone": False,
    }
    canonical = Definition.from_options(options).as_options()
    assert canonical == {
        "name": "staff",
        "template": "csv_users",
        "source": {"path": "/x.csv"},
        "mode": "mirror",
        "guards": {"max_removals": 30},
        "create_softphone": False,
    }


def test_a_definition_survives_being_stored(define: Define) -> None:
    definition = define(
        filter="row.active",
        match=["username", ["surname", "given_name"]],
        variables={"job": None, "room": "row.Room"},
        structure={"user": {"pin": None, "phonebook": {"labels": {"Room": "room"}}}},
        guards={"max_removals": "5%"},
        field_policy={"email": "keep"},
        create_mobile_phone=True,
    )
    again = Definition.from_options(json.loads(json.dumps(definition.as_options())))
    assert again == definition
    assert again.digest == definition.digest


def test_the_secrets_of_the_source_are_known_and_not_shown(define: Define) -> None:
    source = {"path": "x.csv", "share": "\\\\files\\export", "share_username": "svc", "share_password": "geheim123"}
    definition = define(source=source)
    assert "share_password" in definition.secret_paths
    assert "geheim123" not in repr(definition)
    assert definition.as_options()["source"]["share_password"] == "geheim123"


def test_an_incremental_source_needs_the_key_of_the_template(define: Callable[..., Any]) -> None:
    directory = {"uri": "ldaps://a", "base_dn": "dc=a", "username": "cn=a", "password": "x", "incremental": True}
    assert define("ldap_users", source=directory, key=" row.entryUUID ").source["incremental"]
    with pytest.raises(DefinitionError, match=r"incremental needs the template's own key \(row\.entryUUID\)"):
        define("ldap_users", source=directory, key="row.uid")
    assert define("ldap_users", source={**directory, "incremental": False}, key="row.uid").key == "row.uid"
