"""What a session tells that is no part of a draft: what was saved, how it stands, what went wrong. Must not know Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from desktop.flow import revising
from desktop.flow.arena_vote import is_voted
from desktop.flow.checks import Notice
from desktop.flow.draft import Draft
from desktop.flow.together import as_seen
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, ours
from feedback_store.rubrics import Rubric
from feedback_store.store import StoredRecord


@dataclass(frozen=True)
class Saved:
    """A judgement that is durably stored, and the draft it came from (for undoing the save)."""

    stored: StoredRecord
    draft: Draft
    doubts: tuple[Notice, ...]


def saved_already(saved: Saved | None, draft: Draft) -> str:
    """That the judgement is saved and nothing was begun since; "" where there was none, or something was."""
    if saved is None or not draft.empty:
        return ""
    return _("Your judgement is saved. Nothing is new since.")


@dataclass(frozen=True)
class Problem:
    """Something that went wrong: one sentence; `while_doing` says what. `veiled` is the same without a model's name."""

    text: str
    while_doing: Literal["generate", "save", "draft"]
    veiled: str = ""

    def beside(self, draft: Draft) -> str:
        """What may be read of it beside the answers of a draft."""
        return self.veiled or self.text if draft.blind and draft.answers else self.text


def status_words(draft: Draft, *, writing: bool, kept: bool) -> tuple[str, ...]:
    """How draft and models stand, in a few words each."""
    said = (_("Draft kept"),) if kept and not draft.empty else ()
    if not writing:
        return (*said, _("Models idle"))
    if draft.finished:
        return (*said, _("Rewriting"))
    done = sum(answer.ready for answer in draft.answers)
    return (*said, _("Writing, {done} of {all} done").format(done=done, all=len(draft.answers)))


def standing_text(rank: int, *, tied: bool) -> str:
    """A place in the ranking in words: "Best", "2nd, tied", "4th"."""
    if rank == 0:
        return _("Best, tied") if tied else _("Best")
    ordinals = (_("1st"), _("2nd"), _("3rd"), _("4th"), _("5th"), _("6th"), _("7th"), _("8th"))
    name = ordinals[rank] if rank < len(ordinals) else str(rank + 1)
    return _("{place}, tied").format(place=name) if tied else name


def all_alike_text(draft: Draft) -> str:
    """What is said of all answers in place of a ranking, in the words of its button; "" where nothing is."""
    if draft.not_rankable is not None:
        return _("Not rankable")
    return "" if draft.level is None else _("All good") if draft.level == "all_good" else _("All bad")


def rewritten_words(draft: Draft, key: str) -> str:
    """Whether an answer has a version in other words, and whether that goes into the record; "" for none."""
    revision = draft.revision
    if revision is not None and revision.of == key:
        if not revising.rewrites_nothing(draft):
            return _("Rewritten")
        return "" if revising.only_looked_at(draft) else _("Rewriting begun, nothing changed yet")
    return _("Rewritten, set aside") if any(each.of == key for each in draft.set_aside) else ""


def whole_flags(draft: Draft, rubric: Rubric, key: str) -> tuple[str, ...]:
    """The names of the flags on an answer as a whole."""
    found = (flag for flag in draft.flags if flag.candidate == key and flag.span is None)
    named = (rubric.flags.category(flag.category) if rubric.flags is not None else None for flag in found)
    return tuple(ours(category.name) for category in named if category is not None)


def whole_words(flags: tuple[str, ...]) -> str:
    """These flags in a few words."""
    if len(flags) < 2:
        return "".join(flags)
    return ngettext("{} flag on the whole answer", "{} flags on the whole answer", len(flags)).format(len(flags))


def gone_on_words() -> str:
    """Why an answer has to stay."""
    return _("The conversation goes on from this answer, so it stays. Generate makes a branch.")


def answer_words(draft: Draft, rubric: Rubric, position: int) -> str:
    """How the answer at a position stands, for people who hear it: place, state, ranking, ratings, flags."""
    key = draft.order[position]
    answer = as_seen(draft, key)
    words = [_("{place} of {all}").format(place=position + 1, all=len(draft.order))]
    if not answer.ready:
        words.append(_("being written"))
    words += _verdict_words(draft, rubric, key)
    if rubric.questions:
        said = sum(draft.answered_with(key, asked.id) is not None for asked in rubric.questions)
        words.append(_("{said} of {all} questions answered").format(said=said, all=len(rubric.questions)))
    if rubric.axes:
        rated = sum(draft.rating(key, axis.id) is not None for axis in rubric.axes)
        words.append(_("{rated} of {all} rated").format(rated=rated, all=len(rubric.axes)))
    flags = sum(flag.candidate == key for flag in draft.flags)
    if flags:
        words.append(ngettext("{} flag", "{} flags", flags).format(flags))
    version = revising.to_be_saved(draft).revision
    if version is not None and version.of == key:
        words.append(_("rewriting begun") if revising.rewrites_nothing(draft) else _("rewritten"))
    if any(each.of == key for each in draft.set_aside):
        words.append(_("rewritten, set aside"))
    return ", ".join(words)


def _verdict_words(draft: Draft, rubric: Rubric, key: str) -> list[str]:
    """What the verdict says where it gives the answer no place of its own, which stands in its name already."""
    if not rubric.verdicts or len(draft.order) < 2:
        return []
    if draft.not_rankable is not None:
        return [_("not rankable")]
    if draft.level is not None:
        bad = _("both are bad") if is_voted(draft, rubric) else _("all bad")
        return [_("all good") if draft.level == "all_good" else bad]
    ranked = draft.tiers is not None and any(key in tier for tier in draft.tiers)
    return [] if ranked else [_("not ranked")]


def ended_words(draft: Draft, waited: Collection[str]) -> str:
    """What became of the answers that were waited for, by their keys, for people who hear it."""
    states = [answer.state for answer in draft.answers if answer.key in waited]
    done, stopped, failed = (states.count(state) for state in ("done", "stopped", "failed"))
    words = (
        ngettext("{} answer is written", "{} answers are written", done).format(done) if done else "",
        ngettext("{} answer was stopped", "{} answers were stopped", stopped).format(stopped) if stopped else "",
        ngettext("{} answer failed", "{} answers failed", failed).format(failed) if failed else "",
    )
    return ", ".join(filter(None, words))
