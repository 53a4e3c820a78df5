"""Takes key events and says what they changed: rotation, recovery, revocation, and each trainer's device list.

An event counts from the moment at which it is stored: what was receipted before stays, whatever times anybody claims.
Must not know HTTP; a Refusal carries the status.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from feedback_store import records
from feedback_store.batches.body import read_body
from feedback_store.batches.device_list import ListedDevice, make_list
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.key_event import (
    MAX_CHAINS,
    ChainEnd,
    KeyEvent,
    Opened,
    countersign,
    make_event,
    open_event,
    open_request,
    read_event,
)
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import enrolment
from feedback_store.collector.key_storage import End, NewKeyEvent
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import Device, Storage, Transaction, write
from feedback_store.errors import BatchError


@dataclass(frozen=True)
class Taken:
    """The trainer's device list after an event; `new` is False where the event was known."""

    device_list: bytes
    new: bool


@dataclass(frozen=True)
class Recovered:
    """A recovery with both signatures, and the new device's token, told once."""

    event: bytes
    token: str
    trainer_name: str


def take_event(storage: Storage, key: DeviceKey, project: str, address: str, data: bytes) -> Taken:
    """Keep the event `data` (one line), sent to `address` (the payload's hash); BatchError or Refusal otherwise.

    An event that is known changes nothing, and is answered as when it was new. A recovery comes by `recover` first.
    """
    line = _line(data)

    def take(transaction: Transaction) -> Taken:
        opened, old = _open(transaction, key, project, line)
        if opened.sha256 != address:
            raise BatchError("The address is not that of the signed bytes.", code="address", rule=2)
        new = transaction.key_event(project, opened.sha256) is None
        if new:
            _apply(transaction, project, opened, line, old)
        return Taken(_changed(transaction, key, project, old.trainer), new)

    return write(storage, take)


def examine_event(storage: Storage, key: DeviceKey, project: str, data: bytes) -> None:
    """Say what `take_event` would say of an event, and change nothing; raises BatchError or Refusal."""
    line = _line(data)
    with storage.reading() as view:
        opened, old = _open(view, key, project, line)
        if view.key_event(project, opened.sha256) is None:
            _check(view, project, opened.event, old)


def device_list(storage: Storage, key: DeviceKey, project: str, trainer: str) -> bytes:
    """A trainer's devices, as the collector says they are."""
    with storage.reading() as view:
        return _list(view, key, project, trainer, max(view.list_version(project, trainer), 1))


def what_to_recover(storage: Storage, project: str, code: str) -> KeyEvent | None:
    """For a code of `collector recover`: the event to sign, but for its new key; None for other codes."""
    with storage.reading() as view:
        invitation = enrolment.check_code(view.invitation(enrolment.hash_code(code)))
        if invitation.project != project or invitation.recovers is None:
            return None
        return KeyEvent(
            v=1,
            aud=project,
            kind="recover",
            old=invitation.recovers,
            chains=_ends(view, project, invitation.recovers),
            reason="",
            created_at=records.now(),
        )


def recover(storage: Storage, key: DeviceKey, project: str, *, code: str, envelope: bytes) -> Recovered:
    """Sign a recovery that the new key has signed, keep it, and enrol the new key in the old one's place.

    The same key may come again with the same code (its answer was lost). Raises Refusal or BatchError; "heads" where
    the old key has delivered more since it was asked what to sign.
    """
    asked = open_request(envelope)
    event, token = asked.event, secrets.token_urlsafe(32)

    def bring(transaction: Transaction) -> Recovered:
        invitation = enrolment.check_code(transaction.invitation(enrolment.hash_code(code)), event.new)
        if (invitation.project, invitation.recovers) != (project, event.old) or event.aud != project:
            raise Refusal(403, "invitation_unknown")
        assert event.new is not None  # open_request holds it to that
        old = _old(transaction, project, event)
        known = _kept_recovery(transaction, project, event)
        line = known or countersign(envelope, key)
        if known is None:
            if event.chains != _ends(transaction, project, event.old):
                raise Refusal(409, "heads")
            _apply(transaction, project, asked, line, old)
        transaction.replace_token(project, event.new, enrolment.hash_token(token))
        transaction.use_invitation(invitation.code_sha256, event.new, records.now())
        _changed(transaction, key, project, old.trainer)
        return Recovered(line, token, old.trainer_name)

    return write(storage, bring)


def revoke(storage: Storage, key: DeviceKey, project: str, device: str, reason: str) -> Device | None:
    """End a device on the collector's own word: the event is signed by its key. None where there is no such device."""

    def end(transaction: Transaction) -> Device | None:
        found = transaction.device(project, device)
        if found is None or found.state == "revoked":
            return found
        line = make_event(
            "revoke",
            project=project,
            old=device,
            new=None,
            chains=_ends(transaction, project, device),
            reason=reason[:1000],
            created_at=records.now(),
            signers=[key],
        )
        opened = open_event(line, key_of=lambda _name: None, collector=key.public_key)
        _apply(transaction, project, opened, line, found)
        _changed(transaction, key, project, found.trainer)
        return transaction.device(project, device)

    return write(storage, end)


