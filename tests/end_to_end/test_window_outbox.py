"""The outbox by keys: every place is looked at before its record can leave, in the true window."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_judgements import candidate, judgement
from outbox_room import MAIL, PHONE, arrive, said, save, standings
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import OpenWindow, ShowWindow, Trainer, words_of

from desktop.app import Workbench
from desktop.flow import leaving
from desktop.profile import Profile, sealed_folder
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.batches.seal import SealedBatch
from feedback_store.records import Judgement

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def rows(workbench: Workbench) -> list[tuple[str, str]]:
    return [(row.quote, row.decided) for row in workbench.outbox.leaving.personal.list.rows]


def marked(workbench: Workbench) -> list[str]:
    text = workbench.outbox.leaving.text
    return [text.text()[place.start : place.end] for place in text.found]


def test_a_record_with_places_waits_until_each_is_decided_by_one_key(
    show_window: ShowWindow, profile: Profile, tmp_path: Path
) -> None:
    record = save(profile, f"Whom do I call? Xaver has {PHONE}.", f"Write to {MAIL}, not {PHONE}.")
    trainer = arrive(show_window, 1)
    workbench = trainer.workbench
    assert workbench.window._outbox.accessibleName() == "1 kept here"
    assert workbench.outbox.list.accessibleName() == "Not sent"
    assert standings(workbench) == ["2 places to look at"]
    assert sorted(marked(workbench)) == [PHONE, PHONE, MAIL]
    trainer.press(Qt.Key.Key_Space)
    assert f"Not released: {PHONE}, {MAIL} are to be looked at first." in said(workbench)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: standings(workbench) == ["1 place to look at"], "the number is blacked out")
    assert rows(workbench) == [(MAIL, ""), ("■", "2 places blacked out")]
    assert PHONE not in workbench.outbox.leaving.text.text()
    trainer.press(Qt.Key.Key_Home)
    trainer.type("k")
    trainer.until(lambda: standings(workbench) == ["Not released"], "the address may stay")
    trainer.comes_to("toSend")
    assert rows(workbench)[0] == (MAIL, "kept") and marked(workbench) == []
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: standings(workbench) == ["Released"], "it is released")
    newest = profile.store.records.newest(record.id)
    assert newest is not None and newest.rev == 2 and isinstance(newest.record, Judgement)
    assert newest.record.redactions is not None
    assert [each.state for each in profile.store.records.history(record.id)] == ["erased", "released"]
    data = b"".join(file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file())
    assert PHONE.encode() not in data and MAIL.encode() in data


def test_each_act_is_undone_by_ctrl_z_the_last_one_first(show_window: ShowWindow, profile: Profile) -> None:
    record = save(profile, f"Call {PHONE}, {MAIL}.")
    trainer = arrive(show_window, 1)
    workbench = trainer.workbench
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: rows(workbench)[0] == (MAIL, ""), "the number is gone")
    trainer.press(Qt.Key.Key_Home)
    trainer.type("k")
    trainer.until(lambda: standings(workbench) == ["Not released"], "the address may stay")
    trainer.comes_to("toSend")
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: standings(workbench) == ["Released"], "it is released")
    trainer.type("h")
    trainer.until(lambda: standings(workbench) == ["Held back"], "it is held back")
    for expected in (["Released"], ["Not released"], ["1 place to look at"]):
        trainer.control(Qt.Key.Key_Z)
        trainer.until(lambda expected=expected: standings(workbench) == expected, f"{expected} again")
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: standings(workbench) == ["2 places to look at"], "the number is back")
    newest = profile.store.records.newest(record.id)
    assert newest is not None and newest.rev == 3 and newest.title == f"Call {PHONE}, {MAIL}."
    trainer.control(Qt.Key.Key_Z)
    trainer.until(lambda: said(workbench) == "There is nothing to undo here.", "that was all")


def test_one_key_goes_from_record_to_record_that_is_to_be_looked_at_and_each_stays_in_its_place(
    show_window: ShowWindow, profile: Profile
) -> None:
    for ask in (f"Call {PHONE}.", "Why?", f"Write to {MAIL}.", "How?"):
        save(profile, ask)
    trainer = arrive(show_window, 4)
    workbench = trainer.workbench
    trainer.type("n")
    assert workbench.outbox.list.currentIndex().row() == 2
    trainer.press(Qt.Key.Key_Return)
    trainer.type("r")
    trainer.until(lambda: standings(workbench)[2] == "Not released", "the address is gone, where it stood")
    trainer.comes_to("toSend")
    trainer.type("n")
    assert workbench.outbox.list.currentIndex().row() == 0
    trainer.press(Qt.Key.Key_Return)
    trainer.type("k")
    trainer.until(lambda: standings(workbench) == ["Not released"] * 4, "nothing is left")
    trainer.comes_to("toSend")
    trainer.type("n")
    assert said(workbench) == "In none of these records is anything to be decided."


def test_what_is_looked_for_is_said_once_and_of_a_record_without_a_find_nothing(
    show_window: ShowWindow, profile: Profile
) -> None:
    """“No numbers or addresses found” was read out on every record."""
    save(profile, "What has Xaver?", "A cold.")
    save(profile, "And Jane?", f"Ask {MAIL}.")
    outbox = arrive(show_window, 2).workbench.outbox
    found = outbox.leaving.personal
    outbox.list.setCurrentIndex(outbox.model.index(0))
    assert not found.isVisible()
    assert outbox.list.accessibleDescription() == words_of(outbox, "lookedFor") == leaving.looked_for()
    outbox.list.setCurrentIndex(outbox.model.index(1))
    assert found.isVisible() and found.list.isVisible()
    assert words_of(outbox, "personalWarning").startswith("1 place to look at.")
    assert words_of(outbox, "personalQuiet") == "Names are not found: read the texts for them."


def test_a_name_that_no_pattern_finds_is_selected_and_blacked_out(
    show_window: ShowWindow, profile: Profile, tmp_path: Path
) -> None:
    save(profile, "What has Xaver?", "Xaver has a cold.")
    trainer = arrive(show_window, 1)
    workbench = trainer.workbench
    text = workbench.outbox.leaving.text
    assert "Names are not" in words_of(workbench.outbox, "lookedFor")
    trainer.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is text
    at = text.text().index("Xaver")
    text.select(at, at + len("Xaver"))
    trainer.control(Qt.Key.Key_D)
    trainer.choose_entry("Name")
    trainer.until(lambda: "Xaver" not in text.text(), "the name is gone")
    trainer.until(lambda: ("■", "2 places blacked out") in rows(workbench), "the list says what was done")
    data = b"".join(file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file())
    assert b"Xaver" not in data


def test_words_that_are_blacked_out_here_go_from_the_bench_which_saves_the_version_after(
    show_window: ShowWindow, profile: Profile
) -> None:
    record = save(profile, f"Call {PHONE}.")
    trainer = arrive(show_window, 1)
    workbench, session = trainer.workbench, trainer.workbench.session
    session.open(record)
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("personal")
    trainer.type("r")
    trainer.until(lambda: standings(workbench) == ["Not released"], "the number is gone")
    assert session.draft.prompt.text == "Call [phone]."
    trainer.until(lambda: session.draft.supersedes is not None and session.draft.supersedes.rev == 2, "it follows")
    session.history.clear()
    assert session.draft.supersedes is not None and PHONE.encode() not in session.draft.supersedes.record


def test_what_another_trainer_judged_is_not_in_the_list_at_all(show_window: ShowWindow, profile: Profile) -> None:
    save(profile, "Why?", trainer="trn_" + "7" * 32)
    save(profile, "How?")
    trainer = arrive(show_window, 1)
    assert trainer.workbench.outbox.model.index(0).data() == "How?"


def test_thoughts_and_drafts_of_models_are_shown_too_since_they_leave(
    show_window: ShowWindow, profile: Profile
) -> None:
    fields = {"project": profile.project.id, "trainer": profile.trainer}
    made = judgement("a>b", candidate("a", reasoning="I remember Xaver."), candidate("b"), **fields)
    profile.store.records.save(made).result()
    trainer = arrive(show_window, 1)
    assert "I remember Xaver." in trainer.workbench.outbox.leaving.text.text()


def test_thousands_that_wait_are_listed_without_being_read(show_window: ShowWindow, profile: Profile) -> None:
    fields = {"project": profile.project.id, "trainer": profile.trainer}
    made = [judgement("a>b", ask=f"Why {number}?", **fields) for number in range(4_000)]
    profile.store.records.save_all(made).result()
    profile.store.outbox.look(profile.project.id)
    read: list[str] = []
    by_hash = profile.store.records.by_hash
    profile.store.records.by_hash = lambda sha256: read.append(sha256) or by_hash(sha256)  # type: ignore[method-assign,func-returns-value]
    trainer = arrive(show_window, 4_000)
    trainer.press(Qt.Key.Key_End)
    trainer.until(lambda: trainer.workbench.outbox.list.currentIndex().row() == 3_999, "the last one is chosen")
    assert len(set(read)) < 200


def test_a_place_is_looked_at_while_the_room_is_small(show_window: ShowWindow, profile: Profile) -> None:
    save(profile, f"Call {PHONE}.")
    trainer = arrive(show_window, 1, size=(1024, 640))
    pane = trainer.workbench.outbox.leaving
    assert pane.text.viewport().height() > 60 and pane.personal.list.isVisible() and pane.release.isVisible()


def test_a_profile_that_was_put_back_says_so_at_its_deliveries_before_and_after_the_next_one(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing waits in the chain that was left."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def seal(profile: Profile) -> SealedBatch:
        outbox = profile.store.outbox
        outbox.release([save(profile).id]).result()
        batch = outbox.seal(profile.project.id, profile.device_key(profile.project)).result()
        assert batch is not None
        return batch

    def begin(profile: Profile) -> None:
        batch = seal(profile)
        profile.store.outbox.deliver(batch, sign_envelope(RECEIPT, b"{}", [DeviceKey.generate()]), []).result()
        (sealed_folder() / batch.chain).write_text(f"2 {'a' * 64}\n")  # of which this copy knows nothing

    def states(workbench: Workbench) -> list[str]:
        trainer = Trainer(workbench)
        trainer.control(Qt.Key.Key_4)
        batches = workbench.outbox.sent.batches
        trainer.until(lambda: batches.rowCount() > 0, "they are listed")
        cells = [[batches.item(at, column) for column in (0, 3)] for at in range(batches.rowCount())]
        assert all(state and state.toolTip() == state.text() for _number, state in cells), "it may be cut"
        return [f"{number.text()} {state.text()}" for number, state in cells if number and state]

    assert states(open_window(insecure=True, begin=begin)) == ["1 Delivered"]
    to_come = (
        "1 Delivered. This profile was put back from an earlier copy; from the next one on its deliveries are numbered"
        " from 1."
    )
    assert states(open_window(insecure=True)) == [to_come]
    assert states(open_window(insecure=True, begin=lambda profile: bool(seal(profile)) and None)) == [
        "2-1 Signed. This profile was put back from an earlier copy, so its deliveries are numbered from 1 again.",
        "1 Delivered",
    ]
