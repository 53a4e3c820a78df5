"""Which models answer the next prompts, side by side, and how often each: two to four of those there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from desktop.flow import keymap
from desktop.flow.draft import PromptDraft
from desktop.flow.together import MOST_MODELS, counts, with_models
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.theme.theme import current_theme
from desktop.views.parts import ChoiceBox, HouseDialog, in_one_line, plain_label, plain_tooltip

FEWEST_MODELS = 2  # one alone compares nothing
MOST_ROWS = 8  # before the list scrolls
_NAME = Qt.ItemDataRole.UserRole


def only_one_text() -> str:
    """Where there is nothing to compare: how to get another model."""
    return _("There is only one model yet. Add another one among the models ({key}), then compare them.").format(
        key=keymap.current().in_row("room", 2)
    )


class ModelsDialog(HouseDialog):
    """`chosen` carries the prompt with its models and how often each answers."""

    chosen = Signal(object)  # PromptDraft

    def __init__(
        self, prompt: PromptDraft, names: Sequence[str], away: Collection[str], parent: QWidget | None = None
    ) -> None:
        """`names` are all models there are; prompts for those in `away` leave this computer, which is said."""
        super().__init__("modelsDialog", _("Compare several models"), _("Use these models"), parent)
        self._prompt = prompt
        self.leave.setText(_("Cancel"))
        self.list = QListWidget()
        self.list.setObjectName("comparedModels")
        self.list.setAccessibleName(_("Models that answer"))
        self.list.setProperty("ring", "outside")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        row = current_theme().grown("row")
        for name in names:
            shown = in_one_line(name)
            item = QListWidgetItem(_("{model}, leaves this computer").format(model=shown) if name in away else shown)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in prompt.models else Qt.CheckState.Unchecked)
            item.setData(_NAME, name)
            item.setSizeHint(QSize(0, row))  # Qt measures the rows before they are dressed, once they are gone to
            item.setToolTip(plain_tooltip(item.text()))
            self.list.addItem(item)
        self.list.setCurrentRow(names.index(prompt.model) if prompt.model in names else 0)
        self.list.itemChanged.connect(self._on_ticked)
        self.list.setFixedHeight(min(max(len(names), 3), MOST_ROWS) * row + 4)
        self.count = ChoiceBox()
        self.count.setObjectName("answersOfEach")
        self.count.setAccessibleName(_("Answers of each"))
        self.count.activated.connect(self._on_count)
        self._each: int | None = None  # as somebody chose it
        words = _("Each answers the same prompt, one after the other where memory holds only one. Four are the most.")
        if len(names) < FEWEST_MODELS:
            words = only_one_text()
        self._alone = len(names) < FEWEST_MODELS
        self.body.addWidget(plain_label(words, wrap=True))
        self.body.addWidget(self.list)
        line = QHBoxLayout()
        line.setSpacing(8)
        label = plain_label(_("Answers of each"), role="label")
        label.setBuddy(self.count)
        line.addWidget(label)
        line.addWidget(self.count)
        line.addStretch(1)
        self.body.addLayout(line)
        self.main.clicked.connect(self._on_main)
        self._show()
        self.list.setFocus()

    @property
    def models(self) -> tuple[str, ...]:
        """Those that are ticked, in the order of the list."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(str(item.data(_NAME)) for item in items if item.checkState() == Qt.CheckState.Checked)

    @property
    def _wish(self) -> PromptDraft:
        return with_models(self._prompt, self.models, self._each)

    def _show(self) -> None:
        """The numbers for so many models; what is wrong with the choice."""
        wish, ticked = self._wish, len(self.models)
        self.count.clear()
        for n in counts(len(wish.models)):
            self.count.addItem(ngettext("{} answer", "{} answers", n).format(n), n)
        self.count.setCurrentIndex(self.count.findData(wish.answers))
        if not ticked and not self._alone:
            self.say(_("Tick two models or more."), "danger")
        elif self._alone:
            self.say("")
        elif ticked < FEWEST_MODELS:
            self.say(_("Tick another model to compare it with. One alone is chosen above the prompt."))
        elif ticked > MOST_MODELS:
            self.say(_("Four models are the most. Untick one."), "danger")
        else:
            total = ticked * wish.answers
            self.say(ngettext("{} answer in all", "{} answers in all", total).format(total))
        allowed = FEWEST_MODELS <= ticked <= MOST_MODELS
        self.main.allow("" if allowed else self.words or only_one_text())

    @Slot(QListWidgetItem)
    def _on_ticked(self, _item: QListWidgetItem) -> None:
        blocker = QSignalBlocker(self.count)
        self._show()
        blocker.unblock()

    @Slot()
    def _on_count(self) -> None:
        self._each = int(self.count.currentData())
        self._show()

    @Slot()
    def _on_main(self) -> None:
        self.chosen.emit(self._wish)
        self.accept()
