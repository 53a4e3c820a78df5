"""How a device becomes known: a one-time code, a challenge, and proof that it holds its key.

Codes and tokens are kept as SHA-256 only. Challenges are not kept at all: they carry their time and a MAC under a
secret derived from the collector's key, so that every process of a collector knows its own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feedback_store import records
from feedback_store.batches.join import Join, check_join
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector.facts import MAX_NAME
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import Device, Invitation, Storage, Transaction, write

CHALLENGE_S = 300
INVITATION_DAYS = 7

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


@dataclass(frozen=True)
class Enrolled:
    """A device that may send: its token (told once, never kept) and the name its trainer is bound to."""

    token: str
    trainer_name: str


def new_code() -> str:
    """A code of 80 random bits that can be read aloud: XXXX-XXXX-XXXX-XXXX."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def hash_code(code: str) -> str:
    """The hash by which a code is known, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(_READ_AS)
    return hashlib.sha256(b"invitation " + letters.encode("utf-8")).hexdigest()


def hash_token(token: str) -> str:
    """The hash by which a device's token is known."""
    return hashlib.sha256(b"token " + token.encode("utf-8")).hexdigest()


def expiry(days: int = INVITATION_DAYS) -> str:
    """The time text until which an invitation made now holds."""
    return records.time_text(datetime.now(UTC) + timedelta(days=days))


def new_challenge(key: DeviceKey, project: str) -> str:
    """64 hex digits: 8 bytes of time, 8 random ones, and a MAC of 16 over both and the project."""
    stamp = int(time.time()).to_bytes(8, "big") + secrets.token_bytes(8)
    return (stamp + _mac(key, project, stamp)).hex()


def check_challenge(key: DeviceKey, project: str, challenge: str) -> None:
    """Raise Refusal unless the challenge is ours, for this project, and fresh."""
    try:
        data = bytes.fromhex(challenge)
    except ValueError:
        data = b""
    stamp, mac = data[:16], data[16:]
    if len(data) != 32 or not hmac.compare_digest(mac, _mac(key, project, stamp)):
        raise Refusal(422, "challenge")
    if not 0 <= time.time() - int.from_bytes(stamp[:8], "big") + 1 <= CHALLENGE_S + 1:
        raise Refusal(422, "challenge_expired")


def invitation_of_code(storage: Storage, code: str) -> Invitation:
    """What a code invites to; Refusal for one that does not hold."""
    with storage.reading() as view:
        return check_code(view.invitation(hash_code(code)))


def enrol(
    storage: Storage, key: DeviceKey, project: str, *, code: str, challenge: str, envelope: bytes, name: str
) -> Enrolled:
    """Bind the key and trainer of a join envelope for good, and give the device its token.

    The same device may come again with the same code (its answer was lost) or with a new one (its token was lost).
    Raises Refusal or BatchError.
    """
    check_challenge(key, project, challenge)
    asked, public_key = check_join(envelope, project=project, challenge=challenge)
    token = secrets.token_urlsafe(32)

    def bind(transaction: Transaction) -> str | None:
        invitation = check_code(transaction.invitation(hash_code(code)), asked.device)
        if invitation.project != project or invitation.recovers is not None:
            raise Refusal(403, "invitation_unknown")
        if invitation.trainer not in (None, asked.trainer):
            raise Refusal(403, "invitation_other_trainer")
        known = transaction.device(project, asked.device)
        if known is not None:
            _check_known(known, asked)
            transaction.replace_token(project, known.id, hash_token(token))
        else:
            _enrol_new(transaction, invitation, asked, public_key, hash_token(token), name)
        transaction.use_invitation(invitation.code_sha256, asked.device, records.now())
        return transaction.trainer_name(project, asked.trainer)

    bound = write(storage, bind)
    assert bound is not None
    return Enrolled(token, bound)


def plain_name(asked: str) -> str:
    """A trainer's name on one line, of MAX_NAME characters at most."""
    return " ".join(without_controls(asked).split())[:MAX_NAME]


def without_controls(said: str) -> str:
    """Spaces for control characters: PostgreSQL has no place for the one of number 0, a terminal obeys the others."""
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in said)


def touch_list(transaction: Transaction, project: str, trainer: str) -> int:
    """A trainer's devices changed: the list's next version, which it returns.

    Versions follow the clock, so that a collector restored from a copy goes on above those it gave out before.
    """
    version = max(transaction.list_version(project, trainer) + 1, time.time_ns() // 1_000_000)
    transaction.set_list_version(project, trainer, version)
    return version


def _enrol_new(
    transaction: Transaction, invitation: Invitation, asked: Join, public_key: bytes, token_sha256: str, name: str
) -> None:
    bound = transaction.trainer_name(asked.aud, asked.trainer)
    if bound is not None and invitation.trainer != asked.trainer:
        raise Refusal(403, "trainer_known")  # a further device needs an invitation made for its trainer
    device = Device(
        project=asked.aud,
        id=asked.device,
        trainer=asked.trainer,
        trainer_name=bound or invitation.name or name or asked.trainer,
        public_key=public_key,
        state="active",
        joined_at=records.now(),
    )
    transaction.add_device(device, token_sha256)
    touch_list(transaction, asked.aud, asked.trainer)


def _check_known(known: Device, asked: Join) -> None:
    if known.trainer != asked.trainer:
        raise Refusal(403, "key_other_trainer")
    if known.state != "active":
        raise Refusal(403, f"key_{known.state}")


def check_code(invitation: Invitation | None, device: str | None = None) -> Invitation:
    """The invitation, if it holds, and for `device` if that is named; raises Refusal."""
    if invitation is None:
        raise Refusal(403, "invitation_unknown")
    if invitation.expires_at < records.now():
        raise Refusal(403, "invitation_expired")
    if device is not None and invitation.used_by not in (None, device):
        raise Refusal(403, "invitation_used")
    return invitation


def _mac(key: DeviceKey, project: str, stamp: bytes) -> bytes:
    secret = hmac.digest(key.seed, b"preceptor join challenge", "sha256")
    return hmac.digest(secret, project.encode("ascii") + stamp, "sha256")[:16]
