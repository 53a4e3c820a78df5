"""The outbox without a window: what each act writes, what takes it back, and what is gone from the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from made_judgements import candidate, judgement

from desktop.flow.outbox_desk import OutboxDesk
from feedback_store import records
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import StoreError
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_parts import Judgement
from feedback_store.redaction import Blackout
from feedback_store.store import Store, StoredRecord

MAIL, PHONE = "jane.doe@uni-mainz.de", "+49 30 5550 142"


class Sitting:
    """A store, a desk over it, and what the drafts were told to lose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.open(folder)
        self.project = self.store.projects.create("Test").result()
        self.lost: list[tuple[str, str]] = []
        self.desk = OutboxDesk(self.store, self.project.id, self.store.app, self._lose)

    def save(self, ask: str = "Why?") -> StoredRecord:
        made = judgement(
            "a>b", candidate("a", ask), candidate("b"), ask=ask, project=self.project.id, trainer=self.store.trainer
        )
        return self.store.records.save(made).result()

    def row(self, stored: StoredRecord) -> Unsent:
        return next(row for row in self.desk.rows() if row.id == stored.id)

    def newest(self, stored: StoredRecord) -> StoredRecord:
        found = self.store.records.newest(stored.id)
        assert found is not None
        return found

    def on_disk(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.folder.rglob("*") if file.is_file())

    def _lose(self, record: str, blackout: Blackout) -> None:
        self.lost.append((record, blackout.quote))


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    made = Sitting(tmp_path / "profile")
    yield made
    made.store.close()


def undone(sitting: Sitting) -> str:
    found = sitting.desk.undo()
    assert found is not None
    found[1].result()
    return found[0]


def test_what_is_blacked_out_is_on_no_disk_any_more_though_it_was_kept_before(sitting: Sitting) -> None:
    record = sitting.save(f"Call {PHONE} or {MAIL}.")
    for quote in (PHONE, MAIL):
        sitting.desk.keep(sitting.row(record), Place("phone", quote)).result()
    sitting.store.outbox.look(sitting.project.id)
    assert sitting.row(record).undecided == 0
    made = sitting.desk.black_out(record, PHONE, "phone").result()
    assert isinstance(made.record, Judgement)
    assert made.record.prompt.messages[0].content == f"Call [phone] or {MAIL}."
    assert made.record.redactions is not None and len(made.record.redactions) == 2
    assert [(place.quote, place.kept) for place in sitting.desk.places(made)] == [(MAIL, True)]
    assert PHONE.encode() not in sitting.on_disk() and MAIL.encode() in sitting.on_disk()
    assert sitting.lost == [(record.id, PHONE)]


def test_undo_brings_blacked_out_words_back_as_the_next_version_to_be_decided_again(sitting: Sitting) -> None:
    record = sitting.save(f"Call {PHONE}.")
    sitting.desk.black_out(record, PHONE, "phone").result()
    assert undone(sitting) == "Blacked out."
    again = sitting.newest(record)
    assert again.rev == 3 and isinstance(again.record, Judgement) and again.record.redactions is None
    assert [place.quote for place in sitting.desk.places(again) if not place.kept] == [PHONE]


def save_next(sitting: Sitting, before: StoredRecord) -> None:
    """The next version of a judgement."""
    assert isinstance(before.record, Judgement)
    changed = {"rev": before.record.rev + 1, "supersedes": before.sha256, "nonce": records.new_nonce()}
    later = msgspec.structs.replace(before.record, **changed, justification="Because.")
    sitting.store.records.save(later).result()


def test_undo_never_writes_over_a_version_that_was_made_since(sitting: Sitting) -> None:
    record = sitting.save(f"Call {PHONE}.")
    made = sitting.desk.black_out(record, PHONE, "phone").result()
    assert isinstance(made.record, Judgement)
    save_next(sitting, made)
    found = sitting.desk.undo()
    assert found is not None
    with pytest.raises(StoreError):
        found[1].result()
    assert sitting.newest(record).rev == 3


@pytest.mark.parametrize("act", ["take_back", "hold"])
def test_undo_releases_no_version_that_was_made_since(sitting: Sitting, act: str) -> None:
    record = sitting.save()
    sitting.desk.release(sitting.row(record)).result()
    getattr(sitting.desk, act)(sitting.row(record)).result()
    assert isinstance(record.record, Judgement)
    save_next(sitting, record)
    found = sitting.desk.undo()
    assert found is not None
    with pytest.raises(StoreError, match="new version was saved since"):
        found[1].result()
    assert sitting.newest(record).state == ("held" if act == "hold" else "saved")
    assert sitting.store.outbox.seal(sitting.project.id, DeviceKey.generate()).result() is None


def test_half_a_word_that_was_marked_goes_wherever_it_stands(sitting: Sitting) -> None:
    record = sitting.save("Is Xaverine well?")
    made = sitting.desk.black_out(record, "Xaver", "name").result()
    assert made.title == "Is [name]ine well?"


def test_words_that_do_not_stand_there_and_withdrawals_are_refused(sitting: Sitting) -> None:
    record = sitting.save()
    with pytest.raises(StoreError, match="do not stand"):
        sitting.desk.black_out(record, "Xaver", "name")
    withdrawn = sitting.store.records.withdraw(record.id, "mistake").result()
    with pytest.raises(StoreError, match="withdrawal"):
        sitting.desk.black_out(withdrawn, "Xaver", "name")


def test_every_act_has_its_way_back_and_the_last_one_goes_first(sitting: Sitting) -> None:
    record, other = sitting.save(), sitting.save()
    sitting.store.outbox.look(sitting.project.id)
    sitting.desk.hold(sitting.row(other)).result()
    assert sitting.desk.release_clean(sitting.desk.rows()).result() == (record.id,)
    sitting.desk.take_back(sitting.row(record)).result()
    sitting.desk.release(sitting.row(record)).result()
    sitting.desk.hold(sitting.row(record)).result()
    sitting.desk.hold(sitting.row(record)).result()
    states = []
    while sitting.desk.can_undo:
        undone(sitting)
        states.append((sitting.newest(record).state, sitting.newest(other).state))
    assert [mine for mine, _theirs in states] == ["held", "released", "saved", "released", "saved", "saved"]
    assert states[-1] == ("saved", "saved")
    assert sitting.desk.undo() is None


def test_what_was_refused_is_no_step_to_undo(sitting: Sitting) -> None:
    record = sitting.save(f"Call {PHONE}.")
    with pytest.raises(StoreError, match="personal data found"):
        sitting.desk.release(sitting.row(record)).result()
    assert not sitting.desk.can_undo


def test_once_it_is_sent_nothing_of_it_can_be_undone(sitting: Sitting) -> None:
    record = sitting.save()
    sitting.desk.release(sitting.row(record)).result()
    sitting.desk.sent()
    assert sitting.desk.undo() is None
