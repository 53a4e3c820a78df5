"""What a question's filled button promises: that Enter presses it, or the other key that stands on it.

Whoever reads a question reads the filled button first. Must not know which dialogs there are.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from desktop.flow import keymap
from desktop.views.parts import KeyButton

BY_THEMSELVES = ("keysDialog",)  # whose field and list take Enter, both to do what the filled button says


def enter_does_another(shown: QWidget) -> list[str]:
    """The filled buttons of a dialog that Enter does not press, though no other key stands on them; or of which there
    are two, or which stand beside a button that has the keyboard and would take Enter from them.
    """
    if not isinstance(shown, QDialog):
        return []
    buttons = [each for each in shown.findChildren(QPushButton) if each.isVisible() and each.isEnabled()]
    filled = [each for each in buttons if isinstance(each, KeyButton) and each.kind == "main"]
    by_enter = [each for each in buttons if each.isDefault()]
    focus = shown.focusWidget()
    wrong = [f"two are filled: {[each.text() for each in filled]}"] if len(filled) > 1 else []
    for each in filled:
        others = [other for other in by_enter if other is not each]
        takes_it = [focus] if isinstance(focus, QPushButton) and focus is not each else []
        wrong += [f"{each.text()} is filled, Enter is {other.text()}" for other in (*others, *takes_it)]
        nothing = not each.isDefault() and each.hint in ("", keymap.shown("Return"))
        if nothing and shown.objectName() not in BY_THEMSELVES and not shown.findChild(QWidget, "rubricList"):
            wrong.append(f"{each.text()} is filled, and Enter does not press it")
    return wrong
