"""A rubric being edited: its parts, the form of the present one, and beside it what the bench will show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QStyle, QVBoxLayout, QWidget

from desktop.flow import keymap, why_not
from desktop.flow.rubric_editing import RubricEditing
from desktop.flow.rubric_edits import LISTS, Kind, Part, Spot
from desktop.flow.rubric_words import changes, kind_titles, outline
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.parts import (
    ElidedLabel,
    HouseMenu,
    IconButton,
    KeyButton,
    NoticeLine,
    SegmentedChoice,
    heading,
    pane,
    plain_tooltip,
    split,
)
from desktop.views.parts.key_names import key_name
from desktop.views.parts.refusal_tip import RefusalTip
from desktop.views.rubrics.flags_form import FlagsForm
from desktop.views.rubrics.forms import AxisForm, CategoryForm, PartForm, QuestionForm, RubricForm, VerdictForm
from desktop.views.rubrics.grouped_list import GroupedList, Row
from desktop.views.rubrics.preview import RubricPreview

SIZES = (200, 400, 376)
SHOWN_CHANGES = 2
FORM, PREVIEW = 0, 1  # in the choice of what is shown
LOW = 480  # so high, at the usual size of text, form and preview have no room below each other


class RubricEditor(QWidget):
    """Shows a RubricEditing and does what is asked with it. `changed` comes after every edit.

    `kept_asked` and `left` are requests; the owner keeps and goes.
    """

    changed = Signal()
    kept_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rubricEditor")
        self._editing: RubricEditing | None = None
        self._keep_words: Callable[[RubricEditing], str] = lambda _editing: ""
        self.outline = _Outline()
        self.preview = RubricPreview("rubricPreview")
        self.preview.left.connect(self._on_left_preview)
        self.forms: dict[Kind, PartForm[Any]] = {
            "rubric": RubricForm(),
            "verdicts": VerdictForm(),
            "axes": AxisForm(),
            "questions": QuestionForm(),
            "flags": FlagsForm(),
            "categories": CategoryForm(),
        }
        self._stack = QStackedWidget()
        self._pages: dict[Kind, QScrollArea] = {}
        for kind, form in self.forms.items():
            form.edited.connect(self._on_edited)
            self._pages[kind] = _scrolled(form)
            self._stack.addWidget(self._pages[kind])
        self.turn = SegmentedChoice([_("Edit"), _("Preview")], folds=True, name="rubricTurn")
        self.turn.setAccessibleName(_("What is shown"))
        self.turn.show_choice(FORM)
        self.turn.chosen.connect(self._on_side)
        self.undo_button = IconButton("undo-2", _("Undo"), name="rubricUndo")
        self.redo_button = IconButton("redo-2", _("Redo"), name="rubricRedo")
        self.undo_button.clicked.connect(self.undo)
        self.redo_button.clicked.connect(self.redo)
        self._fault = NoticeLine("danger", name="rubricFault", elided=True)
        self._changes = ElidedLabel("", role="secondary")
        self.back = KeyButton(_("Later"), hint="Esc", name="rubricLater")
        self.back.clicked.connect(self.left)
        self.keep = KeyButton("", kind="main", name="rubricKeep", command="save")
        self.keep.clicked.connect(self._on_keep)
        self._lay_out()
        self.tip = RefusalTip(self)
        self._join()

    @property
    def editing(self) -> RubricEditing | None:
        return self._editing

    def begin(self, editing: RubricEditing, keep_words: Callable[[RubricEditing], str]) -> None:
        """Edit this from now on; `keep_words` says what keeping it would do."""
        self._editing = editing
        self._keep_words = keep_words
        self.turn.show_choice(FORM)
        self.show_all()
        self.forms["rubric"].take_focus()

    def forget(self) -> None:
        """What was edited is kept as a version now."""
        self._editing = None

    def show_all(self) -> None:
        """Show the rubric as it is now, the present part, and what is wrong."""
        editing = self._editing
        if editing is None:
            return
        self.tip.end()
        fault = editing.fault
        rows = [
            Row(row.text, row.spot, row.note, fault.text if fault is not None and row.spot == fault.spot else "")
            for row in outline(editing.rubric)
        ]
        self.outline.list.show_rows(rows, editing.spot)
        self._fit()
        self.outline.show_spot(editing)
        form = self.forms[editing.spot.kind]
        form.show_part(editing.part)
        form.show_fault(fault if fault is not None and fault.spot == editing.spot else None)
        self._stack.setCurrentWidget(self._pages[editing.spot.kind])
        self.preview.show_rubric(editing.rubric, editing.spot)
        self.undo_button.allow(why_not.undone(editing.can_undo))
        self.redo_button.allow(why_not.redone(editing.can_redo))
        self._show_foot(fault.text if fault is not None else "")

    @Slot()
    def undo(self) -> None:
        if self._allowed(self.undo_button):
            self._do(lambda editing: editing.undo())

    @Slot()
    def redo(self) -> None:
        if self._allowed(self.redo_button):
            self._do(lambda editing: editing.redo())

    def keep_if_right(self) -> None:
        """Ask to keep it; where something is wrong, go there instead."""
        editing = self._editing
        if editing is None:
            return
        fault = editing.fault
        if fault is None:
            if self._allowed(self.keep):
                self.kept_asked.emit()
            return
        editing.go_to(fault.spot)
        self.turn.show_choice(FORM)
        self.show_all()
        self.forms[fault.spot.kind].go_to_fault(fault)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in a form goes to the outline; at the outline it leaves the editor."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.outline.list.hasFocus():
            self.left.emit()
        else:
            self.outline.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_foot(self, fault: str) -> None:
        editing = self._editing
        assert editing is not None
        self.keep.setText(self._keep_words(editing))
        self.keep.set_kind("normal" if fault or not editing.changed else "main")
        self.keep.allow(why_not.changed(editing.changed))
        self._fault.setText(fault)
        said = changes(editing.base, editing.rubric)
        shown = "; ".join(said[:SHOWN_CHANGES]) + ("; …" if len(said) > SHOWN_CHANGES else "")
        if not said:
            shown = _("A copy, to be yours once it is kept.") if editing.is_new else _("Nothing is changed yet.")
        self._changes.setText(shown)
        self._changes.setToolTip(plain_tooltip("\n".join(said)))
        self._changes.setVisible(not fault)

    def _lay_out(self) -> None:
        form = self._form = QWidget()
        form.setProperty("surface", True)
        inside = QVBoxLayout(form)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._stack)
        side = self._side = QWidget()
        side.setProperty("sunken", True)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.preview)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        foot.setSpacing(8)
        foot.addWidget(self.undo_button)
        foot.addWidget(self.redo_button)
        foot.addWidget(self._fault, 1)
        foot.addWidget(self._changes, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._shown = split(Qt.Orientation.Horizontal, form, side, sizes=SIZES[1:])
        turned = QWidget()
        turned.setProperty("surface", True)
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 8, 0, 8)
        above.addWidget(heading(self.turn))
        below = QVBoxLayout(turned)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._above)
        below.addWidget(self._shown, 1)
        parts = split(Qt.Orientation.Horizontal, self.outline, turned, sizes=(SIZES[0], sum(SIZES[1:])))
        column.addWidget(parts, 1)
        column.addWidget(_divider())
        column.addLayout(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The preview beside the form while neither is cut, else below it; in its place where both are too low then.

        Where text is large the outline is wider.
        """
        most = min(round(SIZES[0] * current_theme().zoom), self.width() // 3)
        self.outline.setMinimumWidth(min(self.outline.list.widest(), most))
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        pages = (*self._pages.values(), self.preview)
        forms = [inside.minimumSizeHint().width() + bar for page in pages if (inside := page.widget()) is not None]
        wide = self.width() - max(self.width() * SIZES[0] // sum(SIZES), self.outline.minimumWidth())
        fits = max(forms[:-1]) <= wide * SIZES[1] // sum(SIZES[1:]) and forms[-1] <= wide * SIZES[2] // sum(SIZES[1:])
        self._shown.setOrientation(Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical)
        both = fits or self.height() >= LOW * current_theme().zoom
        self._above.setVisible(not both)
        self._form.setVisible(both or self.turn.index == FORM)
        self._side.setVisible(both or self.turn.index == PREVIEW)

    @Slot()
    def _on_side(self) -> None:
        """Show the other one, where only one of them has room."""
        self._fit()

    def _show_form(self) -> None:
        """Whoever goes into the form sees it."""
        self.turn.show_choice(FORM)
        self._fit()

    def _join(self) -> None:
        self.outline.list.turned.connect(self._on_turned)
        self.outline.list.activated.connect(self._on_activated)
        self.outline.add_asked.connect(self._on_add)
        self.outline.remove_asked.connect(self._on_remove)
        self.outline.move_asked.connect(self._on_move)

    def _allowed(self, button: KeyButton | IconButton) -> bool:
        """Whether a button's key does anything now; if not, why is said: at the part, or at the button."""
        if button.why_not:
            self.tip.say(button.why_not, self.outline.list if self.outline.list.hasFocus() else button)
        return not button.why_not

    def _do(self, act: Callable[[RubricEditing], None]) -> None:
        if self._editing is not None:
            act(self._editing)
            self.show_all()
            self.changed.emit()

    @Slot(object, str)
    def _on_edited(self, part: Part, step: str) -> None:
        self._do(lambda editing: editing.put(part, step))

    @Slot(object)
    def _on_turned(self, spot: Spot) -> None:
        if self._editing is not None:
            self._editing.go_to(spot)
            self.show_all()

    @Slot()
    def _on_activated(self) -> None:
        if self._editing is not None:
            self._show_form()
            self.forms[self._editing.spot.kind].take_focus()

    @Slot(str)
    def _on_add(self, kind: Kind) -> None:
        self._do(lambda editing: editing.add(kind))
        self._on_activated()

    @Slot()
    def _on_remove(self) -> None:
        if self._allowed(self.outline.remove):
            self._do(lambda editing: editing.remove())

    @Slot(int)
    def _on_move(self, step: int) -> None:
        if self._allowed(self.outline.up if step < 0 else self.outline.down):
            self._do(lambda editing: editing.move(step))

    @Slot()
    def _on_keep(self) -> None:
        self.keep_if_right()

    @Slot()
    def _on_left_preview(self) -> None:
        self.outline.list.setFocus(Qt.FocusReason.OtherFocusReason)


class _Outline(QWidget):
    """The parts, and below them what can be done to their order. Del takes out; the other keys are commands."""

    add_asked = Signal(str)
    remove_asked = Signal()
    move_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.list = GroupedList("rubricParts", _("Parts of the rubric"))
        self.add = KeyButton(_("Add"), icon="plus", small=True, name="rubricAdd", command="add_part")
        self.add.clicked.connect(self._on_add)
        self.up = IconButton("chevron-up", _("Further up"), small=True, name="rubricUp")
        self.down = IconButton("chevron-down", _("Further down"), small=True, name="rubricDown")
        self.remove = IconButton("trash-2", _("Take out"), hint="Del", small=True, name="rubricRemove")
        self.up.clicked.connect(lambda: self.move_asked.emit(-1))
        self.down.clicked.connect(lambda: self.move_asked.emit(1))
        self.remove.clicked.connect(self.remove_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane(self.list, heading(self.add, right=(self.up, self.down, self.remove)), surface=False))
        self._kind: Kind = "axes"

    def show_spot(self, editing: RubricEditing) -> None:
        """What can be done to the present part."""
        spot = editing.spot
        self._kind = "categories" if spot.kind == "flags" else spot.kind
        count = len(editing.siblings)
        for button, command in ((self.up, "part_up"), (self.down, "part_down")):
            button.set_words(button.accessibleName(), keymap.current().shown(command))
        listed = spot.kind in LISTS
        self.up.allow(why_not.part_moved(in_list=listed, end=spot.index == 0, up=True))
        self.down.allow(why_not.part_moved(in_list=listed, end=spot.index + 1 >= count, up=False))
        self.remove.allow(why_not.part_removed(whole=spot.kind == "rubric"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = keymap.current().at("rubric", key_name(event))
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif command == "part_up":
            self.move_asked.emit(-1)
        elif command == "part_down":
            self.move_asked.emit(1)
        elif command == "add_part":
            self._on_add()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_add(self) -> None:
        """A menu of what can be added, at first what the present part is."""
        menu = HouseMenu("rubricAddMenu", self.add.text(), self)
        words = {
            "verdicts": _("A ranking"), "axes": _("A rating"), "questions": _("A question"), "categories": _("A flag"),
        }  # fmt: skip
        actions = {kind: menu.entry(words[kind], kind) for kind in kind_titles()}
        menu.triggered.connect(self._on_kind)
        menu.open_over(self.add, actions.get(self._kind))

    @Slot(QAction)
    def _on_kind(self, picked: QAction) -> None:
        kind = str(picked.data())
        QTimer.singleShot(0, lambda: self.add_asked.emit(kind))  # once the menu has given the keyboard back


def _scrolled(form: QWidget) -> QScrollArea:
    found = QScrollArea()
    found.setWidgetResizable(True)
    found.setFrameShape(QFrame.Shape.NoFrame)
    found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    form.setProperty("surface", True)
    form.setProperty("keysPlace", "form")
    found.setWidget(form)
    return found


def _divider() -> QFrame:
    line = QFrame()
    line.setProperty("divider", True)
    line.setFixedHeight(1)
    return line
