"""The certificate for phones nearby lasts, is renewed in time, and is worth little to a thief."""

import ipaddress
from datetime import timedelta

import pytest
from cryptography import x509

from backend import clock, tls


def read(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_same_certificate_serves_until_it_nears_its_end(tmp_path):
    first = tls.identity(tmp_path / "tls")
    before = first.certificate.read_bytes(), first.authority.read_bytes()

    assert (tls.identity(tmp_path / "tls").certificate.read_bytes(), first.authority.read_bytes()) == before


def test_it_is_renewed_in_time_under_the_authority_that_phones_have_installed(tmp_path):
    first = tls.identity(tmp_path / "tls")
    authority, serial = first.authority.read_bytes(), read(first.certificate).serial_number

    with clock.travel(clock.now() + timedelta(days=tls.CERTIFICATE_DAYS - 20)):
        renewed = tls.identity(tmp_path / "tls")
        left = read(renewed.certificate).not_valid_after_utc - clock.now()

    assert renewed.authority.read_bytes() == authority
    assert read(renewed.certificate).serial_number != serial
    assert left > timedelta(days=300)


def test_a_machine_with_a_new_address_gets_a_new_certificate(tmp_path, monkeypatch):
    tls.identity(tmp_path / "tls")
    monkeypatch.setattr(tls, "addresses", lambda: ["192.168.77.5", "127.0.0.1"])

    names = read(tls.identity(tmp_path / "tls").certificate).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )

    assert ipaddress.ip_address("192.168.77.5") in names.value.get_values_for_type(x509.IPAddress)


def test_phones_accept_how_long_it_lasts_and_what_it_is_for(tmp_path):
    leaf = read(tls.identity(tmp_path / "tls").certificate)

    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    assert leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_authority_cannot_vouch_for_the_internet(tmp_path):
    allowed = read(tls.identity(tmp_path / "tls").authority).extensions.get_extension_for_class(x509.NameConstraints)

    assert allowed.critical
    names = [each.value for each in allowed.value.permitted_subtrees]
    assert "local" in names
    shared = ipaddress.ip_network("100.64.0.0/10")
    networks = [each for each in names if isinstance(each, ipaddress.IPv4Network)]
    assert networks
    assert all(each.is_private or each == shared for each in networks)


@pytest.mark.parametrize("name", ["ca.key", "server.key"])
def test_keys_are_for_the_server_alone(tmp_path, name):
    tls.identity(tmp_path / "tls")

    assert (tmp_path / "tls" / name).stat().st_mode & 0o077 == 0
