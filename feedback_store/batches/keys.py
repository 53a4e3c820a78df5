"""Ed25519 keys: a device's and a collector's, and what is refused as a public key.

`cryptography` takes any 32 bytes for a public key. Under a point of low order it then verifies signatures that nobody
made, so those are refused at enrolment and at verification (docs/decisions/022). Must not know where keys are kept.
"""

from __future__ import annotations

import functools
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from feedback_store.errors import BatchError

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P  # RFC 8032 5.1
# The y coordinates of the eight points of small order on edwards25519; every encoding of them (either sign bit, and
# the non-canonical y + p that still fit in 255 bits) is refused: 14 encodings.
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_LOW_Y = {0, 1, _P - 1, _ORDER_8, _P - _ORDER_8}
LOW_ORDER_ENCODINGS = frozenset(
    ((y | sign << 255).to_bytes(32, "little"))
    for low in _LOW_Y
    for y in (low, low + _P)
    if y < 2**255
    for sign in (0, 1)
)


class DeviceKey:
    """A private Ed25519 key. Shows neither itself nor its seed when printed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: bytes = self._key.public_key().public_bytes_raw()
        self.key_id: str = key_id(self.public_key)

    @classmethod
    def generate(cls) -> DeviceKey:
        """A fresh key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_seed(cls, seed: bytes) -> DeviceKey:
        """The key of a 32-byte seed (RFC 8032); ValueError for another length."""
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes; only secrets.py keeps them."""
        return self._key.private_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data`."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"DeviceKey({self.key_id})"


def key_id(public_key: bytes) -> str:
    """`ed25519:` and the SHA-256 of the raw public key in hex."""
    return "ed25519:" + hashlib.sha256(public_key).hexdigest()


def fingerprint(public_key: bytes) -> str:
    """The first 128 bits of the key's SHA-256 in groups of four, for people to compare."""
    return fingerprint_of(key_id(public_key))


def fingerprint_of(name: str) -> str:
    """The same of a key that is known by its id alone."""
    digits = name.removeprefix("ed25519:")[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def check_public_key(public_key: bytes) -> bytes:
    """The raw public key, if it may sign for somebody; raises BatchError (rule 4) otherwise."""
    if len(public_key) != 32:
        raise BatchError("A public key has 32 bytes.", code="key_malformed", rule=4)
    if public_key in LOW_ORDER_ENCODINGS:
        raise BatchError("This public key lets anybody sign for it.", code="key_low_order", rule=4)
    if int.from_bytes(public_key, "little") & (2**255 - 1) >= _P:
        raise BatchError("This public key is not in its canonical form.", code="key_malformed", rule=4)
    if not _on_curve(int.from_bytes(public_key, "little") & (2**255 - 1)):
        raise BatchError("This is not a public key.", code="key_malformed", rule=4)
    return public_key


def verify(public_key: bytes, signature: bytes, data: bytes) -> None:
    """Raise BatchError (rule 4) unless `signature` is `public_key`'s over `data`."""
    try:
        _usable(public_key).verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise BatchError("The signature does not match.", code="bad_signature", rule=4) from error


@functools.lru_cache(maxsize=16_384)  # a collector hears the same devices again and again; a key takes 0.4 kB
def _usable(public_key: bytes) -> Ed25519PublicKey:
    check_public_key(public_key)
    return Ed25519PublicKey.from_public_bytes(public_key)


def _on_curve(y: int) -> bool:
    """Whether some point has this y: x² = (y² − 1) / (d·y² + 1) has a root, by Euler's criterion."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return pow(square, (_P - 1) // 2, _P) == 1
