"""Jobs on threads of their own, and a passphrase on its way to one of them."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.asking import PassphraseAsker, Question
from desktop.bridge.courier import Courier
from desktop.bridge.newest import Newest
from desktop.bridge.work import CalledOff, Progress, Work
from feedback_store.errors import SecretsError, StoreError
from feedback_store.secrets import open_secrets


@pytest.fixture
def courier(qapp: QApplication) -> Courier:
    return Courier(qapp)


def test_what_became_of_a_job_arrives_in_the_windows_thread(courier: Courier, qtbot: QtBot) -> None:
    work, ended = Work(courier), list[tuple[Future[str], threading.Thread]]()
    here = threading.current_thread()

    def fail() -> str:
        raise StoreError("It cannot be done.", code="no")

    def note(future: Future[str]) -> None:
        ended.append((future, threading.current_thread()))

    work.start("well", lambda: threading.current_thread().name, note)
    work.start("badly", fail, note)
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert all(thread is here for _, thread in ended)
    results = {future.exception() is None: future for future, _ in ended}
    assert results[True].result() == "well" and str(results[False].exception()) == "It cannot be done."


def test_a_job_shows_how_far_it_is_and_ends_where_it_is_called_off(
    courier: Courier, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.bridge.work.TELL_EVERY_S", 60.0)
    work, shown, ended = Work(courier), list[tuple[int, int]](), list[Future[None]]()
    go_on = threading.Event()
    progress = work.progress(lambda done, of: shown.append((done, of)))

    def count(progress: Progress) -> None:
        progress.tell(1, 100)
        progress.tell(2, 100)  # too soon to be shown
        progress.tell(100, 100)  # the end is always shown
        go_on.wait(120)
        progress.tell(100, 100)

    work.start("count", lambda: count(progress), ended.append)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown == [(1, 100), (100, 100)]
    progress.call_off()
    go_on.set()
    qtbot.waitUntil(lambda: bool(ended))
    assert isinstance(ended[0].exception(), CalledOff)


def test_closing_calls_off_and_waits_but_not_for_what_may_be_left_behind(courier: Courier) -> None:
    work = Work(courier)
    forever, left = threading.Event(), threading.Event()
    progress = work.progress(lambda _done, _of: None)

    def endless() -> None:
        while not forever.wait(0.001):
            progress.tell(0, 1)

    work.start("endless", endless, lambda _: None)
    work.start("left", left.wait, lambda _: None, left_behind=True)
    work.end()
    assert not [thread for thread in threading.enumerate() if thread.name == "endless"]
    assert [thread for thread in threading.enumerate() if thread.name == "left"]
    left.set()


def ask_on_a_thread(asker: PassphraseAsker, *, new: bool = False) -> Future[str]:
    future: Future[str] = Future()

    def run() -> None:
        try:
            future.set_result(asker.ask(new))
        except SecretsError as error:
            future.set_exception(error)

    threading.Thread(target=run).start()
    return future


def test_a_passphrase_goes_from_the_window_to_the_thread_that_waits(courier: Courier, qtbot: QtBot) -> None:
    asker, asked = PassphraseAsker(courier), list[Question]()
    asker.asked.connect(asked.append)
    future = ask_on_a_thread(asker, new=True)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].new and "correct" not in repr(asked[0])
    asked[0].give("correct horse")
    asked[0].give_up()  # as its dialog closes
    assert future.result(60) == "correct horse"


def test_giving_up_and_closing_end_the_wait_with_a_sentence(courier: Courier, qtbot: QtBot) -> None:
    asker, asked = PassphraseAsker(courier), list[Question]()
    asker.asked.connect(asked.append)
    first = ask_on_a_thread(asker)
    qtbot.waitUntil(lambda: bool(asked))
    asked[0].give_up()
    second = ask_on_a_thread(asker)
    qtbot.waitUntil(lambda: len(asked) == 2)
    asker.stop()
    third = ask_on_a_thread(asker)
    for future in (first, second, third):
        error = future.exception(5)
        assert isinstance(error, SecretsError) and error.code == "passphrase_withheld"


def test_a_wrong_passphrase_is_asked_again_with_its_sentence_and_one_given_at_start_once(
    courier: Courier, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring has no types for its backends
    try:
        open_secrets(tmp_path, passphrase=lambda _new: "right and long").set("name", b"value")
    finally:
        keyring.set_keyring(before)
    asker, asked = PassphraseAsker(courier, given="stale"), list[Question]()
    asker.asked.connect(asked.append)
    kept = open_secrets(tmp_path, passphrase=asker.ask)
    ended: list[bytes | None] = []

    def unlock() -> None:
        ended.append(kept.get("name"))

    thread = threading.Thread(target=lambda: asker.until_right(unlock))
    thread.start()
    for count, words in enumerate(("wrong", "right and long"), start=1):
        qtbot.waitUntil(lambda count=count: len(asked) == count)
        assert asked[-1].problem == "The passphrase does not open the key of this profile. Try again."
        asked[-1].give(words)
    thread.join(60)
    assert ended == [b"value"]


def test_a_given_passphrase_that_is_too_short_for_a_new_file_is_asked_for_instead(
    courier: Courier, qtbot: QtBot
) -> None:
    asker, asked = PassphraseAsker(courier, given="abc"), list[Question]()
    asker.asked.connect(asked.append)
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(asker.ask(True)))
    thread.start()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0].problem.startswith("This passphrase is too short: it needs 12 characters or more.")
    asked[0].give("four words of mine")
    thread.join(60)
    assert said == ["four words of mine"]
    assert PassphraseAsker(courier, given="abc").ask(False) == "abc", "one that was chosen before is not judged"


def test_what_is_done_at_once_takes_the_place_of_what_was_asked_before(courier: Courier, qtbot: QtBot) -> None:
    work, told, go_on, ended = Work(courier), list[Future[str]](), threading.Event(), list[int]()
    newest: Newest[str] = Newest("newest", work)

    def slow() -> str:
        go_on.wait(120)
        return "before"

    def fail() -> str:
        raise StoreError("It cannot be done.", code="no")

    newest.start(slow, told.append)
    newest.at_once(lambda: threading.current_thread().name, told.append)
    newest.at_once(fail, told.append)
    assert [told[0].result(), str(told[1].exception())] == [threading.current_thread().name, "It cannot be done."]
    go_on.set()
    work.start("after", lambda: None, lambda _done: ended.append(1))
    qtbot.waitUntil(lambda: bool(ended) and not newest._busy)
    assert len(told) == 2, "what was asked before is told no more"
    newest.start(lambda: "after", told.append)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told[2].result() == "after"
