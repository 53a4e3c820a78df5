"""The first start on one page: a name, a model, what leaves this computer. Enter is enough.

A window of its own, shown before the workbench is built. What is chosen is told at once, so that closing it loses
nothing. Must not know where it is kept.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.flow import languages
from desktop.flow.models.first_model import FirstModel
from desktop.flow.places import keys_of
from desktop.flow.projects import LONGEST_NAME
from desktop.flow.welcome import Wishes
from desktop.flow.wording import gettext as _
from desktop.theme.theme import current_theme
from desktop.views.main_window import SMALLEST, USUAL_SIZE
from desktop.views.parts import FocusRing, KeyButton, MessageBar, StatusLine, WrappingRow, ask_for_file, plain_label
from desktop.views.parts.screen_room import screen_room
from desktop.views.parts.tab_order import tab_on
from desktop.views.welcome_models import ModelStep
from desktop.views.welcome_parts import divider, headline, numbered, quiet_choice, what_leaves

WIDTH = 640
NAME_WIDTH = 400
AROUND = 64  # above and below what has the keyboard
STEPS = 3  # Alt+1 … Alt+3


def theme_choices() -> tuple[tuple[str, str], ...]:
    """The themes, as they are named on screen."""
    return (
        ("system", _("Like the system")),
        ("light", _("Light")),
        ("dark", _("Dark")),
        ("high-contrast", _("High contrast")),
    )


class WelcomeWindow(QMainWindow):
    """Shows `wishes` and tells every change of them. `language` and `theme` are what holds now, by their ids."""

    changed = Signal(object)  # Wishes
    start_asked = Signal(object)  # Wishes
    later_asked = Signal()
    practice_asked = Signal()
    restore_asked = Signal()
    language_chosen = Signal(str)
    theme_chosen = Signal(str)
    closing = Signal()

    def __init__(self, models: FirstModel, wishes: Wishes, *, language: str, theme: str) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setWindowTitle("Preceptor")
        self.setMinimumSize(*SMALLEST)
        self._models = models
        self._wishes = wishes
        self._language = language
        self._theme = theme
        models.listen = self._on_models
        self._build()
        self._ring = FocusRing(self)
        for number in range(1, STEPS + 1):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.setProperty("step", number)
            shortcut.activated.connect(self._on_step)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def wishes(self) -> Wishes:
        """What is chosen now; an untouched name is the default one."""
        return Wishes(self.name.text().strip(), self.step.chosen, self.step.own_name)

    def stand(self) -> None:
        """Show it in a size that this screen holds, the keyboard in its first field."""
        self.resize(QSize(*USUAL_SIZE).boundedTo(screen_room(self)))
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def speak(self, language: str) -> None:
        """Say everything again, in the language that is spoken now."""
        typed = self.name.text() if self.name.isModified() else ""
        self._wishes = Wishes(typed or self._wishes.project, self.step.chosen, self.step.own_name)
        self._language = language
        self._build()
        self.language.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_on(self, forward=forward)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_middle"):
            self._measure()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter starts, or presses the button that has the keyboard; Esc leaves it for another time."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, QAbstractButton) and not isinstance(focus, QRadioButton):
                focus.click()
            else:
                self._on_start()
        elif event.key() == Qt.Key.Key_Escape:
            self.later_asked.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.name = QLineEdit(self._wishes.project or _("My project"))
        self.name.setObjectName("welcomeName")
        self.name.setAccessibleName(_("A name for this project"))
        self.name.setPlaceholderText(_("Left empty, it is called {name}").format(name=_("My project")))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.selectAll()
        self.name.textEdited.connect(self._on_changed)
        self.step = ModelStep(self._models, self._wishes)
        self.step.changed.connect(self._on_changed)
        self.step.file_asked.connect(self._on_file)
        self.step.app_asked.connect(self._models.add_app)
        self.leaves = what_leaves()
        self.message = MessageBar()
        self.restore = KeyButton(_("Restore a backup …"), kind="quiet", icon="archive", name="welcomeRestore")
        self.restore.clicked.connect(self.restore_asked)
        self.practise = KeyButton(_("Learn the keys first"), kind="quiet", icon="play", name="welcomePractise")
        self.practise.clicked.connect(self.practice_asked)
        self.main = KeyButton(_("Start with a first task"), hint="↵", kind="main", name="welcomeStart")
        self.main.clicked.connect(self._on_start)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        column.addWidget(self._page(), 1)
        column.addWidget(self._foot())
        column.addWidget(_status())
        self.setCentralWidget(middle)

    def _header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        header.setFixedHeight(48)
        spoken = ((languages.SYSTEM, _("Language of the system")), *languages.SPOKEN.items())
        self.language = quiet_choice("welcomeLanguage", _("Language"), spoken, self._language)
        self.language.activated.connect(self._on_language)
        self.theme = quiet_choice("welcomeTheme", _("Theme"), theme_choices(), self._theme)
        self.theme.activated.connect(self._on_theme)
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(plain_label("Preceptor", role="label"))
        row.addStretch(1)
        row.addWidget(self.language)
        row.addWidget(self.theme)
        return header

    def _page(self) -> QWidget:
        card = QFrame()
        card.setObjectName("welcomeCard")
        card.setProperty("card", True)
        steps = QVBoxLayout(card)
        steps.setContentsMargins(24, 20, 24, 20)
        steps.setSpacing(16)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 3)
        row.addStretch(1)
        about = _("For what you judge, for example “Patient answers”. You can have several.")
        steps.addLayout(
            numbered(1, _("A name for this project"), plain_label(about, role="secondary", wrap=True), line)
        )
        steps.addWidget(divider())
        steps.addLayout(numbered(2, _("A model that answers"), self.step))
        steps.addWidget(divider())
        steps.addLayout(numbered(3, _("What leaves this computer"), self.leaves))
        middle = self._middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 28, 0, 24)
        column.setSpacing(16)
        column.addLayout(headline())
        column.addWidget(self.message)
        column.addWidget(card)
        column.addStretch(1)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("welcomeScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._measure()
        return self._scroll

    def _measure(self) -> None:
        """Lines of the same words, however large the text, as far as the window is wide."""
        zoom = max(1.0, current_theme().zoom)
        self._middle.setMaximumWidth(round(WIDTH * zoom))
        self.name.setMaximumWidth(round(NAME_WIDTH * zoom))

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("welcomeFoot")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = WrappingRow(self.restore, self.practise, right=(self.main,))
        middle.setMinimumWidth(WIDTH)  # as wide as the page above, and wider where words are longer
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 12, 24, 12)
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        return foot

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit(self.wishes)

    @Slot()
    def _on_start(self) -> None:
        if self.step.chosen == "own" and not self.step.own_name:
            self.step.problem.setText(_("No model is chosen yet. Choose one, or take another of these three."))
            self.step.choose.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.start_asked.emit(self.wishes)

    @Slot()
    def _on_step(self) -> None:
        number = int(self.sender().property("step"))
        (self.name, self.step.current, self.leaves)[number - 1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_models(self) -> None:
        self.step.look()

    @Slot()
    def _on_file(self) -> None:
        filters = (_("Models (*.gguf)"), _("All files (*)"))
        ask_for_file(self, "welcomeFileDialog", _("Choose a GGUF file"), filters, self._models.add_file)

    @Slot()
    def _on_language(self) -> None:
        self.language_chosen.emit(str(self.language.currentData()))

    @Slot()
    def _on_theme(self) -> None:
        self._theme = str(self.theme.currentData())
        self.theme_chosen.emit(self._theme)

    @Slot(QWidget, QWidget)
    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Whatever has the keyboard is in sight, its card with it."""
        if now is not None and self._scroll.isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now, 0, round(AROUND * max(1.0, current_theme().zoom)))


def _status() -> StatusLine:
    line = StatusLine()
    line.setObjectName("statusLine")
    line.show_keys([(key.keys, key.text) for key in keys_of("welcome") if key.always_shown])
    line.show_words(_("Everything here can be changed later"))
    return line
