"""Why what a button does cannot be done just now, in a sentence; "" where it can. Must not know Qt."""

from __future__ import annotations

from desktop.flow.wording import gettext as _
from feedback_store.record_table import Way


def ranked(answers: int) -> str:
    """Why answers are neither ranked nor called not rankable: it takes two of them."""
    if answers != 1:
        return ""
    return _("There is one answer, and nothing to rank it against. Rate it, or call it good or bad, and save.")


def sent(*, joined: bool, waits: bool, sending: bool) -> str:
    """Why nothing is signed and sent."""
    if not joined and not waits:
        return _(
            "No collector is joined, so nothing can be sent, and nothing is released yet. What is released can be "
            "saved as a file."
        )
    return again(joined=joined, sending=sending) or ("" if waits else _("Nothing is released yet."))


def again(*, joined: bool, sending: bool) -> str:
    """Why nothing is sent anew."""
    if not joined:
        return _("No collector is joined, so nothing can be sent. It can be saved as a file.")
    return _("It is being sent.") if sending else ""


def released_clean(*, clean: bool, undecided: bool) -> str:
    """Why no records are released together."""
    if clean:
        return ""
    return _("What waits here has places to be looked at first.") if undecided else _("Nothing waits to be released.")


def saved_as_file(*, released: bool, signed: bool) -> str:
    """Why there is no file of deliveries."""
    return "" if released or signed else _("Nothing is released or signed yet.")


def receipt_shown(*, arrived: bool) -> str:
    """Why no receipt of a delivery is shown."""
    return "" if arrived else _("There is no receipt yet: a delivery has one once it has arrived.")


def receipts_read(*, signed: bool) -> str:
    """Why no receipts are read."""
    return "" if signed else _("Nothing is signed yet that a receipt could be for.")


def work_stated(*, delivered: bool) -> str:
    """Why there is no statement of work."""
    return "" if delivered else _("Nothing has been delivered yet.")


def released(way: Way | None, *, judged: bool) -> str:
    """Why a record of the outbox is not released; `way` is None where none is chosen."""
    return held(way, judged=judged) or (_("It was on its way. “Send again” releases it.") if way == "waiting" else "")


def held(way: Way | None, *, judged: bool) -> str:
    """Why a record of the outbox is not held back."""
    if way is None:
        return _("No record is chosen.")
    if not judged:
        return _("A withdrawal leaves with the next delivery, and is not held back.")
    return _("It came back. Mend it on the bench and save it first.") if way == "returned" else ""


def blacked_out(*, judged: bool, selected: bool) -> str:
    """Why no words of a record are blacked out."""
    if not judged:
        return _("There are no words to black out.")
    return "" if selected else _("Select the words in the text first.")


def judged_from_inbox(*, chosen: bool) -> str:
    """Why no answer of the inbox is judged or discarded."""
    return "" if chosen else _("No answer is chosen.")


def all_judged(*, waits: bool, accepting: bool) -> str:
    """Why the answers of the inbox are not taken to the bench together."""
    if accepting:
        return _("They are being put on the bench.")
    return "" if waits else _("Nothing waits.")


def flags_shown(count: int) -> str:
    """Why the flags are not opened."""
    return "" if count else _("Nothing is flagged yet.")


def more_of_record(*, there: bool) -> str:
    """Why there is nothing more to do with a record."""
    return "" if there else _("No record is chosen, or it was erased.")


def judgement_used(*, there: bool, judged: bool) -> str:
    """Why a judgement is not compared, and has no tags."""
    if not there or judged:
        return more_of_record(there=there)
    return _("That is for a judgement that counts: its newest version, not withdrawn.")


def record_blacked_out(*, there: bool, judged: bool, own: bool) -> str:
    """Why nothing is blacked out in a record."""
    other = "" if own else _("Another trainer judged it, and only they change it.")
    return judgement_used(there=there, judged=judged) or other


def record_reinstated(*, there: bool, withdrawn: bool) -> str:
    """Why a judgement is not let stand again."""
    return more_of_record(there=there) or ("" if withdrawn else _("It was not withdrawn."))