def _open(view: Transaction, key: DeviceKey, project: str, line: bytes) -> tuple[Opened, Device]:
    """Rules 2 to 6: the event, and the device whose key it ends."""

    def key_of(name: str) -> bytes | None:
        known = view.device(project, name)
        return None if known is None else known.public_key

    opened = open_event(line, key_of=key_of, collector=key.public_key)
    return opened, _old(view, project, opened.event)


def _check(view: Transaction, project: str, event: KeyEvent, old: Device) -> None:
    """Rule 8 for the old key, and that the new one may be enrolled in its place."""
    if old.state == "revoked":
        raise BatchError("The key was revoked.", code="key_revoked", rule=8)
    if old.state == "retired" and event.kind != "revoke":
        raise BatchError("The key was replaced.", code="key_retired", rule=8)
    known = None if event.new is None else view.device(project, event.new)
    if known is not None and known.trainer != old.trainer:
        raise Refusal(403, "key_other_trainer")
    if known is not None and known.state != "active":
        raise BatchError("The new key was used before.", code="key_retired", rule=8)


def _apply(transaction: Transaction, project: str, opened: Opened, line: bytes, old: Device) -> None:
    """Rule 8, then everything that the event changes."""
    event, at = opened.event, records.now()
    reason = enrolment.without_controls(event.reason)  # the line itself stays as it was signed
    _check(transaction, project, event, old)
    if event.new is not None:
        assert opened.new_key is not None
        _enrol(transaction, project, event.new, opened.new_key, old, at)
        ends = [End(end.chain, end.last_seq, end.last_hash) for end in event.chains]
        transaction.retire(project, old.id, at, reason, ends)
        if event.kind == "rotate":
            transaction.move_token(project, old.id, event.new)
    else:
        transaction.revoke(project, old.id, at, reason)
    transaction.add_key_event(NewKeyEvent(project, opened.sha256, event.kind, event.old, event.new, line, at))


def _enrol(transaction: Transaction, project: str, new: str, public_key: bytes, old: Device, at: str) -> None:
    if transaction.device(project, new) is None:
        made = Device(
            project=project,
            id=new,
            trainer=old.trainer,
            trainer_name=old.trainer_name,
            public_key=public_key,
            state="active",
            joined_at=at,
        )
        transaction.add_device(made, enrolment.hash_token(secrets.token_urlsafe(32)))


def _kept_recovery(transaction: Transaction, project: str, event: KeyEvent) -> bytes | None:
    """The recovery that has brought this new key before, when the answer to it was lost."""
    ended = transaction.ended_by(project, event.old)
    line = None if ended is None else transaction.key_event(project, ended)
    if line is None:
        return None
    kept, _key = read_event(parse_envelope(line).payload)
    return line if (kept.kind, kept.new) == ("recover", event.new) else None


def _changed(transaction: Transaction, key: DeviceKey, project: str, trainer: str) -> bytes:
    return _list(transaction, key, project, trainer, enrolment.touch_list(transaction, project, trainer))


def _list(view: Transaction, key: DeviceKey, project: str, trainer: str, version: int) -> bytes:
    devices = [_listed(view, each) for each in view.devices_of(project, trainer)]
    return make_list(key, project=project, trainer=trainer, version=version, devices=devices)


def _listed(view: Transaction, device: Device) -> ListedDevice:
    begun = view.begun_by(device.project, device.id)
    ended = None if device.state == "active" else view.ended_by(device.project, device.id)
    return ListedDevice(
        device=device.id,
        state=device.state,
        joined_at=device.joined_at,
        begun_by=begun[0] if begun else None,
        ended_by=ended,
    )


def _ends(view: Transaction, project: str, device: str) -> tuple[ChainEnd, ...]:
    ends = view.chain_ends(project, device)[:MAX_CHAINS]
    return tuple(ChainEnd(end.chain, end.seq, end.sha256) for end in ends)


def _old(transaction: Transaction, project: str, event: KeyEvent) -> Device:
    if event.aud != project:
        raise BatchError("The key event is for another project.", code="audience", rule=6)
    found = transaction.device(project, event.old)
    if found is None:
        raise BatchError("The key is not enrolled.", code="key_unknown", rule=4)
    return found


def _line(data: bytes) -> bytes:
    """The one line of a request's body, ended as every line is."""
    body = read_body(data)
    if body.lines:
        raise BatchError("A key event stands alone.", code="lines", rule=10)
    parse_envelope(body.envelope)
    return body.envelope
