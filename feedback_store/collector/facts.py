"""What anybody may know of a project: its rubric, guideline and terms, and the key that signs its receipts.

Served as one JSON object and handed to a device with its token; docs/collector.md describes the fields.
"""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.record_values import Hash, Name, ProjectId
from feedback_store.rubrics import Rubric


class Guideline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Markdown that tells trainers how to judge; `sha256` is of its UTF-8 bytes."""

    id: Name
    version: Annotated[int, Meta(ge=1)]
    sha256: Hash
    text: str


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a trainer accepts by releasing records; `sha256` is of the text's UTF-8 bytes."""

    id: Name
    version: Annotated[int, Meta(ge=1)]
    sha256: Hash
    licence: str
    text: str


class ProjectFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A project as it is published. `public_key` is base64 of 32 bytes; the rubric stands here whole."""

    project: ProjectId
    name: Name
    collector: Name
    rubric: Rubric
    rubric_sha256: Hash
    terms: Terms
    public_key: str
    fingerprint: str
    guideline: Guideline | None = None


def make_guideline(text: str, *, name: str = "guideline", version: int = 1) -> Guideline:
    """A guideline from its Markdown."""
    return Guideline(name, version, canonical.sha256_hex(text.encode("utf-8")), text)


def make_terms(text: str, *, licence: str, name: str = "terms", version: int = 1) -> Terms:
    """Terms from their text and the licence under which the records are given."""
    return Terms(name, version, canonical.sha256_hex(text.encode("utf-8")), licence, text)


def public_key_text(public_key: bytes) -> str:
    """Base64 of the raw key."""
    return base64.b64encode(public_key).decode("ascii")
