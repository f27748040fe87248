#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: speed_dial
short_description: Declare a speed dial by hand
version_added: 0.1.0
description:
  - Declares one speed dial, a short number inside the phone system that calls a longer one.
  - What is not given stays as it is. An empty text takes a value away.
  - For many speed dials declare a M(telephony.connector.profile) instead, which does them all in one step.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  number:
    description:
      - What is dialled inside, 2 digits or more, not beginning with 0. It may begin with a C(*). Identifies the speed
        dial.
      - Extensions, fax lines and speed dials share one number space, so it must not be a user's extension.
    type: str
    required: true
  destination:
    description:
      - The number or the SIP address that is called. Required for a new speed dial.
    type: str
  display_name:
    description:
      - The name as phones show it.
    type: str
  state:
    description:
      - Whether the speed dial is to exist.
    type: str
    choices:
      - present
      - absent
    default: present
seealso:
  - module: telephony.connector.object_info
"""

EXAMPLES = r"""
- name: Declare a speed dial
  telephony.connector.speed_dial:
    number: "*10"
    destination: "+49 89 5550100"
    display_name: Muster Ltd

- name: Take it out
  telephony.connector.speed_dial:
    number: "*10"
    state: absent
"""

RETURN = r"""
object:
  description: The speed dial as it is now, or would be; V(null) when it does not exist.
  returned: always
  type: dict
  sample:
    id: 57
    profiles: []
    number: "*10"
    destination: "+49 89 5550100"
    display_name: Muster Ltd
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.objects import declare_speed_dial
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import SPEED_DIAL_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**SPEED_DIAL_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, declare_speed_dial)


if __name__ == "__main__":
    main()
