"""The door for what comes on a stick: whole files of batches, by the same rules as over HTTP, or nothing of a file.

A file is read twice. First every batch is examined against what is stored and against the batches before it in the
file; a hole, a foreign key or a damaged record is told then, and nothing is taken. Then each is accepted in its own
transaction, so that the server beside it goes on, and a kill leaves whole batches with their receipts: the same file
taken again gives the same receipts and goes on. Where a file tells that a key was changed, what follows is by a key
that is not known before: such a file is taken in parts, each examined before anything of it is taken. Where a chain
or a change of keys is taken no more, or what comes before a chain's first batch is missing here, a signed refusal
stands among the answers, or the device would hand over the same for ever. Before the answers stand the statements by
which the collector changed its own key: who only gets files hears of it nowhere else. Must not know where answers are
written.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from feedback_store import canonical, records, rubrics
from feedback_store.batches import payload
from feedback_store.batches.body import Body, read_bundle, write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.event_refusal import make_event_refusal, why_for_good
from feedback_store.batches.key_event import read_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.payload_types import KEY_EVENT
from feedback_store.batches.receipt import Receipt, Status
from feedback_store.batches.refusal import CLOSING, GAP, Closing, Held, make_refusal
from feedback_store.collector import administration, key_files
from feedback_store.collector.acceptance import Accepted, Chain, accept, examine
from feedback_store.collector.key_events import examine_event, take_event
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import Storage
from feedback_store.errors import BatchError, CanonicalError, NotFoundError, Phrase
from feedback_store.rubrics import Rubric

Progress = Callable[[int], None]

_PROJECT = re.compile("prj_[0-9a-f]{32}")


@dataclass(frozen=True)
class TakenFile:
    """What became of a file: its batches, how many of them were new, its records by their status, all receipts.

    A record that an earlier file or sending had stored counts as "known", as nothing was stored now.
    `statements` are those of the collector's keys; they go back to the trainer before the receipts, as `answers`.
    """

    file: Path
    batches: int
    new: int
    records: dict[Status, int]
    receipts: tuple[bytes, ...]
    statements: tuple[bytes, ...] = ()

    @property
    def answers(self) -> tuple[bytes, ...]:
        """The lines that go back to the trainer."""
        return (*self.statements, *self.receipts)


class RefusedFileError(BatchError):
    """A file that was not taken, or not to its end.

    `answers` are for the trainer: statements of the collector's keys, receipts of what was taken, refusals.
    """

    answers: tuple[bytes, ...] = ()


@dataclass
class _Examined:
    """What a look at a part of a file has found.

    Where its chains will stand, the refusal of each that is not taken, that of the change of keys after them, and what
    is wrong first, with its number.
    """

    heads: dict[Chain, tuple[int, str]] = field(default_factory=dict)
    refusals: dict[Chain, bytes] = field(default_factory=dict)
    event: list[bytes] = field(default_factory=list)
    wrong: tuple[int, BatchError | Refusal] | None = None


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
                "This collector has no project yet. Make one: preceptor collector init DIR --project NAME",
                code="no_project",
            )

    def take(self, file: Path, on_progress: Progress = lambda _taken: None) -> TakenFile:
        """Take every batch of `file`, or raise RefusedFileError, mostly with nothing of it taken; OSError where it
        cannot be read.

        `on_progress` is told after each batch how many were taken.
        """
        try:
            taken = self._take(file, on_progress)
        except RefusedFileError as error:
            error.answers = (*self._statements(error.answers), *error.answers)
            raise
        return replace(taken, statements=tuple(self._statements(taken.receipts)))

    def _statements(self, answers: Sequence[bytes]) -> list[bytes]:
        """How the keys were changed of the projects that answers are of; read after them, so that none is missing."""
        with self._storage.reading() as view:
            stated = {project: view.collector_keys(project) for project in self._projects}
        if not any(stated.values()):
            return []
        told = (canonical.strict_loads(parse_envelope(each).payload)["aud"] for each in answers)
        return [line for project in dict.fromkeys(told) for line in stated[project]]

    def _take(self, file: Path, on_progress: Progress) -> TakenFile:
        receipts: list[bytes] = []
        records: Counter[Status] = Counter()
        new = at = 0
        while True:
            end, event = self._examine(file, at, receipts)
            for body in islice(read_bundle(file), at, end):
                project, address, data = self._sent(body)
                key, rubric = self._project(project)
                try:
                    accepted = accept(self._storage, key, project, rubric, address, data)
                except (BatchError, Refusal) as error:  # something changed since it was examined
                    raise _refused(file, len(receipts) + 1, error, receipts, self._refusal(body, error)) from error
                receipts.append(accepted.receipt)
                records.update(_statuses(accepted))
                new += accepted.new
                on_progress(len(receipts))
            if event is None:
                return TakenFile(file, len(receipts), new, dict(records), tuple(receipts))
            self._take_event(file, event, receipts)
            at = end + 1

    def _take_event(self, file: Path, event: Body, receipts: list[bytes]) -> None:
        try:
            project, address, data = self._sent(event)
            key, _rubric = self._project(project)
            take_event(self._storage, key, project, address, data)
        except (BatchError, Refusal) as error:
            answers = self._event_refusal(event, error)
            raise _refused(file, len(receipts) + 1, error, receipts, answers, of_event=True) from error

    def _examine(self, file: Path, at: int, receipts: list[bytes]) -> tuple[int, Body | None]:
        """Examine the batches from `at` up to the end of the file or a change of keys: where that is, and the event."""
        found = _Examined()
        number, place = len(receipts) + 1, at
        event = None
        try:
            for body in islice(read_bundle(file), at, None):
                if not body.lines and parse_envelope(body.envelope).payload_type == KEY_EVENT:
                    event = body
                    break
                self._look_at(body, number, found)
                number, place = number + 1, place + 1
        except (BatchError, Refusal) as error:
            found.wrong = found.wrong or (number, error)
        if found.wrong is not None:
            if event is not None:
                self._look_at_event(event, found)
            number, wrong = found.wrong
            raise _refused(file, number, wrong, receipts, (*found.refusals.values(), *found.event)) from wrong
        return place, event

    def _look_at_event(self, event: Body, found: _Examined) -> None:
        """Of a file that is refused anyway: what is to be said of the change of keys, so that one way tells it."""
        try:
            project, _address, data = self._sent(event)
            key, _rubric = self._project(project)
            examine_event(self._storage, key, project, data)
        except (BatchError, Refusal) as error:
            found.event += self._event_refusal(event, error)

    def _look_at(self, body: Body, number: int, found: _Examined) -> None:
        """Examine a batch. Of a chain that is not taken the first one is noted, and the look goes on to others."""
        project, address, data = self._sent(body)
        key, rubric = self._project(project)
        if found.refusals and _chain_of(body) in found.refusals:
            return
        try:
            examine(self._storage, project, rubric, address, data, found.heads)
        except (BatchError, Refusal) as error:
            if error.code == "fork":
                with contextlib.suppress(Refusal):
                    accept(self._storage, key, project, rubric, address, data)  # sets it aside, as over HTTP
            answer = self._refusal(body, error)
            if not answer:
                raise
            found.refusals[_chain_of(body)] = answer[0]
            found.wrong = found.wrong or (number, error)

    def _refusal(self, body: Body, error: BatchError | Refusal) -> list[bytes]:
        """Only of what the chain's own key has signed: rules 1 to 6 come before those that are answered so."""
        why = _answered(error)
        if why is None:
            return []
        signed = parse_envelope(body.envelope).payload
        manifest = payload.parse(signed, Manifest)
        key, _rubric = self._project(manifest.aud)
        return [make_refusal(key, manifest, canonical.sha256_hex(signed), why, records.now())]

    def _event_refusal(self, body: Body, error: BatchError | Refusal) -> list[bytes]:
        """Only of an event that no other copy of the file would bring: see `why_for_good`."""
        code = why_for_good(body.envelope, error.code)
        if code is None:
            return []
        signed = parse_envelope(body.envelope).payload
        event, _new_key = read_event(signed)
        key, _rubric = self._project(event.aud)
        return [make_event_refusal(key, event, canonical.sha256_hex(signed), code, records.now())]

    def _sent(self, body: Body) -> tuple[str, str, bytes]:
        """The project that a batch is for, as far as that can be read, and what a sender would have put where.

        BatchError for a project that is none of this collector's, before its keys are missed here.
        """
        data = write_body(body.envelope, body.lines)
        try:
            signed = parse_envelope(body.envelope).payload
            named = canonical.strict_loads(signed).get("aud")
        except (BatchError, CanonicalError, AttributeError):
            return self._projects[0], "", data  # the rules say what is wrong
        if isinstance(named, str) and _PROJECT.fullmatch(named) and named not in self._projects:
            raise _elsewhere(named, self._projects)
        return (named if named in self._projects else self._projects[0]), canonical.sha256_hex(signed), data

    def _project(self, project: str) -> tuple[DeviceKey, Rubric]:
        if project not in self._known:
            with self._storage.reading() as view:
                facts = view.facts(project)
            assert facts is not None
            key_files.check_published(
                self._folder, project, partial(administration.published_key, self._storage, project)
            )
            rubric = rubrics.parse(canonical.encode(canonical.strict_loads(facts)["rubric"]))
            self._known[project] = (administration.read_key(self._folder, project), rubric)
        return self._known[project]


