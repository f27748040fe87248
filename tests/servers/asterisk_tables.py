# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that Asterisk's chan_pjsip reads, by the columns, widths and enumerations of its versions."""

from __future__ import annotations

import sqlalchemy as sa

#: Asterisk -> width of ids, width of ps_endpoints.aors, whether digests of several algorithms have a column.
VERSIONS = {"18": (40, 200, False), "20": (255, 2048, False), "22": (255, 2048, True)}
#: The enumeration of auth_type by version; the migrations of 22 did not add the word digest to it.
AUTH_TYPES = {
    "18": ("md5", "userpass", "google_oauth"),
    "20": ("md5", "userpass", "google_oauth"),
    "22": ("md5", "userpass", "google_oauth"),
}


def make_tables(location: str, version: str = "20", auth_types: tuple[str, ...] = ()) -> sa.MetaData:
    """Make the tables of a version in an empty database; return them."""
    ids, aors, has_digests = VERSIONS[version]
    metadata = sa.MetaData()
    yes_no = sa.Enum("yes", "no", name="yesno_values")
    booleans = sa.Enum("0", "1", "off", "on", "false", "true", "no", "yes", name="ast_bool_values")
    digests = [sa.Column(name, sa.String(1024)) for name in ("password_digest", "supported_algorithms_uas")]
    digests.append(sa.Column("supported_algorithms_uac", sa.String(1024)))
    sa.Table(
        "ps_auths",
        metadata,
        sa.Column("id", sa.String(ids), nullable=False, unique=True),
        sa.Column("auth_type", sa.Enum(*(auth_types or AUTH_TYPES[version]), name="pjsip_auth_type_values_v2")),
        sa.Column("nonce_lifetime", sa.Integer),
        sa.Column("md5_cred", sa.String(40)),
        sa.Column("password", sa.String(80)),
        sa.Column("realm", sa.String(255 if ids > 40 else 40)),
        sa.Column("username", sa.String(40)),
        *(digests if has_digests else ()),
    )
    sa.Table(
        "ps_aors",
        metadata,
        sa.Column("id", sa.String(ids), nullable=False, unique=True),
        sa.Column("contact", sa.String(255)),
        sa.Column("default_expiration", sa.Integer),
        sa.Column("mailboxes", sa.String(80)),
        sa.Column("max_contacts", sa.Integer),
        sa.Column("remove_existing", booleans if ids > 40 else yes_no),
        sa.Column("qualify_frequency", sa.Integer),
    )
    sa.Table(
        "ps_endpoints",
        metadata,
        sa.Column("id", sa.String(ids), nullable=False, unique=True),
        sa.Column("transport", sa.String(40)),
        sa.Column("aors", sa.String(aors)),
        sa.Column("auth", sa.String(255 if ids > 40 else 40)),
        sa.Column("context", sa.String(40)),
        sa.Column("disallow", sa.String(200)),
        sa.Column("allow", sa.String(200)),
        sa.Column("direct_media", yes_no),
        sa.Column("callerid", sa.String(40)),
        sa.Column("mailboxes", sa.String(40)),
    )
    engine = sa.create_engine(location)
    metadata.create_all(engine)
    engine.dispose()
    return metadata
