# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written about an option is what the option does: documentation, argument spec, role and examples agree."""

from __future__ import annotations

import importlib
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

from ansible_collections.telephony.connector.plugins.module_utils.actions import specs
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import (
    CALLS,
    DEVICE_FIELDS,
    TIMES,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import FAMILIES, source_class

ROOT = Path(importlib.import_module("ansible_collections.telephony.connector.plugins.modules.sync").__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("[a-z]*.py"))
PREFIX = "telephony.connector."
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "roles").glob("*/README.md"), ROOT / "README.md"])
# Facts of an option that documentation and spec both state.
FACTS = ("type", "elements", "choices", "default", "required")


def spec_of(module: str) -> dict[str, Any]:
    return importlib.import_module(f"ansible_collections.{PREFIX}plugins.modules.{module}").SPEC


def documentation_of(module: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Return (documentation with its fragments, examples, return values)."""
    documentation, examples, returned, _metadata = get_docstring(
        str(ROOT / f"plugins/modules/{module}.py"), fragment_loader, collection_name=PREFIX.rstrip(".")
    )
    return documentation, examples, yaml.safe_load(returned) if isinstance(returned, str) else returned


def facts(option: Mapping[str, Any]) -> dict[str, Any]:
    return {name: option[name] for name in FACTS if option.get(name) not in (None, False)}


def differences(path: str, options: Mapping[str, Any], documented: Mapping[str, Any]) -> Iterator[str]:
    """Say where options (an argument spec) and their documentation differ."""
    for name in sorted(options.keys() ^ documented.keys()):
        yield f"{path}{name} is only in the {'spec' if name in options else 'documentation'}"
    for name in sorted(options.keys() & documented.keys()):
        option, described = options[name], documented[name]
        if facts(option) != facts(described):
            yield f"{path}{name}: {facts(option)} in the spec, {facts(described)} in the documentation"
        if not described.get("description"):
            yield f"{path}{name} is not described"
        if "options" in option or "suboptions" in described:
            yield from differences(f"{path}{name}.", option.get("options", {}), described.get("suboptions", {}))


def secrets_of(options: Mapping[str, Any], path: str = "") -> dict[str, bool]:
    """Return every option that sounds secret, or is declared so, with whether Ansible hides it."""
    found: dict[str, bool] = {}
    for name, option in options.items():
        if re.search("pass(?!ive)|secret|token|(^|_)pin$|_key$", name) or option.get("no_log"):
            found[path + name] = option.get("no_log") is True
        found.update(secrets_of(option.get("options", {}), f"{path}{name}."))
    return found


def tasks_in(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (module, arguments) of all tasks of ours, wherever they are in a piece of YAML."""
    if isinstance(node, list):
        for item in node:
            yield from tasks_in(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith(PREFIX) and str(key).removeprefix(PREFIX) in MODULES:
                yield str(key).removeprefix(PREFIX), value or {}
            else:
                yield from tasks_in(value)


def problems_of(module: str, arguments: dict[str, Any]) -> list[str]:
    """Validate a task's arguments as Ansible does; templates of non-text options are left out."""
    plain = {name: value for name, value in arguments.items() if not (isinstance(value, str) and "{{" in value)}
    spec = {name: {**option, "required": False} for name, option in spec_of(module).items()}
    needed = [name for name, option in spec_of(module).items() if option.get("required")]
    return [
        *ArgumentSpecValidator(spec).validate(plain).error_messages,
        *(f"unknown option {name}" for name in arguments if name not in spec),
        *(f"missing option {name}" for name in needed if arguments and name not in arguments),  # none: in `args`
    ]


@pytest.mark.parametrize("module", MODULES)
def test_documentation_says_what_the_spec_says(module: str) -> None:
    documentation, _examples, _returned = documentation_of(module)
    assert list(differences("", spec_of(module), documentation["options"])) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_module_states_its_attributes(module: str) -> None:
    attributes = documentation_of(module)[0]["attributes"]
    assert {"check_mode", "diff_mode", "idempotent", "action_group"} <= attributes.keys()
    assert attributes["check_mode"]["support"] == "full"
    assert attributes["diff_mode"]["support"] == ("N/A" if module.endswith(("_info", "_test")) else "full")


@pytest.mark.parametrize("module", MODULES)
def test_every_return_value_has_a_sample(module: str) -> None:
    for name, value in documentation_of(module)[2].items():
        assert {"description", "returned", "type"} <= value.keys(), name
        assert "sample" in value or "contains" in value, name


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_options_that_exist(module: str) -> None:
    tasks = list(tasks_in(yaml.safe_load(documentation_of(module)[1])))
    assert module in [name for name, _arguments in tasks]
    assert [problems_of(name, arguments) for name, arguments in tasks if problems_of(name, arguments)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_yaml_on_the_pages_can_be_used(page: Path) -> None:
    for block in re.findall(r"^ *```ya?ml\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for module, arguments in tasks_in(load_block(textwrap.dedent(block))):
            assert problems_of(module, arguments) == [], block


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_complete_playbook_can_be_tried_in_check_mode_before_anything_is_stored(page: Path) -> None:
    _before, _heading, section = page.read_text("utf-8").partition("\n## A complete playbook\n")
    playbook = re.search(r"```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    for module, arguments in tasks_in(yaml.safe_load(playbook[1])) if playbook else ():
        assert module != "sync" or arguments.get("definition"), arguments


def load_block(block: str) -> Any:
    """Load YAML that may show the same option several times, one line for each way of writing it."""
    if len(re.findall(r"^(filter|match|variables)\b", block, re.MULTILINE)) > 1:
        return [yaml.safe_load(line) for line in block.splitlines()]
    return yaml.safe_load(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text("utf-8")):
        file, _hash, anchor = target.partition("#")
        goal = (page.parent / file).resolve() if file else page
        assert goal.exists(), target
        if anchor and goal.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", goal.read_text("utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
            assert anchor in anchors, target


@pytest.mark.parametrize("module", MODULES)
def test_secrets_are_hidden_and_look_alikes_are_not(module: str) -> None:
    hidden = secrets_of(spec_of(module))
    shown = {name for name, is_hidden in hidden.items() if not is_hidden}
    assert shown <= {"key", "definition.key"}, "an option that sounds secret is shown"
    for family in FAMILIES:
        for name in source_class(family).SECRETS:
            assert hidden.get(f"source.{name}", True)
            assert hidden.get(f"definition.source.{name}", True)


def test_the_role_knows_the_options_of_a_profile() -> None:
    known = yaml.safe_load((ROOT / "roles/sync/vars/main.yml").read_text("utf-8"))["sync_profile_options"]
    assert set(known) == spec_of("profile").keys() - {"store", "store_key"}
    role = yaml.safe_load((ROOT / "roles/sync/meta/argument_specs.yml").read_text("utf-8"))
    # options of its own would refuse a misspelt one without naming the profile
    assert "options" not in role["argument_specs"]["main"]["options"]["sync_profiles"]


def test_the_role_hands_every_option_on_to_the_module() -> None:
    tasks = yaml.safe_load((ROOT / "roles/sync/tasks/profiles.yml").read_text("utf-8"))
    declare = next(task[PREFIX + "profile"] for task in tasks if PREFIX + "profile" in task)
    assert declare.keys() == spec_of("profile").keys() - {"store", "store_key"}


def test_the_role_publish_knows_and_hands_on_the_options_of_an_output() -> None:
    known = yaml.safe_load((ROOT / "roles/publish/vars/main.yml").read_text("utf-8"))["publish_output_options"]
    options = spec_of("publish").keys() - {"store", "store_key", "progress"}
    assert set(known) == options - {"expect_plan", "changes_limit"}
    (block,) = yaml.safe_load((ROOT / "roles/publish/tasks/outputs.yml").read_text("utf-8"))
    assert block["block"][0][PREFIX + "publish"].keys() == options


def nested_names(options: Mapping[str, Any], prefix: str = "") -> set[str]:
    names: set[str] = set()
    for name, option in options.items():
        inner = option.get("options") if option["type"] == "dict" else None
        names |= nested_names(inner, f"{prefix}{name}.") if inner else {prefix + name}
    return names


@pytest.mark.parametrize(
    ("kind", "spec", "no_fields"),
    [
        ("user", specs.USER_SPEC, {"state", "rename_to", "leaver", "phonebook.labels"}),
        ("phonebook_entry", specs.PHONEBOOK_ENTRY_SPEC, {"state", "id", "labels"}),
        ("speed_dial", specs.SPEED_DIAL_SPEC, {"state"}),
    ],
)
def test_objects_by_hand_have_all_fields_of_their_kind(kind: str, spec: dict[str, Any], no_fields: set[str]) -> None:
    assert nested_names(spec) - no_fields == set(KINDS[kind].fields)


def test_devices_by_hand_have_all_fields_of_a_device() -> None:
    assert specs.DEVICE_SPEC.keys() == DEVICE_FIELDS.keys()
    assert tuple(specs.TIMEOUTS_SPEC) == CALLS
    assert all(tuple(call["options"]) == TIMES for call in specs.TIMEOUTS_SPEC.values())


def test_the_action_group_holds_all_modules() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text("utf-8"))
    assert sorted(runtime["action_groups"]["connector"]) == MODULES
