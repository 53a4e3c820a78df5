"""Joining a collector's project with a one-time code: the key is proven, the collector's key is pinned.

What the collector publishes is checked before the device shows its key. Must not know where secrets are kept.
"""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from feedback_store import canonical, known_keys, records, rubrics
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.join import make_join
from feedback_store.batches.key_event import KeyEvent, make_event, open_event
from feedback_store.batches.keys import DeviceKey, check_public_key, fingerprint
from feedback_store.delivery.backoff import pause, pause_time
from feedback_store.delivery.http import Connection, Reply
from feedback_store.delivery.key_changes import asked_pause, follow_collector
from feedback_store.delivery.pinning import check_typed, pinned_anew
from feedback_store.errors import BatchError, CanonicalError, DeliveryError, NotFoundError, Phrase, RubricError
from feedback_store.record_values import Hash, Name, ProjectId
from feedback_store.records import Versioned
from feedback_store.rubrics import Rubric
from feedback_store.store import CollectorAddress, Guideline, Project, Store, Terms

_REFUSALS = {
    "invitation_unknown": "The collector does not know this code. Check it, letter by letter. If it is right, ask"
    " whoever runs the project for another, who makes it by: preceptor collector invite DIR (if you have joined before,"
    " with --trainer {trainer}; for a lost key: preceptor collector recover DIR DEVICE)",
    "invitation_expired": "This code has expired. Ask whoever runs the project for another, who makes it by: preceptor"
    " collector invite DIR (if you have joined before, with --trainer {trainer}; for a lost key: preceptor collector"
    " recover DIR DEVICE)",
    "invitation_used": "This code was used by another device. Ask whoever runs the project for another, who makes it"
    " by: preceptor collector invite DIR (if you have joined before, with --trainer {trainer}; for a lost key:"
    " preceptor collector recover DIR DEVICE)",
    "invitation_other_trainer": "This code was made for another trainer; you are {trainer}. To be the same trainer on a"
    " second computer, put a backup of the first one back here, and join then. Otherwise ask for a new code.",
    "trainer_known": "You have joined with another key before. {ask}",
    "key_other_trainer": "This device's key belongs to another trainer there. Use a new profile.",
    "key_revoked": "This device's key was revoked. {ask}",
    "key_retired": "This device's key was replaced before. {ask}",
    "heads": "More arrives under the lost key just now. Try again.",
    "challenge_expired": "The collector's question has expired. Try again.",
    "no_project": "The collector at {address} does not have this project: it is another one, or an older copy of it."
    " Nothing was changed; ask whoever runs the project for its present address.",
}


_ENDED = ("key_revoked", "key_retired")


class _Guideline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Name
    version: Annotated[int, Meta(ge=1)]
    sha256: Hash
    text: str


class _Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Name
    version: Annotated[int, Meta(ge=1)]
    sha256: Hash
    licence: str
    text: str


class _Facts(msgspec.Struct, frozen=True):
    """What the collector publishes of a project; later versions may say more."""

    project: ProjectId
    name: Name
    collector: Name
    rubric: dict[str, Any]
    rubric_sha256: Hash
    terms: _Terms
    public_key: str
    guideline: _Guideline | None = None


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
class Offer:
    """What a code is good for: the project as its collector publishes it, and the id of the key that it ends, or ""."""

    project: Project
    recovers: str


def look(address: str, code: str, *, store: Store, collector_key: str = "") -> Offer:
    """What `code` invites to: its terms can be read, and the key that it ends be named, before anything is done.

    Nothing is enrolled or kept, and the code is not used up. Raises DeliveryError with a sentence.
    """
    with Connection(address) as connection:
        project, _key, recovers, _facts = _invited_to(connection, code, store)
        return Offer(_keep_what_is_ours(connection, store, project, collector_key)[0], recovers)


