"""The extension's end of `chan/1`, written from docs/bridge-protocol.md; what it needs of the window's code is none.

The extension itself is JavaScript; this one says what it would, so that the window's end meets frames of any kind.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ORIGIN = "chrome-extension://" + "abcdefghijklmnop" * 2 + "/"


def lp(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def frame(**fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


class ExtensionEnd:
    """One handshake and the session after it; each method gives a frame or reads one."""

    def __init__(self, seed: bytes, *, origin: str = ORIGIN, ephemeral: bytes = b"", nonce: bytes = b"") -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes_raw()
        self.origin = origin
        self.pairing = ""
        self._ephemeral = X25519PrivateKey.from_private_bytes(ephemeral or secrets.token_bytes(32))
        self._eph = self._ephemeral.public_key().public_bytes_raw()
        self._nonce = nonce or secrets.token_bytes(32)
        self._commit = b""
        self._mode = ""
        self.desk_pub = b""
        self.transcript = b""
        self._desk: dict[str, Any] = {}
        self._sent = self._received = 0

    def hello_to_pair(self) -> bytes:
        self._mode = "pair"
        self._commit = hashlib.sha256(lp(b"chan/1 commit", self._eph, self._nonce)).digest()
        return frame(t="hello", v=1, mode="pair", ext_pub=b64(self.public), commit=b64(self._commit))

    def hello_to_resume(self, pairing: str) -> bytes:
        self._mode, self.pairing = "resume", pairing
        own = {"eph_E": b64(self._eph), "n_E": b64(self._nonce)}
        return frame(t="hello", v=1, mode="resume", ext_pub=b64(self.public), pairing=pairing, **own)

    def reveal(self, desk_hello: bytes) -> bytes:
        self.read_hello(desk_hello)
        return frame(t="reveal", eph_E=b64(self._eph), n_E=b64(self._nonce))

    def read_hello(self, desk_hello: bytes) -> None:
        self._desk = json.loads(desk_hello)
        assert self._desk["t"] == "hello", self._desk
        self.desk_pub, eph_d, n_d = (base64.b64decode(self._desk[name]) for name in ("desk_pub", "eph_D", "n_D"))
        parts = (b"1", self._mode.encode(), self.pairing.encode(), self.origin.encode(), self.public, self._commit)
        rest = (self.desk_pub, eph_d, n_d, self._eph, self._nonce)
        self.transcript = hashlib.sha256(lp(b"chan/1", *parts, *rest)).digest()
        shared = self._ephemeral.exchange(X25519PublicKey.from_public_bytes(eph_d))
        self.keys = tuple(
            HKDF(SHA256(), 32, self.transcript, b"chan/1 " + way).derive(shared) for way in (b"e2d", b"d2e")
        )

    def auth(self, desk_auth: bytes) -> bytes:
        told = json.loads(desk_auth)
        assert told["t"] == "auth", told
        signed = b"chan/1 desktop\x00" + self.transcript
        Ed25519PublicKey.from_public_bytes(self.desk_pub).verify(base64.b64decode(told["sig"]), signed)
        return frame(t="auth", sig=b64(self.key.sign(b"chan/1 extension\x00" + self.transcript)))

    @property
    def code(self) -> str:
        return f"{int.from_bytes(self.transcript[:4], 'big') % 1_000_000:06}"

    def seal(self, message: bytes) -> bytes:
        sealed = AESGCM(self.keys[0]).encrypt(bytes(4) + self._sent.to_bytes(8, "big"), message, b"data")
        self._sent += 1
        return frame(t="data", n=self._sent - 1, c=b64(sealed))

    def open(self, data: bytes) -> bytes:
        told = json.loads(data)
        assert (told["t"], told["n"]) == ("data", self._received), told
        nonce = bytes(4) + self._received.to_bytes(8, "big")
        self._received += 1
        return AESGCM(self.keys[1]).decrypt(nonce, base64.b64decode(told["c"]), b"data")
