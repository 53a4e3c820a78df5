"""The terms under which records of a project leave, to be read: laid out as a guideline is, by the same safe way."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.flow.leaving import terms_name
from desktop.flow.wording import gettext as _
from desktop.views.link_question import ask_about_link
from desktop.views.parts import HouseDialog, RenderedText, plain_label
from feedback_store.store import Terms

INSET = 8  # between the letters and the ring of the keyboard


class TermsDialog(HouseDialog):
    """Shows the text that was accepted with its name, version and licence."""

    def __init__(self, terms: Terms, parent: QWidget | None = None) -> None:
        super().__init__("termsDialog", _("Terms of this project"), _("Close"), parent)
        self.leave.hide()
        text = terms_text("termsText", terms)
        self.body.addWidget(plain_label(terms_name(terms), role="label", wrap=True, name="termsName"))
        self.body.addWidget(text, 1)
        self.main.clicked.connect(self.accept)
        self.begin_as(640, 480)
        text.setFocus()


def terms_text(name: str, terms: Terms) -> RenderedText:
    """Terms laid out: foreign Markdown, of which nothing is loaded and a link is a question."""
    text = RenderedText(name, _("Terms of this project"), inset=INSET, above=INSET)
    text.setMinimumHeight(160)
    text.show_markdown(terms.text)
    text.link_asked.connect(lambda address: ask_about_link(text, address))
    return text
