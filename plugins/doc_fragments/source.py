# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a profile's source, one text per family of templates; `SUBOPTIONS` is all of them together."""

from __future__ import annotations

from textwrap import indent

CSV = r"""
path:
  description:
    - The CSV file or Excel workbook (C(.xlsx)). Without O(source.share) it is a path on the host that runs the task.
    - With O(source.share) it is the path inside the share, with slashes or backslashes. For a share that names only
      the server, the share's name is the first part of the path.
    - Templates C(csv_users), C(csv_phonebook) and C(csv_speed_dials) need either this option or O(source.url).
  type: str
sheet:
  description:
    - The sheet of a workbook, by its name or its number from 1. It is for workbooks alone.
    - The first one when not given.
  type: str
  version_added: 0.3.0
encoding:
  description:
    - How the file writes its characters, for example V(utf-8), V(cp1252), V(latin-1) or V(utf-16).
    - V(utf-8) when not given. A byte order mark at the beginning of the file is recognised.
    - A file that is not written this way is refused, and the message names the byte where it breaks.
  type: str
delimiter:
  description:
    - The one character between two values; V(\\t) or V(tab) for a tab.
    - V(,) when not given.
  type: str
line_separator:
  description:
    - What ends a line, V(lf) as on Linux, V(crlf) as on Windows, V(cr) as on old Macs.
    - V(auto) when not given, which takes any of them.
  type: str
  choices:
    - auto
    - lf
    - crlf
    - cr
enclosure:
  description:
    - The one character around a value that itself holds delimiters or line breaks. Doubled inside a value, it stands
      for itself.
    - V(") when not given. An empty text is for a file that has none.
  type: str
share:
  description:
    - A Windows or Samba share to read O(source.path) from, as V(\\\\server\\share).
    - With V(\\\\server) alone, the share's name is the first part of O(source.path).
  type: str
share_username:
  description:
    - Who reads the share. V(DOMAIN\\user) and V(user@domain) are fine too.
  type: str
share_password:
  description:
    - The password of O(source.share_username). It is stored encrypted.
  type: str
share_domain:
  description:
    - The domain of O(source.share_username), when the name does not hold it.
  type: str
share_port:
  description:
    - The port of the file server.
    - V(445) when not given.
  type: int
share_encrypt:
  description:
    - Whether the connection to the file server must be encrypted. Signing is always required.
    - V(false) when not given; a server or share that asks for encryption gets it anyway.
  type: bool
url:
  description:
    - A web address to read the file from instead of O(source.path), with C(https://).
    - Template C(pbx_phonebook) reads a list from there, and needs either this option or O(source.store).
    - For Exchange, the address of its web services, such as V(https://mail.corp.example/EWS/Exchange.asmx).
    - For a file, the server's C(ETag) or C(Last-Modified) is remembered, so that a file that has not changed is not
      read again.
  type: str
url_username:
  description:
    - The user name for a web server that asks for one (HTTP Basic). It is not sent to another host by a redirect.
  type: str
url_password:
  description:
    - The password of O(source.url_username). It is stored encrypted.
  type: str
ca_path:
  description:
    - A file with the certificates of the authorities to trust, in PEM format, for O(source.url) and O(source.uri),
      and for Microsoft 365 behind a gateway that has its own.
    - They are checked as OpenSSL and curl check them, so that an in-house authority without key usage will do.
    - When not given, the public authorities are trusted that come with the Python library C(requests), and for a
      directory those of the operating system.
  type: str
validate_certs:
  description:
    - Whether the certificate of the web server or directory server is checked, and that it is for the name in
      the address.
    - V(true) when not given. Use V(false) for tests only, because it lets a man-in-the-middle read and change the data.
    - For a directory, O(source.ca_path) is refused beside V(false).
  type: bool
allow_plaintext:
  description:
    - Whether O(source.url) may be C(http://), which is not encrypted.
    - For a directory, whether the password may cross the network unencrypted without a warning.
    - V(false) when not given.
  type: bool
allow_redirects_to:
  description:
    - Other hosts that the web server may redirect to, for example V(cdn.corp.example) or V(*.corp.example).
    - When not given, only redirects on the same host are followed.
  type: list
  elements: str
proxy:
  description:
    - The proxy for O(source.url), for an Exchange server and for Microsoft 365, as
      V(http://proxy.corp.example:3128). An empty text is for no proxy.
    - When not given, the environment variables E(HTTPS_PROXY) and E(NO_PROXY) decide.
    - This machine itself is never asked through a proxy.
  type: str
timeout:
  description:
    - How many seconds a file server, web server, directory server, Exchange or Microsoft 365 may be silent. A directory
      server must besides complete each step of the sign-in within them.
    - V(30) when not given, for an Exchange server V(60).
  type: int
retries:
  description:
    - How often a web server that is busy or broken is asked again, when it says or after 1, 2, 4 seconds and so on.
    - V(3) when not given, for Microsoft 365 V(10).
  type: int
max_seconds:
  description:
    - How many seconds one read may take altogether. A read that takes longer is incomplete, so that it removes nothing.
    - V(3600) when not given.
  type: int
  version_added: 0.3.0
max_bytes:
  description:
    - How many bytes one read may bring altogether, unpacked. A read that brings more is incomplete, so that it removes
      nothing.
    - V(4294967296) (4 GiB) when not given. Besides, a record may have 16 MiB, and a value 65536 characters.
  type: int
  version_added: 0.3.0
"""

