"""Several models answer one prompt: whose place is whose, and blind answers that are not seen before all have come.

What streams tells its model by its speed. So the texts of blind answers by several models wait for one another, and
appear when the last has ended, or once they are asked for. Which of them is ready already is not seen either, nor why
one failed: that names its model. What a model has not begun, and never will, says so at once, for it can be mended
meanwhile. Must not know Qt or the store.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from desktop.flow import keymap
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.failed_answers import came_to_nothing
from desktop.flow.model_names import LONGEST_BEGINNING, begun_name
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence, veiled
from local_models.errors import EngineError

replace = msgspec.structs.replace

MOST_MODELS = 4  # beside one another
MOST_ANSWERS = 8  # that the bench is made for
COUNTS = (1, 2, 3, 4, 6, 8)


def counts(models: int) -> tuple[int, ...]:
    """How many answers each of so many models can be asked for."""
    return tuple(count for count in COUNTS if count * max(1, models) <= MOST_ANSWERS)


def with_models(prompt: PromptDraft, models: Collection[str], each: int | None = None) -> PromptDraft:
    """The prompt asked of these models, the first four; `each` answers of one, or about as many in all as before."""
    first, *beside = tuple(dict.fromkeys(models))[:MOST_MODELS] or ("",)
    all_of_them = 1 + len(beside)
    wanted = each if each is not None else prompt.answers * len(prompt.models) // all_of_them
    fit = max((count for count in counts(all_of_them) if count <= wanted), default=1)
    if all_of_them == len(prompt.models) and each is None:
        fit = prompt.answers
    return replace(prompt, model=first, beside=tuple(beside), answers=fit)


def without_gone(prompt: PromptDraft, names: Collection[str]) -> PromptDraft:
    """The prompt asked of those of its models that are still there; where none is, of the first of all."""
    left = tuple(name for name in prompt.models if name in names)
    return prompt if left == prompt.models else with_models(prompt, left or tuple(names)[:1])


def author(answer: AnswerDraft) -> str:
    """By whom a model's answer is, as the bench names its models; "" where nobody knows."""
    known = answer.origin.model
    return answer.model or (known.name if known is not None else "")


def asked_again(draft: Draft, answer: AnswerDraft) -> str:
    """Which model writes an answer anew: its own; where one wrote all, the one that is chosen by now."""
    own = answer.model
    return own if own and (len(draft.prompt.models) > 1 or several(draft)) else draft.prompt.model


def several(draft: Draft) -> bool:
    """Whether the answers are of more than one model."""
    return len({answer.model for answer in draft.answers if answer.model}) > 1


def hidden(draft: Draft) -> frozenset[str]:
    """The keys of the answers whose texts are not seen yet."""
    held = frozenset(answer.key for answer in draft.answers if answer.key in draft.held)
    return held if draft.blind and any(not draft.answer(key).ready for key in held) else frozenset()


def hold(draft: Draft, keys: Collection[str]) -> Draft:
    """The draft whose blind answers of several models, those of these keys, are seen once all of them have ended."""
    if not (draft.blind and several(draft)):
        return replace(draft, held=())
    return replace(draft, held=tuple(sorted(keys)), streamed=draft.streamed and len(keys) < len(draft.answers))


def show_now(draft: Draft) -> Draft:
    """The draft with all texts to be seen as far as they are; what is still to come streams."""
    return replace(draft, held=(), streamed=True) if hidden(draft) else draft


def as_seen(draft: Draft, key: str) -> AnswerDraft:
    """An answer as it may be shown: waiting, where its text waits for others.

    Of a blind one that is being written, the end is not seen while it may be the beginning of a name.
    """
    answer = draft.answer(key)
    if key in hidden(draft) and not came_to_nothing(answer):
        return AnswerDraft(key=key, origin=answer.origin, model=answer.model, run=answer.run)
    if draft.blind and answer.state == "writing" and answer.text:
        return replace(answer, text=answer.text[: begun_name(answer.text, _models(draft))])
    return replace(answer, problem="") if answer.problem and draft.blind else answer


def _models(draft: Draft) -> tuple[str, ...]:
    """What the models of the answers are called, by the bench and by their files."""
    called = (name for each in draft.answers for name in (each.model, author(each)))
    return tuple(dict.fromkeys(name for name in called if name))


def seen_text(draft: Draft, key: str) -> str:
    """The text of an answer as far as it may be read."""
    return as_seen(draft, key).text


def any_seen(draft: Draft) -> bool:
    """Whether a word of any answer may be read. Asked at each word that comes: of a longer text the end matters not."""
    held = hidden(draft)
    long = any(len(answer.text) > LONGEST_BEGINNING and answer.key not in held for answer in draft.answers)
    return long or any(seen_text(draft, answer.key) for answer in draft.answers)


def note(draft: Draft, key: str) -> str:
    """What is said in the place of an answer beside others of several models, "" for nothing.

    Each failed for a reason of its own; blind, it is the way to read that, for it names the model. What was stopped
    waits for the others like any.
    """
    answer = as_seen(draft, key)
    if answer.state == "waiting" and draft.answer(key).state == "stopped":
        return _("Stopped. It appears with the others.")
    if answer.state != "failed" or not several(draft):
        return ""
    if draft.blind:
        return _("This answer failed. {key} shows names and reasons.").format(key=keymap.current().shown("blind"))
    return answer.problem


def refusal(draft: Draft, problem: str | EngineError) -> tuple[str, str]:
    """What is said where a model could not be asked again, and beside blind answers: of several not which and why."""
    if draft.blind and several(draft):
        why = _("The model of this answer cannot be asked now. Leave the answer out, or show the names to read why.")
        return why, why
    return (problem, problem) if isinstance(problem, str) else (sentence(problem), veiled(problem))


def waiting_words(draft: Draft) -> str:
    """What is said while texts wait for one another; "" where none do."""
    waiting = hidden(draft)
    if not waiting:
        return ""
    if len(waiting) == 1:
        return _("This answer appears once it is written, so that its speed does not tell the model.")
    done = sum(draft.answer(key).ready for key in waiting)
    words = ngettext(
        "{done} of {all} answer is written. They appear together, so that no speed tells the model.",
        "{done} of {all} answers are written. They appear together, so that no speed tells the model.",
        len(waiting),
    )
    return words.format(done=done, all=len(waiting))
