"""The collector's key against what is known of it: the pinned one, and what the operator read out to the trainer.

A pin is replaced without a statement only by the whole fingerprint, typed by the trainer: a collector that lost its
key, or was put back to an older one, can prove nothing itself. Must not know the network.
"""

from __future__ import annotations

import re

import msgspec

from feedback_store.batches.dsse import from_base64
from feedback_store.batches.keys import fingerprint, key_id
from feedback_store.errors import DeliveryError
from feedback_store.store import CollectorAddress, Project

OTHER_KEY = "other_key"  # what is wrong with an envelope that the pinned key has not signed
_SPACE = re.compile(r"[\s:-]+")
_DIGITS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


def read_fingerprint(typed: str) -> str:
    """The digits of a fingerprint as it was typed: 32 of hex, or the 64 of a whole key id. DeliveryError otherwise."""
    digits = _SPACE.sub("", typed.strip().lower().removeprefix("ed25519:"))
    if _DIGITS.fullmatch(digits) is None:
        raise DeliveryError(
            "This is no whole fingerprint of a collector's key: it has 32 characters, 0 to 9 and a to f, in eight"
            " groups. Have whoever runs the project read out all of it; it is what “preceptor collector fingerprint”"
            " prints there.",
            code="collector_key_typed",
        )
    return digits


def check_typed(shown: CollectorAddress, typed: str) -> None:
    """Raise DeliveryError where a fingerprint was typed and the collector shows another key."""
    if typed and not _is_of(read_fingerprint(typed), shown):
        raise DeliveryError(
            "The collector shows another key than the one with the fingerprint that you typed. Nothing was changed."
            " Have it read out once more; if it differs still, do not go on: somebody else may be answering there.",
            code="collector_key_differs",
        )


def pinned_anew(known: CollectorAddress, shown: CollectorAddress, typed: str) -> CollectorAddress:
    """What is pinned where the collector shows another key than the known one, to which that does not lead.

    The key before stays among the earlier ones, for the receipts that it signed. The shown key is named in no refusal:
    its fingerprint has to come from the operator. Raises DeliveryError.
    """
    if not typed:
        raise DeliveryError.worded(
            "The collector signs with another key than the one that you compared when you joined ({pinned}), and"
            " nothing proves that it is its own. Nothing was changed. Do not go on by yourself; ask whoever runs the"
            " project, by telephone for instance. If the collector has lost its key, or was put back from a copy, have"
            " the fingerprint of its present key read out and type it: preceptor project join ADDRESS CODE"
            " --collector-key FINGERPRINT",
            code="collector_key_changed",
            pinned=fingerprint(from_base64(known.public_key)),
        )
    check_typed(shown, typed)
    before = tuple(each for each in (*known.earlier, known.public_key) if each != shown.public_key)
    return msgspec.structs.replace(shown, earlier=before)


def signed_by_another(project: Project, code: str) -> DeliveryError:
    """That what the collector sent is signed with another key than the pinned one, and the only way on. Here, too, the
    other key is not named.
    """
    assert project.collector is not None
    return DeliveryError.worded(
        "What the collector sent is signed with another key than the one that you compared when you joined ({pinned}),"
        " and nothing proves that it is its own. Nothing was marked as delivered by it. Do not go on by yourself; ask"
        " whoever runs the project, by telephone for instance. If the collector has lost its key, or was put back from"
        " a copy, have the fingerprint of its present key read out, and join the project again with it: in Settings,"
        " This project, or by preceptor project join ADDRESS CODE --collector-key FINGERPRINT",
        code=code,
        why=OTHER_KEY,
        pinned=fingerprint(from_base64(project.collector.public_key)),
    )


def _is_of(digits: str, shown: CollectorAddress) -> bool:
    return key_id(from_base64(shown.public_key)).removeprefix("ed25519:").startswith(digits)