def guideline_read(*, there: bool, named: bool) -> str:
    """Why no guideline of a judgement is read."""
    return more_of_record(there=there) or ("" if named else _("It names no guideline."))


def page_opened(*, kept: bool) -> str:
    """Why the page of an answer is not opened."""
    return "" if kept else _("The address of its page was not kept.")


def captures_joined(*, marked: int) -> str:
    """Why no two captures become one."""
    return "" if marked == 2 else _("Mark the two parts of one conversation, then join them.")


def filtered(*, values: bool) -> str:
    """Why nothing is filtered by."""
    return "" if values else _("No record here has one.")


def turn_joined(*, last: bool) -> str:
    """Why a turn is not joined with the next one."""
    return _("It is the last turn.") if last else ""


def turn_removed(*, only: bool) -> str:
    """Why a turn is not removed."""
    return _("It is the only turn.") if only else ""


def turns_put_back(*, changed: bool) -> str:
    """Why the turns are not put back."""
    return "" if changed else _("They are as they came.")


def changed(there: bool) -> str:
    """Why nothing is kept or taken back."""
    return "" if there else _("Nothing has changed yet.")


def undone(there: bool) -> str:
    """Why there is no step back."""
    return "" if there else _("There is nothing to undo.")


def redone(there: bool) -> str:
    """Why there is no step forward."""
    return "" if there else _("There is nothing to redo.")


def part_moved(*, in_list: bool, end: bool, up: bool) -> str:
    """Why a part of a rubric is not moved."""
    if not in_list:
        return _("This part has a place of its own.")
    if not end:
        return ""
    return _("It is the first.") if up else _("It is the last.")


def part_removed(*, whole: bool) -> str:
    """Why a part of a rubric is not taken out."""
    return _("That is the rubric itself.") if whole else ""


def backed_up(*, busy: bool) -> str:
    """Why no backup is made."""
    return _("A backup is being made or read.") if busy else ""


def put_back(*, chosen: bool, busy: bool = False) -> str:
    """Why no backup is put back."""
    return backed_up(busy=busy) or ("" if chosen else _("No backup is chosen."))


def backup_read() -> str:
    """Why the file that is named is not put back yet."""
    return _("Name a backup first. It is read before it can be put back.")


def text_smaller(*, least: bool) -> str:
    """Why text does not become smaller."""
    return _("Text cannot be smaller.") if least else ""


def text_larger(*, most: bool) -> str:
    """Why text does not become larger."""
    return _("Text cannot be larger.") if most else ""


def text_usual(*, usual: bool) -> str:
    """Why text is not put back to its usual size."""
    return _("Text has its usual size.") if usual else ""


def key_changed(*, there: bool) -> str:
    """Why no key is changed, and no devices are listed."""
    return "" if there else _("There is no key here that signs, it can sign no more, or it has to join first.")


def browser_used(*, chosen: bool) -> str:
    """Why no browser is renamed, disconnected or repaired."""
    return "" if chosen else _("No browser is chosen.")


def next_place(count: int) -> str:
    """Why there is no other place to go to."""
    return "" if count > 1 else _("It stands in one place only.")


def next_difference(count: int) -> str:
    """Why there is no difference to go to."""
    return "" if count else _("They say the same.")


def usual_key(*, own: bool) -> str:
    """Why a command is not given its usual key back."""
    return "" if own else _("Choose a command whose key you changed.")


def device_ended(*, listed: bool, ended: bool = False) -> str:
    """Why no device is chosen to be ended."""
    if ended:
        return _("This device's key has ended already.")
    return "" if listed else _("This device is not in the list.")


def model_used(*, busy: bool) -> str:
    """Why nothing is done with a model."""
    return _("Something else is being done with it. Wait until it has ended.") if busy else ""


def model_read(*, busy: bool) -> str:
    """Why no other file of a model is chosen."""
    return _("A file is being read.") if busy else ""
