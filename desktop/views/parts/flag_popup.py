"""Flag what is selected: category by its letter, severity by a digit, Enter. Lies over the neighbour of the answer.

A child of the page, not a window of its own: Wayland does not let a program place a popup. The keys go by the place:
letters pick a category, after "bias" they pick a target group; in the note everything is text. Tab goes from the
categories to the note, and past what a bias asks only where it is asked; "how bad" is said by a digit and comes last,
and after it the categories: what lies behind the popup may be covered by it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.flow.begun import BegunChoice
from desktop.flow.flag_signs import FlagSign
from desktop.flow.judging import FlagChoice
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import letter_of
from desktop.views.parts.buttons import KeyButton
from desktop.views.parts.choice_box import ChoiceBox
from desktop.views.parts.flag_choices import FlagChoices, Named, beside
from desktop.views.parts.flag_foot import FlagFoot
from desktop.views.parts.flag_popup_lists import FlagLists, PickRow, dividing_line
from desktop.views.parts.labels import ElidedLabel, plain_label
from desktop.views.parts.notice_line import NoticeLine

WIDTH = 464


class FlagPopup(QFrame):
    """`edited` carries a BegunChoice after each key, `flag_chosen` a FlagChoice; `dropped` says that Esc ended it.

    `closed` comes after every end at which the keyboard goes back to where it was, `left` after the others.
    """

    edited = Signal(object)
    flag_chosen = Signal(object)
    dropped = Signal()
    closed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        parent.installEventFilter(self)  # it follows the page's size
        self._spared: QWidget | None = None
        self.setObjectName("flagPopup")
        self.setAccessibleName(_("Flag"))
        self.setProperty("popup", True)
        self._choices = FlagChoices((), ())
        self._open = False
        self._filling = False  # what it says now was said before
        self._quote = ElidedLabel("", role="secondary")
        self._quote.setObjectName("flagQuote")
        self._answer = plain_label("", role="secondary")
        self._lists = FlagLists()
        self.categories, self.severities = self._lists.categories, self._lists.severities
        self._lacking = NoticeLine("warning", name="flagLacking")
        self.groups = ChoiceBox()
        self.groups.setObjectName("flagGroup")
        self.groups.setAccessibleName(_("Who it is about"))
        self.kinds = ChoiceBox()
        self.kinds.setObjectName("flagKind")
        self.kinds.setAccessibleName(_("Which way"))
        boxes = (self.groups, self.kinds)
        self._over = {box: plain_label(box.accessibleName(), role="secondary", field=box) for box in boxes}
        self.button = KeyButton(_("Flag"), hint="↵", kind="main", name="flagIt")
        self._foot = FlagFoot(self.button)
        self.note, self.suggestion = self._foot.note, self._foot.suggestion
        self.button.clicked.connect(self._on_flag)
        self.categories.picked.connect(self._on_category)
        self.severities.picked.connect(self._on_severity)
        for field in (self.note, self.suggestion):
            field.textChanged.connect(self._tell)
        for box in (self.groups, self.kinds):
            box.currentIndexChanged.connect(self._tell)
        self._lay_out()
        self._keyed: tuple[QWidget, ...] = (
            self.categories, self.groups, self.kinds, self.note, self.suggestion, self.button, self.severities,
        )  # fmt: skip
        for widget in self._keyed:
            widget.installEventFilter(self)
        self.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def choice(self) -> BegunChoice:
        """What is chosen and typed so far."""
        category = self.categories.index
        return BegunChoice(
            category=self._choices.categories[category][0] if category is not None else None,
            severity=self.severities.index,
            target_group=self.groups.currentData(),
            kind=self.kinds.currentData(),
            note=self.note.text(),
            suggestion=self.suggestion.text(),
        )

    def open(
        self,
        choices: FlagChoices,
        what: str,
        position: int,
        spared: QWidget,
        chosen: BegunChoice | None = None,
        *,
        changing: bool = False,
        begun: bool = False,
    ) -> None:
        """Ask about `what` of the answer at `position`, in words; the focus goes to the categories.

        `chosen` is what is said already: by a flag that is to be changed, or by one that was `begun`.
        The popup may lie over whatever stands beside `spared`, which shows that answer, but not over it.
        """
        self._choices = choices
        self._filling = True
        self._quote.setText(what)
        self._answer.setText(_("answer {letter}").format(letter=letter_of(position)))
        self._lists.show_rows(
            [
                PickRow(
                    letter, name, id_, FlagSign(letter, place), choices.glosses.get(id_, ""), choices.helps.get(id_, "")
                )
                for place, (id_, letter, name, _asks, _kinds) in enumerate(choices.categories)
            ],
            [PickRow(str(i), name) for i, name in enumerate(choices.severities)],
        )
        self._show_bias(())
        self._fill(chosen or BegunChoice())
        self.button.setText(_("Change") if changing else _("Flag"))
        self._lacking.setText(_("Not finished yet. Enter finishes it, Esc drops it.") if begun else "")
        self._filling = False
        self._open = True
        self.show()
        self.raise_()
        self._spared = spared
        self._place()
        self.categories.setFocus(Qt.FocusReason.PopupFocusReason)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    @Slot()
    def close_popup(self) -> None:
        """Leave it as begun; the keyboard goes back to where it was."""
        if self._open:
            self._end()
            self.closed.emit()

    def leave(self) -> None:
        """Leave it as begun; the keyboard has a place already, or is given one by whoever asks."""
        if self._open:
            self._end()
            self.left.emit()

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Where the keyboard went to another part or room, nobody could reach it any more by keys."""
        if self._open and now is not None and now.window() is self.window() and not self.isAncestorOf(now):
            self.leave()

    def _end(self) -> None:
        self._open = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(max(WIDTH, super().sizeHint().width()), super().sizeHint().height())

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round within the popup."""
        stops = [each for each in self._keyed if each.isVisible() and each.isEnabled()]
        if not self._open or not stops:  # Qt moves the keyboard out of what it hides by this, too
            return super().focusNextPrevChild(forward)
        here = next((at for at, each in enumerate(stops) if each.hasFocus()), -1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(here + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._page and self._open and self._spared is not None:
            QTimer.singleShot(0, self._place)  # once the answers stand in their new places
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self._keyed:
            return self._key(watched, event)
        if kind == QEvent.Type.MouseButtonPress and self._open and isinstance(event, QMouseEvent):
            outside = not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
            popup = QApplication.activePopupWidget()
            if outside and popup is None and isinstance(watched, QWidget) and watched.window() is self.window():
                self.close_popup()
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        text = event.text()
        if event.key() == Qt.Key.Key_Escape:
            self._end()
            self.dropped.emit()
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_flag()
        elif watched in (self.note, self.suggestion) or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            return False
        elif text.isascii() and text.isdigit():
            if int(text) < len(self._choices.severities):
                self.severities.pick(int(text))
            else:
                self._ask_how_bad()
        elif watched in (self.groups, self.kinds):
            return False
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and watched is self.categories:
            self._step_severity(1 if event.key() == Qt.Key.Key_Right else -1)
        elif text.isalpha() and watched in (self.categories, self.severities):
            letters = [category[1].lower() for category in self._choices.categories]
            if text.lower() in letters:
                self.categories.pick(letters.index(text.lower()))
        else:
            return False
        return True

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 10)
        head.setSpacing(8)
        head.addWidget(plain_label(_("Flag"), role="label"))
        head.addWidget(self._quote, 1)
        head.addWidget(self._answer)
        self._bias = QWidget()
        bias = QGridLayout(self._bias)
        bias.setContentsMargins(12, 8, 12, 4)
        bias.setHorizontalSpacing(8)
        bias.setVerticalSpacing(2)
        for column, box in enumerate((self.groups, self.kinds)):
            bias.addWidget(self._over[box], 0, column)
            bias.addWidget(box, 1, column)
        bias.setColumnStretch(0, 1)
        bias.setColumnStretch(1, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(dividing_line())
        self._column.addWidget(self._lists, 1)
        self._column.addWidget(dividing_line())
        self._lacking.setContentsMargins(12, 8, 12, 0)
        self._column.addWidget(self._lacking)
        self._column.addWidget(self._bias)
        self._column.addWidget(self._foot)

    @Slot()
    def _place(self) -> None:
        """Beside what is flagged, at the side that has most room; inside the page, and as small as its lists allow."""
        spared, page = self._spared, self._page
        if spared is None or not self._open:
            return
        here = QRect(spared.mapTo(page, spared.rect().topLeft()), spared.size())
        for stacked in (False, True):
            self._foot.stack(stacked=stacked)
            for part in (self._lists, self._foot):
                part.updateGeometry()  # what they need was asked before they were seen, or before it was stacked
            self._column.activate()
            size, least = self.sizeHint(), self.minimumSizeHint().width()
            place = beside(here, page.size(), size, least)
            if place.width() >= size.width():
                break
        self.setGeometry(place)

    def _show_bias(self, kinds: Sequence[Named], *, groups: bool = False) -> None:
        for box, entries, none in (
            (self.groups, self._choices.target_groups if groups else (), _("Not said")),
            (self.kinds, kinds, _("Not said")),
        ):
            box.clear()
            box.addItem(none, None)
            for entry in entries:
                box.addItem(in_one_line(entry.name), entry.id)
            box.setVisible(bool(entries))
            self._over[box].setVisible(bool(entries))
        before = self._bias.isHidden()
        self._bias.setHidden(not (groups or kinds))
        if self._open and before != self._bias.isHidden():
            self._place()

    def _fill(self, chosen: BegunChoice) -> None:
        """Stand at what was chosen before, or at nothing."""
        self.note.setText(chosen.note)
        self.suggestion.setText(chosen.suggestion)
        ids = [category[0] for category in self._choices.categories]
        if chosen.category in ids:
            self.categories.pick(ids.index(chosen.category))
        if chosen.severity is not None and chosen.severity < len(self._choices.severities):
            self.severities.pick(chosen.severity)
        for box, value in ((self.groups, chosen.target_group), (self.kinds, chosen.kind)):
            box.setCurrentIndex(max(box.findData(value), 0))

    @Slot()
    def _tell(self) -> None:
        if self._open and not self._filling:
            self.edited.emit(self.choice)

    def _step_severity(self, step: int) -> None:
        last = len(self._choices.severities) - 1
        now = self.severities.index
        self.severities.pick(min(max((0 if step > 0 else last) if now is None else now + step, 0), last))

    def _say_lacking(self, words: str) -> None:
        """What is still to be said, in one sentence above the note; "" for nothing."""
        if words != self._lacking.text():
            self._lacking.setText(words)
            self._place()
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def insist(self) -> None:
        """Somebody saves meanwhile: say that nothing is saved, and how it goes on."""
        self._say_lacking(_("Not saved. Enter finishes this flag, Esc drops it."))

    def _ask_how_bad(self) -> None:
        """In the fields a digit is text, so the keyboard goes from there to where it is none."""
        words = _("How bad is it? Press a digit, 0 to {last}.")
        self._say_lacking(words.format(last=len(self._choices.severities) - 1))
        if self.note.hasFocus() or self.suggestion.hasFocus():
            self.severities.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_category(self, index: int) -> None:
        self._say_lacking("")
        _id, _letter, _name, asks, kinds = self._choices.categories[index]
        filled, self._filling = self._filling, True  # what the boxes say while they are made is nobody's word
        self._show_bias(kinds, groups=asks and bool(self._choices.target_groups))
        self._filling = filled
        self._tell()
        if asks and self.categories.hasFocus() and self._choices.target_groups:
            self.groups.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _on_severity(self, _index: int) -> None:
        self._say_lacking("")
        self._tell()

    @Slot()
    def _on_flag(self) -> None:
        said = self.choice
        if said.category is None:
            self._say_lacking(_("What is wrong? Press a letter of the list."))
            self.categories.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if said.severity is None:
            self._ask_how_bad()
            return
        texts = (said.note.strip(), said.suggestion.strip())
        chosen = FlagChoice(said.category, said.severity, said.target_group, said.kind, *texts)
        self._end()
        self.flag_chosen.emit(chosen)
        self.closed.emit()