def join(
    address: str,
    code: str,
    *,
    store: Store,
    key_for: Callable[[str], DeviceKey],
    keep_token: Callable[[str, str], None],
    fresh_key_for: Callable[[str], DeviceKey] | None = None,
    other_key_for: Callable[[str], DeviceKey] | None = None,
    may_end: Callable[[str, str], None] | None = None,
    name: str = "",
    terms: str = "",
    collector_key: str = "",
) -> Joined:
    """Join the project that `code` invites to, and add it to the store. Joining again renews the token.

    `key_for` gives the device's key in a project, kept before it is shown to anybody; `keep_token` keeps the token
    for a project; `name` is what the trainer wishes to be called. A code for a lost key has it replaced by what
    `fresh_key_for` gives: kept likewise, and never the lost one; `may_end` is called before with the project and that
    key, and raises DeliveryError where it is not to end. Where the collector has ended the device's key, it is
    asked once more with what `other_key_for` gives. `terms` is the SHA-256 of those that were read and accepted: other
    ones are not joined under; "" asks nothing. `collector_key` is the fingerprint of the collector's key, as its
    operator read it out: no other is joined, and it is pinned anew where the pinned one does not lead to it. Raises
    DeliveryError with a sentence.
    """
    with Connection(address) as connection:
        project, public_key, recovers, facts = _invited_to(connection, code, store)
        project_id = project.id
        if terms and project.terms is not None and project.terms.sha256 != terms:
            raise DeliveryError(
                "The project's terms were changed while you read them. Nothing was joined; read them again.",
                code="terms_changed",
            )
        project, replaced = _keep_what_is_ours(connection, store, project, collector_key)
        if recovers and fresh_key_for is not None:
            if may_end is not None:
                may_end(project_id, recovers)
            key = fresh_key_for(project_id)
            done = _recover(connection, code, store, project, public_key, recovers, key, keep_token, name)
            return dataclasses.replace(done, replaced_fingerprint=replaced)
        key = key_for(project_id)
        try:
            answer = _enrol(connection, code, project_id, store, key, name)
        except DeliveryError as error:
            if error.code not in _ENDED or other_key_for is None:
                raise
            key = other_key_for(project_id)
            answer = _enrol(connection, code, project_id, store, key, name)
    if answer.get("project") != facts:
        raise _not_a_collector(Phrase("its project changed while joining"))
    token, called = _text(answer, "token", "[A-Za-z0-9_-]{20,200}"), _called(answer, store.trainer)
    keep_token(project_id, token)
    store.projects.add(project).result()
    store.keys.joined(project_id, key.key_id).result()
    marks = fingerprint(public_key), fingerprint(key.public_key)
    return Joined(project, called, *marks, name, replaced)


def _invited_to(connection: Connection, code: str, store: Store) -> tuple[Project, bytes, str, dict[str, Any]]:
    """What a code invites to: the project, the collector's raw key, the key that the code ends or "", and what was said
    of the project.
    """
    invited = _ask(connection, "POST", "/invitation", {"code": code}, store)
    project_id = _text(invited, "project", r"prj_[0-9a-f]{32}")
    recovers = _text(invited, "recovers", "ed25519:[0-9a-f]{64}") if "recovers" in invited else ""
    facts = _loads(_request(connection, "GET", f"/projects/{project_id}", store))
    return *_project(facts, project_id, connection.address), recovers, facts


def _enrol(connection: Connection, code: str, project: str, store: Store, key: DeviceKey, name: str) -> dict[str, Any]:
    """Prove that this device holds its key, and have it enrolled: the collector's answer."""
    asked = _ask(connection, "POST", f"/projects/{project}/challenge", {}, store, project)
    challenge = _text(asked, "challenge", "[0-9a-f]{64}")
    envelope = make_join(key, project=project, trainer=store.trainer, challenge=challenge)
    sent = {"challenge": challenge, "code": code, "envelope": envelope.decode("ascii"), "name": name}
    return _ask(connection, "POST", f"/projects/{project}/join", sent, store, project)


def move(address: str, *, store: Store, project: Project) -> Project:
    """Have the collector of a project spoken to at another address. Its chain, key and pass stay as they are.

    What answers there must show the project with the pinned key, or one that it leads to; DeliveryError otherwise.
    """
    with Connection(address) as connection:
        facts = _request(connection, "GET", f"/projects/{project.id}", store)
        found, _key = _project(_loads(facts), project.id, connection.address)
        return store.projects.update(_keep_what_is_ours(connection, store, found)[0]).result()


def _recover(
    connection: Connection,
    code: str,
    store: Store,
    project: Project,
    collector_key: bytes,
    lost: str,
    key: DeviceKey,
    keep_token: Callable[[str, str], None],
    name: str,
) -> Joined:
    """Take the place of the `lost` key: sign what the collector says that it has delivered, and have it sign too."""
    base = f"/projects/{project.id}"
    asked = _ask(connection, "POST", f"{base}/recovery", {"code": code}, store, project.id)
    try:
        draft = msgspec.convert(asked, KeyEvent)
    except msgspec.ValidationError as error:
        raise _not_a_collector(Phrase("it does not say which key is lost")) from error
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
    answer = _ask(connection, "POST", f"{base}/recover", sent, store, project.id)
    signed = _text(answer, "event", r'\{"payload":"[ -~]+').encode("ascii")
    try:
        opened = open_event(signed, key_of=lambda _name: None, collector=collector_key)
    except BatchError as error:
        raise _not_a_collector(Phrase("it did not sign the new key")) from error
    event = opened.event  # where an answer was lost, the one that this key has signed before
    if (event.kind, event.aud, event.old, event.new) != ("recover", project.id, lost, key.key_id):
        raise _not_a_collector(Phrase("it signed another change of keys"))
    token, called = _text(answer, "token", "[A-Za-z0-9_-]{20,200}"), _called(answer, store.trainer)
    keep_token(project.id, token)
    store.projects.add(project).result()
    store.keys.keep_recovery(project.id, signed).result()
    marks = fingerprint(collector_key), fingerprint(key.public_key)
    return Joined(project, called, *marks, asked_name=name)


