"""What a collector publishes of a project, as a project of ours: every hash is checked before anything is believed."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from feedback_store import canonical, rubrics
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.keys import check_public_key
from feedback_store.delivery.joining_questions import not_a_collector
from feedback_store.errors import BatchError, CanonicalError, Phrase, RubricError
from feedback_store.record_values import Hash, Name, ProjectId
from feedback_store.records import Versioned
from feedback_store.rubrics import Rubric
from feedback_store.store import CollectorAddress, Guideline, Project, Terms


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


def project_of(said: object, project_id: str, address: str) -> tuple[Project, bytes]:
    """The published facts as a project of ours, every hash checked, and the collector's raw key."""
    try:
        facts = msgspec.convert(said, _Facts)
        public_key = check_public_key(from_base64(facts.public_key))
        rubric = rubrics.parse(canonical.encode(facts.rubric))
    except (msgspec.ValidationError, BatchError, CanonicalError, RubricError) as error:
        raise not_a_collector(Phrase("its project is not described as it should be")) from error
    texts: list[_Terms | _Guideline] = [facts.terms, *([facts.guideline] if facts.guideline else [])]
    if (
        facts.project != project_id
        or rubric.sha256 != facts.rubric_sha256
        or any(canonical.sha256_hex(each.text.encode("utf-8")) != each.sha256 for each in texts)
    ):
        raise not_a_collector(Phrase("its project does not fit its own hashes"))
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


def _is_preset(rubric: Rubric) -> bool:
    return any(known.sha256 == rubric.sha256 for known in rubrics.available())
