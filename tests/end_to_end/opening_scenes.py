"""Scenes of the menus, and of questions that only somebody with a team, a file or an export is asked."""

from __future__ import annotations

import base64
from collections.abc import Callable

import browser_scenes
import judging_scenes
import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import open_menu
from visit import Visit

from desktop.flow.models.first_model import AppWay
from desktop.flow.receipt_words import ShownReceipt
from desktop.flow.wording import gettext as _
from desktop.views.join_dialog import JoinDialog
from desktop.views.receipt_dialog import ReceiptDialog
from desktop.views.welcome_models import ModelStep
from feedback_store.project_table import CollectorAddress, Terms

Scene = Callable[[Visit], None]
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def terms(visit: Visit) -> None:
    """A team's terms, read before a judgement is released."""
    workbench, words = visit.workbench, visit.words
    said = Terms(words.tag, 2, "7" * 64, words.domain, f"{words.note}\n\n{words.guideline}")
    joined = msgspec.structs.replace(workbench.rooms.project, terms=said)
    workbench._profile.store.projects.update(joined).result()
    workbench._change(joined)
    visit.outbox()
    visit.trainer.push("readTerms")
    visit.trainer.dialog("termsDialog")


def receipt(visit: Visit) -> None:
    """What a collector has signed about a delivery."""
    facts = ((_("Delivery"), "7"), (_("Records"), visit.words.note), (_("SHA-256 of the receipt"), "7" * 64))
    dialog = ReceiptDialog(ShownReceipt(True, visit.words.trouble, facts, b"", "r.receipts"), visit.workbench.window)
    dialog.open()
    visit.trainer.dialog("receiptDialog")


def joining(visit: Visit) -> None:
    """A team's terms, before its project is joined."""
    visit.workbench.errands.projects.join()
    dialog = visit.trainer.dialog("joinDialog")
    assert isinstance(dialog, JoinDialog)
    words = visit.words
    dialog._show_terms(Terms(words.tag, 2, "7" * 64, words.domain, f"{words.note}\n\n{words.guideline}"))
    visit.trainer.comes_to("joinTerms")


def moving(visit: Visit) -> None:
    """A team's collector is asked for at another address."""
    workbench, key = visit.workbench, base64.b64encode(bytes([7]) * 32).decode("ascii")
    there = CollectorAddress("https://collector.example.org:8470", key, visit.words.project)
    workbench.moving.ask(msgspec.structs.replace(workbench.rooms.project, collector=there))
    visit.trainer.dialog("moveDialog")


def trashing(visit: Visit) -> None:
    """Before a model's file goes to the trash."""
    visit.models()
    page = visit.workbench.rooms.models
    visit.trainer.until(lambda: page.list.chosen is not None, "a model is chosen")
    page._do("trash")
    visit.trainer.dialog("confirmModel")


def replacing(visit: Visit) -> None:
    """Before an export takes the place of an earlier one."""
    visit.save()
    workbench, trainer = visit.workbench, visit.trainer
    for _export in range(2):
        workbench.errands.export(workbench.rooms.project)
        trainer.dialog("exportDialog")
        trainer.go_to("exportFolder")
        trainer.replace_text(str(workbench._profile.folder.parent / "1"))
        trainer.press(Qt.Key.Key_Return)
        if _export == 0:
            trainer.comes_to("exportDialogMain", 10)
            trainer.press(Qt.Key.Key_Return)
            trainer.alone()
    trainer.dialog("confirmReplace")


def _answer(visit: Visit) -> None:
    visit.ask()
    visit.workbench.bench.answers.cards[0]._more.click()


def _own_answer(visit: Visit) -> None:
    visit.open_keys("w")
    visit.trainer.type("1.")
    card = next(card for card in visit.workbench.bench.answers.cards if card.own.isVisible())
    card._more.click()


def _verdict(visit: Visit) -> None:
    """In a narrow window the three verdicts are in a menu."""
    visit.ask()
    visit.workbench.window.resize(1024, 640)
    more = visit.workbench.bench.verdict.more
    visit.trainer.until(more.isVisible, "the verdicts have moved into a menu")
    more.click()


def _rating(visit: Visit) -> None:
    judging_scenes.rating(visit)
    visit.trainer.press(Qt.Key.Key_Space)


def _question(visit: Visit) -> None:
    judging_scenes.judged_by("dices_bias")(visit)
    visit.trainer.press(Qt.Key.Key_Space)


def _filter(visit: Visit) -> None:
    visit.records()
    visit.trainer.press(Qt.Key.Key_F, CONTROL_SHIFT)


def _values(visit: Visit) -> None:
    """What there is of one kind to filter by."""
    _filter(visit)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(open_menu(), key)


def _record(visit: Visit) -> None:
    visit.records()
    visit.workbench.records.reader.more.click()


def _kind(visit: Visit) -> None:
    """What words that were marked are."""
    visit.ask()
    visit.select()
    visit.trainer.type("p")


def _projects(visit: Visit) -> None:
    visit.ask()
    visit.trainer.control(Qt.Key.Key_P)


def added(edited: Scene) -> Scene:
    """What can be added to a rubric that is edited."""

    def scene(visit: Visit) -> None:
        edited(visit)
        QApplication.processEvents()
        dialog = visit.shown
        dialog.page.editor.outline.add.click()  # type: ignore[attr-defined]

    return scene


def model_ways(welcomed: Scene) -> Scene:
    """Programs that have models, on the welcome."""

    def scene(visit: Visit) -> None:
        welcomed(visit)
        step = visit.trainer.window.findChild(ModelStep)
        assert isinstance(step, ModelStep)
        step._fill_menu([AppWay("1", visit.words.domain)])
        step.choose.click()

    return scene


# By what a scene is called: the name of what it opens, and how.
def _of_sent(visit: Visit) -> None:
    """As in a low window."""
    visit.outbox()
    sent = visit.workbench.outbox.sent
    sent.show_tight(True)
    sent.more.click()


MENUS: dict[str, tuple[str, Scene]] = {
    "menu, an answer": ("answerMenu", _answer),
    "menu, an answer of one's own": ("answerMenu", _own_answer),
    "menu, verdicts": ("verdictMenu", _verdict),
    "menu, a rating": ("ratingMenu", _rating),
    "menu, a question": ("ratingMenu", _question),
    "menu, what words are": ("personalKind", _kind),
    "menu, filters": ("filterMenu", _filter),
    "menu, values of a filter": ("filterValues", _values),
    "menu, a record": ("recordMenu", _record),
    "menu, a capture": ("captureMenu", browser_scenes.more),
    "menu, projects": ("projectMenu", _projects),
    "menu, what is sent": ("sentMenu", _of_sent),
}
