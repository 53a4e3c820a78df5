"""How an errand ended, in a sentence and in the kind of notice that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.views.parts import Message

if TYPE_CHECKING:
    from feedback_store.delivery.sender import SendReport


def unread(error: BaseException) -> str:
    """Why a file was not taken."""
    if isinstance(error, OSError):
        return _("The file cannot be read: {reason}.").format(reason=error.strerror or error)
    return sentence(error)


def report_message(report: SendReport) -> Message:
    """How sending went, in a sentence."""
    arrived = ngettext("{} delivery arrived.", "{} deliveries arrived.", report.batches).format(
        count_text(report.batches)
    )
    if report.problem is not None:
        return Message("warning", sentence(report.problem), arrived)
    if report.returned:
        back = ngettext("{} judgement came back.", "{} judgements came back.", report.returned)
        return Message("warning", back.format(count_text(report.returned)), f"{arrived} {_('Each says why.')}")
    if report.restored:
        lost = _("The collector was put back to an older copy. What it lacked was sent again; nothing is lost.")
        return Message("warning", arrived, lost)
    return Message("success", arrived)
