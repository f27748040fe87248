# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a profile: on the module that declares it, and once more as `definition` on the one that syncs it."""

from __future__ import annotations

from textwrap import indent

from ansible_collections.telephony.connector.plugins.doc_fragments.source import SOURCE

OPTIONS = r"""
template:
  description:
    - The preset the profile starts from, for example V(csv_users), V(csv_phonebook) or V(csv_speed_dials).
    - M(telephony.connector.template_info) shows every template with its variables and its structure.
    - Every profile needs one.
  type: str
mode:
  description:
    - V(mirror) creates, updates, and removes what this profile's own earlier imports created and the source no longer
      has.
    - V(create_update) creates and updates, and never removes.
    - Objects that a person made, or that another profile owns, are never removed.
  type: str
  choices:
    - mirror
    - create_update
  default: mirror
filter:
  description:
    - An expression as in C(when:), without braces. Records for which it is false are left out.
    - A record that is left out counts as missing, so in mode V(mirror) what it had brought is removed.
    - The template's filter when not given.
  type: str
key:
  description:
    - An expression for the record's identity, which must stay the same for as long as the record means the same
      person or number.
    - The template's key when not given.
  type: str
match:
  description:
    - The fields by which a record that is new to the profile finds an object that exists already, for example
      V([username, email]).
    - Each entry is a field, or a list of fields that must be equal together. V(local_part) is the login's part before
      the C(@), and V(login_email) an object's e-mail address that equals the record's login.
    - All entries are asked. Exactly one object found is adopted; several are a conflict that a person must settle.
    - The template's match when not given.
  type: list
  elements: raw
variables:
  description:
    - Named expressions over one record, merged over the template's. V(null) takes a variable of the template out.
    - C(row.x) is the first value of column C(x), C(values.x) the list of all its values, both without blanks at their
      ends; C(raw.x) is the first value as the source has it. A bare name is another variable.
    - The available filters are those of Jinja2 and C(cn), C(e164), C(extension), C(did), C(digits), C(ascii),
      C(regex_search) and C(regex_replace).
  type: dict
structure:
  description:
    - Which objects and fields a record becomes, merged over the template's. V(null) takes an entry of the template out.
    - The first level is the kind of object (V(user), V(phonebook_entry), V(speed_dial)), below it are the fields,
      whose values are expressions.
    - A kind takes a list of mappings when one record becomes several objects. A list replaces the template's.
    - The entry C(when) in a mapping is a condition. Without it being true, that object or device is not made.
  type: dict
guards:
  description:
    - Limits that stop a sync before it does harm. A percentage always allows at least 5.
    - O(telephony.connector.sync#module:expect_plan) lifts them for one plan that a person has looked at.
  type: dict
  suboptions:
    max_removals:
      description:
        - How much one sync may remove, in percent of the profile's objects (V(20%)) or as a number (V(50)).
        - V(20%) when not given.
      type: raw
    max_renumbered:
      description:
        - How many objects that exist already may get another login, extension or speed-dial number in one sync, in
          percent of the profile's objects (V(20%)) or as a number (V(50)).
        - V(20%) when not given.
      type: raw
    max_updates:
      description:
        - How many objects one sync may update, in percent of the profile's objects (V(50%)) or as a number (V(50)).
        - V(100%) when not given, which is no limit.
      type: raw
    max_rejected:
      description:
        - How many records may be unusable, in percent of the records (V(20%)) or as a number (V(50)).
        - V(20%) when not given.
      type: raw
    hold_after:
      description:
        - After so many runs in a row that a guard has stopped, the profile is put on hold, so that nobody takes the
          same message for a habit. Simulations do not count.
        - Not given, no guard puts it on hold.
      type: int
field_policy:
  description:
    - What happens to a field that a person has changed by hand, as C(field) to V(force), V(keep) or V(create_only).
    - V(force), which is what fields not named here have, sets the source's value again.
    - V(keep) leaves a value that a person has typed.
    - V(create_only) sets the field when the object is made and never again.
  type: dict
missing_columns:
  description:
    - What happens when the profile's own expressions name a column that the source does not have.
    - V(fail) stops the sync and names the nearest column. V(warn) goes on and leaves what is made of it as it is.
    - Columns that only the template names may be missing.
  type: str
  choices:
    - fail
    - warn
  default: fail
on_invalid:
  description:
    - What happens to a record with a value that a field cannot take, as C(field) to V(reject) or V(drop).
    - V(reject), which is what fields not named here have, leaves the record out and reports it.
    - V(drop) takes the record as if the value were empty, and reports that. A number that somebody else has counts as
      such a value. Once it is free, the person gets it when the record changes, or is synced alone
      (O(telephony.connector.sync#module:only)).
    - A field that every object of its kind needs cannot be dropped.
  type: dict
remove_adopted:
  description:
    - Whether mode V(mirror) may also remove objects that a person had made and this profile has adopted.
    - Otherwise they are released, that is kept and no longer linked, with a warning.
  type: bool
  default: false
leavers:
  description:
    - What becomes of users whose record is gone, in mode V(mirror). For templates of users only.
    - Other objects of such a record are removed at once.
  type: dict
  suboptions:
    action:
      description:
        - V(remove) removes the user at once.
        - V(disable) makes the user a leaver, who cannot sign in, has no SIP account, and is in no phonebook. All else
          stays as it is. Whose record comes back in time is the user as before. After C(grace_days) the next
          sync removes the user.
        - Guards count a disabled user as removed.
      type: str
      choices:
        - remove
        - disable
      default: remove
    grace_days:
      description:
        - For how many days a leaver may come back, counted by UTC. Those who have left before go by it, too.
        - V(0) is until the next sync.
      type: int
      default: 30
    phonebook:
      description:
        - Whether leavers stay in the company's phonebook (V(keep)) or not (V(drop)).
      type: str
      choices:
        - drop
        - keep
      default: drop
    when:
      description:
        - An expression as in C(when:), without braces. A record for which it is true counts as missing, although the
          source still has it and the filter wants it, such as V(row.disabled) for accounts that are disabled.
        - The filters of the templates for Active Directory, UCS and Microsoft 365 leave out disabled accounts already,
          so it is needed with a filter of your own only.
      type: str
  version_added: 0.3.0
pool:
  description:
    - The extension pool (M(telephony.connector.extension_pool)) from which users without a number get one, such as
      V(berlin). The pool C(default) when not given.
    - An expression lets each record decide, such as V(row.site | lower) or
      V('berlin' if row.l == 'Berlin' else 'munich'). Where it gives nothing, the pool C(default) counts.
    - A user who has a number keeps it, also when another pool is named later.
  type: str
numbers:
  description:
    - The outside numbers of this profile's users, in place of those of the phone system
      (O(telephony.connector.store_settings#module:numbers)), for a site with lines of its own.
    - The filters C(extension) and C(did) use them, and where there are lines, templates of directories make extensions
      of outside numbers.
  type: dict
  suboptions:
    country:
      description:
        - The country of numbers that do not name theirs, as ISO 3166 code such as V(DE).
      type: str
    lines:
      description:
        - The lines whose last digits are extensions.
      type: list
      elements: dict
      default: []
      suboptions:
        prefix:
          description:
            - The number of the line with its country and without the extension, such as V(+49 991 2960).
          type: str
          required: true
        extension_digits:
          description:
            - How many digits the extensions behind it have, 2 to 10.
          type: int
          required: true
configure_authentication:
  description:
    - Whether the users of this profile sign in at a directory. For templates of users only.
    - With LDAP, Active Directory and UCS, the users get the authentication method V(ldap), and the settings of
      M(telephony.connector.ldap_auth) are made from the source, unless there are others already.
    - With users from a CSV file, the users get the authentication method V(ldap), too. The directory is the one that
      M(telephony.connector.ldap_auth) names; a warning says if there is none.
    - With Microsoft 365, the users get the authentication method V(sso).
  type: bool
  default: false
create_softphone:
  description:
    - Whether users get a softphone. When not given, the record's C(createSoftphone) decides.
  type: bool
create_mobile_phone:
  description:
    - Whether users with a mobile number get a mobile device. When not given, the record's C(createMobile) decides.
  type: bool
""".lstrip()

