"""One record before it leaves: its texts with every place marked, what is to be decided, and letting it go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.flow import leaving, personal, why_not
from desktop.flow.leaving import Passage
from desktop.flow.wording import gettext as _
from desktop.qt_models.personal_rows import PersonalRow
from desktop.views.leaving_text import LeavingText, Marked
from desktop.views.parts import (
    ElidedLabel,
    EmptyState,
    KeyButton,
    beside,
    heading,
    in_one_line,
    pane,
    plain_label,
    plain_tooltip,
)
from desktop.views.parts.found_marks import FoundRange
from desktop.views.parts.panes import SIDE
from desktop.views.personal_kind import ask_kind
from desktop.views.personal_part import PersonalPart
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_table import StoredRecord
from feedback_store.record_values import RedactedKind
from feedback_store.records import Judgement
from feedback_store.store import Project

WAITING = "waiting"


class LeavingPane(QWidget):
    """Tells what is asked for the record that it shows; changes nothing itself."""

    release_asked = Signal()
    hold_asked = Signal()
    keep_asked = Signal(object)  # Place
    black_out_asked = Signal(str, str)  # the words, their kind
    join_asked = Signal()
    terms_asked = Signal()
    left = Signal()  # Esc: back to the list

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passages: tuple[Passage, ...] = ()
        self._places: tuple[Place, ...] = ()
        self._record: Judgement | None = None
        self._listed = self._tight = False
        self._returned = ""  # why the record came back
        self._current = ""  # the words that are chosen in the list
        self.text = LeavingText()
        self._none = EmptyState("nothingLeaves", self.text, inset=0)
        self.personal = PersonalPart(side=SIDE, says_none=False)
        self.personal.list.black_out_asked.connect(self._on_black_out)
        self.personal.list.keep_asked.connect(self._on_keep)
        self.personal.list.activated_row.connect(self._on_shown)
        self.personal.list.left.connect(self.left)
        address = project.collector.address if project.collector else ""
        self._joined = bool(address)
        goes_to = _("Goes to {address}").format(address=address) if address else _("No collector joined yet")
        self._terms = plain_label(leaving.terms_text(project), role="secondary", wrap=True, name="termsText")
        self._goes_to = (
            ElidedLabel(goes_to, "secondary", Qt.TextElideMode.ElideMiddle)
            if address
            else plain_label(goes_to, role="secondary")
        )
        self.join = KeyButton(
            _("Join a team's project …"), kind="normal", name="joinFromOutbox", command="join_project"
        )
        self.join.clicked.connect(self.join_asked)
        self.terms = KeyButton(_("Terms …"), kind="quiet", small=True, name="readTerms", command="read_terms")
        self.terms.clicked.connect(self.terms_asked)
        self._has_terms = bool(project.terms and project.terms.text)
        self.hold = KeyButton(_("Hold back"), command="hold", kind="quiet", icon="pause", name="hold")
        self.hold.clicked.connect(self.hold_asked)
        self.mark = KeyButton(_("Black out the selection …"), command="personal", kind="quiet", name="markLeaving")
        self.mark.clicked.connect(self.mark_selected)
        self.release = KeyButton(_("Release"), hint=_("Space"), kind="normal", name="release")
        self.release.keep_room((_("Release"), ""), (_("Take back"), ""))
        self.release.clicked.connect(self.release_asked)
        self._means = plain_label("", role="secondary", wrap=True, name="releaseMeans")
        self.text.selectionChanged.connect(self._on_selection)
        self._lay_out()
        self.terms.setVisible(self._has_terms)
        self.show_record(None, None, ())

    def show_record(self, row: Unsent | None, stored: StoredRecord | None, places: Sequence[Place]) -> None:
        """Show a record with what was found in it; None where there is none."""
        item = stored.record if stored is not None else None
        self._record = item if isinstance(item, Judgement) else None
        self._passages = leaving.passages(stored) if stored is not None else ()
        self._places = tuple(places)
        self._returned = leaving.returned_text(stored)
        if self._current not in [place.quote for place in places]:
            self._current = ""
        judged = self._record is not None and row is not None
        way = row.way if row is not None else None
        self.release.allow(why_not.released(way, judged=judged))
        self.release.setText(_("Take back") if way == "released" else _("Release"))
        means = leaving.release_means(released=way == "released", joined=self._joined)
        self._means.setText(means)
        if self.release.isEnabled():
            self.release.setToolTip(plain_tooltip(means))
        self.hold.allow(why_not.held(way, judged=judged))
        self.hold.setText(_("No longer hold back") if way == "held" else _("Hold back"))
        self._listed = row is not None
        self._show_sentences()
        if row is None:
            words = _(
                "A judgement that waits stands here word for word, as it would leave. What is found in it is marked: "
                "you can black it out, keep it, or hold the judgement back."
            )
            self._none.show_words(_("Read before it leaves"), "" if self._tight else words)
        else:
            self._none.hide()
        self._show()
        self._on_selection()

    def show_tight(self, tight: bool) -> None:
        """Whether each line counts: what releasing means is told by its button then, and what is not there is not said.

        A team is joined from the menu of projects then, and a selection is blacked out where there is one.
        """
        if tight != self._tight:
            self._tight = tight
            self._show_sentences()
            self._on_selection()

    def _show_sentences(self) -> None:
        self._means.setVisible(self.release.isEnabled() and not self._tight)
        self._terms.setVisible(self._has_terms or (self._listed and not self._tight))
        self._goes_to.setVisible(self._joined or not self._tight)
        self.join.setVisible(not self._joined and not self._tight)

    def take_focus(self) -> None:
        """The keyboard goes to what is to be decided, or to the text where nothing is listed."""
        listed = self.personal.list
        to = listed if listed.rows else self.text
        to.setFocus(Qt.FocusReason.OtherFocusReason)
        if listed.rows:
            self._on_shown(listed.currentIndex().row())

    @Slot()
    def mark_selected(self) -> bool:
        """Ask what the selected words are, and ask for them to be blacked out; False where nothing is selected."""
        span = self.text.selection()
        quote = self.text.text()[slice(*span)].strip() if span else ""
        if not quote or self._record is None:
            return False
        ask_kind(quote, self, lambda kind: self.black_out_asked.emit(quote, kind))
        return True

    def _show(self) -> None:
        """The texts with their marks, and the rows."""
        record, kept = self._record, {place.quote for place in self._places if place.kept}
        quotes = [place.quote for place in self._places if place.quote not in kept or place.quote == self._current]
        marked = []
        for passage in self._passages:
            found = [
                FoundRange(start, end, quote == self._current)
                for quote in quotes
                for start, end in leaving.places_in(passage.text, quote)
            ]
            boxes = leaving.boxes(record, passage.text) if record is not None else ()
            covers = tuple((start, end, personal.box_name(kind)) for start, end, kind in boxes)
            marked.append(Marked(passage, tuple(found), covers))
        self.text.show_passages(marked)
        rows = [self._row(place) for place in self._places]
        gone: Counter[RedactedKind] = Counter()
        for redaction in (record.redactions or ()) if record is not None else ():
            gone[redaction.kind] += redaction.count
        for kind, count in gone.items():
            rows.append(PersonalRow(personal.kind_name(kind), "■", "", personal.blacked_out_text(count)))
        warning = self._returned or leaving.undecided_text(self._places)
        self.personal.show_found(rows, warning, searched=record is not None, gone=False)

    def _row(self, place: Place) -> PersonalRow:
        where = leaving.where_text(self._passages, place.quote)
        decided = _("kept") if place.kept else ""
        return PersonalRow(personal.kind_name(place.kind), in_one_line(place.quote), where, decided)

    def _lay_out(self) -> None:
        words = plain_label(_("What will leave"), role="label")
        terms = beside(self._terms, self.terms)
        terms.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            pane(
                heading(words, right=(self._goes_to, self.join)),
                terms,
                beside(self.text),
                self.personal,
                heading(self.hold, self.mark, right=(self.release,)),
                beside(self._means),
            )
        )

    def _place(self, row: int) -> Place | None:
        return self._places[row] if 0 <= row < len(self._places) else None

    @Slot(int)
    def _on_black_out(self, row: int) -> None:
        place = self._place(row)
        if place is not None:
            self.black_out_asked.emit(place.quote, place.kind)

    @Slot(int)
    def _on_keep(self, row: int) -> None:
        place = self._place(row)
        if place is not None:
            self.keep_asked.emit(place)

    @Slot(int)
    def _on_shown(self, row: int) -> None:
        place = self._place(row)
        self._current = place.quote if place is not None else ""
        self._show()
        self.text.show_first(self._current)

    @Slot()
    def _on_selection(self) -> None:
        selected = self.text.selection() is not None
        self.mark.allow(why_not.blacked_out(judged=self._record is not None, selected=selected))
        self.mark.setVisible(self.mark.isEnabled() or not self._tight)
