# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and secrets of an application: close to their end, expired, or no certificate at all."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.telephony.connector.tests.servers.app_certificate import AppCertificate
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, READ_ALL, SECRET

from .signing_in import TOKEN, read, refusal


def test_a_certificate_close_to_its_end_is_warned_about(cloud, tmp_path):
    ending = AppCertificate(days=12)
    cloud.entra.apps[CLIENT_ID].certificates = [ending.certificate]
    path = ending.pem(tmp_path / "app.pem")
    (warning,) = read(cloud.source(client_secret=None, certificate=path))[1].warnings
    assert f"{ending.certificate.not_valid_after_utc:%Y-%m-%d}, in 12 days" in warning


def test_an_expired_certificate_is_not_even_tried(cloud, tmp_path):
    path = AppCertificate(days=-1).pem(tmp_path / "app.pem")
    assert "has expired on" in refusal(cloud.source(client_secret=None, certificate=path))
    assert TOKEN not in cloud.entra.paths()


def _ends_in(days: int) -> str:
    return f"{datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days, minutes=5):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("secrets", "words"),
    [
        ([(SECRET[:3], 12)], "in 12 days; make a new one in time"),
        ([(SECRET[:3], 60)], None),
        ([("oth", 1)], None),
        ([(SECRET[:3], 1), (SECRET[:3], 90)], None),
    ],
    ids=["soon", "later", "another secret", "two that begin alike"],
)
def test_a_secret_close_to_its_end_is_warned_about_where_it_can_be_known(cloud, secrets, words):
    cloud.entra.apps[CLIENT_ID].roles = (*READ_ALL, "Application.Read.All")
    cloud.graph.secrets[CLIENT_ID] = [{"hint": hint, "endDateTime": _ends_in(days)} for hint, days in secrets]
    warnings = read(cloud.source())[1].warnings
    assert [words in warning for warning in warnings] == ([True] if words else [])


def test_app_registrations_are_not_asked_for_without_the_permission(cloud):
    read(cloud.source())
    assert cloud.graph.paths() == ["/v1.0/users"]


def test_a_secret_whose_end_cannot_be_read_is_no_fault(cloud):
    cloud.entra.apps[CLIENT_ID].roles = (*READ_ALL, "Directory.Read.All")
    result = read(cloud.source())[1]
    assert (result.complete, result.warnings) == (True, [])
    assert len(cloud.graph.paths()) == 2


def _without_key(certificate, path):
    certificate.pem(path)
    path.write_text(path.read_text().partition("-----BEGIN PRIVATE KEY")[0])


def _of_another(certificate, path):
    certificate.pem(path)
    ours = path.read_text().partition("-----BEGIN PRIVATE KEY")[0]
    AppCertificate().pem(path)
    path.write_text(ours + "".join(path.read_text().partition("-----BEGIN PRIVATE KEY")[1:]))


def _other_key(certificate, path):
    AppCertificate(elliptic=True).pem(path)


def _locked(certificate, path):
    certificate.pem(path, "password")


def _nothing(certificate, path):
    pass


def _garbage(certificate, path):
    path.write_bytes(b"\x00\x01 no certificate")


@pytest.mark.parametrize(
    ("spoil", "password", "words"),
    [
        (_without_key, None, "must hold a private key and its certificate"),
        (_of_another, None, "must hold a private key and the certificate that fits it"),
        (_other_key, None, "must be an RSA key"),
        (_locked, None, "has a password: give certificate_password"),
        (_locked, "wrong-password", "certificate_password must be its password"),
        (_nothing, None, "cannot be read (No such file or directory)"),
        (_garbage, None, "cannot be read: it must hold a private key and its certificate"),
    ],
)
def test_a_file_that_is_no_certificate_with_its_key_is_said(cloud, certificate, tmp_path, spoil, password, words):
    path = tmp_path / "app.pem"
    spoil(certificate, path)
    text = refusal(cloud.source(client_secret=None, certificate=str(path), certificate_password=password))
    assert words in text
    assert str(path) in text
    assert "wrong-password" not in text
