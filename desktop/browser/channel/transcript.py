"""What both ends of `chan/1` compute from a handshake: commitment, transcript hash, code, signed bytes, session keys.

LP(x) is the length of x, 32 bits, greatest byte first, and x. Keys and nonces are the raw 32 bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.browser.channel.errors import ChannelError
from feedback_store.batches.keys import verify
from feedback_store.errors import BatchError

Mode = Literal["pair", "resume"]

CODE_DIGITS = 6
KEY_BYTES = 32
BY_DESKTOP = b"chan/1 desktop\x00"
BY_EXTENSION = b"chan/1 extension\x00"


def lp(part: bytes) -> bytes:
    """A part with its length before it, so that no two lists of parts give the same bytes."""
    return len(part).to_bytes(4, "big") + part


def commitment(ephemeral: bytes, nonce: bytes) -> bytes:
    """What the extension is bound to before it has seen anything of the desktop's."""
    return hashlib.sha256(lp(b"chan/1 commit") + lp(ephemeral) + lp(nonce)).digest()


@dataclass(frozen=True)
class Transcript:
    """All that both ends agreed on. `pairing` is empty when pairing, `commit` when resuming."""

    mode: Mode
    pairing: str
    origin: str
    ext_pub: bytes
    commit: bytes
    desk_pub: bytes
    eph_d: bytes
    n_d: bytes
    eph_e: bytes
    n_e: bytes

    def hash(self) -> bytes:
        parts = (
            b"chan/1",
            b"1",
            self.mode.encode("ascii"),
            self.pairing.encode("ascii"),
            self.origin.encode("ascii"),
            self.ext_pub,
            self.commit,
            self.desk_pub,
            self.eph_d,
            self.n_d,
            self.eph_e,
            self.n_e,
        )
        return hashlib.sha256(b"".join(map(lp, parts))).digest()


def code_of(transcript_hash: bytes) -> str:
    """The six digits that a person compares."""
    return f"{int.from_bytes(transcript_hash[:4], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def check_signature(public: bytes, label: bytes, transcript_hash: bytes, signature: bytes) -> None:
    """Raises ChannelError("auth"), also for a key under which anybody can sign."""
    try:
        verify(public, signature, label + transcript_hash)
    except BatchError as error:
        raise ChannelError("auth") from error


@dataclass(frozen=True)
class SessionKeys:
    """AES-256 keys of one session, one a direction."""

    to_desktop: bytes
    to_extension: bytes


def session_keys(own: X25519PrivateKey, other: bytes, transcript_hash: bytes) -> SessionKeys:
    """Raises ChannelError("key") for a point of low order, which would make a secret that everybody knows."""
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as error:  # the library refuses a result of zeros
        raise ChannelError("key") from error

    def derived(info: bytes) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, transcript_hash, info).derive(shared)

    return SessionKeys(derived(b"chan/1 e2d"), derived(b"chan/1 d2e"))
