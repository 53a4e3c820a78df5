"""T14 and T15 in the whole program: hostile texts are shown in every view, tooltip and dialog, and nothing is touched.

Everything that strangers can write is hostile at once: prompt, answers, notes, names of projects, models, rubrics and
their helps, the guideline, and what a server complains. Three witnesses look on: the kernel at the files that the texts
point at, a server at the address that they point at, and Python's audit events.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from every_scene import SCENES
from item_words import RICH, told_by_items
from one_in import one_in
from painted_text import painted_texts, pixels
from passing_time import live
from PySide6 import QtGui
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from trainer import OpenWindow, Trainer
from visit import Visit, Words
from watched import Server, Watch, audited

from desktop.app import Workbench
from desktop.flow.shown_text import show_text
from desktop.profile import Profile
from desktop.qt_models.tooltips import plain_tooltip
from desktop.views.record_delegate import ITS_OWN
from feedback_store import rubrics

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))

from gguf_files import plausible

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own witness is Linux's inotify"),
]


EXPORT = re.compile(r"1|\.1\.\w+")  # where a scene exports to, and what is written there first
MARKUP = "<img"  # how the hostile texts begin, behind what nobody can see
# One of each kind that is to be seen: turning, zero-width, isolating, deprecated, joining, choosing a form; filling,
# blank, annotating, of shorthand, of notes, a tag, choosing an ideograph.
UNSEEN = (
    "\u202e\u200b\u2067\u2068\u2069\u206a\u034f\ufe01\u180b\u3164\u2800\ufff9\U0001bca0\U0001d173\U000e0041\U000e0100"
)
PRACTICE = "preceptor-practice-"  # how the folder of a practice window begins


@dataclass(frozen=True)
class Bait:
    """What hostile texts point at."""

    file: Watch
    server: Server

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/bait.png"

    @property
    def text(self) -> str:
        path, url = self.file.path, QUrl.fromLocalFile(str(self.file.path)).toString()
        web = self.address
        return (
            f'{UNSEEN}<img src="{url}"><img src="{path}"><img src={web}> ![x]({url}) ![x]({web}) [x]({web}) <{web}>'
            f'<a href="{web}">x</a> <link href="{url}" rel=stylesheet><style>@import url({web}); '
            f'body {{ background: url("{url}") }}</style><iframe src="{url}"></iframe><object data="{web}"></object>'
            f'<table background="{url}"><tr><td>x</table><script>open("{web}")</script>'
            "\u202egpj.exe\u202c\u200b\u2066x\u2069 &lt;b&gt; %s {} {0}"
        )


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    path = tmp_path / "bait.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(path))
    found = Bait(Watch(path), Server())
    yield found
    found.file.close()
    found.server.close()


def words(text: str, address: str) -> Words:
    return Words(
        prompt=text,
        answers=tuple(f"{letter} {text}" for letter in "1234"),
        domain=text[:100],
        tag=text[:60],
        note=text,
        guideline=f"# {text}\n\n{text}",
        project=text[:100],
        trouble=text,
        address=f"{address}?{text}",
        colleague=text,
    )


ASKS_ALL = ("bench, answered", "bench, rating", "bench, flag popup", "bench, flags", "rubrics")  # nothing is saved


def hostile_rubric(text: str, *, asks_all: bool) -> rubrics.Rubric:
    """A rubric all of whose texts are hostile: axes, a verdict, kinds of flags; with `asks_all` questions and two
    verdicts, which the usual keys do not answer.
    """
    named, other = ({"name": f"{text} {number}", "help": text} for number in (1, 2))
    axis = {**named, "steps": [{"value": 0, **named}, {"value": 4, "name": "x"}]}
    choices = [{"id": "one", **named}, {"id": "two", **other}]
    question = {"text": text, "help": text}
    body = {
        "id": "hostile", "version": 1, "name": text, "source": text, "licence": text,
        "axes": [{"id": "one", **axis}, {"id": "two", **axis, **other}],
        "questions": [
            {"id": "yes", "kind": "yes_no", **question},
            {"id": "some", "kind": "several", "choices": choices, **question},
        ][: 2 * asks_all],
        "verdicts": [{"id": "overall", **named}, {"id": "other", **other}][: 1 + asks_all],
        "flags": {
            "id": "hostile",
            "categories": [
                {"id": "bias", "letter": "B", "asks_target_group": True, "kinds": choices, **named},
                {"id": "two", "letter": "T", **other},
            ],
            "severities": [{"weight": "0", "name": f"{text} {number}", "help": text} for number in range(4)],
            "target_groups": [{"id": "age", **named}],
        },
    }  # fmt: skip
    return rubrics.parse(msgspec.json.encode(body))


def hostile_model(path: Path, text: str) -> Path:
    """A model file whose own words about itself are hostile."""
    made = plausible()
    made.keys = [key for key in made.keys if key[0] not in ("general.name", "general.license")]
    made.add("general.name", text).add("general.license", text).add("tokenizer.chat_template", text)
    return made.write(path)


def open_hostile(open_window: OpenWindow, bait: Bait, said: Words, folder: Path, *, asks_all: bool) -> Workbench:
    def begin(profile: Profile) -> None:
        profile.catalog.add(hostile_model(folder / "hostile.gguf", bait.text))
        project = profile.new_project(said.project, hostile_rubric(bait.text, asks_all=asks_all))
        profile.store.projects.set_guideline(project, said.guideline).result()
        profile.store.projects.use(project.id).result()

    return open_window(answers=said.answers, insecure=True, begin=begin)


def show_everything(shown: QWidget) -> None:
    """Paint it, with the tooltip of everything that is seen, and every row."""
    for widget in [shown, *shown.findChildren(QWidget)]:
        if not isValid(widget) or not widget.isVisible():
            continue  # it went while a tooltip was shown, or nobody can point at it
        if widget.toolTip():
            QToolTip.showText(QPoint(10, 10), widget.toolTip(), widget)
            live(1)
            QToolTip.hideText()  # Qt's label keeps the widget it was shown for
        if isValid(widget) and isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for row in range(min(50, widget.model().rowCount())):
                index = widget.model().index(row, 0)
                widget.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
                tip = index.data(Qt.ItemDataRole.ToolTipRole)
                if tip:
                    QToolTip.showText(QPoint(10, 10), str(tip), widget)
    QToolTip.hideText()
    assert taken_for_markup(shown) == []
    assert playing_tricks(shown) == []
    assert told_raw(shown) == []
    assert not (pixels(shown.grab().toImage()) == 0xFFFF0000).any(), "the red picture is shown"


def playing_tricks(shown: QWidget) -> list[str]:
    """Texts that are painted with characters that nobody can see, but that change what is read.

    What can be edited is shown as it is: who edits it must come to every character.
    """
    tricks = [each for each in painted_texts(shown) if hides(each.text.removeprefix(ITS_OWN))]
    found = [(shown.childAt(each.box.center()) or shown, each.text) for each in tricks]
    return [f"{where.parentWidget()} {where}: {text!r}" for where, text in found if not edited(where)]


def told_raw(shown: QWidget) -> list[str]:
    """Tooltips, and what a screen reader is told, with such characters: of every widget, row, column and head."""
    found = []
    for widget in (shown, *shown.findChildren(QWidget)):
        here = f"{type(widget).__name__} {widget.objectName()}"
        if widget.objectName() != "qtooltip_label":
            told = (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
            found += [f"{here}: {text!r}" for text in told if hides(text)]
        found += [f"{here}, {place}: {text!r}" for place, _role, text in told_by_items(widget) if hides(text)]
    return found


@lru_cache(4096)
def hides(text: str) -> bool:
    """Whether a character is in it that is to be seen by its name: the rule of desktop.flow.unseen, and no other."""
    return any(stand.kind == "invisible" for stand in show_text(text).stands)


def edited(widget: QWidget | None) -> bool:
    """Whether it is a field, or the inside of one, in which somebody can write."""
    while widget is not None:
        if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
            return not widget.isReadOnly()
        widget = widget.parentWidget()
    return False


might_be_markup = QtGui.Qt.mightBeRichText  # as Qt itself decides, where nobody has said


def taken_for_markup(shown: QWidget) -> list[str]:
    """Labels and tooltips, of rows and heads too, that would be read as markup."""
    found = []
    for widget in (shown, *shown.findChildren(QWidget)):
        here = f"{type(widget).__name__} {widget.objectName()}"
        if widget.objectName() == "qtooltip_label":  # Qt's own, of what is looked at as the tooltip of its widget
            continue
        plain = not isinstance(widget, QLabel) or widget.textFormat() == Qt.TextFormat.PlainText
        if isinstance(widget, QLabel) and not plain and (MARKUP in widget.text() or might_be_markup(widget.text())):
            found.append(f"{here}: {widget.text()}")
        if reads_as_markup(widget.toolTip()):
            found.append(f"the tooltip of {here}: {widget.toolTip()}")
        told = ((place, text) for place, role, text in told_by_items(widget) if role in RICH)
        found += [f"{here}, {place}: {text}" for place, text in told if reads_as_markup(text)]
    return found


def reads_as_markup(tip: str) -> bool:
    """Whether a tooltip would be read as foreign markup; it may be marked up by us, with marks written out."""
    if MARKUP not in tip and "&lt;img" not in tip:
        return False
    read = QTextDocument()
    read.setHtml(tip)
    return might_be_markup(tip) and MARKUP not in read.toPlainText()


@pytest.mark.parametrize("name", one_in(16, SCENES, first=12))
def test_t14_hostile_texts_open_no_file_and_ask_no_address(
    name: str, open_window: OpenWindow, bait: Bait, tmp_path: Path
) -> None:
    said = words(bait.text, bait.address)
    workbench = open_hostile(open_window, bait, said, tmp_path, asks_all=name in ASKS_ALL)
    profile, ours = workbench._profile.folder, Path(__file__).resolve().parents[2]
    assert not bait.file.opened
    with audited() as heard:
        visit = Visit(Trainer(workbench), said)
        SCENES[name](visit)
        show_everything(visit.shown)
        if visit.shown is not workbench.window:
            show_everything(workbench.window)
    assert not bait.file.opened
    assert bait.server.asked == 0
    started = [(event, what) for event, what in heard if event != "open"]
    assert started == []
    opened = {what for event, what in heard if event == "open" and not what.isdigit()}
    assert {path for path in opened if "bait" in path} == set()
    assert not [path for path in opened if path.startswith("/") and not allowed(Path(path), profile, ours)]


def allowed(path: Path, profile: Path, ours: Path) -> bool:
    """What the program itself has to open: its profile, its own files and Python's, models, the kernel's tables.

    The check of the profile tries a key file in a temporary folder of its own, and practice has a profile there; a
    profile that is made knows its machine. A model that is named may need the token of its hub. The page of
    browsers reads what each of them is told of the program.
    """
    temporary = Path(tempfile.gettempdir())
    if path.is_relative_to(temporary) and path.relative_to(temporary).parts[0].startswith(("tmp", PRACTICE)):
        return True
    if path.name == "app.preceptor.bridge.json" and path.parent.name == "NativeMessagingHosts":
        return True
    if path in (Path("/etc/machine-id"), Path.home() / ".cache" / "huggingface" / "token"):
        return True
    if EXPORT.fullmatch(path.relative_to(profile.parent).parts[0]) if path.is_relative_to(profile.parent) else False:
        return True
    places = (profile, ours, Path(sys.prefix), Path(sys.base_prefix), Path("/proc"), Path("/sys"), Path("/dev"))
    return any(path.is_relative_to(place) for place in places) or path.suffix == ".gguf"


def test_the_witnesses_see_what_touches_something(bait: Bait) -> None:
    """What the test above relies on."""
    import socket

    with audited() as heard:
        bait.file.path.read_bytes()
        socket.create_connection(("127.0.0.1", bait.server.port)).close()
    assert bait.file.opened
    assert ("open", str(bait.file.path)) in heard
    assert any(event == "socket.connect" for event, _ in heard)
    for _moment in range(100):
        if bait.server.asked:
            break
        live(10)
    assert bait.server.asked == 1


def test_the_witnesses_see_what_rows_and_entries_tell(qtbot: QtBot) -> None:
    shown = QTreeWidget()
    qtbot.addWidget(shown)
    shown.setHeaderLabels([f"{UNSEEN}head"])
    row = QTreeWidgetItem(["row"])
    below = QTreeWidgetItem(["below"])
    row.addChild(below)
    shown.addTopLevelItem(row)
    below.setToolTip(0, f"{MARKUP} src=x>")
    row.setData(0, Qt.ItemDataRole.AccessibleTextRole, "x\u206ay")
    shown.addAction("entry").setStatusTip("x\u2068y")
    assert len(taken_for_markup(shown)) == 1
    assert len(told_raw(shown)) == 3, "a head, a row, and an entry"
    below.setToolTip(0, plain_tooltip(f"{MARKUP} src=x>"))
    assert taken_for_markup(shown) == []
    for unseen in UNSEEN:
        assert hides(f"a{unseen}a") and not hides(plain_tooltip(f"a{unseen}a"))
