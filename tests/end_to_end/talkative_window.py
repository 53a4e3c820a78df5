"""A day at the true window with the most talkative logging there is: joins, judges, fails to send, sends again.

    python talkative_window.py PROFILE ADDRESS

Standard input names, as JSON, what must be written down nowhere: {"code", "passphrase", "marker"}. All goes by keys.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from person import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.join_dialog import JoinDialog
from desktop.views.parts import dress
from local_models.scripted import ScriptedEngine


def main(folder: str, address: str) -> None:
    said = json.load(sys.stdin)
    logging.basicConfig(level=logging.NOTSET, format="%(name)s %(levelname)s %(message)s %(pathname)s")
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    profile = Profile.open(Path(folder))
    engine = ScriptedEngine(lambda _prompt, count: [f"{said['marker']} is the answer {n}." for n in range(count)])
    workbench = Workbench(profile, engine=engine)
    workbench.show()
    workbench.window.resize(1440, 900)
    QTest.qWaitForWindowActive(workbench.window)
    trainer = Trainer(workbench)
    join(trainer, address, said["code"], said["passphrase"])
    for number in range(2):
        judge(trainer, f"{said['marker']} asks {number}: why?", f"{said['marker']} says so.")
        send(trainer, number)
    workbench.window.close()
    profile.close()
    engine.close()
    print("done", flush=True)


def join(trainer: Trainer, address: str, code: str, passphrase: str) -> None:
    """With a code of nobody's first; the key that is made then goes under a passphrase, typed wrongly once."""
    trainer.choose_in_menu("Join a team")
    dialog = trainer.dialog("joinDialog")
    assert isinstance(dialog, JoinDialog)
    for typed in (code[::-1], code):
        for name, text in (("joinAddress", address), ("joinCode", typed)):
            trainer.go_to(name)
            trainer.replace_text(text)
        trainer.press(Qt.Key.Key_Return)
        if typed != code:
            trainer.until(lambda: "does not know this code" in dialog.code.problem, "it is refused")
    trainer.accept_terms()
    trainer.dialog("passphraseDialog")
    for again in (passphrase[::-1], passphrase):
        trainer.replace_text(passphrase)
        trainer.press(Qt.Key.Key_Tab)
        trainer.replace_text(again)
        trainer.press(Qt.Key.Key_Return)
        if again != passphrase:
            trainer.press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    trainer.comes_to("joinDialogMain", 30)
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    trainer.until(lambda: trainer.workbench.rooms.project.name == "Team", "it is judged in now")


def judge(trainer: Trainer, prompt: str, why: str) -> None:
    person: Person = trainer
    session, bench = trainer.workbench.session, trainer.workbench.bench
    trainer.control(Qt.Key.Key_1)
    trainer.until(lambda: trainer.focus is bench.prompt.text, "the prompt is asked for")
    trainer.replace_text(prompt)
    person.control(Qt.Key.Key_Return)
    person.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    if person.focus is bench.prompt.text:
        person.press(Qt.Key.Key_Escape)
    person.type("v")
    person.control(Qt.Key.Key_A)
    person.type("b>a=c>d")
    person.press(Qt.Key.Key_Return)
    person.type("1")
    person.press(Qt.Key.Key_Return)
    while any(notice.place == "ratings" for notice in session.missing):
        person.type("3")
    person.press(Qt.Key.Key_Escape)
    while person.focus is not bench.panel.why:
        person.press(Qt.Key.Key_F6)
    person.type(why)
    person.press(Qt.Key.Key_Escape)
    before = session.saved
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not before, "it is saved")


def send(trainer: Trainer, number: int) -> None:
    """The first try fails on the line and is told of; the second arrives."""
    workbench = trainer.workbench
    outbox, project = workbench.outbox, workbench.rooms.project.id
    store = workbench._profile.store
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: store.outbox.count_unsent(project, ("saved",)) == 1, "it is listed")
    trainer.comes_to("toSend")
    trainer.until(outbox.leaving.release.isEnabled, "it was looked at")
    trainer.press(Qt.Key.Key_Space)
    trainer.until(outbox.send.isEnabled, "it is released")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: outbox.message.message is not None, "the window says that it failed")
    assert len(store.outbox.receipts(project)) == number
    trainer.until(outbox.send.isEnabled, "it can be sent again")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: len(store.outbox.receipts(project)) == number + 1, "it has arrived")


if __name__ == "__main__":
    main(*sys.argv[1:])