def _statuses(accepted: Accepted) -> Iterator[Status]:
    """Those of a batch's records, as this file brought them: what an earlier one had stored was here before."""
    for item in payload.parse(parse_envelope(accepted.receipt).payload, Receipt).items:
        yield "known" if item.status == "stored" and not accepted.new else item.status


def _elsewhere(named: str, projects: Sequence[str]) -> BatchError:
    return BatchError.worded(
        "It is for another project, {project}, and this collector has {known}. Give the file to that project's"
        " collector.",
        code="audience",
        rule=6,
        project=named,
        known=", ".join(projects),
    )


def _chain_of(body: Body) -> Chain:
    manifest = payload.parse(parse_envelope(body.envelope).payload, Manifest)
    return manifest.aud, manifest.device, manifest.chain


def _answered(error: BatchError | Refusal) -> Closing | Held | None:
    """What a refusal says to the device; None for what the next copy of the file may do better.

    A hole within the file is the file's ("chain"); one between the file and what is here may be nobody's but ours.
    """
    if isinstance(error, Refusal) and error.code == GAP:
        return Held(int(error.values["have_seq"]), str(error.values["have_hash"]))
    return next((each for each in CLOSING if each == error.code), None)


def _refused(
    file: Path,
    number: int,
    error: BatchError | Refusal,
    receipts: list[bytes],
    refusals: Iterable[bytes] = (),
    *,
    of_event: bool = False,
) -> RefusedFileError:
    """One sentence: which batch, what is wrong with it, and that nothing of the file was taken, or how much.

    `of_event`: it is the change of keys before that batch.
    """
    code = error.code
    rule = error.values.get("rule", 0)
    why: object = error
    if code == "gap":
        have = {"have": error.values.get("have_seq", 0)}
        why = Phrase("it does not follow batch {have}, the last one here; what lies between is missing.", have)
    elif code == "key_unknown":
        why = Phrase(
            "this collector does not know its key. If it was put back from a copy, a file of everything tells it of the"
            " changes of keys since; ask the trainer for one: preceptor bundle export FILE --all. If that is refused"
            " too, the key never joined here: have its trainer join again, with a new code."
        )
    elif code == "key_other_trainer":
        why = Phrase("its new key is another trainer's.")
        rule = 8
    elif code == "fork":
        why = Phrase("the collector holds another batch in its place, and this one was set aside.")
    ending = Phrase("Nothing of the file was taken.")
    if len(receipts) == 1:
        ending = Phrase("The first one was taken, nothing after it.")
    elif receipts:
        ending = Phrase("The first {count} were taken, nothing after them.", {"count": len(receipts)})
    said = {"rule": rule, "number": number, "file": file.name, "why": why, "ending": ending}
    if of_event:
        refused = RefusedFileError.worded(
            "The change of keys before batch {number} of {file} is refused by rule {rule}: {why} {ending}",
            code=code,
            **said,
        )
    else:
        refused = RefusedFileError.worded(
            "Batch {number} of {file} is refused by rule {rule}: {why} {ending}", code=code, **said
        )
    refused.answers = (*receipts, *refusals)
    return refused
