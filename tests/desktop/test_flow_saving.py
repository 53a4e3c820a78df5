"""A judgement on its way into the store and back, beside the bench: what is saved last, and who hears of it."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import Desk

from desktop.flow import judging
from desktop.flow.draft import Draft
from desktop.flow.kept_drafts import KeptDrafts
from desktop.flow.personal import Findings
from desktop.flow.saving import Saving
from feedback_store import rubrics
from feedback_store.errors import StoreError
from feedback_store.records import new_id


class Judged:
    """A judged draft, and what is heard of its save."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.desk.generate()
        self.desk.judge()
        self.draft = self.desk.session.draft
        self.heard: list[str] = []
        self.back: list[Draft] = []
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.saving = Saving(
            self.desk.store.records,
            KeptDrafts(self.desk.store, self.desk.project.id),
            self._posted.put,
            stored=lambda: self.heard.append("stored"),
            back=self.back.append,
            failed=lambda error: self.heard.append(str(error)),
        )

    def begin(self, draft: Draft) -> None:
        session = self.desk.session
        self.saving.save(draft, session.frame, session.rubric, Findings())

    def hear(self) -> None:
        self._posted.get(timeout=180)()

    def count(self) -> int:
        return self.desk.store.records.count(self.desk.project.id)

    def save(self) -> None:
        self.begin(self.draft)
        self.hear()


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Judged]:
    made = Judged(tmp_path)
    yield made
    made.desk.close()


def test_a_judgement_is_under_way_until_it_is_stored_and_then_the_last_one(judged: Judged) -> None:
    judged.begin(judged.draft)
    assert judged.saving.under_way and judged.saving.last is None and judged.saving.withdraw() is None
    judged.hear()
    assert not judged.saving.under_way and judged.heard == ["stored"]
    last = judged.saving.last
    assert last is not None and last.draft == judged.draft
    assert judged.desk.store.records.newest(last.stored.id) == last.stored


def test_what_the_rubric_does_not_allow_is_refused_before_anything_is_begun(judged: Judged) -> None:
    with pytest.raises(StoreError, match="This judgement was made with"):
        judged.saving.save(judged.draft, judged.desk.session.frame, rubrics.load("arena"), Findings())
    assert not judged.saving.under_way and judged.count() == 0


def test_a_judgement_that_cannot_be_stored_is_heard_of_and_nothing_is_under_way(judged: Judged) -> None:
    judged.save()
    before = judged.saving.last
    judged.desk.store._database.write(lambda c: c.execute("PRAGMA max_page_count = 1")).result()
    other = msgspec.structs.replace(judged.draft, id=new_id(), comparison=new_id())
    judged.begin(judging.justify(other, "Because of this. " * 10_000))
    judged.hear()
    assert judged.heard[0] == "stored" and judged.heard[1].startswith("The disk is full.")
    assert not judged.saving.under_way and judged.saving.last is before and judged.count() == 1


def test_the_judgement_saved_last_is_withdrawn_once_and_its_draft_comes_back(judged: Judged) -> None:
    assert judged.saving.withdraw() is None
    judged.save()
    assert judged.saving.last is not None
    record = judged.saving.last.stored
    assert judged.saving.withdraw() is not None and judged.saving.last is None and judged.saving.withdraw() is None
    judged.hear()
    (back,) = judged.back
    assert back.supersedes is not None and (back.supersedes.id, back.supersedes.rev) == (record.id, record.rev + 1)
    assert back.order == judged.draft.order and judged.heard == ["stored"]


def test_a_judgement_that_cannot_be_withdrawn_stays_the_last_one(judged: Judged) -> None:
    judged.save()
    last = judged.saving.last
    assert last is not None
    judged.desk.store.records.withdraw(last.stored.id, "mistake").result()
    assert judged.saving.withdraw() is not None
    judged.hear()
    assert judged.saving.last is last and not judged.back and len(judged.heard) == 2, judged.heard


def test_only_the_judgement_that_is_named_is_forgotten(judged: Judged) -> None:
    judged.save()
    last = judged.saving.last
    assert last is not None
    judged.saving.forget("another")
    assert judged.saving.last is last
    judged.saving.forget(last.stored.id)
    assert judged.saving.last is None and judged.saving.withdraw() is None and judged.count() == 1
