#!/usr/bin/python

# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ldap_auth
short_description: Declare the directory at which users sign in
version_added: 0.2.0
description:
  - Declares how users with the authentication method V(ldap) sign in. Their name and password are forwarded to an LDAP
    directory, Active Directory or UCS, which decides.
  - The user's entry is found in one of two ways, by O(bind_dn), a template into which the name is put, or by a search
    with O(base_dn) and O(username_attribute).
  - The settings are declared as a whole. An option that is not given takes its default. With O(enabled) alone,
    which is V(true) when not given either, they stay as they are and are switched on or off.
  - The settings are checked, but the directory is not asked. M(telephony.connector.auth_test) does that.
  - Users with another method are not affected, see M(telephony.connector.user_auth).
author:
  - The telephony.connector project (@telephony-connector)
extends_documentation_fragment:
  - telephony.connector.attributes
  - telephony.connector.store
requirements:
  - ldap3 >= 2.9
options:
  state:
    description:
      - V(present) declares the settings.
      - V(absent) takes them out of the store. Users with the method V(ldap) cannot sign in then.
    type: str
    choices:
      - present
      - absent
    default: present
  enabled:
    description:
      - Whether users with the method V(ldap) may sign in. V(false) keeps the settings and denies every such login.
    type: bool
    default: true
  uri:
    description:
      - The directory servers, for example V(ldaps://dc1.corp.example), tried in this order until one answers.
      - Port 389 for C(ldap://) and 636 for C(ldaps://), unless the address names another one.
    type: list
    elements: str
  bind_dn:
    description:
      - The name under which a user signs in at the directory, with V(%) in place of the user name.
      - A distinguished name, as V(uid=%,ou=people,dc=example,dc=com). The user name is escaped (RFC 4514).
      - For Active Directory V(%@corp.example) or V(CORP\\%), or V(%) alone when the user names hold the domain. There
        is no escaping in these forms, so a user name with a special character is denied.
      - A literal percent sign is written V(%%).
    type: str
  base_dn:
    description:
      - Where the search for the user's entry begins.
    type: str
  search_scope:
    description:
      - Whether to search O(base_dn) with everything below it, what is one level below it, or it alone.
      - V(subtree) when not given.
    type: str
    choices:
      - base
      - onelevel
      - subtree
  username_attribute:
    description:
      - The attribute that holds the user name, for example V(uid) or V(sAMAccountName).
    type: str
  search_filter:
    description:
      - A filter that the entry must fit besides, for example V((memberOf=cn=phone,ou=groups,dc=example,dc=com\)).
    type: str
  proxy_user:
    description:
      - Who carries out the search, as the directory wants it, mostly a distinguished name.
      - When not given, the search is anonymous, which few directories allow.
    type: str
  proxy_password:
    description:
      - The password of O(proxy_user). It is stored encrypted.
    type: str
  start_tls:
    description:
      - Whether a connection to an C(ldap://) address is encrypted with StartTLS before anything is sent.
    type: bool
    default: false
  ca_path:
    description:
      - A file with the certificates of the authorities to trust, in PEM format, on the host that decides about logins.
      - When not given, the authorities that this host trusts.
    type: path
  validate_certs:
    description:
      - Whether the certificate of the directory is checked, its authority and its name. When it is not accepted, the
        login is denied.
      - Use V(false) for tests only, because it lets a man-in-the-middle read passwords and answer logins. O(ca_path) is
        refused beside it.
    type: bool
    default: true
  timeout:
    description:
      - How many seconds each address of a directory server may take for each step of a login before the next one is
        tried, or the login denied. Steps are to be reached, to set up encryption, and each whole answer.
    type: int
    default: 10
  allow_plaintext:
    description:
      - Whether passwords may be sent in clear, to an C(ldap://) address without O(start_tls).
    type: bool
    default: false
seealso:
  - module: telephony.connector.auth_test
  - module: telephony.connector.user_auth
  - module: telephony.connector.profile
"""

EXAMPLES = r"""
- name: Sign in at an OpenLDAP directory, with a name made from a template
  telephony.connector.ldap_auth:
    uri:
      - ldaps://ldap1.corp.example
      - ldaps://ldap2.corp.example
    bind_dn: uid=%,ou=people,dc=corp,dc=example
    ca_path: /etc/ssl/corp-ca.pem

- name: Sign in at Active Directory with the logon name
  telephony.connector.ldap_auth:
    uri: ldaps://dc1.corp.example
    bind_dn: "%@corp.example"
    ca_path: /etc/ssl/corp-ca.pem

- name: Look for the user's entry first, as it may lie anywhere
  telephony.connector.ldap_auth:
    uri: ldap://ldap.corp.example
    start_tls: true
    base_dn: dc=corp,dc=example
    username_attribute: uid
    search_filter: (objectClass=inetOrgPerson)
    proxy_user: cn=pbx,ou=services,dc=corp,dc=example
    proxy_password: "{{ vault_proxy_password }}"

- name: Deny logins at the directory for a while and keep the settings
  telephony.connector.ldap_auth:
    enabled: false
"""

RETURN = r"""
settings:
  description: The settings as they are now, or would be; V(null) when there are none. The password is masked.
  returned: always
  type: dict
  sample:
    uri:
      - ldaps://dc1.corp.example:636
    enabled: true
    bind_dn: "%@corp.example"
    start_tls: false
    ca_path: /etc/ssl/corp-ca.pem
    validate_certs: true
    timeout: 10
    allow_plaintext: false
"""

from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import declare_ldap_auth
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import LDAP_AUTH_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.module import STORE_SPEC, run_module

SPEC = {**LDAP_AUTH_SPEC, **STORE_SPEC}


def main() -> None:
    run_module(SPEC, declare_ldap_auth)


if __name__ == "__main__":
    main()
