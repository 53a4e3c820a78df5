"""A link in foreign text is a question with the whole address; only a word opens the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from every_scene import SCENES
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from trainer import ShowWindow, Trainer
from visit import Visit, Words

from desktop.views.link_question import LONGEST, ask_about_link


class Browser(QObject):
    """Takes addresses in the browser's place."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    for scheme in ("http", "https", "mailto"):
        QDesktopServices.setUrlHandler(scheme, made, "open")
    yield made
    for scheme in ("http", "https", "mailto"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def asked(show_window: ShowWindow) -> Visit:
    visit = Visit(Trainer(show_window()), Words())
    visit.trainer.comes_to("promptText")
    SCENES["linkQuestion"](visit)
    return visit


def test_enter_and_esc_keep_away_from_it(asked: Visit, browser: Browser) -> None:
    asked.trainer.press(Qt.Key.Key_Return)
    asked.trainer.alone()
    assert browser.opened == []


def test_it_is_opened_by_its_button_alone(asked: Visit, browser: Browser) -> None:
    dialog = asked.trainer.dialog("linkQuestion")
    shown = dialog.findChild(QPlainTextEdit, "linkAddress")
    assert shown is not None and shown.toPlainText() == asked.words.address
    asked.trainer.push("linkQuestionMain")
    asked.trainer.alone()
    assert browser.opened == [asked.words.address]


def test_a_host_is_shown_as_the_network_has_it_and_a_long_address_ends_in_dots(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    ask_about_link(trainer.workbench.window, "https://www.\u0430pple.com/" + "x" * 2 * LONGEST)
    shown = trainer.dialog("linkQuestion").findChild(QPlainTextEdit, "linkAddress")
    assert shown is not None
    assert shown.toPlainText().startswith("https://www.xn--pple-43d.com/x")
    assert len(shown.toPlainText()) == LONGEST + 1 and shown.toPlainText().endswith("…")
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "", "ftp://example.org"])
def test_what_no_browser_is_for_is_not_asked_about(address: str, show_window: ShowWindow) -> None:
    workbench = show_window()
    ask_about_link(workbench.window, address)
    assert QApplication.activeModalWidget() is None
