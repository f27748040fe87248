# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Checks options that a module cannot declare, as they hang on another one, in the way Ansible checks those it can."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.telephony.connector.plugins.module_utils import type_errors
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest


def checked(options: Mapping[str, t.Any], spec: Mapping[str, Mapping[str, t.Any]], whose: str) -> dict[str, t.Any]:
    """Return options with the types and defaults of `spec`, an argument spec whose entries may have a description.

    DefinitionError for an option that is not in it (names the nearest), and for a value that Ansible would refuse.
    """
    for name in options:
        if name not in spec:
            raise DefinitionError(
                f'The {whose} has no option "{name}"; it has: {", ".join(spec)}.{nearest(name, spec)}'
            )
    bare = {name: {key: value for key, value in one.items() if key != "description"} for name, one in spec.items()}
    result = ArgumentSpecValidator(bare).validate(dict(options))
    if result.error_messages:
        wrong = type_errors.in_words("; ".join(result.error_messages))
        raise DefinitionError(f"The target of the {whose} is wrong: {wrong}.")
    return dict(result.validated_parameters)