LDAP = r"""
uri:
  description:
    - The directory server, as V(ldaps://ldap.corp.example) or V(ldap://ldap.corp.example:1389). Several are tried in
      order; the first that answers is read, and those before it are reported.
  type: list
  elements: str
base_dn:
  description:
    - Where in the tree to search, for example V(ou=people,dc=corp,dc=example).
    - The whole domain when not given and there is O(source.domain).
  type: str
username:
  description:
    - Who reads the directory, as the DN of an account, for example V(uid=reader,ou=system,dc=corp,dc=example).
    - An LDAP directory that anybody may read needs neither this nor O(source.password).
    - For Active Directory also as V(svc-pbx@corp.example), V(CORP\\svc-pbx) or V(svc-pbx) alone, which gets
      O(source.domain).
    - For UCS also the bare name of a machine account.
    - For another phone system's O(source.url), the user of its REST service (HTTP Basic).
    - For Exchange, the login of the account that reads; O(source.email) when not given.
  type: str
password:
  description:
    - The password of O(source.username), or of the user in O(source.store). It is stored encrypted.
  type: str
search_filter:
  description:
    - Which entries to read, as an LDAP filter. A filter that is written wrongly is refused, and the message names the
      character.
    - V((objectClass=person\)) when not given.
    - For Active Directory, people and contacts when not given, without O(source.username) and without the accounts that
      Windows needs for itself. For UCS, users with O(source.marker_attribute).
  type: str
search_scope:
  description:
    - Whether to read O(source.base_dn) with everything below it, what is one level below it, or it alone.
    - V(subtree) when not given.
  type: str
  choices:
    - base
    - onelevel
    - subtree
attributes:
  description:
    - Attributes to read besides those that the profile's expressions use, which are found out.
  type: list
  elements: str
start_tls:
  description:
    - Whether a connection to C(ldap://) is encrypted (StartTLS) before the password is sent.
    - V(false) when not given, but V(true) with O(source.ssl=false).
  type: bool
page_size:
  description:
    - How many entries the server is asked for at a time.
    - V(1000) when not given, which is what most directory servers allow; V(500) with O(source.page_size_parameter).
  type: int
username_field:
  description:
    - The attribute that holds the login name; expressions have it as C(row.username), too.
    - V(uid) when not given, for Active Directory V(sAMAccountName).
  type: str
incremental:
  description:
    - Whether to ask the server only for what changed since the last run, where that is certain to give the same result.
    - For Exchange it is there with O(source.backend=graph).
    - V(false) when not given.
  type: bool
"""

