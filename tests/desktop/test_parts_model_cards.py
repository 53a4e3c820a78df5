"""The models' room piece by piece: the list keeps what is chosen, acts are buttons, foreign text is seen as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from desktop.flow.models.rows import Act, AppLine, Detail, Fact, Offer, Row, Said
from desktop.theme.appearance import Appearance
from desktop.views.model_adding import ModelAdding, OfferCard
from desktop.views.model_detail import ModelDetail
from desktop.views.model_list import ModelList
from desktop.views.parts import dress, in_one_line

EVIL = "a\u202egnp.elif <b>bold</b> & \u200bmore"
SEEN = "a[RLO]gnp.elif <b>bold</b> & [ZWSP]more"


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    dress(qapp, Appearance("light").theme)
    yield
    qapp.setStyleSheet("")


def row(name: str, **changed: object) -> Row:
    made = Row(f"model:/{name}", "model", name, "98.4 MB", "135M · Q4_1", "your file", "fits", "success")
    return replace(made, **changed)  # type: ignore[arg-type]


def labels(widget: ModelDetail | OfferCard | ModelAdding) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def test_invisible_characters_of_a_name_are_named_in_its_label() -> None:
    assert in_one_line(EVIL) == SEEN
    assert in_one_line("two\nlines\tand\x00more") == "two lines and␀more"
    assert in_one_line("") == "" and in_one_line("plain 🙂 text") == "plain 🙂 text"


def test_the_list_keeps_what_is_chosen_while_rows_come_and_go(qtbot: QtBot) -> None:
    shown = ModelList()
    qtbot.addWidget(shown)
    shown.show_rows([row("a"), row("b"), row("c")])
    assert shown.chosen == row("a"), "the first is chosen"
    assert shown.choose("model:/b") and not shown.choose("model:/z")
    shown.show_rows([row("new", kind="coming", share=0.5), row("a"), row("b", state="does not fit"), row("c")])
    assert shown.chosen is not None and (shown.chosen.title, shown.chosen.state) == ("b", "does not fit")
    shown.show_rows([row("a"), row("c")])
    assert shown.chosen == row("c"), "the one in the place of what has gone"
    shown.show_rows([])
    assert shown.chosen is None


def test_a_row_is_heard_whole_and_painted_with_anything_in_it(qtbot: QtBot) -> None:
    shown = ModelList()
    qtbot.addWidget(shown)
    rows = [
        row(EVIL, line=EVIL, source=EVIL),
        row("coming", kind="coming", share=0.4, state="40 %", tone="plain"),
        row("unknown", kind="coming", share=-1.0),
        row("server", kind="server", size="", tone="warning", state="leaves this computer"),
        row("broken", kind="broken", tone="danger", state="cannot be used"),
    ]
    shown.show_rows(rows)
    shown.resize(360, 500)
    shown.show()
    assert not shown.grab().isNull()
    spoken = shown.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert SEEN in spoken and "98.4 MB" in spoken and "fits" in spoken


def test_keys_mean_acts_and_letters_are_commands(qtbot: QtBot) -> None:
    shown = ModelList()
    qtbot.addWidget(shown)
    shown.show_rows([row("a")])
    asked: list[object] = []
    shown.acts_asked.connect(asked.append)
    commanded: list[str] = []
    shown.commanded.connect(commanded.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_M, Qt.Key.Key_T, Qt.Key.Key_H, Qt.Key.Key_Delete, Qt.Key.Key_A):
        QTest.keyClick(shown, key)
    QTest.keyClick(shown, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert [names[0] for names in asked] == ["use", "remove"]  # type: ignore[index]
    assert commanded == ["measure", "test_server", "digest", "add_models"]


def detail(**changed: object) -> Detail:
    made = Detail(
        "model:/a",
        "a",
        "Says A",
        acts=(Act("use", "Use on the bench", "↵"), Act("measure", "Measure", "M")),
        facts=(Fact("Licence", "apache-2.0"), Fact("File", "/models/a.gguf", copies=True)),
        template="{{ messages }}",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_acts_are_buttons_and_one_that_stays_keeps_the_keyboard(qtbot: QtBot) -> None:
    shown = ModelDetail()
    qtbot.addWidget(shown)
    shown.show()
    QTest.qWaitForWindowActive(shown)
    shown.show_detail(detail())
    acted: list[str] = []
    shown.acted.connect(acted.append)
    use = shown.button("use")
    assert use is not None and use.accessibleName() == "Use on the bench"
    use.setFocus()
    shown.activateWindow()
    qtbot.waitUntil(use.hasFocus)
    shown.show_detail(
        detail(acts=(Act("use", "Use on the bench", "↵"), Act("stop_measuring", "Stop", "M")), share=-1.0)
    )
    assert shown.button("use") is use and use.hasFocus() and shown.button("measure") is None
    bar = shown.findChild(QProgressBar, "modelProgress")
    assert bar is not None and bar.isVisible() and bar.maximum() == 0
    QTest.keyClick(use, Qt.Key.Key_Space)
    assert acted == ["use"]


def test_facts_are_plain_and_what_can_be_copied_is_copied_as_it_is(qtbot: QtBot) -> None:
    shown = ModelDetail()
    qtbot.addWidget(shown)
    path = "/models/" + EVIL
    shown.show_detail(
        detail(title=EVIL, about=f"{EVIL}!", facts=(Fact("File", path, copies=True),), said=(Said(EVIL, "danger"),))
    )
    assert labels(shown).count(SEEN) == 2 and f"{SEEN}!" in labels(shown) and "/models/" + SEEN in labels(shown)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in shown.findChildren(QLabel))
    copied: list[str] = []
    shown.copied.connect(copied.append)
    button = next(each for each in shown.findChildren(object) if each.objectName() == "modelFactCopy0")  # type: ignore[arg-type]
    button.click()
    assert QGuiApplication.clipboard().text() == path and copied == ["File"]


def test_a_short_template_is_seen_whole_although_the_width_comes_later_than_the_text(qtbot: QtBot) -> None:
    shown = ModelDetail()
    qtbot.addWidget(shown)
    shown.show_detail(detail(template="{% for message in messages %} " * 9 + "\nlast"))
    shown.resize(900, 700)
    shown.show()
    whole = shown.template.document().size().height
    qtbot.waitUntil(lambda: shown.template.viewport().height() >= whole() and shown.template.height() < 150)
    shown.resize(420, 700)
    qtbot.waitUntil(lambda: shown.template.viewport().height() >= whole() > 5 * 13)


def test_a_template_is_shown_as_text_and_never_longer_than_a_part_of_the_room(qtbot: QtBot) -> None:
    shown = ModelDetail()
    qtbot.addWidget(shown)
    shown.resize(600, 600)
    shown.show()
    shown.show_detail(detail(template="<script>x</script>\u202e\n" * 500))
    assert shown.template.text().startswith("<script>") and shown.template.isReadOnly()
    assert 100 < shown.template.height() < 300
    shown.show_detail(detail(key="model:/b", template="one line"))
    assert shown.template.height() < 40
    shown.show_detail(detail(key="model:/c", template=""))
    assert not shown.template.isVisible()


def test_an_offer_has_a_button_that_says_how_much_or_is_quiet_and_says_why(qtbot: QtBot) -> None:
    offer = Offer("o/r/f.gguf", "Qwen", "work on a laptop", "Apache-2.0 · Q4_K_M", button="Download, 1.1 GB")
    card = OfferCard(offer, "offer0")
    qtbot.addWidget(card)
    card.show()
    asked: list[str] = []
    card.asked.connect(asked.append)
    card.show_offer(offer)
    assert card.button.isVisible() and card.button.accessibleName() == "Qwen: Download, 1.1 GB"
    QTest.keyClick(card.button, Qt.Key.Key_Space)
    assert asked == ["o/r/f.gguf"]
    card.show_offer(replace(offer, button="", why="Does not fit now: 2.0 GB of memory are free."))
    assert not card.button.isVisible() and "Does not fit now: 2.0 GB of memory are free." in labels(card)
    assert "Does not fit now" in card.accessibleName()


def test_each_app_is_one_line_with_one_button_named_for_it(qtbot: QtBot) -> None:
    adding = ModelAdding()
    qtbot.addWidget(adding)
    asked: list[tuple[str, bool]] = []
    adding.app_asked.connect(lambda app, shown: asked.append((app, shown)))
    lines = [AppLine("ollama", "Ollama", "3 models · /x", False), AppLine("jan", "Jan", "1 model · /y", True)]
    adding.show_apps(lines)
    for name in ("app_ollama", "app_jan"):
        button = next(each for each in adding.findChildren(object) if each.objectName() == name)  # type: ignore[arg-type]
        button.click()
    assert asked == [("ollama", True), ("jan", False)]


def test_a_wrong_word_is_marked_and_said_and_a_better_one_takes_it_back(qtbot: QtBot) -> None:
    adding = ModelAdding()
    qtbot.addWidget(adding)
    adding.show()
    adding.show_word("", Said("It holds no .gguf files.", "danger"))
    assert adding.word.property("problem") is True and adding.said.isVisible()
    assert adding.said.text == "It holds no .gguf files."
    adding.show_word("", Said(""))
    assert adding.word.property("problem") is False and not adding.said.isVisible()
