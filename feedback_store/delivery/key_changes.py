"""What device and collector tell each other about keys: events sent, device lists believed, collectors' keys followed.

A list is believed from the pinned collector alone, and never an older one than was seen. Must not know where private
keys are kept.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from feedback_store import canonical, known_keys
from feedback_store.batches import payload
from feedback_store.batches.body import MEDIA_TYPE
from feedback_store.batches.collector_key import CollectorKey, follow
from feedback_store.batches.device_list import DeviceList, check_list
from feedback_store.batches.dsse import parse_envelope
from feedback_store.delivery.answers import Act, read_answer
from feedback_store.delivery.http import Connection, Reply
from feedback_store.delivery.pinning import OTHER_KEY, signed_by_another
from feedback_store.errors import BatchError, CanonicalError, DeliveryError
from feedback_store.store import KeptEvent, Project, Store

LATER = ("busy", "held_up", "unreachable", "reply_refused")  # codes of what another try may find over
MOST_STATEMENTS = 100  # that are looked at: who was away for more changes of the collector's key joins anew
MAX_STATEMENT = 4096  # bytes of a line that came by file; a statement has a quarter of that


@dataclass(frozen=True)
class NotTaken:
    """An event was not confirmed: what is to be done, what to tell, and the pause in seconds that was asked for."""

    act: Act
    problem: DeliveryError
    retry_after: float | None = None


def tell_event(connection: Connection, store: Store, project: Project, token: str, event: KeptEvent) -> NotTaken | None:
    """Send an event, the same bytes each time, and note it as accepted once the collector's signed answer says so.

    One that it will not have is not sent again: the old key was ended otherwise, or it is a recovery that a collector
    forgot, being put back from a copy, and had signed with a key that it has changed since.
    """
    headers = {"authorization": f"Bearer {token}", "content-type": MEDIA_TYPE}
    path = f"/projects/{project.id}/key-events/{event.sha256}"
    try:
        reply = connection.request("PUT", path, body=event.envelope + b"\n", headers=headers)
    except DeliveryError as error:
        return NotTaken(Act.RETRY, error)
    answer = read_answer(reply.status, reply.body)
    ended_otherwise = answer.act in (Act.CLOSE, Act.CLOSE_AND_STOP) and reply.status == 403
    signed_before = event.kind == "recover" and (reply.status, answer.code) == (422, "other_key")
    if ended_otherwise or signed_before:
        store.keys.give_up(event).result()  # or it would stand before every later delivery
    if answer.act is not Act.RECEIPT:
        return NotTaken(answer.act, answer.problem(known_keys.asks(store, project.id)), reply.retry_after)
    try:
        listed = _believe(connection, store, project, reply.body)
    except DeliveryError as error:
        return NotTaken(Act.RETRY if error.code in LATER else Act.STOP, error, asked_pause(error))
    ended = {each.device for each in listed.devices if each.state != "active" and each.ended_by == event.sha256}
    if event.old not in ended:
        return NotTaken(Act.STOP, _refused("event_not_listed", project))
    store.keys.accept(event).result()
    return None


def ask_devices(connection: Connection, store: Store, project: Project, token: str) -> DeviceList:
    """The trainer's devices as the collector says; DeliveryError for an answer that is not to be believed."""
    path = f"/projects/{project.id}/devices"
    reply = connection.request("GET", path, headers={"authorization": f"Bearer {token}"})
    if reply.status != 200:
        answer = read_answer(reply.status, reply.body)
        if answer.act is Act.RETRY:
            raise _busy(connection.address, reply)
        raise answer.problem(known_keys.asks(store, project.id))
    return _believe(connection, store, project, reply.body)


def follow_collector(connection: Connection, store: Store, project: Project) -> Project:
    """The project with the collector's present key, as far as statements lead there from the pinned one.

    Raises DeliveryError ("busy", or another code of LATER) where the collector cannot say it now: that is no proof
    against anybody. The pause that it asks for is the error's `asked_pause`.
    """
    assert project.collector is not None
    reply = connection.request("GET", f"/projects/{project.id}/collector-keys")
    answer = read_answer(reply.status, reply.body)
    if answer.act is Act.RETRY:
        raise answer.problem(known_keys.asks(store, project.id), reply.retry_after)
    return keep_followed(store, project, _statements(reply))


