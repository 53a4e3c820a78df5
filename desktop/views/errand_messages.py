"""How an errand ended, in a sentence and in the kind of notice that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.flow import keymap
from desktop.flow.delivering import HandedOver, How, network_text, receipts_text
from desktop.flow.insisting import refused_text
from desktop.flow.key_words import HAS_TO_JOIN, OVER_ONCE_JOINED, KeyState
from desktop.flow.quantities import count_text
from desktop.flow.sent_words import deliveries_text, put_back_text, still_there_text
from desktop.flow.wording import cancelled, ngettext, sentence
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message
from desktop.views.parts.message_bar import MessageKind
from feedback_store.errors import StoreError

JOIN = "join_project"  # the way that asks for address and code again
MOVE = "move_collector"  # the way that asks for the new address of a collector

if TYPE_CHECKING:
    from feedback_store.delivery.by_file import ReadReceipts
    from feedback_store.delivery.send_report import SendReport


def unread(error: BaseException) -> str:
    """Why a file was not taken."""
    if isinstance(error, OSError):
        return _("The file cannot be read: {reason}.").format(reason=error.strerror or error)
    return sentence(error)


def problem_message(error: BaseException, reason: str = "", *, kind: MessageKind = "error") -> Message:
    """What hindered something; where joining again ends it, that is the way out. To cancel a question is no error."""
    ways: tuple[tuple[str, str, str], ...] = ()
    if isinstance(error, StoreError) and (error.code in OVER_ONCE_JOINED or error.values.get("why") == "other_key"):
        ways = ((JOIN, _("Join a team's project …"), keymap.current().shown("join_project")),)
    if isinstance(error, StoreError) and error.code in ("unreachable", "not_there"):
        ways = ((MOVE, _("It has moved …"), keymap.current().shown("move_collector")),)
    if cancelled(error):
        kind = "notice"
    return Message(kind, sentence(error), reason, ways)


def key_message(state: KeyState, words: str) -> Message | None:
    """That what this device's key signs is not taken in a team's project, and what to do; None where it is, or may yet
    be. `words` are those of the state.
    """
    if state in HAS_TO_JOIN:
        text = _("This device's key has to join.")
    elif state in ("refused", "ending", "revoked"):
        text = _("This device's key has ended.")
    else:
        return None
    ways = ((JOIN, _("Join a team's project …"), keymap.current().shown("join_project")),)
    return Message("warning", text, words, ways)


def saved_message(handed: HandedOver) -> Message:
    """That deliveries were written into a file; and that a new chain was begun, which somebody should know."""
    return Message("warning" if handed.began else "success", str(handed), handed.began)


def report_message(report: SendReport, began: str = "", how: How = "now") -> Message:
    """How sending went, in a sentence; and that a new chain was begun."""
    arrived, put_back = deliveries_text(report), put_back_text(report)
    if report.problem is not None:
        return problem_message(report.problem, _joined(arrived, put_back, began), kind="warning")
    if report.returned:
        back = ngettext("{} judgement came back.", "{} judgements came back.", report.returned)
        reason = _joined(arrived, _("Each says why."), put_back, began)
        return Message("warning", back.format(count_text(report.returned)), reason)
    asked = put_back or (still_there_text(report) if how == "look" else "")
    text, reason = (asked, began) if asked and report.batches == report.again else (arrived, _joined(asked, began))
    text = text or _("Nothing new had to be sent.")
    return Message("warning" if put_back or began else "success", text, reason)


def receipts_message(read: ReadReceipts) -> Message:
    """What a file of receipts brought; what it stopped comes first, since something is to be done about it."""
    text = receipts_text(read)
    back = ngettext("{} judgement came back.", "{} judgements came back.", read.returned)
    reason = f"{back.format(count_text(read.returned))} {_('Records says why.')}" if read.returned else ""
    reason = _joined(reason, refused_text(read.withdrawals))
    if read.problems:
        others = [sentence(problem) for problem in read.problems[1:]]
        return problem_message(read.problems[0], _joined(network_text(read), *others, text, reason), kind="warning")
    return Message("warning" if reason or read.missing is not None else "success", text, reason)


def _joined(*sentences: str) -> str:
    return " ".join(said for said in sentences if said)
