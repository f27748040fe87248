# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a path on a share leads, and which paths there cannot be."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import smb
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

# a handle on a connection that is gone cannot be closed in good order
pytestmark = pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning")


class TestPlaces:
    """What share and path mean, without a server."""

    @pytest.mark.parametrize(
        ("share", "path", "unc"),
        [
            (r"\\srv\data", "a.csv", r"\\srv\data\a.csv"),
            ("//srv/data/", "x/y/a.csv", r"\\srv\data\x\y\a.csv"),
            (r"\\srv", r"\data\a.csv", r"\\srv\data\a.csv"),
            (r"\\10.0.0.1\data\sub", r".\a b.csv", r"\\10.0.0.1\data\sub\a b.csv"),
            (r"\\fe80::1\data", "a.csv", r"\\fe80::1\data\a.csv"),
        ],
    )
    def test_share_and_path_are_put_together(self, share, path, unc):
        assert smb.place_of(share, path).unc == unc

    @pytest.mark.parametrize(
        ("share", "path", "words"),
        [
            ("srv/data", "a.csv", r"must have the form \\server\share"),
            ("smb://srv/data", "a.csv", r"must have the form \\server\share"),
            (r"\\srv", "a.csv", "must name a server, a share and a file"),
            (r"\\srv\data\a.csv", "/", "must name a server, a share and a file"),
            (r"\\srv\data", r"..\a.csv", 'must not go up with ".."'),
            (r"\\srv:445\data", "a.csv", "give it as share_port"),
        ],
    )
    def test_places_that_name_no_file_are_refused(self, share, path, words):
        with pytest.raises(DefinitionError) as caught:
            source_class("csv")({"share": share, "path": path})
        assert words in caught.value.message

    @pytest.mark.parametrize("user", ["CORP\\anna", "anna@corp.example"])
    def test_a_user_of_two_domains_is_refused(self, user):
        with pytest.raises(DefinitionError, match="two different domains"):
            smb.user_of({"share_username": user, "share_domain": "OTHER"})
