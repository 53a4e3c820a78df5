"""A server's certificate that no public authority has signed, and a machine whose store knows it."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "localhost"


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for localhost, and the file of the authority that signed it: itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(signed)
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


def stored(monkeypatch: pytest.MonkeyPatch, folder: Path, authority: Path) -> None:
    """The machine's own store is `folder` and holds this authority alone; public ones are named by a file beside it."""
    folder.mkdir()
    (folder / _hashed_name(HOST)).write_bytes(authority.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))


def _hashed_name(common_name: str) -> str:
    """What OpenSSL calls the file of an authority of this name (X509_NAME_hash): SHA-1 of its canonical form."""
    value = common_name.lower().encode()
    entry = bytes.fromhex("0603550403") + bytes([0x0C, len(value)]) + value
    name = bytes([0x31, len(entry) + 2, 0x30, len(entry)]) + entry
    return f"{int.from_bytes(hashlib.sha1(name).digest()[:4], 'little'):08x}.0"
