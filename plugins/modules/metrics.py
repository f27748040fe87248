#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: metrics
short_description: Write metrics of the store for Prometheus
version_added: 0.3.0
description:
  - Writes what monitoring wants to know as one text file, as the textfile collector of node_exporter reads it.
  - It tells of each profile and each output when the last run ended well, how long it took, how it ended, and how often
    a guard has stopped one; what the last run of a profile counted; how full each range of the extension pools is.
  - The file is replaced in one step. It holds names of profiles, outputs and ranges, and no data of people.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
options:
  path:
    description:
      - Where to write the metrics. The name must end in C(.prom), and the folder must be there.
    type: path
    required: true
notes:
  - The role P(telephony.connector.sync#role) writes them after its runs when C(sync_metrics_path) is given, the role
    P(telephony.connector.publish#role) when C(publish_metrics_path) is.
seealso:
  - module: telephony.connector.run_info
  - module: telephony.connector.extension_pool
"""

EXAMPLES = r"""
- name: Write the metrics where node_exporter looks for them
  telephony.connector.metrics:
    path: /var/lib/prometheus/node-exporter/telephony_connector.prom
"""

RETURN = r"""
path:
  description: Where the metrics are, or would be.
  returned: success
  type: str
  sample: /var/lib/prometheus/node-exporter/telephony_connector.prom
samples:
  description: How many samples the file holds.
  returned: success
  type: int
  sample: 63
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.metrics import write_metrics
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    "path": {"type": "path", "required": True},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, write_metrics, reads_only=True)


if __name__ == "__main__":
    main()
