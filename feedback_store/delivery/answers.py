"""The table of docs/batch-format.md: what a collector's answer to a batch makes the client do, row by row.

The collector answers codes; the sentences are here, and none of its words enters them. Must not know HTTP or the store.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from feedback_store import canonical
from feedback_store.batches.refusal import Closing
from feedback_store.errors import CanonicalError, DeliveryError, Phrase

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


class Act(Enum):
    """What is done with the batch and its chain."""

    RECEIPT = "verify the receipt"
    GAP = "send again from where the collector stands"
    CLOSE = "close the chain, go on with others"
    CLOSE_AND_STOP = "close the chain and stop"
    STOP = "stop, keep everything"
    RETRY = "send the same bytes later"


@dataclass(frozen=True)
class Row:
    """Statuses, a code where it matters, the act, and the trouble's name and sentence for the trainer.

    The code "" is that of an answer which has none; "key_*" of all that begin so.
    """

    statuses: Collection[int]
    code: str | None
    act: Act
    trouble: str = ""
    template: str = ""

    def fits(self, status: int, code: str) -> bool:
        return status in self.statuses and (self.code is None or fnmatchcase(code, self.code))


TABLE = (
    Row((200, 201), None, Act.RECEIPT),
    Row((409,), "gap", Act.GAP),
    Row(
        (409,),
        "fork",
        Act.CLOSE,
        "fork",
        "The collector holds other judgements in this place: this profile was copied or restored. What did not arrive"
        " waits here until you send it again.",
    ),
    Row((400,), "digest", Act.RETRY, "damaged", "A delivery was damaged on its way. It is sent again."),
    Row(
        (400, 413, 422),
        "",
        Act.CLOSE,
        "not_let_through",
        "Something between this device and the collector refused a delivery as broken or too large ({status}), perhaps"
        " a proxy. Everything is kept; tell whoever runs the collector, then send it again.",
    ),
    Row(
        (400, 413, 422),
        None,
        Act.CLOSE,
        "program_fault",
        "The collector refused a delivery as broken, which is a fault of a program, not yours. Everything is kept;"
        " update Preceptor, then send it again. ({said})",
    ),
    Row(
        (401,),
        "token",
        Act.STOP,
        "rejoin",
        "The collector does not know this device's pass any more. {ask}",
    ),
    Row(
        (403,),
        "key_retired",
        Act.CLOSE,
        "key_replaced",
        "This device's key was replaced, here or in another copy of this profile. What did not arrive waits here until"
        " you send it again. If that is refused too: {ask}",
    ),
    Row(
        (403,),
        "key_*",
        Act.CLOSE_AND_STOP,
        "key_refused",
        "The collector does not accept this device's key any more. Everything is kept. {ask}",
    ),
    Row(  # no answer of the collector's: an outage, however long
        (401, 403),
        None,
        Act.RETRY,
        "held_up",
        "Something between this device and the collector lets no deliveries through ({status}), perhaps a proxy or a"
        " sign-in page. What is signed stays here and is sent later; check the network, or ask whoever runs the"
        " collector.",
    ),
    Row(
        (404,),
        "no_project",
        Act.STOP,
        "not_there",
        "There is no such project at the collector's address. Check the address.",
    ),
    Row(
        (404,),
        "no_such_address",
        Act.STOP,
        "not_there",
        "The collector does not know what it was asked for at this address: something is wrong behind its name, or the"
        " collector is older than this Preceptor. Check the address, or ask whoever runs the collector.",
    ),
    Row(  # a proxy's, while its collector is being started for instance
        (404,),
        None,
        Act.RETRY,
        "held_up",
        "Something other than the collector answers at its address ({status}): perhaps a proxy while the collector does"
        " not run, or the address is wrong. What is signed stays here and is sent later; ask whoever runs the"
        " collector. If it has moved, give its new address: in Settings, This project, or by preceptor project move"
        " ADDRESS",
    ),
    Row(
        range(300, 400),
        None,
        Act.STOP,
        "redirected",
        "The collector's address sends elsewhere, which is not followed. Ask the project for its present address.",
    ),
    Row(
        (408, 425, 429, *range(500, 600)),
        None,
        Act.RETRY,
        "busy",
        "The collector cannot take deliveries now. What is signed stays here and is sent later.",
    ),
    Row(
        range(1000),
        None,
        Act.STOP,
        "not_a_collector",
        "What answers at the collector's address is not a collector. Check the project's address.",
    ),
)


@dataclass(frozen=True)
class Answer:
    """A row of the table with what the collector said; have_* only of a gap."""

    row: Row
    code: str
    have_seq: int = 0
    have_hash: str = ""
    status: int = 0

    @property
    def act(self) -> Act:
        return self.row.act

    def problem(self, ask: Phrase, retry_after: float | None = None) -> DeliveryError:
        """The trouble as an error with its sentence. `ask` says with which code to join again where that is needed;
        the pause that was asked for, in seconds, is there where it travels with the error alone.
        """
        asked = {} if retry_after is None else {"retry_after": retry_after}
        values = {"status": self.status, "said": self.code, "ask": ask}
        return DeliveryError.worded(
            self.row.template, code=self.row.trouble, collector_code=self.code, **values, **asked
        )


def of_an_earlier_key(answer: Answer) -> Answer:
    """A refused key, where this device signs with another one by now: its chain ends, and what follows goes on."""
    return Answer(next(row for row in TABLE if row.code == "key_retired"), answer.code, status=answer.status)


def of_refusal(code: Closing, *, earlier_key: bool) -> Answer:
    """What a collector that answered by file would have said over the network; of an `earlier_key` as above."""
    answer = read_answer(409 if code == "fork" else 403, canonical.encode({"code": code}))
    return of_an_earlier_key(answer) if answer.act is Act.CLOSE_AND_STOP and earlier_key else answer


def read_answer(status: int, body: bytes) -> Answer:
    """The first row that fits. A reply that is no JSON object has no code."""
    said = _object(body) if status not in (200, 201) else {}
    code = said.get("code")
    code = code if isinstance(code, str) and _CODE.fullmatch(code) else ""
    have_seq, have_hash = said.get("have_seq"), said.get("have_hash")
    if code == "gap" and not _is_place(have_seq, have_hash):
        code = ""
    row = next(row for row in TABLE if row.fits(status, code))
    if row.act is Act.GAP:
        assert isinstance(have_seq, int)
        assert isinstance(have_hash, str)
        return Answer(row, code, have_seq, have_hash, status)
    return Answer(row, code, status=status)


def _is_place(seq: object, sha256: object) -> bool:
    return (
        isinstance(seq, int)
        and not isinstance(seq, bool)
        and seq >= 0
        and isinstance(sha256, str)
        and _HASH.fullmatch(sha256) is not None
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = canonical.strict_loads(body)
    except CanonicalError:
        return {}
    return found if isinstance(found, dict) else {}
