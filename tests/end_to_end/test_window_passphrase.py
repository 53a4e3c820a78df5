"""Where there is no keyring the window asks for a passphrase; without it nothing is signed and nothing is lost."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from running_collector import Team, running
from trainer import OpenWindow, Trainer, words_of

from desktop.app import Workbench
from desktop.bridge.asking import Question
from desktop.browser.channel.errors import ChannelError
from desktop.browser.desk import LockedOut
from desktop.profile import Profile
from desktop.views.passphrase_dialog import PassphraseDialog
from feedback_store.batches.keys import fingerprint_of
from feedback_store.known_keys import JOINED
from feedback_store.secrets import FILE

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

PASSPHRASE = "correct horse"


def joined(folder: Path, team: Team, address: str) -> None:
    """A profile that has joined, with a judgement that is released; its keys are under the passphrase."""
    profile = Profile.open(folder, passphrase=lambda _new: PASSPHRASE)
    project = profile.collectors.join(address, team.invite()).project
    profile.store.projects.use(project.id).result()
    made = judgement("a>b", project=project.id, trainer=profile.trainer)
    profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
    profile.close()


def released(workbench: Workbench) -> int:
    return len(workbench._profile.store.outbox.to_send(workbench.rooms.project.id, ("released",)))


def local_judgement(workbench: Workbench) -> None:
    profile, project = workbench._profile, workbench.rooms.project
    made = judgement("a>b", project=project.id, trainer=profile.trainer)
    profile.store.outbox.release([profile.store.records.save(made).result().id]).result()


def open_question() -> weakref.ref[Question]:
    """The question that waits for its answer."""
    (found,) = [each for each in gc.get_objects() if isinstance(each, Question) and not each.answer.done()]
    return weakref.ref(found)


def gone(reference: weakref.ref[Question]) -> bool:
    gc.collect()
    return reference() is None


def test_a_new_passphrase_is_typed_twice_and_never_kept_in_the_window(tmp_path: Path, open_window: OpenWindow) -> None:
    workbench = open_window(size=(1024, 640))
    trainer, file = Trainer(workbench), tmp_path / "deliveries.preceptor"
    local_judgement(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: workbench.outbox.sent.save.isEnabled(), "there is something to save")
    trainer.push("saveFile")
    trainer.dialog("saveFileDialog")
    trainer.replace_text(str(file))
    trainer.press(Qt.Key.Key_Return)
    dialog = trainer.dialog("passphraseDialog")
    assert isinstance(dialog, PassphraseDialog) and dialog.second is not None
    assert "Nobody can recover it" in " ".join(label.text() for label in dialog.findChildren(type(dialog._words)))
    assert all(edit.echoMode() == QLineEdit.EchoMode.Password for edit in dialog.findChildren(QLineEdit))
    trainer.press(Qt.Key.Key_Return)
    assert dialog.first.problem == "An empty passphrase protects nothing. Choose one."
    trainer.type("abc")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.first.problem.startswith("This passphrase is too short: it needs 12 characters or more.")
    least = dialog.findChild(QLabel, "passphraseLeast")
    assert isinstance(least, QLabel) and least.isHidden(), "it is said once"
    trainer.replace_text(PASSPHRASE)
    trainer.press(Qt.Key.Key_Tab)
    trainer.type("correct house")
    trainer.press(Qt.Key.Key_Return)
    assert dialog.second.problem == "The two are not the same. Type it once more."
    trainer.replace_text(PASSPHRASE)
    edits, question = dialog.findChildren(QLineEdit), open_question()
    trainer.press(Qt.Key.Key_Return)
    assert [edit.text() for edit in edits] == ["", ""]
    trainer.until(file.exists, "the file is written")
    trainer.alone()
    trainer.until(lambda: gone(question), "the question is gone, and its answer with it")
    assert PASSPHRASE.encode() not in b"".join(p.read_bytes() for p in (tmp_path / "profile").rglob("*") if p.is_file())

    # The same key opens with the same words, and with no others.
    again = Profile.open(tmp_path / "profile", readonly=True, passphrase=lambda _new: PASSPHRASE)
    assert again.device_key(again.project).key_id == workbench._profile.device_key(again.project).key_id
    again.close()


def test_a_wrong_passphrase_is_said_and_asked_again_until_the_delivery_arrives(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        workbench = open_window()  # sees to it that no keyring is used
        workbench.window.close()
        workbench._profile.close()
        joined(tmp_path / "profile", team, collector.address)
        workbench = open_window()
        trainer = Trainer(workbench)
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        for words in ("wrong", "Correct horse"):
            dialog = trainer.dialog("passphraseDialog")
            assert isinstance(dialog, PassphraseDialog) and dialog.second is None
            trainer.type(words)
            trainer.press(Qt.Key.Key_Return)
            trainer.until(lambda dialog=dialog: another_asks(dialog), "it is asked again")  # type: ignore[misc]
            said = words_of(trainer.dialog("passphraseDialog"), "passphraseProblem")
            assert said == "The passphrase does not open the key of this profile. Try again."
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: workbench.outbox.message.message is not None, "sending has ended")
        assert workbench.outbox.message.accessibleName() == "1 delivery arrived."
        trainer.alone()

        # Once opened it is not asked for again.
        local_judgement(workbench)
        trainer.until(lambda: workbench.outbox.send.isEnabled(), "there is something to send")
        trainer.control(Qt.Key.Key_Return)
        project = workbench.rooms.project.id
        store = workbench._profile.store
        trainer.until(lambda: len(store.outbox.receipts(project)) == 2, "the second has arrived")


@pytest.mark.long
def test_what_an_earlier_window_could_not_send_says_that_it_waits_for_the_passphrase_and_goes_with_it(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    team = Team.made(tmp_path / "collector")
    workbench = open_window()  # sees to it that no keyring is used
    workbench.window.close()
    workbench._profile.close()
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address)
    trainer = Trainer(open_window(passphrase=PASSPHRASE))
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: trainer.workbench.outbox.send.isEnabled(), "something can be sent")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: trainer.workbench.outbox.message.message is not None, "sending has ended")
    trainer.until(lambda: trainer.workbench.window._outbox.text() == "1 on the way", "the head says so")
    trainer.workbench.window.close()
    trainer.workbench._profile.close()
    with running(team.folder, port=int(collector.address.rpartition(":")[2])):
        trainer = Trainer(open_window())
        workbench, bar = trainer.workbench, trainer.workbench.shown.bar
        trainer.until(lambda: bar.message is not None, "it is said where the window opens")
        assert bar.message is not None and bar.message.text == "A delivery waits for your passphrase."
        assert QApplication.activeModalWidget() is None
        (way,) = [each for each in bar.findChildren(QPushButton) if each.text() == "Unlock …"]
        way.click()
        assert isinstance(trainer.dialog("passphraseDialog"), PassphraseDialog)
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Return)
        outbox, project = workbench._profile.store.outbox, workbench.rooms.project.id
        trainer.until(lambda: [each.state for each in outbox.batches(project)] == ["delivered"], "it has arrived")
        trainer.until(lambda: workbench.window._outbox.text() == "Nothing to send", "the head says so")


@pytest.mark.long
def test_connecting_a_browser_says_why_it_asks_for_a_passphrase_new_or_chosen_before(open_window: OpenWindow) -> None:
    """It spoke of deliveries and model servers to somebody who had chosen to connect a browser."""
    workbench = open_window()
    trainer = Trainer(workbench)
    workbench.browsing.connect_one()
    dialog = trainer.dialog("passphraseDialog")
    assert isinstance(dialog, PassphraseDialog) and dialog.second is not None
    reason = "A browser is let in by a key that only this profile has. It is kept with your other keys."
    assert words_of(dialog, "passphraseReason") == reason
    trainer.type(PASSPHRASE)
    trainer.press(Qt.Key.Key_Tab)
    trainer.type(PASSPHRASE)
    trainer.press(Qt.Key.Key_Return)
    trainer.dialog("connectDialog")
    trainer.press(Qt.Key.Key_Escape)
    workbench.window.close()
    workbench._profile.close()

    workbench = open_window()
    trainer = Trainer(workbench)
    workbench.browsing.connect_one()
    for words in ("wrong", PASSPHRASE):
        dialog = trainer.dialog("passphraseDialog")
        assert isinstance(dialog, PassphraseDialog) and dialog.second is None
        assert words_of(dialog, "passphraseReason") == reason
        trainer.type(words)
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda dialog=dialog: QApplication.activeModalWidget() is not dialog, "it is answered")  # type: ignore[misc]
    trainer.dialog("connectDialog")
    trainer.press(Qt.Key.Key_Escape)


@pytest.mark.long
def test_what_has_nothing_to_do_with_browsers_asks_without_a_word_of_them(open_window: OpenWindow) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    local_judgement(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: workbench.outbox.sent.save.isEnabled(), "there is something to save")
    trainer.push("saveFile")
    trainer.dialog("saveFileDialog")
    trainer.press(Qt.Key.Key_Return)
    assert trainer.dialog("passphraseDialog").findChild(QLabel, "passphraseReason") is None
    trainer.press(Qt.Key.Key_Escape)


def another_asks(dialog: PassphraseDialog) -> bool:
    modal = QApplication.activeModalWidget()
    return isinstance(modal, PassphraseDialog) and modal is not dialog


def test_who_does_not_say_it_sends_nothing_and_loses_nothing(tmp_path: Path, open_window: OpenWindow) -> None:
    team = Team.made(tmp_path / "collector")
    workbench = open_window(passphrase="")
    workbench.window.close()
    workbench._profile.close()
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address)
    kept = (tmp_path / "profile" / FILE).read_bytes()
    workbench = open_window()
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.control(Qt.Key.Key_Return)
    trainer.dialog("passphraseDialog")
    assert not workbench.outbox.send.isEnabled()
    trainer.type("half")
    trainer.press(Qt.Key.Key_Escape)
    trainer.until(lambda: workbench.outbox.message.message is not None, "the window says so")
    assert "Without the passphrase your keys cannot be used" in workbench.outbox.message.accessibleName()
    assert released(workbench) == 1 and workbench._profile.store.outbox.batches(workbench.rooms.project.id) == []
    assert (tmp_path / "profile" / FILE).read_bytes() == kept
    assert workbench.outbox.send.isEnabled(), "and it can be tried again"


@pytest.mark.long
def test_a_key_that_is_gone_is_said_before_a_passphrase_is_chosen_for_another(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    """It was worded as for a first time, and a new key had signed before she was told that one was missing."""
    team = Team.made(tmp_path / "collector")
    workbench = open_window(passphrase="")
    workbench.window.close()
    workbench._profile.close()
    with running(team.folder) as collector:
        joined(tmp_path / "profile", team, collector.address)
        (tmp_path / "profile" / FILE).rename(tmp_path / "moved.json")
        workbench = open_window()
        device = workbench._profile.store.settings.get(JOINED)[workbench.rooms.project.id][0]
        trainer, message = Trainer(workbench), workbench.outbox.message
        trainer.control(Qt.Key.Key_4)
        trainer.control(Qt.Key.Key_Return)
        trainer.dialog("passphraseDialog")
        assert words_of(trainer.dialog("passphraseDialog"), "passphraseReason").startswith("A key is missing")
        trainer.press(Qt.Key.Key_Escape)
        trainer.until(lambda: message.message is not None, "the window says so")
        assert released(workbench) == 1 and not (tmp_path / "profile" / FILE).exists()
        message.clear()
        trainer.control(Qt.Key.Key_Return)
        trainer.dialog("passphraseDialog")
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Tab)
        trainer.type(PASSPHRASE)
        trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda: message.message is not None, "sending has ended")
        assert f"lost key {fingerprint_of(device)})" in message.accessibleName(), "it had delivered nothing yet"


@pytest.mark.long
def test_a_window_that_is_closed_while_it_asks_ends_and_keeps_everything(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = open_window()
    trainer = Trainer(workbench)
    local_judgement(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: workbench.outbox.sent.save.isEnabled(), "there is something to save")
    trainer.push("saveFile")
    trainer.dialog("saveFileDialog")
    trainer.replace_text(str(tmp_path / "never.preceptor"))
    trainer.press(Qt.Key.Key_Return)
    trainer.dialog("passphraseDialog")
    again = open_window()
    assert released(again) == 1 and not (tmp_path / "never.preceptor").exists()


@pytest.mark.long
def test_one_given_at_start_is_taken_and_a_wrong_one_is_asked_for(tmp_path: Path, open_window: OpenWindow) -> None:
    file = tmp_path / "all.preceptor"
    sizes = [0]
    for given in (PASSPHRASE, PASSPHRASE, "stale"):
        workbench = open_window(passphrase=given)
        trainer = Trainer(workbench)
        local_judgement(workbench)
        trainer.control(Qt.Key.Key_4)
        workbench.errands._save(workbench.rooms.project, file)
        if given == "stale":
            trainer.dialog("passphraseDialog")
            trainer.type(PASSPHRASE)
            trainer.press(Qt.Key.Key_Return)
        trainer.until(lambda outbox=workbench.outbox: outbox.message.message is not None, "it is said")  # type: ignore[misc]
        sizes.append(file.stat().st_size)
        assert released(workbench) == 0
    assert sizes == sorted(set(sizes)), "each file holds one delivery more"


def test_a_browser_that_comes_while_the_keys_are_locked_opens_no_dialog_and_is_told_by_name(
    open_window: OpenWindow,
) -> None:
    """It was: the question opened by itself while somebody pressed keys, and the next Enter or Alt+F4 met it."""
    workbench = with_a_connected_browser(open_window)
    trainer, bar = Trainer(workbench), workbench.bench.message
    workbench.browsing._on_locked_out(LockedOut("Chromium"))
    assert QApplication.activeModalWidget() is None
    assert bar.message is not None and bar.accessibleName().startswith("Chromium waits for your passphrase")
    with pytest.raises(ChannelError) as refused:
        workbench.browsing._channel_key()
    assert refused.value.code == "passphrase"

    # Cancelled it stays away, however often the browser comes, and that is no error.
    bar.take_way()
    reason = words_of(trainer.dialog("passphraseDialog"), "passphraseReason")
    assert reason.startswith("Chromium waits to be let in"), "it names the one that the line named"
    trainer.press(Qt.Key.Key_Return)
    assert words_of(trainer.dialog("passphraseDialog"), "passphraseProblem") == (
        "Type the passphrase that you chose for your keys."
    )
    trainer.press(Qt.Key.Key_Escape)
    trainer.until(lambda: bar.message is not None, "it is said that nothing was done")
    assert bar.message is not None and bar.message.kind == "notice"
    said = bar.message
    workbench.browsing._on_locked_out(LockedOut("Chromium"))
    assert bar.message is said and QApplication.activeModalWidget() is None

    # It goes with its cause.
    workbench.browsing.connect_one()
    reason = words_of(trainer.dialog("passphraseDialog"), "passphraseReason")
    assert reason.startswith("A browser is let in"), "another one may be connected"
    trainer.type(PASSPHRASE)
    trainer.press(Qt.Key.Key_Return)
    trainer.dialog("connectDialog")
    trainer.until(lambda: bar.message is not said, "what was said of the cancel is gone")
    trainer.press(Qt.Key.Key_Escape)


@pytest.mark.long
def test_what_is_said_of_a_browser_that_waits_goes_once_the_keys_are_open_whatever_for(
    tmp_path: Path, open_window: OpenWindow
) -> None:
    workbench = with_a_connected_browser(open_window)
    trainer, bar = Trainer(workbench), workbench.bench.message
    local_judgement(workbench)
    workbench.browsing._on_locked_out(LockedOut("Chromium"))
    assert bar.message is not None
    workbench.errands._save(workbench.rooms.project, tmp_path / "all.preceptor")
    trainer.dialog("passphraseDialog")
    trainer.type(PASSPHRASE)
    trainer.press(Qt.Key.Key_Return)
    trainer.until(lambda: workbench.browsing._key.key is not None, "the browser's key is at hand, unasked")
    told = workbench.browsing._told
    trainer.until(lambda: bar.message is not told, "and what was said is gone")
    assert workbench.browsing._channel_key() is workbench.browsing._key.key


def with_a_connected_browser(open_window: OpenWindow) -> Workbench:
    """A window that was started again, with keys under a passphrase and a browser that was connected before."""
    workbench = open_window(passphrase=PASSPHRASE)
    trainer = Trainer(workbench)
    workbench.browsing.connect_one()
    trainer.dialog("connectDialog")
    trainer.press(Qt.Key.Key_Escape)
    workbench._profile.store.browsers.add("a" * 32, "chrome-extension://x/", b"e" * 32, b"d" * 32, "Chromium").result()
    workbench.window.close()
    workbench._profile.close()
    return open_window()
