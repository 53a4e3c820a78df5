"""The versions of a guideline: each as it reads, or beside any other, word by word."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.flow import keymap
from desktop.flow.guideline_desk import GuidelineDesk
from desktop.flow.guidelines import Version, changes_words
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.views.differences import Differences
from desktop.views.link_question import ask_about_link
from desktop.views.parts import ChoiceBox, HouseDialog, RenderedText, TextSearch, WrappingRow, plain_label
from desktop.views.parts.key_names import key_name
from desktop.views.rubrics.grouped_list import GroupedList, Row

READ, BEFORE = "read", "before"  # what a version is compared with, beside the number of another one
LIST_WIDTH = 260, 420  # of the list of versions, at least and at most
CHOICE_WIDTH = 320  # of what is compared with: up to here it is whole
SEARCH_WIDTH = 140


class _WholeChoice(ChoiceBox):
    """Says which of two versions are beside each other, so its words are whole as long as they are not very long."""

    def minimumSizeHint(self) -> QSize:
        least, wanted = super().minimumSizeHint(), self.sizeHint()
        return QSize(max(least.width(), min(wanted.width(), CHOICE_WIDTH)), least.height())


class GuidelineVersions(HouseDialog):
    """`edit_asked` is the wish to write the next one. `chosen` is the hash of the version to be read first."""

    edit_asked = Signal()

    def __init__(self, desk: GuidelineDesk, chosen: str = "", parent: QWidget | None = None) -> None:
        title = _("Guideline of {project}").format(project=in_one_line(desk.project.name))
        super().__init__("guidelineVersions", title, _("Write the next version …"), parent)
        self._versions = desk.versions
        self._how: str | int = READ if chosen or len(self._versions) == 1 else BEFORE
        self.list = GroupedList("guidelineVersionList", _("Versions of the guideline"), folds=True)
        self.list.turned.connect(self._on_turned)
        self.compared = _WholeChoice()
        self.compared.setObjectName("guidelineCompared")
        self.compared.setAccessibleName(_("Compared with"))
        self.compared.activated.connect(self._on_compared)
        self.text = RenderedText("guidelineVersionText", _("The words of the version"))
        self.text.link_asked.connect(self._on_link)
        self.differences = Differences("guidelineDifference")
        self.changes = plain_label("", role="secondary", wrap=True, name="guidelineChangeCount")
        self.shown = QStackedWidget()
        self.shown.addWidget(self.text)
        self.shown.addWidget(self.differences)
        self.searching = TextSearch("guidelineVersion", _("Search the version that is read"), self.text)
        self.searching.field.setMaximumWidth(SEARCH_WIDTH)
        self._lay_out()
        self._join(desk.locked)
        current = next((i for i, each in enumerate(self._versions) if each.guideline.sha256 == chosen), 0)
        self.list.show_rows([Row(each.title, index, each.note) for index, each in enumerate(self._versions)], current)
        wanted = self.list.widest() if self.list.widest() <= LIST_WIDTH[1] else self.list.narrowest()
        self.list.setFixedWidth(min(max(LIST_WIDTH[0], wanted), LIST_WIDTH[1]))
        self._show()
        self.begin_as(940, 560)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def current(self) -> int:
        """Which of the versions is shown, the newest first."""
        return self.list.key if isinstance(self.list.key, int) else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if keymap.current().at("everywhere", key_name(event)) == "search":
            self.searching.take_focus()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        """Two parts beside each other, of which Tab goes through the one and then through the other."""
        first, second = QWidget(), QWidget()
        left = QVBoxLayout(first)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(plain_label(_("Versions"), role="label", field=self.list))
        left.addWidget(self.list, 1)
        label = plain_label(_("Compared with"), role="label")
        label.setBuddy(self.compared)
        right = QVBoxLayout(second)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(WrappingRow(label, self.compared, right=(self.searching.field,)))
        right.addWidget(self.changes)
        right.addWidget(self.searching)
        right.addWidget(self.shown, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(first)
        row.addWidget(second, 1)
        self.body.addLayout(row, 1)

    def _join(self, locked: str) -> None:
        self.leave.setText(_("Close"))
        if locked:
            self.main.setText(_("Close"))
            self.leave.hide()
            self.main.clicked.connect(self.accept)
            self.say(locked)
        else:
            self.main.clicked.connect(self._on_edit)

    def _show(self) -> None:
        """The version that is current, and what it can be compared with: the one before, or any other."""
        now, before = self.current, self._before()
        choices: list[tuple[str, str | int]] = [(_("nothing: as it reads"), READ)]
        if before is not None:
            choices.append((_("the version before: {title}").format(title=before.title), BEFORE))
        choices += [(each.title, index) for index, each in enumerate(self._versions) if index != now]
        keys = [key for _words, key in choices]
        how = self._how if self._how in keys else BEFORE if before is not None else READ
        self.compared.blockSignals(True)
        self.compared.clear()
        for words, key in choices:
            self.compared.addItem(words, key)
        self.compared.setCurrentIndex(keys.index(how))
        self.compared.blockSignals(False)
        self._show_beside(self._versions[now], before if how == BEFORE else self._other(how))

    def _show_beside(self, now: Version, other: Version | None) -> None:
        if other is None:
            self.text.show_markdown(now.guideline.text)
            self.changes.hide()
            self.shown.setCurrentWidget(self.text)
            self.searching.search_in(self.text)
            return
        texts = (other.guideline.text, now.guideline.text)
        self.differences.show_texts((other.title, texts[0]), (now.title, texts[1]))
        self.changes.setText(changes_words(*texts))
        self.changes.show()
        self.shown.setCurrentWidget(self.differences)
        self.searching.search_in(*self.differences.texts)

    def _before(self) -> Version | None:
        return self._other(self.current + 1)

    def _other(self, key: str | int) -> Version | None:
        return self._versions[key] if isinstance(key, int) and key < len(self._versions) else None

    @Slot(object)
    def _on_turned(self, _key: object) -> None:
        self._show()

    @Slot(int)
    def _on_compared(self, index: int) -> None:
        self._how = self.compared.itemData(index)
        self._show()

    @Slot()
    def _on_edit(self) -> None:
        self.accept()
        self.edit_asked.emit()

    @Slot(str)
    def _on_link(self, address: str) -> None:
        ask_about_link(self, address)
