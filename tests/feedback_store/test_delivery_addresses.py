"""To whom a profile speaks: which addresses may be spoken to, and which certificates vouch for who answers there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import certifi
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joined_profile import Profile
from running_collector import Team, running

from feedback_store.delivery.http import Connection, check_address
from feedback_store.errors import DeliveryError

SECURE = (  # it serves with the certificate that lies beside its folder
    "import functools; serve = functools.partial(serve, certificate=Path(sys.argv[1]).parent / 'cert.pem',"
    " certificate_key=Path(sys.argv[1]).parent / 'key.pem')"
)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://collector.example.org", "insecure_address"),
        ("http://192.168.1.4:8470", "insecure_address"),
        ("http://127.0.0.1.example.org", "insecure_address"),
        ("http://localhost.example.org", "insecure_address"),
        ("collector.example.org", "address"),
        ("file:///etc/passwd", "address"),
        ("ftp://127.0.0.1", "address"),
        ("https://", "address"),
        ("https://user:word@collector.example.org", "address"),
        ("https://collector.example.org/?a=b", "address"),
        ("https://collector.example.org/#a", "address"),
        ("https://collector.example.org:99999", "address"),
        ("https://[::1", "address"),
        ("", "address"),
    ],
)
def test_an_address_that_may_not_be_spoken_to_is_refused(profile: Profile, address: str, code: str) -> None:
    with pytest.raises(DeliveryError) as told:
        profile.join(address, "CODE")
    assert told.value.code == code


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://collector.example.org/", "https://collector.example.org"),
        (" https://collector.example.org/team/ ", "https://collector.example.org/team"),
        ("http://127.0.0.1:8470", "http://127.0.0.1:8470"),
        ("http://[::1]:8470/", "http://[::1]:8470"),
        ("http://localhost:8470", "http://localhost:8470"),
    ],
)
def test_an_address_is_kept_without_its_last_slash(address: str, kept: str) -> None:
    assert check_address(address) == kept


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("collector.example.org", "https://collector.example.org"),
        (" collector.example.org:8470/team ", "https://collector.example.org:8470/team"),
        ("127.0.0.1:8470", "http://127.0.0.1:8470"),
        ("localhost:8470", "http://localhost:8470"),
        ("[::1]:8470", "http://[::1]:8470"),
        ("192.168.1.4:8470", "https://192.168.1.4:8470"),
    ],
)
def test_an_address_without_its_beginning_is_told_what_it_lacks_and_what_is_meant(address: str, whole: str) -> None:
    with pytest.raises(DeliveryError) as told:
        check_address(address)
    beginning = whole.partition("://")[0]
    sentence = f"{address.strip()} lacks {beginning}:// at its beginning. Is {whole} meant?"
    assert (told.value.code, str(told.value)) == ("address", sentence)
    assert check_address(whole) == whole


@given(st.text())
def test_what_is_said_to_be_meant_may_be_spoken_to(typed: str) -> None:
    try:
        check_address(typed)
    except DeliveryError as error:
        if "whole" in error.values:
            assert check_address(str(error.values["whole"])).endswith(typed.strip().rstrip("/"))


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, profile: Profile) -> None:
    certificate, key = self_signed(tmp_path)
    Team.made(tmp_path / "c")
    assert certificate.exists() and key.exists()
    with running(tmp_path / "c", patch=SECURE) as there:
        assert there.address.startswith("https://")
        assert httpx.get(f"{there.address}/health", verify=False, timeout=180).status_code == 200
        with pytest.raises(DeliveryError, match="certificate"):
            profile.join(there.address, "CODE")


def test_a_certificate_of_an_authority_that_the_machine_was_told_of_is_taken(
    tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, _ = self_signed(tmp_path)
    team = Team.made(tmp_path / "c")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(tmp_path / "c", patch=SECURE) as there:
        assert profile.join(there.address, team.invite()).project.id == team.project


def test_a_certificate_of_an_authority_in_the_machines_own_store_is_taken(
    tmp_path: Path, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder as the system's stands in for it; the public authorities are named too, so nothing else can vouch."""
    certificate, _ = self_signed(tmp_path)
    team = Team.made(tmp_path / "c")
    store = tmp_path / "store"
    store.mkdir()
    (store / hashed_name("collector")).write_bytes(certificate.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    monkeypatch.setenv("SSL_CERT_DIR", str(store))
    with running(tmp_path / "c", patch=SECURE) as there:
        assert profile.join(there.address, team.invite()).project.id == team.project


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no proxy yet."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "proxy", ["socks5://u:MARKER@127.0.0.1:9", "socks://127.0.0.1:9/", "ftp://127.0.0.1", "http://[::"]
)
def test_a_proxy_that_cannot_be_spoken_to_is_a_sentence(
    profile: Profile, no_proxy: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    """It was told as a fault of Preceptor's, and ended the thread that sends."""
    no_proxy.setenv(variable, proxy)
    with pytest.raises(DeliveryError) as told:
        profile.join("https://collector.example.org", "CODE")
    assert told.value.code == "proxy_unusable"
    assert str(told.value).startswith(f"{variable.upper()} names a proxy that Preceptor cannot speak to")
    assert "collector.example.org in NO_PROXY" in str(told.value) and "MARKER" not in str(told.value)


@pytest.mark.parametrize(
    "named",
    [
        {"ALL_PROXY": "socks5://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
        {"ALL_PROXY": "socks5://127.0.0.1:9", "HTTPS_PROXY": "127.0.0.1:9"},
        {"ALL_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "localhost,127.0.0.1,::1"},
        {"HTTPS_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "*"},
        {"HTTP_PROXY": "socks5://127.0.0.1:9"},
    ],
    ids=["another is named for https", "it is named without its scheme", "by host", "for all hosts", "for http alone"],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_proxy_that_is_not_for_the_collector_is_not_looked_at(
    no_proxy: pytest.MonkeyPatch, named: dict[str, str], host: str
) -> None:
    for variable, value in named.items():
        no_proxy.setenv(variable, value)
    with Connection(f"https://{host}:9") as connection, pytest.raises(DeliveryError) as told:
        connection.request("GET", "/health")
    assert told.value.code == "unreachable"


@pytest.mark.parametrize("there", [True, False], ids=["it holds no certificates", "it is not there"])
def test_a_file_of_authorities_that_cannot_be_read_is_named(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool
) -> None:
    """The sentence said that there is no such file, and not which."""
    named = tmp_path / "authorities.pem"
    if there:
        named.write_text("nothing\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    with pytest.raises(DeliveryError) as told:
        profile.join("https://collector.example.org", "CODE")
    assert told.value.code == "authorities_unreadable"
    assert f"SSL_CERT_FILE names cannot be read: {named}" in str(told.value)


def hashed_name(common_name: str) -> str:
    """What OpenSSL calls the file of an authority of this name (X509_NAME_hash): SHA-1 of its canonical form."""
    value = common_name.lower().encode()
    entry = bytes.fromhex("0603550403") + bytes([0x0C, len(value)]) + value
    name = bytes([0x31, len(entry) + 2, 0x30, len(entry)]) + entry
    return f"{int.from_bytes(hashlib.sha1(name).digest()[:4], 'little'):08x}.0"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "collector")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"
