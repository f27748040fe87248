#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: profile
short_description: Declare a profile that turns a source's records into users, phonebook entries or speed dials
version_added: 0.1.0
description:
  - Declares a profile, which says where records come from (a source), what they become (a template, variables and a
    structure) and how careful a sync has to be (mode and guards).
  - Declaring a profile neither reads its source nor changes a user. M(telephony.connector.sync) does.
  - The profile is checked completely. A bad expression, an unknown variable, field or option fails the task and is
    named.
  - An option that is not given takes its default, also when the stored profile has another value.
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.profile
  - telephony.connector.source
  - telephony.connector.store
options:
  name:
    description:
      - The profile's name, unique in the store. A profile of another name is another profile, with its own objects.
    type: str
    required: true
  state:
    description:
      - V(present) declares the profile.
      - V(absent) takes it out of the store. O(objects) says what becomes of what it had made.
    type: str
    choices:
      - present
      - absent
    default: present
  objects:
    description:
      - What happens with O(state=absent) to the objects that the profile has created.
      - V(keep) leaves them in the store, as if a person had made them.
      - V(remove) removes them. Objects that the profile had only adopted are kept.
    type: str
    choices:
      - keep
      - remove
    default: keep
  hold:
    description:
      - Whether the profile is on hold. A run of M(telephony.connector.sync) is then refused with the reason, who has
        set it and when. A simulation works, and says so.
      - V(true) puts it on hold, V(false) releases it. A text puts it on hold and is the reason.
      - When not given, it stays as it is.
      - With O(name) and nothing else, the profile must be there, and only its hold changes.
    type: raw
    version_added: 0.3.0
seealso:
  - module: telephony.connector.sync
  - module: telephony.connector.profile_info
  - module: telephony.connector.template_info
"""

EXAMPLES = r"""
- name: Users from a CSV file whose columns are called as the template expects
  telephony.connector.profile:
    name: staff
    template: csv_users
    source:
      path: /srv/import/users.csv

- name: Users from a file on a Windows share, with its own columns
  telephony.connector.profile:
    name: staff
    template: csv_users
    source:
      share: '\\files.corp.example\export'
      path: hr\staff.csv
      share_username: svc-pbx@corp.example
      share_password: "{{ vault_share_password }}"
      encoding: cp1252
      delimiter: ";"
    filter: row.Status == 'active'
    key: row.PersonnelNo
    match:
      - email
      - username
    variables:
      username: row.Login
      displayname: row.Surname ~ ', ' ~ row.GivenName
      email: row.Mail
      mobile: row.Mobile | e164('DE')
      job: row.Title
    structure:
      user:
        language: "'de' if row.Country == 'DE' else 'en'"
    guards:
      max_removals: 10

- name: The customers' phonebook, read from a web server, with a label
  telephony.connector.profile:
    name: customers
    template: csv_phonebook
    source:
      url: https://crm.corp.example/export/customers.csv
      url_username: pbx
      url_password: "{{ vault_crm_password }}"
    structure:
      phonebook_entry:
        labels:
          Customer number: row.customernumber

- name: Contacts of an Exchange server, those of the users for themselves
  telephony.connector.profile:
    name: exchange
    template: exchange_phonebook
    source:
      email: svc-pbx@corp.example
      username: CORP\svc-pbx
      password: "{{ vault_exchange_password }}"
      url: https://mail.corp.example/EWS/Exchange.asmx
      personal_address_books: true

- name: The phonebook of the phone system in Berlin
  telephony.connector.profile:
    name: berlin
    template: pbx_phonebook
    source:
      store: postgresql+psycopg://reader@db.berlin.corp.example/connector
      password: "{{ vault_reader_password }}"

- name: Users from an LDAP directory, who sign in there
  telephony.connector.profile:
    name: directory
    template: ldap_users
    source:
      uri: ldaps://ldap.corp.example
      base_dn: ou=people,dc=corp,dc=example
      username: uid=pbx,ou=services,dc=corp,dc=example
      password: "{{ vault_pbx_password }}"
    filter: "'phone-users' in values.memberOf | map('cn')"
    configure_authentication: true
    create_softphone: true

- name: Enabled users of Active Directory who are in a group, also by other groups
  telephony.connector.profile:
    name: domain
    template: ad_users
    source:
      domain: corp.example
      server:
        - dc1.corp.example
        - dc2.corp.example
      ca_path: /etc/ssl/corp-ca.pem
      username: svc-pbx
      password: "{{ vault_svc_pbx_password }}"
      groups: nested
    filter: not row.disabled and 'Phone users' in values.memberOf | map('cn')
    variables:
      roles: values.memberOf | map('cn') | select('in', ['Sales', 'Support'])
    configure_authentication: true

- name: Users of Univention Corporate Server who are enabled for the phone system
  telephony.connector.profile:
    name: ucs
    template: ucs_users
    source:
      domain: corp.example
      server: primary.corp.example
      ca_path: /etc/ssl/ucs-root-ca.pem
      username: pbx
      password: "{{ vault_pbx_password }}"

- name: Keep everybody, and every schedule, from running a profile
  telephony.connector.profile:
    name: staff
    hold: the export of the 17th is broken, ask Anna

- name: Let it run again
  telephony.connector.profile:
    name: staff
    hold: false

- name: Take a profile out and keep the people it has brought
  telephony.connector.profile:
    name: interns
    state: absent
    objects: keep
"""

RETURN = r"""
profile:
  description: The profile as it is stored now, or would be; V(null) when it is not. Secrets are masked.
  returned: always
  type: dict
  sample:
    name: staff
    template: csv_users
    source:
      path: /srv/import/users.csv
    mode: mirror
hold:
  description: The hold that the profile is on, V(null) for none. In check mode nobody has set it yet.
  returned: when O(state=present)
  type: dict
  contains:
    reason:
      description: Why it is not to run.
      type: str
    who:
      description: Who has set it, as user@host, with the job if it was one.
      type: str
    when:
      description: When it was set (UTC).
      type: str
  sample:
    reason: the export of the 17th is broken, ask Anna
    who: root@pbx
    when: "2026-11-20T07:15:00Z"
ldap_auth:
  description:
    - The LDAP authentication of the store as it is now, or would be, as M(telephony.connector.ldap_auth) returns it.
    - Settings made by hand, or by another profile, stay as they are, and a warning says how they differ.
  returned: when O(configure_authentication=true) and users sign in at an LDAP directory
  type: dict
  sample:
    uri:
      - ldaps://ldap.corp.example:636
    enabled: true
    base_dn: ou=people,dc=corp,dc=example
    username_attribute: uid
removed_objects:
  description: How many objects went with the profile, or would.
  returned: when O(state=absent)
  type: int
  sample: 0
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions import option_errors
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile import declare_or_remove
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC, STATE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {
    **PROFILE_SPEC,
    "name": {"type": "str", "required": True},
    **STATE_SPEC,
    "objects": {"type": "str", "choices": ["keep", "remove"], "default": "keep"},
    "hold": {"type": "raw"},
    **STORE_SPEC,
}


def main() -> None:
    run_module(SPEC, declare_or_remove, reword=option_errors.of_profile)


if __name__ == "__main__":
    main()
