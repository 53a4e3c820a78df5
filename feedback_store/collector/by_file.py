"""The door for what comes on a stick: whole files of batches, by the same rules as over HTTP, or nothing of a file.

A file is read twice. First every batch is examined against what is stored and against the batches before it in the
file; a hole, a foreign key or a damaged record is told then, and nothing is taken. Then each is accepted in its own
transaction, so that the server beside it goes on, and a kill leaves whole batches with their receipts: the same file
taken again gives the same receipts and goes on. Where a file tells that a key was changed, what follows is by a key
that is not known before: such a file is taken in parts, each examined before anything of it is taken. Must not know
where receipts are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from feedback_store import canonical, rubrics
from feedback_store.batches import payload
from feedback_store.batches.body import Body, read_bundle, write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.batches.receipt import Receipt, Status
from feedback_store.collector import administration
from feedback_store.collector.acceptance import Chain, accept, examine
from feedback_store.collector.key_events import take_event
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import Storage
from feedback_store.errors import BatchError, CanonicalError, NotFoundError, Phrase
from feedback_store.rubrics import Rubric

Progress = Callable[[int], None]


@dataclass(frozen=True)
class TakenFile:
    """What became of a file: its batches, how many of them were new, its records by their status, all receipts."""

    file: Path
    batches: int
    new: int
    records: dict[Status, int]
    receipts: tuple[bytes, ...]


class FileDoor:
    """Takes files for the projects of one collector."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        self._folder = folder
        self._storage = storage
        self._known: dict[str, tuple[DeviceKey, Rubric]] = {}
        with storage.reading() as view:
            self._projects = view.projects()
        if not self._projects:
            raise NotFoundError(
                "This collector has no project yet. Make one: preceptor collector init", code="no_project"
            )

    def take(self, file: Path, on_progress: Progress = lambda _taken: None) -> TakenFile:
        """Take every batch of `file`, or raise BatchError with nothing of it taken; OSError where it cannot be read.

        `on_progress` is told after each batch how many were taken.
        """
        receipts: list[bytes] = []
        new = at = 0
        while True:
            end, event = self._examine(file, at, len(receipts))
            for body in islice(read_bundle(file), at, end):
                project, address, data = self._sent(body)
                key, rubric = self._project(project)
                try:
                    accepted = accept(self._storage, key, project, rubric, address, data)
                except (BatchError, Refusal) as error:  # something changed since it was examined
                    raise _refused(file, len(receipts) + 1, error, taken=len(receipts)) from error
                receipts.append(accepted.receipt)
                new += accepted.new
                on_progress(len(receipts))
            if event is None:
                return TakenFile(file, len(receipts), new, _count(receipts), tuple(receipts))
            self._take_event(file, event, len(receipts))
            at = end + 1

    def _take_event(self, file: Path, event: Body, taken: int) -> None:
        project, address, data = self._sent(event)
        key, _rubric = self._project(project)
        try:
            take_event(self._storage, key, project, address, data)
        except (BatchError, Refusal) as error:
            raise _refused(file, taken + 1, error, taken=taken) from error

    def _examine(self, file: Path, at: int, taken: int) -> tuple[int, Body | None]:
        """Examine the batches from `at` up to the end of the file or a change of keys: where that is, and the event."""
        heads: dict[Chain, tuple[int, str]] = {}
        number, place = taken + 1, at
        try:
            for body in islice(read_bundle(file), at, None):
                if not body.lines and parse_envelope(body.envelope).payload_type == KEY_EVENT:
                    return place, body
                project, address, data = self._sent(body)
                key, rubric = self._project(project)
                try:
                    examine(self._storage, project, rubric, address, data, heads)
                except Refusal as refusal:
                    if refusal.code == "fork":
                        accept(self._storage, key, project, rubric, address, data)  # sets it aside, as over HTTP
                    raise
                number, place = number + 1, place + 1
        except (BatchError, Refusal) as error:
            raise _refused(file, number, error, taken=taken) from error
        return place, None

    def _sent(self, body: Body) -> tuple[str, str, bytes]:
        """The project that a batch is for, as far as that can be read, and what a sender would have put where."""
        data = write_body(body.envelope, body.lines)
        try:
            signed = parse_envelope(body.envelope).payload
            named = canonical.strict_loads(signed).get("aud")
        except (BatchError, CanonicalError, AttributeError):
            return self._projects[0], "", data  # the rules say what is wrong
        return (named if named in self._projects else self._projects[0]), canonical.sha256_hex(signed), data

    def _project(self, project: str) -> tuple[DeviceKey, Rubric]:
        if project not in self._known:
            with self._storage.reading() as view:
                facts = view.facts(project)
            assert facts is not None
            rubric = rubrics.parse(canonical.encode(canonical.strict_loads(facts)["rubric"]))
            self._known[project] = (administration.read_key(self._folder, project), rubric)
        return self._known[project]


def _count(receipts: list[bytes]) -> dict[Status, int]:
    def items() -> Iterator[Status]:
        for envelope in receipts:
            yield from (item.status for item in payload.parse(parse_envelope(envelope).payload, Receipt).items)

    return dict(Counter(items()))


def _refused(file: Path, number: int, error: BatchError | Refusal, *, taken: int = 0) -> BatchError:
    """One sentence: which batch, what is wrong with it, and that nothing of the file was taken, or how much."""
    code = error.code
    rule = error.values.get("rule", 0)
    why: object = error
    if code == "gap":
        have = {"have": error.values.get("have_seq", 0)}
        why = Phrase("it does not follow batch {have}, the last one here; what lies between is missing.", have)
    elif code == "fork":
        why = Phrase("the collector holds another batch in its place, and this one was set aside.")
    ending = "Nothing of the file was taken." if not taken else f"The {taken} before it were taken."
    return BatchError.worded(
        "Batch {number} of {file} is refused by rule {rule}: {why} {ending}",
        code=code,
        rule=rule,
        number=number,
        file=file.name,
        why=why,
        ending=ending,
    )
