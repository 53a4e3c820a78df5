"""The search over the records: a field for words and filters, a menu of the filters there are, and those that hold now.

Everything that narrows the list is typed in the field, also what was chosen in the menu, so there is one place for it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.flow import filter_words, why_not
from desktop.flow.record_query import Asked, Filter, Scope, toggled, understand, without_filters
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseMenu, KeyButton, NoticeLine, in_one_line, plain_label, plain_tooltip
from feedback_store.store import Store

MOST_VALUES = 40  # in a menu; any other can be typed


class RecordFilters(QWidget):
    """`changed` comes with every letter: whoever searches does so beside the window."""

    changed = Signal()

    def __init__(self, store: Store, project: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._project = project
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setAccessibleName(_("Search records"))
        self.search.setPlaceholderText(_("Search, or tag:physics"))
        self.search.setToolTip(
            _('Words of prompts, answers and notes, "words that follow each other"; or tag:physics, trainer:me')
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        self.filter = KeyButton(_("Filter"), kind="quiet", name="recordFilter", command="filter_records")
        self.filter.setToolTip(_("By state, field, tag, model, flag, rubric, trainer or project; all can be typed"))
        self.filter.clicked.connect(self.open_menu)
        self.clear = KeyButton(
            _("Clear filters"), kind="quiet", small=True, name="clearFilters", command="clear_filters"
        )
        self.clear.setToolTip(_("Without filters; the words stay"))
        self.clear.clicked.connect(self.clear_filters)
        self.active = plain_label("", role="secondary", wrap=True, name="activeFilters")
        self._problem = NoticeLine("warning", name="searchProblem")
        self._active_row = QWidget()
        row = QHBoxLayout(self._active_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.active, 1)
        row.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 0)
        column.setSpacing(8)
        for part in (self.search, self._problem, self._active_row):
            column.addWidget(part)
        self._active_row.hide()

    @property
    def typed(self) -> str:
        """Words and filters, as they are typed."""
        return self.search.text()

    @property
    def filtered(self) -> bool:
        """Whether any filter holds."""
        return bool(self.active.text())

    @property
    def problem(self) -> str:
        """What could not be understood, as a sentence."""
        return self._problem.text()

    def asked(self) -> Asked:
        """What is looked for; which filters hold, and what is wrong with one, is shown."""
        scope = self._scope()
        found = understand(self.typed, scope)
        self._problem.setText(found.problem)
        self.active.setText(in_one_line(filter_words.active_text(found.filters, scope)))
        held = self.clear.hasFocus()
        self._active_row.setVisible(bool(found.filters))
        if held and not found.filters:
            self.take_focus()
        return found

    def take_focus(self) -> None:
        self.search.setFocus()

    @Slot()
    def clear_filters(self) -> None:
        """Without filters at once; the words stay."""
        self.search.setText(without_filters(self.typed))

    @Slot()
    def open_menu(self) -> None:
        """What there is to filter by, as a menu; what is chosen is typed into the search, or taken out of it."""
        menu = HouseMenu("filterMenu", self.filter.text(), self)
        scope = self._scope()
        standing = understand(self.typed, scope).filters
        titles = filter_words.titles()
        for field, values in filter_words.choices(self._store, scope).items():
            below = menu.below(titles[field], "filterValues")
            below.setEnabled(bool(values))
            below.menuAction().setToolTip(plain_tooltip(why_not.filtered(values=bool(values)) or titles[field]))
            for wanted in values[:MOST_VALUES]:
                below.entry(filter_words.value_text(wanted, scope), wanted, on=wanted in standing)
        menu.triggered.connect(self._on_picked)
        menu.open_under(self.filter)

    @Slot(QAction)
    def _on_picked(self, picked: QAction) -> None:
        wanted = picked.data()
        if isinstance(wanted, Filter):
            self.search.setText(toggled(self.typed, wanted))

    def _scope(self) -> Scope:
        projects = tuple((each.id, each.name) for each in self._store.projects.list())
        return Scope(self._store.trainer, self._project, projects)

    @Slot()
    def _on_typed(self) -> None:
        self.changed.emit()
