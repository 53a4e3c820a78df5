"""The rule that judges in `preceptor try`: mechanical, stated, and marked in the record as no person's opinion.

It acts on the draft as a trainer does on the bench, so what is tried is the real way. Must not know the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.flow import judging
from desktop.flow.draft import AnswerDraft, Draft, RevisionDraft
from desktop.flow.judging import FlagChoice
from desktop.flow.ranking import Ranking, format_ranking, letter
from desktop.flow.word_diff import count_words
from feedback_store.rubrics import Axis, Rubric

PHRASE_WORDS = 4  # as many words in the same order, twice, are called a repetition
FLAG_CATEGORY = "wording"
STATEMENT = "A rule judged this, not a person: more words first, and a repeated phrase is flagged."

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


@dataclass(frozen=True)
class Ruled:
    """The judged draft, and a sentence for each thing that the rule did."""

    draft: Draft
    said: tuple[str, ...]


def judge(draft: Draft, rubric: Rubric) -> Ruled:
    """Rank, rate, flag and revise by rule; every answer must be ready."""
    ranking = _ranking(draft)
    judged = judging.rank(draft, ranking)
    judged = _rated(judged, rubric)
    said = [f"ranked {format_ranking(ranking)}, more words first", f"rated {len(judged.ratings)} times by counting"]
    judged, quote = _flagged(judged, rubric)
    said.append(f"flagged a repeated phrase: “{quote}”" if quote else "flagged nothing: no phrase stands twice")
    judged, words = _revised(judged)
    if words:
        said.append(f"rewrote the best answer to end with a whole sentence, {words} words shorter")
    return Ruled(judging.justify(judged, STATEMENT), tuple(said))


def repeated_phrase(text: str) -> tuple[int, int] | None:
    """Where (code points) a phrase of the text stands for the second time, if one does."""
    words = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(text)]
    seen: dict[tuple[str, ...], int] = {}
    for index in range(len(words) - PHRASE_WORDS + 1):
        phrase = tuple(word for word, _, _ in words[index : index + PHRASE_WORDS])
        first = seen.setdefault(phrase, index)
        if first + PHRASE_WORDS <= index:
            return words[index][1], words[index + PHRASE_WORDS - 1][2]
    return None


def whole_sentences(text: str) -> str:
    """A shorter text that ends with a whole sentence; where no sentence ends, the last word goes for a full stop."""
    ends = [end for match in _SENTENCE_END.finditer(text) if (end := match.end()) < len(text.rstrip())]
    if ends:
        return text[: ends[-1]]
    words = text.rstrip().rpartition(" ")[0] or text.strip()
    return f"{words.rstrip(' ,;:-–')}."


def _ranking(draft: Draft) -> Ranking:
    lengths = [count_words(draft.at(position).text) for position in range(len(draft.order))]
    tiers = tuple(
        tuple(position for position, words in enumerate(lengths) if words == length)
        for length in sorted(set(lengths), reverse=True)
    )
    return Ranking(tiers)


def _rated(draft: Draft, rubric: Rubric) -> Draft:
    longest = max((count_words(answer.text) for answer in draft.answers), default=1) or 1
    for position in range(len(draft.order)):
        for axis in rubric.axes:
            draft = judging.rate(draft, position, axis.id, _value(axis, draft.at(position), longest))
    return draft


def _value(axis: Axis, answer: AnswerDraft, longest: int) -> int:
    """Verbosity and complexity by counting, coherence by repetition; what no rule can know gets the middle step."""
    share = 0.5
    words = _WORD.findall(answer.text)
    if axis.id == "verbosity":
        share = count_words(answer.text) / longest
    elif axis.id == "complexity" and words:
        share = sum(len(word) > 6 for word in words) / len(words)
    elif axis.id == "coherence":
        share = 0.5 if repeated_phrase(answer.text) else 0.75
    return axis.lowest + round(share * (axis.highest - axis.lowest))


def _flagged(draft: Draft, rubric: Rubric) -> tuple[Draft, str]:
    if rubric.flags is None or rubric.flags.category(FLAG_CATEGORY) is None:
        return draft, ""
    for position in range(len(draft.order)):
        text = draft.at(position).text
        span = repeated_phrase(text)
        if span is not None:
            choice = FlagChoice(FLAG_CATEGORY, 1, note=f"Answer {letter(position)} says this twice")
            return judging.flag(draft, position, span, choice), text[slice(*span)]
    return draft, ""


def _revised(draft: Draft) -> tuple[Draft, int]:
    """Cut the best answer after its last whole sentence, when the model was cut off in the middle of one."""
    assert draft.tiers
    best = draft.answer(draft.tiers[0][0])
    text = whole_sentences(best.text)
    if best.finish != "length":
        return draft, 0
    revision = RevisionDraft(of=best.key, text=text, summary="A rule cut the answer after its last whole sentence.")
    return judging.revise(draft, revision), count_words(best.text) - count_words(text)
