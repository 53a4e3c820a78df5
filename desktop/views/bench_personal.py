"""Personal data on the bench: marks in the texts, the list beside them, and what R, K and P do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge.bench import BenchBridge
from desktop.flow import keymap, personal
from desktop.flow.draft import Draft
from desktop.flow.draft_spots import Spot
from desktop.flow.masking import veil
from desktop.flow.personal import Place
from desktop.flow.session import BenchSession
from desktop.flow.together import as_seen
from desktop.flow.wording import gettext as _
from desktop.qt_models.personal_rows import PersonalRow
from desktop.views.parts import Message, in_one_line
from desktop.views.parts.found_marks import FoundRange, MarkedEdit, selection_of
from desktop.views.personal_kind import ask_kind
from feedback_store.record_values import RedactedKind

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage


class BenchPersonal(QObject):
    """Joins list, marks and texts of one bench."""

    def __init__(self, page: BenchPage, session: BenchSession, bridge: BenchBridge) -> None:
        super().__init__(page)
        self._page, self._session = page, session
        self._current = ""  # the words that are chosen in the list
        self._awaited: tuple[Draft, QWidget | None] | None = None  # asked before the search had ended, and from where
        found = page.panel.personal.list
        found.black_out_asked.connect(self._on_black_out)
        found.keep_asked.connect(self._on_keep)
        found.activated_row.connect(self._on_shown)
        found.left.connect(page.back_to_answers)
        bridge.changed.connect(self._on_changed)

    def show(self) -> None:
        """Show what is known by now: rows, marks and boxes."""
        draft, findings = self._session.draft, self._session.findings
        places = findings.places(draft)
        rows = [self._row(place) for place in places]
        for kind, count in personal.blacked_out(draft):
            rows.append(PersonalRow(personal.kind_name(kind), "■", "", personal.blacked_out_text(count)))
        self._page.panel.personal.show_found(
            rows,
            personal.warning(draft, places),
            searched=draft.finished and findings.complete(draft),
            gone=draft.blacked_out,
        )
        self._page.answers.strip.show_undecided(len([place for place in places if not place.kept]))
        for card in self._page.answers.cards:
            answer = as_seen(draft, draft.order[card.position])
            spot = Spot("answer", answer.text, answer.key)
            boxes = [(start, end, personal.box_name(kind)) for start, end, kind in personal.blackouts(draft, spot)]
            card.text.set_blackouts(boxes)
            card.text.set_found(self._marks(answer.text))
        asked = self._marks(draft.prompt.text)
        self._page.prompt.text.set_found(asked)
        self._page.prompt_line.show_found([(draft.prompt.text[m.start : m.end], m.current) for m in asked])
        self._page.panel.why.set_found(self._marks(draft.justification))
        if draft.revision is not None and self._page.rewriting:
            version = self._page.revision.version
            version.set_found(_moved(self._marks(draft.revision.text), draft.revision.text, version.text()))

    def begin(self) -> None:
        """Black out what is selected where the keyboard is; without a selection go to what was found."""
        if self._selected():
            self.mark()
        elif self._page.rewriting:
            words = _("What was found is listed on the bench, where it is blacked out.")
            self._say(words, _("Here {key} blacks out what you select.").format(key=keymap.current().shown("personal")))
        elif self._page.panel.personal.list.rows:
            self._page.open_part(self._page.panel.personal.list)
        elif not self._session.findings.complete(self._session.draft):
            self._awaited = (self._session.draft, QApplication.focusWidget())
            self._say(_("Numbers and addresses are still being looked for."), _("What is found is shown then."))
        else:
            words = _("No numbers or addresses found. Names are not looked for.")
            self._say(words, _("Select words in a text to black them out."))

    def mark(self) -> None:
        """Ask what the selected words are, and black them out wherever they stand."""
        quote = self._selected()
        if not quote:
            self._say(_("Nothing is selected."), _("Select words in a text to black them out."))
            return
        ask_kind(quote, self._page, lambda kind: self._black_out(quote, kind))

    def _row(self, place: Place) -> PersonalRow:
        where = personal.where_text(self._session.draft, place)
        decided = _("kept") if place.kept else ""
        return PersonalRow(personal.kind_name(place.kind), in_one_line(place.quote), where, decided)

    def _marks(self, text: str) -> list[FoundRange]:
        """The marks of a text: what is undecided, and what is chosen in the list."""
        draft = self._session.draft
        found = self._session.findings.of(text)
        return [
            FoundRange(each.start, each.end, each.quote == self._current)
            for each in found
            if each.quote not in draft.kept or each.quote == self._current
        ]

    def _selected(self) -> str:
        """What is selected in the text that has the keyboard."""
        page, focus = self._page, QApplication.focusWidget()
        for card in page.answers.cards:
            if focus is card.text:
                span = card.text.selection()
                return card.text.text()[slice(*span)].strip() if span else ""
        if focus is page.revision.version:
            text = page.revision.version.text()
            span = selection_of(page.revision.version.textCursor(), text)
            return veil(self._session.draft).uncover(text[slice(*span)].strip()) if span else ""
        if isinstance(focus, MarkedEdit):
            span = focus.selection()
            return focus.toPlainText()[slice(*span)].strip() if span else ""
        return ""

    def _black_out(self, quote: str, kind: RedactedKind) -> None:
        if self._session.writing:
            self._say(_("A model is still writing."), _("Black words out when the answers have ended."))
            return
        before = personal.count_blacked_out(self._session.draft)
        self._session.act(self._session.findings.black_out(self._session.draft, quote, kind))
        if self._page.rewriting and self._session.draft.revision is not None:
            self._page.revising.open_again()
        gone = personal.count_blacked_out(self._session.draft) - before
        if gone > 0:
            self._page.says.say_undoable(
                personal.gone_text(kind, gone), _("Saving erases the words for good."), kind="warning"
            )

    def _say(self, text: str, reason: str) -> None:
        self._page.message.show_message(Message("notice", text, reason))

    def _place(self, row: int) -> Place | None:
        places = self._session.findings.places(self._session.draft)
        return places[row] if row < len(places) else None

    @Slot(object)
    def _on_changed(self, parts: frozenset[str]) -> None:
        if "personal" in parts:
            self.show()
            self._go_on()

    def _go_on(self) -> None:
        """Answer who asked before the search had ended, unless they went on with something else meanwhile."""
        if self._awaited is None or not self._session.findings.complete(self._session.draft):
            return
        asked, self._awaited = self._awaited, None
        if asked == (self._session.draft, QApplication.focusWidget()):
            self._page.message.clear()
            self.begin()

    @Slot(int)
    def _on_black_out(self, row: int) -> None:
        place = self._place(row)
        if place is not None:
            self._black_out(place.quote, place.kind)

    @Slot(int)
    def _on_keep(self, row: int) -> None:
        place = self._place(row)
        if place is None:
            return
        self._session.act(personal.keep(self._session.draft, place.quote, kept=not place.kept))
        if not place.kept:
            self._page.says.say_undoable(personal.kept_text(place.kind))

    @Slot(int)
    def _on_shown(self, row: int) -> None:
        """Mark the words of a row in the texts, and bring the first answer that holds them into sight."""
        place = self._place(row)
        self._current = place.quote if place is not None else ""
        for spot in place.spots if place is not None else ():
            if spot.area == "answer" and spot.key is not None:
                position = self._session.draft.position(spot.key)
                self._page.answers.choose(position, focus=False)
                self._page.answers.cards[position].text.show_place(spot.text.find(self._current))
                break
        self.show()


def _moved(marks: list[FoundRange], text: str, shown: str) -> list[FoundRange]:
    """The marks of `text` where their words stand in `shown`, in which names are covered."""
    if text == shown:
        return marks
    moved, at = [], 0
    for mark in sorted(marks, key=lambda each: each.start):
        words = text[mark.start : mark.end]
        found = shown.find(words, at)
        if found >= 0:
            at = found + len(words)
            moved.append(FoundRange(found, at, mark.current))
    return moved
