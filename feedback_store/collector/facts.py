"""What anybody may know of a project: its rubric, guideline and terms, and the key that signs its receipts.

Served as one JSON object and handed to a device with its token; docs/collector.md describes the fields.
"""

from __future__ import annotations

import base64
import unicodedata
from typing import Annotated

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.errors import StoreError
from feedback_store.record_values import Hash, Name, ProjectId
from feedback_store.rubrics import Rubric

MAX_NAME = 200
MAX_LICENCE = 1000  # as in a batch's manifest
MAX_FACTS = 2 * 1024 * 1024 - 4096  # bytes: what a device reads of an answer, with room for what stands beside them


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


def check_name(said: str, option: str) -> None:
    """Raise StoreError where what stands after an option is too long for a name, or not in one line."""
    controls = (at for at, each in enumerate(said) if unicodedata.category(each) in ("Cc", "Zl", "Zp"))
    if (at := next(controls, None)) is not None:
        raise StoreError.worded(
            "The name after {option} has a line break or another control character in it: U+{character}, character"
            " {number} of {count}. Give one without it.",
            code="name_of_lines",
            option=option,
            character=f"{ord(said[at]):04X}",
            number=at + 1,
            count=len(said),
        )
    if len(said) > MAX_NAME:
        raise StoreError.worded(
            "The name after {option} has {count} characters; it may have at most {most}. Give a shorter one.",
            code="long_name",
            option=option,
            most=MAX_NAME,
            count=len(said),
        )


def check_takeable(made: ProjectFacts) -> None:
    """Raise StoreError for what the programs of trainers would not take: nobody could join, or deliver."""
    check_name(made.name, "--project")
    check_name(made.collector, "--name")
    if len(made.terms.licence) > MAX_LICENCE:
        raise StoreError.worded(
            "A licence's name has at most {most} characters; this one has {count}. Name it shorter with --licence, and"
            " write its text into the file of --terms.",
            code="long_licence",
            most=MAX_LICENCE,
            count=len(made.terms.licence),
        )
    if (size := len(canonical.encode(made))) > MAX_FACTS:
        raise StoreError.worded(
            "Terms, guideline and rubric take {size} bytes together, and a trainer's program reads at most {most}."
            " Shorten the files of --terms, --guideline and --rubric.",
            code="long_facts",
            size=size,
            most=MAX_FACTS,
        )


def public_key_text(public_key: bytes) -> str:
    """Base64 of the raw key."""
    return base64.b64encode(public_key).decode("ascii")
