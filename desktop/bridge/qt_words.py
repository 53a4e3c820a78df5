"""Qt's own words in the trainer's language: its file dialog, the menus of its text fields, its buttons.

Qt takes the direction of writing from its translation too. Must not know our words, which are gettext's.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator


class QtWords(QObject):
    """Holds the translation that is installed; one for an application."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: QTranslator | None = None

    def speak(self, code: str) -> None:
        """Let Qt speak the language of this code; English, Qt's own, where it has no translation."""
        if self._installed is not None:
            QCoreApplication.removeTranslator(self._installed)
            self._installed = None
        locale = QLocale(code)
        QLocale.setDefault(locale)
        translator = QTranslator(self)
        if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QCoreApplication.installTranslator(translator)
            self._installed = translator
