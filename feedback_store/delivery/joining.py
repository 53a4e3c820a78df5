"""Joining a collector's project with a one-time code: the key is proven, the collector's key is pinned.

What the collector publishes is checked, and that it holds the key which it shows, before the device shows its own.
Must not know where secrets are kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from feedback_store import records
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.join import make_join
from feedback_store.batches.key_event import KeyEvent, make_event, open_event
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.delivery.http import Connection
from feedback_store.delivery.joining_questions import (
    ask,
    ask_proof,
    busy,
    loads,
    name_in,
    not_a_collector,
    request,
    text_in,
)
from feedback_store.delivery.key_changes import asked_pause, follow_collector
from feedback_store.delivery.pinning import check_typed, pinned_anew
from feedback_store.delivery.project_facts import project_of
from feedback_store.errors import BatchError, DeliveryError, NotFoundError, Phrase
from feedback_store.store import Project, Store

_ENDED = ("key_revoked", "key_retired")


@dataclass(frozen=True)
class Joined:
    """The project as it was added, the name the trainer has there, and both keys for people to compare.

    `asked_name` is what the trainer wished to be called; the operator's word, and an earlier name, come before it.
    `replaced_fingerprint` is of the collector's key that was pinned before, where a typed one took its place.
    """

    project: Project
    trainer_name: str
    collector_fingerprint: str
    device_fingerprint: str
    asked_name: str = ""
    replaced_fingerprint: str = ""


@dataclass(frozen=True)
class JoiningKeys:
    """Where this device keeps its keys and passes, each by project; a key is kept before it is given.

    `key` gives the device's key, `fresh` another one for a lost one: never the lost one itself. `other` gives one in
    place of a key that the collector has ended, `keep_token` keeps the pass. `may_end` is called with the id of a key
    before a code ends that, and raises DeliveryError where it is not to end.
    """

    key: Callable[[str], DeviceKey]
    keep_token: Callable[[str, str], None]
    fresh: Callable[[str], DeviceKey] | None = None
    other: Callable[[str], DeviceKey] | None = None
    may_end: Callable[[str, str], None] = lambda _project, _key: None


@dataclass(frozen=True)
class Offer:
    """What a code is good for: the project as its collector publishes it, and the id of the key that it ends, or ""."""

    project: Project
    recovers: str


def look(address: str, code: str, *, store: Store, collector_key: str = "") -> Offer:
    """What `code` invites to: its terms can be read, and the key that it ends be named, before anything is done.

    Nothing is enrolled or kept, and the code is not used up. Raises DeliveryError with a sentence.
    """
    with Connection(address) as connection:
        project, _key, _facts, recovers = _invited_to(connection, code, store)
        return Offer(_keep_what_is_ours(connection, store, project, collector_key)[0], recovers)


def join(
    address: str,
    code: str,
    *,
    store: Store,
    keys: JoiningKeys,
    name: str = "",
    terms: str = "",
    collector_key: str = "",
) -> Joined:
    """Join the project that `code` invites to, and add it to the store. Joining again renews the token.

    `name` is what the trainer wishes to be called. `terms` is the SHA-256 of those that were read and accepted: other
    ones are not joined under; "" asks nothing. `collector_key` is the fingerprint of the collector's key, as its
    operator read it out: no other is joined, and it is pinned anew where the pinned one does not lead to it. A code for
    a lost key has it replaced; where the collector has ended the device's key, it is asked once more with another one.
    Raises DeliveryError with a sentence.
    """
    with Connection(address) as connection:
        project, public_key, facts, recovers = _invited_to(connection, code, store)
        project_id = project.id
        if terms and project.terms is not None and project.terms.sha256 != terms:
            raise DeliveryError(
                "The project's terms were changed while you read them. Nothing was joined; read them again.",
                code="terms_changed",
            )
        project, replaced = _keep_what_is_ours(connection, store, project, collector_key)
        if recovers and keys.fresh is not None:
            keys.may_end(project_id, recovers)
            done = _recover(connection, code, store, project, public_key, recovers, keys.fresh(project_id), keys)
            return dataclasses.replace(done, asked_name=name, replaced_fingerprint=replaced)
        key = keys.key(project_id)
        try:
            answer = _enrol(connection, code, project_id, store, key, name)
        except DeliveryError as error:
            if error.code not in _ENDED or keys.other is None:
                raise
            key = keys.other(project_id)
            answer = _enrol(connection, code, project_id, store, key, name)
    if answer.get("project") != facts:
        raise not_a_collector(Phrase("its project changed while joining"))
    token, called = text_in(answer, "token", "[A-Za-z0-9_-]{20,200}"), name_in(answer, store.trainer)
    keys.keep_token(project_id, token)
    store.projects.add(project).result()
    store.keys.joined(project_id, key.key_id).result()
    marks = fingerprint(public_key), fingerprint(key.public_key)
    return Joined(project, called, *marks, name, replaced)


def _invited_to(connection: Connection, code: str, store: Store) -> tuple[Project, bytes, dict[str, Any], str]:
    """What a code invites to: as `_shown`, and the key that the code ends or ""."""
    invited = ask(connection, "POST", "/invitation", {"code": code}, store)
    project_id = text_in(invited, "project", r"prj_[0-9a-f]{32}")
    recovers = text_in(invited, "recovers", "ed25519:[0-9a-f]{64}") if "recovers" in invited else ""
    return *_shown(connection, store, project_id), recovers


def _shown(connection: Connection, store: Store, project_id: str) -> tuple[Project, bytes, dict[str, Any]]:
    """The project as it is described there, the collector's raw key, proven to be held there, and what was said."""
    facts = loads(request(connection, "GET", f"/projects/{project_id}", store))
    project, public_key = project_of(facts, project_id, connection.address)
    ask_proof(connection, store, project_id, public_key)
    return project, public_key, facts


