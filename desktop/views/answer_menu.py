"""The menu of one answer: all that can be done with it, with the key of each."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow import keymap
from desktop.flow.wording import gettext as _
from desktop.views.parts import HouseMenu


def answer_menu(words: str, parent: QWidget, *, own: bool, of_page: bool = False) -> HouseMenu:
    """Entries whose data is an act of CardAct. `own`: the answer is one's own; `of_page`: known as a page's."""
    menu, keys = HouseMenu("answerMenu", words, parent), keymap.current()
    theirs = (
        (_("Write again"), "again", "again"),
        (_("Go on where it was cut off"), "go_on", "go_on"),
        (_("Stop writing"), "stop", "stop_answer"),
        (_("Rewrite"), "rewrite", "rewrite"),
    )
    mine = (
        (_("Go on writing"), "rewrite", "rewrite"),
        (_("Remove my own answer"), "remove_own", "remove_own"),
    )
    both = ((_("Flag the whole answer"), "flag", "flag"), (_("Copy the text"), "copy", "copy_answer"))
    page = ((_("Open its page again …"), "page", "open_page"), (_("Rewrite"), "rewrite", "rewrite"))
    for text, act, command in (*(mine if own else page if of_page else theirs), *both):
        menu.entry(text, act, key=keys.shown(command))
    menu.entry(_("Drop this comparison"), "drop", key=keys.shown("drop"))
    return menu
