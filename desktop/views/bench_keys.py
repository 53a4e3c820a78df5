"""Single keys at the answers, and what each command asks of the bench."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.flow import answers_anew, conversation, failed_answers, judging, keymap, page_address, why_not
from desktop.flow.ranking import letter
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.link_question import ask_about_page
from desktop.views.parts import Message
from desktop.views.parts.key_names import HELD, key_name

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage

RANKING = ("best", "rank", "all_good", "all_bad", "not_rankable")
COMPARING = ("best", "rank", "not_rankable")  # of these one answer alone has none


def answers_key(page: BenchPage, session: BenchSession, event: QKeyEvent) -> bool:
    """Do what the key means at the answers; False for a key that means nothing there."""
    command = keymap.current().at("answers", key_name(event))
    text = "" if event.modifiers() & HELD else event.text()
    if page.typed.go_on(text):
        return True
    if text and page.typed.begin(text, command, session.draft):
        say_letters_are_commands(page)
        return True
    if command is not None:
        do(page, session, command)
        return True
    if event.modifiers() & HELD:
        return False
    if text.isdigit() and text != "0" and int(text) <= len(page.answers.cards):
        page.answers.choose(int(text) - 1)
    elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        page.ratings.start_at(page.answers.current)
    elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and len(page.answers.cards) > 2:
        page.answers.next_pair(1 if event.key() == Qt.Key.Key_PageDown else -1)
    elif text in (">", "=") and session.rubric.verdicts:
        refused = why_not.ranked(len(session.draft.order))
        if not refused:
            page.verdict.ranking.begin(text)
        elif session.draft.answers:
            page.say_here(refused)
    elif event.key() == Qt.Key.Key_Escape and session.runs.any:
        words = _("The models go on writing. {key} stops them, and what is written stays.")
        page.say_here(words.format(key=keymap.current().shown("stop")))
    else:
        return False
    return True


def say_letters_are_commands(page: BenchPage) -> None:
    """Words were typed where letters do something: say so at once, and where words go."""
    words = _("Letters are commands at the answers, so nothing was typed. {key} goes back to the prompt.")
    page.say_here(words.format(key=keymap.current().shown("previous_part")))


def take_example(page: BenchPage, session: BenchSession, text: str) -> None:
    """An example in the prompt, to be gone on with; what was written there is a step of undo away, and that is said."""
    field, written = page.prompt.text, session.draft.prompt.text
    session.history.pause()
    field.setPlainText(text)
    session.history.pause()
    page.open_part(field)
    field.moveCursor(QTextCursor.MoveOperation.End)
    if written.strip() and written != text:
        page.says.say_undoable(_("The example took the place of your prompt."))


def do(page: BenchPage, session: BenchSession, command: str) -> None:
    """Do a command of the answers; those of a ranking do nothing where the rubric asks for none."""
    draft, current = session.draft, page.answers.current
    if not draft.answers or (command in RANKING and not session.rubric.verdicts):
        return
    refused = why_not.ranked(len(draft.order)) if command in COMPARING else ""
    if refused:
        page.say_here(refused)
    elif command == "best":
        session.act(judging.best(draft, current))
    elif command == "rank":
        page.verdict.ranking.begin()
    elif command == "continue":
        conversation.continue_with(session, conversation.meant_by(draft, draft.order[current]))
        page.arrive()
    elif command == "continue_original":
        conversation.continue_with(session, draft.order[current])
        page.arrive()
    elif command == "branch":
        page.turns.branch()
    elif command == "rendered":
        page.answers.show_rendered(not page.answers.rendered)
    elif command == "flag" and page.answers.rendered:
        page.answers.show_rendered(False)  # words are marked in the source
    elif command == "flag":
        page.flagging.begin()
    elif command == "mark_personal" and page.answers.rendered:
        page.answers.show_rendered(False)
    elif command == "mark_personal":
        page.personal.mark()
    elif command == "rewrite":
        page.revising.open(current)
    elif command == "write_own":
        session.act(judging.write_own(draft))
        page.answers.choose(len(page.answers.cards) - 1)
    elif command == "remove_own":
        remove_own(page, session, current)
    elif command == "again":
        write_again(page, session, current)
    elif command == "more_answers":
        answers_anew.more(session)
    elif command == "show_now":
        answers_anew.show_now(session)
        page.back_to_answers()
    elif command == "leave_out":
        leave_out(page, session, current)
    elif command == "judge_newest":
        page.rubric.judge_by_newest()
    elif command == "go_on":
        answers_anew.go_on(session, current)
    elif command == "all_good":
        session.act(judging.all_equal(draft, "all_good"))
    elif command == "all_bad":
        session.act(judging.all_equal(draft, "all_bad"))
    elif command == "not_rankable":
        page.ranking.say_not_rankable()
    elif command == "sure":
        page.open_part(page.verdict.sure)
    elif command == "why":
        page.open_part(page.panel.why)
    elif command == "stop_answer":
        session.cancel(current)
    elif command == "copy_answer":
        page.copy_answer(current)
    elif command == "open_page":
        open_page(page, session)


def go_to(page: BenchPage, session: BenchSession, place: str) -> None:
    """Put the keyboard on what a notice is about (checks.Place)."""
    targets: dict[str, QWidget] = {
        "prompt": page.prompt.text,
        "ranking": page.verdict.ranking.field,
        "flags": page.panel.flags,
        "why": page.panel.why,
        "personal": page.panel.personal.list,
    }
    if place == "begun_flag":
        page.flagging.begin()
    elif place == "begun_reason":
        page.ranking.go_on()
    elif place == "ratings":
        page.ratings.start_at_missing()
    elif place == "revision":
        page.revising.open_again()
    elif place == "own":
        page.revising.open(judging.empty_own(session.draft) or 0)
    elif place in targets:
        page.open_part(targets[place])
    elif place == "answers" and failed_answers.to_be_settled(session.draft):
        page.answers.choose(failed_answers.to_be_settled(session.draft)[0])
    else:
        page.arrive()


def open_page(page: BenchPage, session: BenchSession) -> None:
    """Ask whether the page of a captured answer is to be opened, or say why it is not."""
    why = page_address.hidden_because(session.draft)
    if why:
        page.message.show_message(Message("notice", why))
        return
    context = page_address.context_of(session.draft)
    assert context is not None  # it has a page, or that would have been said
    texts = [each.text for each in session.draft.answers]
    ask_about_page(page, page_address.address_of(context.page, texts), partial(session.reopened, context))


def remove_own(page: BenchPage, session: BenchSession, position: int) -> None:
    """Remove an answer of one's own; one of a model stays."""
    own = session.draft.at(position)
    if own.origin.kind == "human":
        session.act(judging.remove_own(session.draft, position))
        page.back_to_answers()
        if own.text.strip():
            page.says.say_undoable(_("Your own answer is removed."))


def write_again(page: BenchPage, session: BenchSession, position: int) -> None:
    """Let a model write an answer anew, and say what goes with the one that stood there."""
    old, step = session.draft.at(position), session.history.before
    answers_anew.again(session, position)
    if old.text.strip() and session.history.before is not step:
        words = _("{letter} is written again. What stood there is gone, with what was judged of it.")
        page.says.say_undoable(words.format(letter=letter(position)))


def leave_out(page: BenchPage, session: BenchSession, position: int) -> None:
    """Leave an answer out of the judgement, or say why it stays."""
    why = failed_answers.cannot_be_left_out(session.draft, position)
    if why:
        page.message.show_message(Message("notice", why))
        return
    session.act(failed_answers.leave_out(session.draft, position))
    page.back_to_answers()