def followed(project: Project, statements: Sequence[bytes]) -> tuple[Project, tuple[bytes, ...]]:
    """The project with the key that statements lead to from its pinned one, and those on the way; nothing is kept.

    The same project, and none, where they lead nowhere.
    """
    assert project.collector is not None
    pinned = pinned_key(project)
    key, used = follow(statements[-MOST_STATEMENTS:], project=project.id, pinned=pinned)
    if key == pinned:
        return project, ()
    brought = (payload.parse(parse_envelope(line).payload, CollectorKey).new_public_key for line in used[:-1])
    collector = msgspec.structs.replace(
        project.collector,
        public_key=base64.b64encode(key).decode("ascii"),
        earlier=(*project.collector.earlier, project.collector.public_key, *brought),
    )
    return msgspec.structs.replace(project, collector=collector), used


def keep_followed(store: Store, project: Project, statements: Sequence[bytes]) -> Project:
    """Pin the key that statements lead to from the pinned one, and keep why; the project as it is then."""
    after, used = followed(project, statements)
    if not used or store.readonly:  # whoever writes follows and keeps it, at the next answer
        return after
    store.keys.keep_statements(project.id, used).result()
    now = msgspec.structs.replace(store.projects.get(project.id), collector=after.collector)
    return store.projects.update(now).result()


def asked_pause(error: DeliveryError) -> float | None:
    """The seconds that the collector wants to be left alone for, as its answer said that became this error."""
    asked = error.values.get("retry_after")
    return asked if isinstance(asked, float) else None


def pinned_key(project: Project) -> bytes:
    """The raw key of a project's collector, as it was pinned."""
    assert project.collector is not None
    return base64.b64decode(project.collector.public_key, validate=True)


def _believe(connection: Connection, store: Store, project: Project, line: bytes) -> DeviceList:
    """A device list by the pinned key, or by one that it leads to, and not older than what was seen."""
    try:
        found = _check(store, project, line)
    except BatchError as error:
        followed = follow_collector(connection, store, project) if error.code == OTHER_KEY else project
        if followed is project:
            raise _refused(error.code, project) from error
        try:
            found = _check(store, followed, line)
        except BatchError as again:
            raise _refused(again.code, followed) from again
    seen = store.keys.seen_list(project.id)
    if seen is not None and found.version < seen[0]:
        raise DeliveryError(
            "The collector shows an older list of your devices than before: it was put back from a copy, or somebody"
            " plays an old answer. It was not believed, and deliveries go on; tell whoever runs the project.",
            code="device_list_older",
        )
    if seen is not None and found.version == seen[0] and line != seen[1] and not _same(line, seen[1]):
        raise _refused("device_list_differs", project)
    if not store.readonly:
        store.keys.keep_list(project.id, found.version, line).result()
    return found


def _check(store: Store, project: Project, line: bytes) -> DeviceList:
    return check_list(line, collector_public_key=pinned_key(project), project=project.id, trainer=store.trainer)


def _same(one: bytes, other: bytes) -> bool:
    """Whether two lists say the same; another key of the collector may have signed it since."""
    return parse_envelope(one).payload == parse_envelope(other).payload


def _statements(reply: Reply) -> list[bytes]:
    """What a collector states about its keys; nothing where it answers anything else."""
    if reply.status != 200:
        return []
    try:
        said = canonical.strict_loads(reply.body)
    except CanonicalError:
        return []
    lines = said.get("statements") if isinstance(said, dict) else None
    found = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    return [line.encode("utf-8") for line in found[-MOST_STATEMENTS:]]


def _busy(address: str, reply: Reply) -> DeliveryError:
    asked = {} if reply.retry_after is None else {"retry_after": reply.retry_after}
    return DeliveryError.worded(
        "The collector at {address} cannot answer now. Try again later.", code="busy", address=address, **asked
    )


def _refused(why: str, project: Project) -> DeliveryError:
    if why == OTHER_KEY:
        return signed_by_another(project, "device_list_refused")
    return DeliveryError.worded(
        "What the collector says of this device's key is not valid ({why}). Nothing was changed; tell the project, and"
        " do not trust this collector until it is explained.",
        code="device_list_refused",
        why=why,
    )
