"""What stands on the screen first: the welcome where it is due, else the workbench; and a backup put back in between.

Holds the profile, which is another one after a backup was restored. Must not know how the workbench is built.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge.courier import Courier
from desktop.bridge.qt_words import QtWords
from desktop.bridge.work import Work
from desktop.browser.desk import BrowserDesk
from desktop.browser.greeting import greet_browsers
from desktop.flow import backing_up, languages, welcome
from desktop.flow.models.first_model import FirstModel
from desktop.flow.welcome import Wishes
from desktop.flow.wording import sentence, use_language
from desktop.profile import Profile
from desktop.theme.appearance import APPEARANCE, CHOICES, Appearance, Choice
from desktop.views.parts import Message
from desktop.views.restore_dialog import RestoreDialog
from desktop.views.welcome_page import WelcomeWindow
from feedback_store import backups
from feedback_store.database import FILE
from feedback_store.errors import StoreError


class ClosingWindow(Protocol):
    """A window that says when it closes."""

    @property
    def closing(self) -> SignalInstance: ...
    def close(self) -> bool: ...


class Bench(Protocol):
    """The workbench, as far as it is known here."""

    @property
    def window(self) -> ClosingWindow: ...
    def show(self) -> None: ...
    def come_forward(self) -> None: ...


class Opening(QObject):
    """`open_profile` opens the profile of `folder`, `build` makes its workbench, `practise` opens one for the keys."""

    def __init__(
        self,
        folder: Path,
        appearance: Appearance,
        open_profile: Callable[[], Profile],
        build: Callable[[Profile], Bench],
        practise: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._appearance = appearance
        self._words = QtWords(self)
        self._open_profile = open_profile
        self._build = build
        self._practise = practise
        self._courier = Courier(self)
        self._work = Work(self._courier)
        self._welcome: WelcomeWindow | None = None
        self._greeting: BrowserDesk | None = None  # of browsers, while the welcome stands
        self._bench: Bench | None = None
        self._restoring: RestoreDialog | None = None
        self.profile = open_profile()
        self._take_settings()

    def show(self) -> None:
        """Show the welcome, or the workbench."""
        if welcome.is_due(self.profile.store):
            self._show_welcome()
        else:
            self._show_bench()

    @Slot()
    def come_forward(self) -> None:
        """Show the window over the others, as far as the system allows it."""
        if self._bench is not None:
            self._bench.come_forward()
        elif self._welcome is not None:
            bring_forward(self._welcome)

    @Slot()
    def close(self) -> None:
        """Close the window, as by its button."""
        window = self._bench.window if self._bench is not None else self._welcome
        if window is not None:
            window.close()

    def end(self) -> None:
        """Wait for what still goes on, and close the profile."""
        self._stop_greeting()
        self._work.end()
        self._courier.stop()
        self.profile.close()

    def _take_settings(self) -> None:
        """Language and look are the profile's."""
        settings = self.profile.store.settings
        self._words.speak(use_language(languages.chosen(settings.get(languages.SETTING))))
        self._appearance.take(settings.get(APPEARANCE))

    def _show_welcome(self) -> None:
        settings = self.profile.store.settings
        models = FirstModel(self.profile.catalog, self._work.start)
        window = WelcomeWindow(
            models,
            welcome.wishes(self.profile.store),
            language=languages.chosen(settings.get(languages.SETTING)),
            theme=self._appearance.choice,
        )
        window.changed.connect(self._on_changed)
        window.start_asked.connect(self._on_start)
        window.later_asked.connect(self._show_bench)
        window.practice_asked.connect(self._practise)
        window.restore_asked.connect(self._on_restore)
        window.language_chosen.connect(self._on_language)
        window.theme_chosen.connect(self._on_theme)
        self._welcome = window
        window.stand()
        models.look()
        self._greet()

    def _greet(self) -> None:
        """Browsers are told why nobody looks after them yet."""
        self._greeting = greet_browsers(self._folder, self.profile.store.browsers, self)

    def _stop_greeting(self) -> None:
        if self._greeting is not None:
            self._greeting.stop()
            self._greeting.deleteLater()
            self._greeting = None

    @Slot()
    def _show_bench(self) -> None:
        """The workbench takes the welcome's place: shown first, so that the last window never closes in between."""
        self._bench = self._build(self.profile)
        self._stop_greeting()  # the workbench listens in the same place
        self._bench.show()
        if self._welcome is not None:
            self._welcome.close()
            self._welcome.deleteLater()
            self._welcome = None

    def _say(self, error: BaseException) -> None:
        if self._welcome is not None:
            self._welcome.message.show_message(Message("error", sentence(error)))

    @Slot(object)
    def _on_changed(self, wishes: Wishes) -> None:
        welcome.keep(self.profile.store, wishes)

    @Slot(object)
    def _on_start(self, wishes: Wishes) -> None:
        try:
            welcome.finish(self.profile.store, wishes).result()
        except StoreError as error:
            self._say(error)
        else:
            self._show_bench()

    @Slot(str)
    def _on_language(self, chosen: str) -> None:
        self.profile.store.settings.set(languages.SETTING, chosen)
        self._words.speak(use_language(languages.chosen(chosen)))
        if self._welcome is not None:
            self._welcome.speak(chosen)

    @Slot(str)
    def _on_theme(self, chosen: str) -> None:
        theme: Choice = next((each for each in CHOICES if each == chosen), "system")
        self._appearance.choose(theme)
        self.profile.store.settings.set(APPEARANCE, self._appearance.kept())

    @Slot()
    def _on_restore(self) -> None:
        found = backups.all_of(self._folder / FILE)
        look = partial(backing_up.what_happens, self._folder)
        dialog = RestoreDialog(found, self._work, look, parent=self._welcome)
        dialog.chosen.connect(self._on_backup)
        self._restoring = dialog
        dialog.open()

    @Slot(object)
    def _on_backup(self, file: Path) -> None:
        """Nobody may have the profile open while a backup takes its place."""
        self._stop_greeting()
        self.profile.close()
        self._work.start("restore", lambda: backing_up.put_back(self._folder, file), self._restored)

    def _restored(self, done: Future[None]) -> None:
        self.profile = self._open_profile()
        error, dialog = done.exception(), self._restoring
        if error is not None:
            self._greet()
            if dialog is not None:
                dialog.tell(sentence(error))
            return
        if dialog is not None:
            dialog.show_idle()
            dialog.accept()
        before, self._welcome = self._welcome, None
        self._take_settings()
        self.show()
        if before is not None:
            before.close()
            before.deleteLater()


def bring_forward(window: QWidget) -> None:
    """Show a window over the others, as far as the system allows it."""
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)
