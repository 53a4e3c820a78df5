"""Joining a team's project: prove that this device holds its key, pin the collector's, and keep the token.

The code comes from the collector's operator and serves once.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from feedback_store.batches.dsse import from_base64
from feedback_store.batches.join import make_join
from feedback_store.batches.keys import DeviceKey, check_public_key, key_id
from feedback_store.delivery.http import Answer, Http
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.project_table import CollectorAddress, Guideline, Project, Terms
from feedback_store.record_parts import ProjectId
from feedback_store.records import Versioned
from feedback_store.rubrics import Rubric


@dataclass(frozen=True)
class Joined:
    """A project joined: what is known of it, the device's token, and both keys for people to compare."""

    project: Project
    token: str
    trainer_name: str
    collector_key: str
    device_key: str


class _Facts(msgspec.Struct, frozen=True):
    """The part of the published facts that is used; more may stand beside it."""

    project: ProjectId
    name: str
    collector: str
    rubric: Rubric
    rubric_sha256: str
    terms: Terms
    public_key: str
    guideline: Guideline | None = None


def join(address: str, code: str, *, trainer: str, key_for: Callable[[str], DeviceKey], name: str = "") -> Joined:
    """Join the project that `code` invites to. `key_for` gives this device's key in a project by its id.

    Raises DeliveryError with a sentence: bad address, no network, a code that is unknown, used or expired.
    """
    with Http(address) as http:
        project_id = str(_asked(http.post("/invitation", {"code": code.strip()})).get("project", ""))
        facts = _facts(_asked(http.get(f"/projects/{project_id}")))
        challenge = str(_asked(http.post(f"/projects/{facts.project}/challenge", {})).get("challenge", ""))
        key = key_for(facts.project)
        envelope = make_join(key, project=facts.project, trainer=trainer, challenge=challenge)
        answer = _asked(
            http.post(
                f"/projects/{facts.project}/join",
                {"challenge": challenge, "code": code.strip(), "envelope": envelope.decode("utf-8"), "name": name},
            )
        )
        facts = _facts(answer.get("project", {}))
        token = answer.get("token")
        if not isinstance(token, str) or not token:
            raise _nonsense(http.address)
        return Joined(
            project=_project(facts, http.address),
            token=token,
            trainer_name=str(answer.get("trainer_name", "")),
            collector_key=key_id(base64.b64decode(facts.public_key)),
            device_key=key.key_id,
        )


def _project(facts: _Facts, address: str) -> Project:
    rubric = facts.rubric
    return Project(
        id=facts.project,
        name=facts.name,
        rubric=Versioned(rubric.id, rubric.version, facts.rubric_sha256),
        terms=facts.terms,
        guideline=facts.guideline,
        collector=CollectorAddress(address=address, public_key=facts.public_key, name=facts.collector),
        rubric_body=rubric,
    )


def _facts(value: Mapping[str, Any]) -> _Facts:
    try:
        facts = msgspec.convert(value, _Facts)
        check_public_key(from_base64(facts.public_key))
    except (msgspec.ValidationError, BatchError) as error:
        raise _nonsense("") from error
    if facts.rubric.sha256 != facts.rubric_sha256:
        raise _nonsense("")
    return facts


def _asked(answer: Answer) -> Mapping[str, Any]:
    """The object of a good answer; DeliveryError with a sentence for any other."""
    if answer.status == 200 and answer.value:
        return answer.value
    sentences = {
        "invitation_unknown": "This code is not known there. Check it for a typing error, or ask for a new one.",
        "invitation_expired": "This code has expired. Ask for a new one.",
        "invitation_used": "This code has been used already. Ask for a new one.",
        "invitation_other_trainer": "This code was made for another trainer. Ask for one for this profile.",
        "trainer_known": "This trainer has joined from another device. Ask for a code made for this trainer.",
        "key_other_trainer": "This device's key belongs to another trainer there. Ask the collector's operator.",
        "key_revoked": "This device was revoked there. Ask the collector's operator.",
        "no_project": "There is no such project there. Ask for a new code.",
    }
    known = sentences.get(answer.code)
    if known:
        raise DeliveryError(known, code=answer.code)
    if 400 <= answer.status < 500 and answer.code:
        raise DeliveryError(f"The collector refused to let this device join ({answer.code}).", code="join_refused")
    raise DeliveryError(
        f"This is not a collector, or it has a fault (status {answer.status}). Check the address.",
        code="not_a_collector",
        status=answer.status,
    )


def _nonsense(address: str) -> DeliveryError:
    return DeliveryError(
        "The collector's answer makes no sense, so nothing was joined. Check the address.",
        code="not_a_collector",
        address=address,
    )