def _project(said: object, project_id: str, address: str) -> tuple[Project, bytes]:
    """The published facts as a project of ours, every hash checked, and the collector's raw key."""
    try:
        facts = msgspec.convert(said, _Facts)
        public_key = check_public_key(from_base64(facts.public_key))
        rubric = rubrics.parse(canonical.encode(facts.rubric))
    except (msgspec.ValidationError, BatchError, CanonicalError, RubricError) as error:
        raise _not_a_collector(Phrase("its project is not described as it should be")) from error
    texts: list[_Terms | _Guideline] = [facts.terms, *([facts.guideline] if facts.guideline else [])]
    if (
        facts.project != project_id
        or rubric.sha256 != facts.rubric_sha256
        or any(canonical.sha256_hex(each.text.encode("utf-8")) != each.sha256 for each in texts)
    ):
        raise _not_a_collector(Phrase("its project does not fit its own hashes"))
    project = Project(
        id=facts.project,
        name=facts.name,
        rubric=Versioned(rubric.id, rubric.version, rubric.sha256),
        terms=Terms(**msgspec.structs.asdict(facts.terms)),
        guideline=Guideline(**msgspec.structs.asdict(facts.guideline)) if facts.guideline else None,
        collector=CollectorAddress(address, base64.b64encode(public_key).decode("ascii"), facts.collector),
        rubric_body=None if _is_preset(rubric) else rubric,
    )
    return project, public_key


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
        raise _busy(connection.address, asked_pause(error)) if error.code in ("busy", "held_up") else error from None


def _is_preset(rubric: Rubric) -> bool:
    return any(known.sha256 == rubric.sha256 for known in rubrics.available())


def _ask(
    connection: Connection, method: str, path: str, value: Mapping[str, str], store: Store, project: str = ""
) -> dict[str, Any]:
    return _loads(_request(connection, method, path, store, project, canonical.encode(dict(value))))


def _request(
    connection: Connection, method: str, path: str, store: Store, project: str = "", body: bytes = b""
) -> bytes:
    """The answer's bytes; DeliveryError for a refusal, which asks for a code by what is known of a `project`'s keys."""
    reply = connection.request(method, path, body=body, headers={"content-type": "application/json"})
    if reply.status != 200:
        raise _refusal(reply, connection.address, store, project)
    return reply.body


def _refusal(reply: Reply, address: str, store: Store, project: str) -> DeliveryError:
    try:
        code = _loads(reply.body).get("code")
    except DeliveryError:
        code = None
    if isinstance(code, str) and code in _REFUSALS:
        ask = known_keys.asks(store, project)
        return DeliveryError.worded(_REFUSALS[code], code=code, trainer=store.trainer, address=address, ask=ask)
    if reply.status >= 500 or reply.status in (408, 429):
        return _busy(address, reply.retry_after)
    if 300 <= reply.status < 400:
        return DeliveryError.worded(
            "{address} sends elsewhere, which is not followed. Ask the project for its present address.",
            code="redirected",
            address=address,
        )
    return _not_a_collector(Phrase("status {status}", {"status": reply.status}))


def _busy(address: str, asked: float | None) -> DeliveryError:
    """That it cannot answer now, and when to ask again where it said so."""
    wished = pause(asked)
    if wished > 0:
        return DeliveryError.worded(
            "The collector at {address} cannot answer now, and asks for a pause. Try again in {time}.",
            code="busy",
            address=address,
            time=pause_time(wished),
            retry_after=wished,
        )
    return DeliveryError.worded(
        "The collector at {address} cannot answer now. Try again later.", code="busy", address=address
    )


def _loads(data: bytes) -> dict[str, Any]:
    try:
        found = canonical.strict_loads(data)
    except CanonicalError as error:
        raise _not_a_collector(Phrase("its answer is not strict JSON")) from error
    if not isinstance(found, dict):
        raise _not_a_collector(Phrase("its answer is no object"))
    return found


def _text(said: Mapping[str, Any], name: str, pattern: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or re.fullmatch(pattern, found) is None:
        raise _not_a_collector(Phrase("its answer has no {name}", {"name": name}))
    return found


def _called(said: Mapping[str, Any], trainer: str) -> str:
    """The name that the trainer has there, in one line; the trainer's id where it is none.

    Whatever it is, the device is enrolled by now and the code is used: a name is no reason to say that it failed.
    """
    found = said.get("trainer_name")
    named = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", found).split()) if isinstance(found, str) else ""
    return named[:200] or trainer


def _not_a_collector(why: Phrase) -> DeliveryError:
    return DeliveryError.worded(
        "What answers there is not a collector that Preceptor understands ({why}). Check the address.",
        code="not_a_collector",
        why=why,
    )
