# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX 24 knows of its resources: the fields that each takes and needs, and what may be connected with what."""

from __future__ import annotations

import re

#: resource, type: fields that it needs: fields that it may have
_FIELDS = """
organizations, organization: name: max_hosts default_environment
execution_environments, execution_environment: name image: organization credential pull
projects, project: name organization: scm_type scm_url scm_branch scm_refspec scm_clean scm_track_submodules \
    credential scm_delete_on_update timeout scm_update_on_launch scm_update_cache_timeout allow_override local_path \
    default_environment signature_validation_credential
inventories, inventory: name organization: kind host_filter variables
hosts, host: name inventory: enabled instance_id variables
credential_types, credential_type: name kind: inputs injectors managed
credentials, credential: name credential_type: organization user team inputs
notification_templates, notification_template: name organization notification_type: \
    notification_configuration messages
job_templates, job_template: name project playbook: organization job_type inventory scm_branch forks limit verbosity \
    extra_vars job_tags skip_tags timeout ask_variables_on_launch allow_simultaneous execution_environment \
    survey_enabled diff_mode become_enabled
workflow_job_templates, workflow_job_template: name: organization inventory extra_vars allow_simultaneous limit \
    ask_variables_on_launch survey_enabled scm_branch
workflow_job_template_nodes, workflow_job_template_node: workflow_job_template: identifier unified_job_template \
    extra_data all_parents_must_converge
workflow_approval_templates, workflow_approval_template: name: timeout identifier workflow_job_template
schedules, schedule: name rrule unified_job_template: enabled extra_data inventory limit execution_environment
"""


def _resources() -> dict[str, tuple[str, set[str], set[str]]]:
    found = {}
    for line in _FIELDS.strip().splitlines():
        names, needed, allowed = line.split(": ")
        resource, kind = names.split(", ")
        found[resource] = (kind, set(needed.split()), {"description", *allowed.split()})
    return found


RESOURCES = _resources()
ASSOCIATIONS = {
    "job_templates": {"credentials": "credentials", "notification_templates_error": "notification_templates"},
    "workflow_job_templates": {
        "notification_templates_error": "notification_templates",
        "notification_templates_approvals": "notification_templates",
    },
    "workflow_job_template_nodes": dict.fromkeys(
        ("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"
    ),
}
#: field -> the resource whose id it is
REFERENCES = {
    "organization": "organizations",
    "project": "projects",
    "inventory": "inventories",
    "credential_type": "credential_types",
    "execution_environment": "execution_environments",
    "default_environment": "execution_environments",
    "workflow_job_template": "workflow_job_templates",
}
#: what each kind of notification needs, with its type
NOTIFICATIONS: dict[str, dict[str, type]] = {
    "email": {
        "host": str,
        "port": int,
        "username": str,
        "password": str,
        "use_tls": bool,
        "use_ssl": bool,
        "sender": str,
        "recipients": list,
        "timeout": int,
    },
    "webhook": {
        "url": str,
        "http_method": str,
        "disable_ssl_verification": bool,
        "username": str,
        "password": str,
        "headers": dict,
    },
}
#: environment variables that a credential may not set
BLOCKED = {
    "VIRTUAL_ENV",
    "PATH",
    "PYTHONPATH",
    "JOB_ID",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "AD_HOC_COMMAND_ID",
    "REST_API_URL",
}
NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