AD = r"""
domain:
  description:
    - The DNS name of the domain, as V(corp.example). It gives O(source.base_dn), and completes O(source.username).
    - Templates C(ad_users), C(ad_phonebook), C(ad_speed_dials) and C(ucs_users) need it.
    - For Exchange, what stands behind the C(@) of the mailbox of a user without an e-mail address; that of
      O(source.email) when not given.
  type: str
server:
  description:
    - The domain controller, as V(dc1.corp.example), with a port only if it is an unusual one. Several are tried in
      order.
  type: list
  elements: str
ssl:
  description:
    - Whether to speak to O(source.server) with C(ldaps://), on port 636 (UCS 7636).
    - V(true) when not given. V(false) is for port 389 (UCS 7389), where the connection is encrypted by StartTLS before
      the password is sent, unless O(source.start_tls=false).
  type: bool
groups:
  description:
    - Whether C(values.memberOf) holds the groups in which an account is itself, or also those in which these groups
      are. The primary group is always among them.
    - V(direct) when not given.
  type: str
  choices:
    - direct
    - nested
"""

UCS = r"""
marker_attribute:
  description:
    - The attribute that is C(TRUE) for users of the phone system. An empty text is for all users.
    - V(mobydickActivated) when not given.
  type: str
"""

M365 = r"""
tenant_id:
  description:
    - The tenant to read, as its Directory (tenant) ID or one of its domains, for example V(contoso.onmicrosoft.com).
    - Template C(m365_users) needs it, except with O(source.managed_identity).
  type: str
client_id:
  description:
    - The Application (client) ID of the app registration that reads the tenant.
    - With O(source.managed_identity) the client ID of a user-assigned identity; the one of the system when not given.
  type: str
client_secret:
  description:
    - A client secret of the app registration, which is its Value and not its Secret ID. It is stored encrypted.
    - One of O(source.client_secret), O(source.certificate), O(source.assertion_file) and
      O(source.managed_identity) says how the application signs in.
  type: str
certificate:
  description:
    - A file on the host that runs the task, with the private key (RSA) and the certificate of the app registration, in
      PEM or PFX format (also called PKCS 12).
    - A warning is given from 30 days before it expires.
  type: str
certificate_password:
  description:
    - The password of the private key in O(source.certificate), if it has one. It is stored encrypted.
  type: str
assertion_file:
  description:
    - A file with a token of another identity provider that the app registration trusts (a federated credential), for
      example of a Kubernetes service account. It is read anew for every sign-in.
  type: str
managed_identity:
  description:
    - Whether to sign in as the identity that Azure gives the machine that runs the task.
    - V(false) when not given.
  type: bool
cloud:
  description:
    - The national cloud of the tenant.
    - V(global) when not given. V(us_government_dod) is for L5, V(us_government) for L4.
  type: str
  choices:
    - global
    - us_government
    - us_government_dod
    - china
authority:
  description:
    - Where to sign in instead, for other clouds and gateways, as V(https://login.sovcloud-identity.de); the tenant is
      added. It is not checked against Microsoft's list of clouds.
  type: str
graph_url:
  description:
    - Where Microsoft Graph is instead, for other clouds and gateways, as V(https://graph.corp.example).
  type: str
group:
  description:
    - Read only the members of this group, or of any of these, and of the groups in them. A group is named by its object
      ID or its display name.
  type: list
  elements: str
max_wait:
  description:
    - How many seconds a run waits at most, altogether, for Microsoft 365 or Exchange when it is busy.
    - V(600) when not given, for an Exchange server V(300).
  type: int
"""