# Inside "definition" every option is one level deeper, and so are the references to them.
OPTIONS_OF_DEFINITION = OPTIONS + SOURCE.replace("O(source", "O(definition.source").lstrip()

NAME = r"""
name:
  description:
    - The profile's name, the same as O(profile), which is used when this is not given.
  type: str
""".lstrip()

NAME_IN_MESSAGES = r"""
name:
  description:
    - The profile's name, by which messages call it.
  type: str
""".lstrip()


class ModuleDocFragment:
    """All that declares a profile, except its name and its source."""

    # annotated, because ansible-test takes a plain assignment in this class for one literal text
    DOCUMENTATION: str = "options:\n" + indent(OPTIONS, "  ")

    DEFINITION: str = (
        "options:\n"
        "  definition:\n"
        "    description:\n"
        "      - The options of M(telephony.connector.profile), for a play that declares a profile and syncs it.\n"
        "      - The simulation then works from nothing, although C(--check) did not write the profile.\n"
        "      - The profile must be stored with these very options before a run. In a simulation it need not be.\n"
        "    type: dict\n"
        "    suboptions:\n" + indent(NAME + OPTIONS_OF_DEFINITION, "      ")
    )

    MAPPING: str = (
        "options:\n"
        "  definition:\n"
        "    description:\n"
        "      - The options of M(telephony.connector.profile). Only O(definition.template) must be given, neither a\n"
        "        name nor a source.\n"
        "      - The same variable can hold the options for this module and for M(telephony.connector.profile).\n"
        "    type: dict\n"
        "    required: true\n"
        "    suboptions:\n" + indent(NAME_IN_MESSAGES + OPTIONS_OF_DEFINITION, "      ")
    )
