"""Make a certificate authority of our own and a certificate for this machine, so that phones nearby can use HTTPS."""

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend import clock

AUTHORITY_YEARS = 10
CERTIFICATE_DAYS = 397  # phones refuse certificates of more than 398 days (Apple) or 825 days (of private authorities)
RENEWED_DAYS_BEFORE = 30
# A stolen key of this authority is worth nothing beyond a private network.
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
LOCAL_DOMAIN = "local"


@dataclass(frozen=True, slots=True)
class Identity:
    """The files that prove who this server is, and the addresses that they prove."""

    certificate: Path
    key: Path
    authority: Path
    names: tuple[str, ...]


def addresses() -> list[str]:
    """Return this machine's private IPv4 addresses, the one that leads outside first, then loopback."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which way a packet would leave
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):  # the machine may not know its own name
        found += [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    known = dict.fromkeys([*found, "127.0.0.1"])
    return [each for each in known if any(ipaddress.ip_address(each) in net for net in _networks())]


def _networks() -> Iterator[ipaddress.IPv4Network]:
    return (ipaddress.IPv4Network(each) for each in PRIVATE)


def identity(folder: Path) -> Identity:
    """Return a certificate that phones accept once they have installed the authority, made or renewed when needed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, certificate, key = folder / "ca.crt", folder / "server.crt", folder / "server.key"
    if not (authority.exists() and (folder / "ca.key").exists()):
        _make_authority(authority, folder / "ca.key")
    names = (*addresses(), "localhost", f"{_host()}.{LOCAL_DOMAIN}")
    if not _still_good(certificate, key, authority, names):
        _make_certificate(certificate, key, authority, folder / "ca.key", names)
    return Identity(certificate, key, authority, names)


def _host() -> str:
    return socket.gethostname().partition(".")[0].lower() or "gridwalk"


def _make_authority(certificate: Path, key_file: Path) -> None:
    key, at = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Gridwalk 巡格 {_host()} {at:%Y-%m-%d}")])
    permitted: list[x509.GeneralName] = [x509.IPAddress(net) for net in _networks()]
    permitted += [x509.DNSName("localhost"), x509.DNSName(LOCAL_DOMAIN)]
    made = (
        _draft(name, name, key.public_key(), at, timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _keep_key(key_file, key)
    _write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)


def _make_certificate(certificate: Path, key_file: Path, authority: Path, ca_key: Path, names: tuple[str, ...]) -> None:
    issuer = x509.load_pem_x509_certificate(authority.read_bytes())
    signer = serialization.load_pem_private_key(ca_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{ca_key} is not a key of ours")
    key, at = ec.generate_private_key(ec.SECP256R1()), clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gridwalk 巡格")])
    made = (
        _draft(subject, issuer.subject, key.public_key(), at, timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(each) for each in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)  # type: ignore[arg-type]
        .sign(signer, hashes.SHA256())
    )
    _keep_key(key_file, key)
    _write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=at - timedelta(days=1),  # a phone's clock may be slow
        not_valid_after=at + lasts - timedelta(days=1),
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _still_good(certificate: Path, key: Path, authority: Path, names: tuple[str, ...]) -> bool:
    if not (certificate.exists() and key.exists()):
        return False
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    issuer = x509.load_pem_x509_certificate(authority.read_bytes())
    proven = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = found.not_valid_after_utc - clock.now()
    return (
        found.issuer == issuer.subject
        and left > timedelta(days=RENEWED_DAYS_BEFORE)
        and {_general_name(each) for each in names} <= set(proven)
    )


def _keep_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        0o600,
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Replace a file at once, so that a kill -9 leaves the old one or the new one."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:  # noqa: PTH123
        file.write(content)
        os.fsync(descriptor)
    unfinished.rename(path)