EXCHANGE = r"""
email:
  description:
    - The e-mail address of the mailbox of the account that reads an Exchange server. Template C(exchange_phonebook)
      needs it with O(source.backend=ews).
    - Without O(source.url) the Exchange server is looked for by it (autodiscover).
    - Redirects of autodiscover over http and by DNS are followed within its domain only, and the password is shown to
      no server unless O(source.auth_type=basic).
    - O(source.username) is the login of the account, for example V(CORP\\svc-pbx), when it is not this address.
  type: str
auth_type:
  description:
    - How to sign in to an Exchange server.
    - V(ntlm) when not given. V(oauth2) is for a server that trusts Entra ID (hybrid modern authentication); an
      application signs in there, with O(source.tenant_id), O(source.client_id) and O(source.client_secret) or
      O(source.certificate).
  type: str
  choices:
    - basic
    - ntlm
    - oauth2
backend:
  description:
    - How contacts are read, V(ews) for Exchange Web Services of an on-premises Exchange server, V(graph) for Microsoft
      Graph, with mailboxes in Exchange Online, where EWS is being switched off.
    - When not given, V(graph) if an application signs in (for example with O(source.client_secret)) and no server or
      password is given, else V(ews).
  type: str
  choices:
    - ews
    - graph
public_folders:
  description:
    - Whether all public folders with contacts are read, whatever they lie in, into the company's phonebook.
    - V(true) when not given. With O(source.backend=graph) there are none.
  type: bool
organisation_contacts:
  description:
    - Whether the organisation's mail contacts are read into the company's phonebook, with O(source.backend=graph).
    - V(true) when not given.
  type: bool
personal_address_books:
  description:
    - Whether the contacts of the phone system's users are read, each into the private phonebook of that user. The
      mailbox is that of the user's e-mail address, else of the login, with O(source.domain) behind it.
    - V(false) when not given.
  type: bool
shared_mailboxes:
  description:
    - The e-mail addresses of mailboxes whose contacts are read into the company's phonebook. The account needs full
      access to them.
  type: list
  elements: str
"""

PBX = r"""
store:
  description:
    - The store of another phone system whose company directory is read, as a path (SQLite) or a URL (PostgreSQL). It is
      read only, and never made or changed.
    - Template C(pbx_phonebook) needs either this option or O(source.url).
    - A password does not belong into the URL, but into O(source.password).
  type: str
include_users:
  description:
    - Whether the users of O(source.store) are read too, who are in its directory with their extension.
    - V(true) when not given.
  type: bool
include_pbx_entries:
  description:
    - Whether entries are read that O(source.store) has itself from another phone system, by a profile of template
      C(pbx_phonebook).
    - V(false) when not given, so that two stores can read each other.
  type: bool
key_map:
  description:
    - How the REST service at O(source.url) calls what the expressions call otherwise. The keys are our names, the
      values the names in its JSON objects. What is not in it is taken by the same name.
  type: dict
offset_parameter:
  description:
    - The parameter of O(source.url) that says how many entries to leave out, for example V(offset). With it the list is
      read in pages, until one is empty.
  type: str
page_parameter:
  description:
    - The parameter of O(source.url) that says which page to give, for a service that counts pages.
  type: str
first_page:
  description:
    - The number of the first page, for O(source.page_parameter).
    - V(1) when not given.
  type: int
page_size_parameter:
  description:
    - The parameter of O(source.url) that says how many entries a page may have, for example V(limit). Its value is
      O(source.page_size).
  type: str
"""

SUBOPTIONS = (
    CSV.lstrip() + LDAP.lstrip() + AD.lstrip() + UCS.lstrip() + M365.lstrip() + EXCHANGE.lstrip() + PBX.lstrip()
)

SOURCE = """source:
  description:
    - Where the records come from. Which options apply depends on the template's family;
      M(telephony.connector.template_info) lists them for each template.
  type: dict
  suboptions:
""" + indent(SUBOPTIONS, "    ")


class ModuleDocFragment:
    """The option O(source)."""

    # annotated, because ansible-test takes a plain assignment in this class for one literal text
    DOCUMENTATION: str = "options:\n" + indent(SOURCE, "  ")