def _enrol(connection: Connection, code: str, project: str, store: Store, key: DeviceKey, name: str) -> dict[str, Any]:
    """Prove that this device holds its key, and have it enrolled: the collector's answer."""
    asked = ask(connection, "POST", f"/projects/{project}/challenge", {}, store, project)
    challenge = text_in(asked, "challenge", "[0-9a-f]{64}")
    envelope = make_join(key, project=project, trainer=store.trainer, challenge=challenge)
    sent = {"challenge": challenge, "code": code, "envelope": envelope.decode("ascii"), "name": name}
    return ask(connection, "POST", f"/projects/{project}/join", sent, store, project)


def move(address: str, *, store: Store, project: Project) -> Project:
    """Have the collector of a project spoken to at another address. Its chain, key and pass stay as they are.

    What answers there must prove that it holds the pinned key, or one that it leads to; DeliveryError otherwise. Before
    that nothing is sent there that anybody may not know.
    """
    with Connection(address) as connection:
        found, _key, _facts = _shown(connection, store, project.id)
        return store.projects.update(_keep_what_is_ours(connection, store, found)[0]).result()


def _recover(
    connection: Connection,
    code: str,
    store: Store,
    project: Project,
    collector_key: bytes,
    lost: str,
    key: DeviceKey,
    keys: JoiningKeys,
) -> Joined:
    """Take the place of the `lost` key: sign what the collector says that it has delivered, and have it sign too."""
    base = f"/projects/{project.id}"
    asked = ask(connection, "POST", f"{base}/recovery", {"code": code}, store, project.id)
    try:
        draft = msgspec.convert(asked, KeyEvent)
    except msgspec.ValidationError as error:
        raise not_a_collector(Phrase("it does not say which key is lost")) from error
    line = make_event(
        "recover",
        project=project.id,
        old=lost,
        new=key.public_key,
        chains=draft.chains,
        reason="",
        created_at=records.now(),
        signers=[key],
    )
    sent = {"code": code, "envelope": line.decode("ascii")}
    answer = ask(connection, "POST", f"{base}/recover", sent, store, project.id)
    signed = text_in(answer, "event", r'\{"payload":"[ -~]+').encode("ascii")
    try:
        opened = open_event(signed, key_of=lambda _name: None, collector=collector_key)
    except BatchError as error:
        raise not_a_collector(Phrase("it did not sign the new key")) from error
    event = opened.event  # where an answer was lost, the one that this key has signed before
    if (event.kind, event.aud, event.old, event.new) != ("recover", project.id, lost, key.key_id):
        raise not_a_collector(Phrase("it signed another change of keys"))
    token, called = text_in(answer, "token", "[A-Za-z0-9_-]{20,200}"), name_in(answer, store.trainer)
    keys.keep_token(project.id, token)
    store.projects.add(project).result()
    store.keys.keep_recovery(project.id, signed).result()
    marks = fingerprint(collector_key), fingerprint(key.public_key)
    return Joined(project, called, *marks)


def _keep_what_is_ours(connection: Connection, store: Store, project: Project, typed: str = "") -> tuple[Project, str]:
    """A project that was joined before keeps its pinned key, unless that leads to another or its fingerprint was
    `typed`, the keys that the collector had before, and its own switches. And the fingerprint that the typed one
    replaces.
    """
    assert project.collector is not None
    check_typed(project.collector, typed)
    try:
        known = store.projects.get(project.id)
    except NotFoundError:
        return project, ""
    collector, replaced = project.collector, ""
    if known.collector is not None and known.collector.public_key != collector.public_key:
        known = _followed(connection, store, known)
        assert known.collector is not None
    if known.collector is not None and known.collector.public_key != collector.public_key:
        collector = pinned_anew(known.collector, collector, typed)
        replaced = fingerprint(from_base64(known.collector.public_key))
    elif known.collector is not None:
        collector = msgspec.structs.replace(collector, earlier=known.collector.earlier)
    return msgspec.structs.replace(project, train_on_foreign=known.train_on_foreign, collector=collector), replaced


def _followed(connection: Connection, store: Store, project: Project) -> Project:
    try:
        return follow_collector(connection, store, project)
    except DeliveryError as error:
        raise busy(connection.address, asked_pause(error)) if error.code in ("busy", "held_up") else error from None
