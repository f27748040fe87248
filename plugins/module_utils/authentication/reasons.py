# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Why a login is accepted or denied: the words that `auth_test` returns, each with what a person can do about it."""

from __future__ import annotations

ACCEPTED = "accepted"
UNKNOWN_USER = "unknown user"
LEAVER = "leaver"
METHOD_NONE = "method none"
SINGLE_SIGN_ON = "single sign-on"
EMPTY_PASSWORD = "empty password"  # noqa: S105
WRONG_PASSWORD = "wrong password"  # noqa: S105
NO_PASSWORD_SET = "no password set"  # noqa: S105
NOT_SET_UP = "LDAP authentication not set up"
SWITCHED_OFF = "LDAP authentication switched off"
UNUSABLE_SETTINGS = "LDAP settings unusable"
UNUSABLE_NAME = "user name not usable"
UNREACHABLE = "directory unreachable"
CERTIFICATE = "certificate not accepted"
PROXY_REFUSED = "proxy user refused"
SEARCH_FAILED = "search failed"
NOT_FOUND = "not found in the directory"
AMBIGUOUS = "found more than once"
REFUSED = "refused by the directory"
NOT_SIGNED_IN = "not signed in as this user"
ACCOUNT_DISABLED = "account disabled"
ACCOUNT_LOCKED = "account locked"
ACCOUNT_EXPIRED = "account expired"
PASSWORD_EXPIRED = "password expired"  # noqa: S105
PASSWORD_MUST_BE_CHANGED = "password must be changed"  # noqa: S105
NOT_ALLOWED_NOW = "not allowed now"
CONFIDENTIALITY_REQUIRED = "confidentiality required"

ADVICE: dict[str, str] = {
    ACCEPTED: "The user may sign in.",
    UNKNOWN_USER: "The phone system has no user of this name; import or make the user first.",
    LEAVER: "The user has left: the record is gone from the source; object_info with leavers: true says until when.",
    METHOD_NONE: "The user may not sign in at all; user_auth sets another method.",
    SINGLE_SIGN_ON: "The user signs in with Microsoft, not with a password here.",
    EMPTY_PASSWORD: "No password was typed, or nothing but blanks, which is nobody's password.",
    WRONG_PASSWORD: "The password is wrong.",
    NO_PASSWORD_SET: "The user has the method internal but no password; user_auth sets one.",
    NOT_SET_UP: "The user has the method ldap, but there are no LDAP settings; declare them with ldap_auth.",
    SWITCHED_OFF: "The user has the method ldap, but LDAP authentication is switched off; ldap_auth switches it on.",
    UNUSABLE_SETTINGS: "The LDAP settings can no longer be used; declare them again with ldap_auth.",
    UNUSABLE_NAME: "The name cannot stand in bind_dn as it is written; choose another form of bind_dn.",
    UNREACHABLE: "No directory server answers; check uri, name resolution, firewall and whether the servers run.",
    CERTIFICATE: "The directory's certificate is not accepted; check ca_path and the host name in uri.",
    PROXY_REFUSED: "The directory refuses proxy_user; check proxy_user and proxy_password.",
    SEARCH_FAILED: "The directory does not carry out the search; check base_dn, search_filter and proxy_user's rights.",
    NOT_FOUND: "The search finds no entry; check base_dn, username_attribute and search_filter.",
    AMBIGUOUS: "The search finds several entries; make base_dn or search_filter narrower.",
    REFUSED: "The directory refuses the login and does not say why; look into its log.",
    NOT_SIGNED_IN: "The directory answers with success, but has signed in nobody, or somebody else.",
    ACCOUNT_DISABLED: "The account is disabled in the directory.",
    ACCOUNT_LOCKED: "The account is locked in the directory, mostly after too many wrong passwords.",
    ACCOUNT_EXPIRED: "The account has expired in the directory.",
    PASSWORD_EXPIRED: "The password has expired; the user must change it where the directory allows that.",
    PASSWORD_MUST_BE_CHANGED: "The user must change the password before the first login.",
    NOT_ALLOWED_NOW: "The directory does not allow this user at this time or from this machine.",
    CONFIDENTIALITY_REQUIRED: "The directory wants an encrypted connection; use ldaps:// or start_tls.",
}
"""Reason -> one sentence that says what it means and what to do."""
