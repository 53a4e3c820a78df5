"""The record that is read: what it says, its earlier versions, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.flow import describing, keymap, why_not
from desktop.flow.inbox_desk import came_text
from desktop.flow.page_address import address_of
from desktop.flow.wording import gettext as _
from desktop.views.differences_dialog import DifferencesDialog
from desktop.views.doings import Doings
from desktop.views.parts import (
    ChoiceBox,
    ElidedLabel,
    HouseMenu,
    IconButton,
    KeyButton,
    ReadText,
    beside,
    heading,
    pane,
    plain_label,
)
from feedback_store.captures import Capture
from feedback_store.record_table import StoredRecord
from feedback_store.records import Judgement, Versioned


class RecordReader(QWidget):
    """Shows one record with all its versions, the newest first, to `trainer`; tells what is asked of it.

    `as_it_came` gives the capture that a comparison was made of, where a person edited it. `doings` are its owner's,
    for the menu of what is not a button.
    """

    open_asked = Signal()
    withdraw_asked = Signal()
    reinstate_asked = Signal()
    guideline_asked = Signal(object)  # StoredRecord, the version that is read

    def __init__(
        self, trainer: str, as_it_came: Callable[[str], Capture | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._as_it_came = as_it_came
        self._versions: tuple[StoredRecord, ...] = ()
        self.doings: Doings = {}
        self.names: Mapping[str, str] = {}  # what other trainers are called
        self._title = plain_label("", role="label", wrap=True)
        self._state = ElidedLabel(role="secondary")  # another trainer's name is as long as they like
        self._state.setObjectName("recordState")
        self._state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.text = ReadText("recordText", _("The record"))
        self.version = ChoiceBox()
        self.version.setObjectName("recordVersion")
        self.version.setAccessibleName(_("Version"))
        self.version.setProperty("quiet", True)
        self.version.currentIndexChanged.connect(self._on_version)
        self.changes = KeyButton(_("What changed"), small=True, name="recordChanges", command="record_changes")
        self.changes.clicked.connect(self._on_changes)
        self.open_button = KeyButton(_("Open on bench"), hint="↵", name="openRecord")
        self.open_button.clicked.connect(self.open_asked)
        self.withdraw_button = KeyButton(_("Withdraw"), hint="Del", name="withdrawRecord")
        self.withdraw_button.clicked.connect(self.withdraw_asked)
        self.reinstate_button = KeyButton(_("Let it stand again"), name="reinstateRecord", command="reinstate_record")
        self.reinstate_button.clicked.connect(self.reinstate_asked)
        self.reinstate_button.hide()
        self.more = IconButton("ellipsis", _("More for this record"), name="moreRecord")
        self.more.clicked.connect(self._on_more)
        self.guideline = KeyButton("", small=True, name="recordGuideline", command="record_guideline")
        self.guideline.clicked.connect(self._on_guideline)
        self.guideline.hide()
        self._versions_row = heading(self.version, self.changes, self.guideline)
        acts = (self.open_button, self.reinstate_button, self.withdraw_button, self.more)
        head = heading(self._state, right=acts, longest=self.text.longest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            pane(head, beside(self._title), self._versions_row, beside(self.text)),
        )

    @property
    def shown(self) -> StoredRecord | None:
        """The version that is read."""
        index = self.version.currentIndex()
        return self._versions[index] if 0 <= index < len(self._versions) else None

    @property
    def title(self) -> str:
        """What was asked, as it stands over the record."""
        return self._title.text()

    @property
    def there(self) -> bool:
        """Whether what is read was not erased."""
        return self.shown is not None and self.shown.erased_at is None

    @property
    def judged(self) -> bool:
        """Whether what is read is the judgement that counts: neither an earlier version nor a withdrawal."""
        record = self.shown
        counts = self.version.currentIndex() == 0 and record is not None and record.erased_at is None
        return counts and record is not None and record.kind == "judgement"

    @property
    def withdrawn(self) -> bool:
        """Whether what is read was withdrawn, and can stand again."""
        return self.version.currentIndex() == 0 and self.shown is not None and self.shown.state == "withdrawn"

    @property
    def own(self) -> bool:
        """Whether the trainer who reads it judged it."""
        return self.shown is not None and self.shown.trainer == self._trainer

    @property
    def page_address(self) -> str:
        """The address of the page that what is read is from; "" where none was kept."""
        item = self.shown.record if self.there and self.shown is not None else None
        if not isinstance(item, Judgement):
            return ""
        return address_of(item.context.page, (each.text for each in item.candidates))

    def why_not(self, command: str) -> str:
        """Why a command of the records cannot be done with the one that is read, for menus and keys to say."""
        there, judged = self.there, self.judged
        match command:
            case "record_changes":
                no_changes = describing.why_no_changes(self._versions, self.version.currentIndex())
                return why_not.more_of_record(there=self.shown is not None) or no_changes
            case "reinstate_record":
                return why_not.record_reinstated(there=there, withdrawn=self.withdrawn)
            case "record_guideline":
                return why_not.guideline_read(there=there, named=self._guideline_named is not None)
            case "record_page":
                return why_not.more_of_record(there=there) or why_not.page_opened(kept=bool(self.page_address))
            case "record_black_out":
                return why_not.record_blacked_out(there=there, judged=judged, own=self.own)
            case "erase_record":
                return why_not.more_of_record(there=there)
            case _:
                return why_not.judgement_used(there=there, judged=judged)

    def show_record(self, versions: Sequence[StoredRecord]) -> None:
        """Show a record by its versions, the newest first."""
        if tuple(versions) == self._versions and versions:
            return
        self._versions = tuple(versions)
        self.version.blockSignals(True)
        self.version.clear()
        for each in versions:
            when = describing.when_text(each.created_at)
            self.version.addItem(_("Version {number} · {when}").format(number=each.rev, when=when))
        self.version.blockSignals(False)
        self._title.setText(describing.title_text(versions[0]) if versions else "")
        self._show_version()

    def _show_version(self) -> None:
        record = self.shown
        several = len(self._versions) > 1
        for each in (self.version, self.changes):
            each.setVisible(several)
        self._show_guideline()
        self._versions_row.setVisible(several or not self.guideline.isHidden())
        self.changes.allow(describing.why_no_changes(self._versions, self.version.currentIndex()))
        self.open_button.setText(_("Open on bench") if self.own or record is None else _("Judge it too"))
        closed = describing.why_closed(record, newest=self.version.currentIndex() == 0)
        self.open_button.allow("" if self.withdrawn and self.own else closed)
        self.withdraw_button.allow(closed)
        self.withdraw_button.setVisible(not self.withdrawn)
        self.reinstate_button.setVisible(self.withdrawn)
        self.more.allow(why_not.more_of_record(there=self.there))
        if record is None:
            self._state.setText("")
            self.text.show_parts(())
            return
        version = _("Version {}").format(record.rev)
        state = describing.state_of(record, self._trainer, self.names)
        self._state.setText(f"{state} · {version} · {describing.when_text(record.created_at)}")
        self.text.show_parts([*record_parts(record), *self._came(record), *self._withdrawn_parts()])

    def _withdrawn_parts(self) -> list[tuple[str, str]]:
        """Below a withdrawal what it took back, so that it can be read by whoever may let it stand again."""
        taken_back = describing.taken_back(self._versions, self.version.currentIndex())
        return [] if taken_back is None else [*record_parts(taken_back), *self._came(taken_back)]

    def _came(self, record: StoredRecord) -> list[tuple[str, str]]:
        """How an edited capture came, below what was judged of it, as long as it is kept here."""
        item = record.record if record.erased_at is None else None
        if not isinstance(item, Judgement) or item.context.page is None or not item.context.page.edited:
            return []
        came = self._as_it_came(item.comparison.id)
        return [(_("As it came"), came_text(came))] if came is not None else []

    def _show_guideline(self) -> None:
        """The way to the guideline that what is read was made by, where it names one."""
        named = self._guideline_named
        self.guideline.setVisible(named is not None)
        if named is not None:
            self.guideline.setText(_("Guideline, version {} …").format(named.version))

    @property
    def _guideline_named(self) -> Versioned | None:
        item = self.shown.record if self.there and self.shown is not None else None
        return item.guideline if isinstance(item, Judgement) else None

    def _before(self) -> StoredRecord | None:
        """The judgement before the one that is read, which it is compared with."""
        return describing.judged_before(self._versions, self.version.currentIndex())

    @Slot(int)
    def _on_version(self, _index: int) -> None:
        self._show_version()

    @Slot()
    def _on_changes(self) -> None:
        now, before = self.shown, self._before()
        if now is None or before is None:
            return
        dialog = DifferencesDialog(
            "recordChangesDialog",
            _("What changed"),
            _("Close"),
            (_("Version {}").format(before.rev), record_text(before)),
            (_("Version {}").format(now.rev), record_text(now)),
            self,
        )
        dialog.leave.hide()
        dialog.open()

    @Slot()
    def _on_guideline(self) -> None:
        self.guideline_asked.emit(self.shown)

    @Slot()
    def _on_more(self) -> None:
        menu = HouseMenu("recordMenu", self.more.accessibleName(), self)
        for command, text in (
            ("record_beside", _("Beside another judgement …")),
            ("record_tags", _("Tags …")),
            ("record_page", _("Open its page again …")),
            ("record_black_out", _("Black out personal data …")),
            ("erase_record", _("Erase for good …")),
        ):
            doing = self.doings[command]
            why = "" if doing.possible() else doing.why_not()
            action = menu.entry(text, key=keymap.current().shown(command), name=command, why_not=why)
            action.triggered.connect(doing.do)
        menu.open_under(self.more)

    def take_focus(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)


def record_parts(record: StoredRecord) -> list[tuple[str, str]]:
    """All that a version says: headings, and what stands below them."""
    if record.erased_at is not None:
        return [("", _("This version was erased. Its SHA-256 was {sha256}.").format(sha256=record.sha256))]
    item = record.record
    if isinstance(item, Judgement):
        asked = describing.asked_parts(item, record.title)
        parts = [*asked, (_("Verdict"), describing.verdict_in_full(item)), *describing.details(item)]
        if item.prompt.tags:
            parts.append((_("Tags"), ", ".join(item.prompt.tags)))
    else:
        parts = [("", _("This judgement was withdrawn."))]
    if record.reason:
        parts.append(("", _("Returned: {reason}").format(reason=describing.returned_text(record.reason))))
    return parts


def record_text(record: StoredRecord) -> str:
    """All that a version says, in words."""
    return "\n\n".join(f"{title}\n{words}" if title else words for title, words in record_parts(record))
