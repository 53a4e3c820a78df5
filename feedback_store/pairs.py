"""What a judgement becomes: pairs, labels, examples and battles. The table of docs/datasets.md, written once.

Each function takes one judgement and gives rows, and a reason for each thing that it left out. Pure: no files, no
order, no randomness. Must not know the shape of any file format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, product
from typing import Literal

from feedback_store.pair_parts import (
    REASONS,
    Battle,
    Contestant,
    Labelled,
    Made,
    Pair,
    Response,
    Rules,
    Triple,
)
from feedback_store.record_parts import Candidate, Judgement, Message, Verdict
from feedback_store.rubrics import Rubric, flag_set

__all__ = [
    "REASONS",
    "Battle",
    "Contestant",
    "Labelled",
    "Made",
    "Pair",
    "Response",
    "Rules",
    "Triple",
    "battles",
    "examples",
    "labelled",
    "preference",
    "reward",
    "severest",
    "triples",
]

REVISION = "revision"
ASSISTED = "assisted revision"
FOREIGN = ("page", "endpoint")
UNFINISHED = ("length", "cancelled", "error")
STRONG = 2  # from this strength on an order says good and bad too, with `kto_from_order`


def preference(judgement: Judgement, rules: Rules) -> Made[Pair]:
    """Pairs of a better and a worse answer to the same messages; a revision is better than what it revises.

    Answers that were called not rankable give no pair at all, a revision of them neither.
    """
    if unfit := _unfit(judgement):
        return Made(left_out=(unfit,))
    responses = _responses(judgement)
    verdict = _verdict(judgement, rules.axis)
    wanted = _pairs(responses, verdict, rules)
    if judgement.revision is not None and (verdict is None or verdict.not_rankable is None):
        wanted.append(Pair(responses[REVISION], responses[judgement.revision.of]))
    rows: list[Pair] = []
    left_out: list[str] = []
    for pair in wanted:
        reason = _unpaired(judgement, rules, pair)
        if reason is None:
            rows.append(pair)
        else:
            left_out.append(reason)
    if not wanted:
        left_out.append(_why_no_order(verdict, judgement))
    return Made(tuple(rows), tuple(left_out))


def triples(judgement: Judgement, rules: Rules) -> Made[Triple]:
    """The pairs of answers, each beside the revision that both could have been. No revision, no triple."""
    if unfit := _unfit(judgement):
        return Made(left_out=(unfit,))
    if judgement.revision is None:
        return Made(left_out=("no_revision",))
    if _is_unchanged(judgement):
        return Made(left_out=("unchanged",))
    responses = _responses(judgement)
    verdict = _verdict(judgement, rules.axis)
    reference = responses[REVISION]
    wanted = _pairs(responses, verdict, rules)
    rows: list[Triple] = []
    left_out: list[str] = []
    for pair in wanted:
        against_worse = Pair(reference, pair.rejected)
        reason = _unpaired(judgement, rules, pair) or _unpaired(judgement, rules, against_worse)
        if reason is None:
            rows.append(Triple(pair, reference))
        else:
            left_out.append(reason)
    if not wanted:
        left_out.append(_why_no_order(verdict, judgement))
    return Made(tuple(rows), tuple(left_out))


def reward(judgement: Judgement, rules: Rules) -> Made[Pair]:
    """The pairs of `preference`; with `margin` those alone that have a strength."""
    made = preference(judgement, rules)
    if not rules.margin:
        return made
    kept = tuple(pair for pair in made.rows if pair.strength is not None)
    return Made(kept, made.left_out + ("no_strength",) * (len(made.rows) - len(kept)))


def labelled(judgement: Judgement, rules: Rules, rubric: Rubric | None = None) -> Made[Labelled]:
    """At most one row an answer, good or bad: a flag of the highest severity decides first, then level, then order."""
    if unfit := _unfit(judgement):
        return Made(left_out=(unfit,))
    flagged = _severely_flagged(judgement, rubric)
    verdict = _verdict(judgement, rules.axis)
    labels = {**_order_labels(verdict, rules), **_level_labels(verdict), **dict.fromkeys(flagged, False)}
    unchanged = _is_unchanged(judgement)
    if judgement.revision is not None and not unchanged:
        labels[REVISION] = True
    responses = _responses(judgement)
    wanted = [(response, labels[key], key in flagged) for key, response in responses.items() if key in labels]
    rows: list[Labelled] = []
    left_out: list[str] = ["unchanged"] * unchanged
    for response, label, is_flagged in wanted:
        same = [entry for entry in wanted if entry[0].text.strip() == response.text.strip()]
        reason = _barred(judgement, rules, response)
        if reason is None and not _speaks_for_its_text(response, label, is_flagged, same):
            reason = "identical"
        if reason is None:
            rows.append(Labelled(response, label))
        else:
            left_out.append(reason)
    if not wanted and not unchanged:
        left_out.append("not_called_good_or_bad")
    return Made(tuple(rows), tuple(left_out))


def examples(judgement: Judgement, rules: Rules, rubric: Rubric | None = None) -> Made[Response]:
    """Answers worth imitating: revisions, answers by hand, answers called good, and by rule winners and well rated.

    "Not rankable" compares nothing and calls nothing bad, so that what was written by hand or rewritten leaves all the
    same; "all bad" is said of every answer, so that of those only the revision does.
    """
    if unfit := _unfit(judgement):
        return Made(left_out=(unfit,))
    responses = _responses(judgement)
    chosen = _called_good(judgement, rules)
    flagged = _severely_flagged(judgement, rubric)
    finish = {candidate.key: candidate.finish for candidate in judgement.candidates}
    rows: list[Response] = []
    left_out: list[str] = ["unchanged"] * _is_unchanged(judgement)
    seen: set[tuple[tuple[Message, ...], str]] = set()
    for key in [key for key in responses if key in chosen]:
        response = responses[key]
        reason = _barred(judgement, rules, response)
        if reason is None and key in flagged:
            reason = "flagged_severe"
        if reason is None and finish.get(key) in UNFINISHED:
            reason = "unfinished"
        if reason is None and (response.prompt, response.text.strip()) in seen:
            reason = "identical"
        if reason is None:
            seen.add((response.prompt, response.text.strip()))
            rows.append(response)
        else:
            left_out.append(reason)
    if not chosen and not left_out:
        left_out.append("not_called_good")
    return Made(tuple(rows), tuple(left_out))


def battles(judgement: Judgement, rules: Rules) -> Made[Battle]:
    """Every two answers as one contest; for statistics, so that the switch for foreign answers does not apply.

    What somebody wrote by hand is no contestant: there is no model that could win or lose by it.
    """
    if unfit := _unfit(judgement):
        return Made(left_out=(unfit,))
    verdict = _verdict(judgement, rules.axis)
    if verdict is None or verdict.tiers is None or len(judgement.candidates) < 2:
        return Made(left_out=(_why_no_order(verdict, judgement),))
    by_hand = {candidate.key for candidate in judgement.candidates if candidate.origin.kind == "human"}
    responses = _responses(judgement)
    contestants = {candidate.key: _contestant(judgement, candidate) for candidate in judgement.candidates}
    tier_of = {key: rank for rank, tier in enumerate(verdict.tiers) for key in tier}
    looked_at = list(combinations(judgement.shown.order, 2))
    met = [two for two in looked_at if by_hand.isdisjoint(two)]
    return Made(
        tuple(
            Battle(
                a=responses[a],
                b=responses[b],
                model_a=contestants[a],
                model_b=contestants[b],
                winner=_winner(tier_of[a], tier_of[b], verdict),
                decision=len(met),
            )
            for a, b in met
        ),
        ("by_hand",) * (len(looked_at) - len(met)),
    )


def severest(rubric: Rubric | None) -> int:
    """The index of the highest severity; where the rubric is not at hand, the general flag set's."""
    flags = rubric.flags if rubric is not None and rubric.flags is not None else flag_set("general")
    return flags.severest


def _unfit(judgement: Judgement) -> str | None:
    if judgement.private:
        return "private"
    role = judgement.context.item_role
    return None if role == "normal" else role


def _verdict(judgement: Judgement, axis: str) -> Verdict | None:
    return next((verdict for verdict in judgement.verdicts if verdict.axis == axis), None)


def _why_no_order(verdict: Verdict | None, judgement: Judgement) -> str:
    if len(judgement.candidates) == 1:
        return "one_answer"
    if verdict is None:
        return "no_verdict"
    if verdict.not_rankable is not None:
        return "not_rankable"
    return verdict.level or "tie"


def _responses(judgement: Judgement) -> dict[str, Response]:
    found = {candidate.key: _response(judgement, candidate) for candidate in judgement.candidates}
    revision = judgement.revision
    if revision is not None:
        source = ASSISTED if revision.method == "model_assisted" else REVISION
        found[REVISION] = Response(REVISION, found[revision.of].prompt, revision.text, "", source)
    return found


def _is_unchanged(judgement: Judgement) -> bool:
    """Whether the revision says what its original says: nobody rewrote anything, so that it speaks for nothing."""
    revision = judgement.revision
    of = next((each for each in judgement.candidates if revision is not None and each.key == revision.of), None)
    return revision is not None and of is not None and revision.text.strip() == of.text.strip()


def _response(judgement: Judgement, candidate: Candidate) -> Response:
    messages = candidate.asked.messages if candidate.asked else judgement.prompt.messages
    return Response(candidate.key, messages, candidate.text, candidate.reasoning or "", _model(candidate))


def _model(candidate: Candidate) -> str:
    model = candidate.origin.model
    return model.name if model is not None else candidate.origin.kind


def _contestant(judgement: Judgement, candidate: Candidate) -> Contestant:
    asked, prompt = candidate.asked, judgement.prompt
    named = f"{asked.prompt}@{asked.version}" if asked else f"{prompt.id}@{prompt.version}"
    return Contestant(named, _model(candidate), candidate.origin.preset or "")


def _barred(judgement: Judgement, rules: Rules, response: Response) -> str | None:
    """Why this text may not leave whatever was said of it.

    A revision keeps words of what it revises, and of the model that drafted it, so it follows both.
    """
    revision = judgement.revision if response.key == REVISION else None
    if revision is not None and revision.method == "model_assisted" and rules.without_assisted:
        return "assisted"
    key = revision.of if revision is not None else response.key
    origins = {candidate.origin.kind for candidate in judgement.candidates if candidate.key == key}
    if revision is not None and revision.drafted is not None:
        origins.add(revision.drafted.origin.kind)
    if not rules.train_on_foreign and not origins.isdisjoint(FOREIGN):
        return "foreign"
    return None if response.text.strip() else "empty"


def _severely_flagged(judgement: Judgement, rubric: Rubric | None) -> frozenset[str]:
    top = severest(rubric)
    return frozenset(flag.candidate for flag in judgement.flags if flag.severity >= top)


def _pairs(responses: Mapping[str, Response], verdict: Verdict | None, rules: Rules) -> list[Pair]:
    strength = verdict.strength if verdict else None
    return [Pair(responses[better], responses[worse], strength) for better, worse in _ordered(verdict, rules.pairs)]


def _unpaired(judgement: Judgement, rules: Rules, pair: Pair) -> str | None:
    """Why these two are no pair; None where they are one."""
    if barred := _barred(judgement, rules, pair.chosen) or _barred(judgement, rules, pair.rejected):
        return barred
    if pair.chosen.prompt != pair.rejected.prompt:
        return "asked_differently"
    return "identical" if pair.chosen.text.strip() == pair.rejected.text.strip() else None


def _ordered(verdict: Verdict | None, which: Literal["all", "adjacent"]) -> Iterator[tuple[str, str]]:
    tiers = (verdict.tiers if verdict else None) or ()
    pairs = combinations(tiers, 2) if which == "all" else pairwise(tiers)
    for better, worse in pairs:
        yield from product(better, worse)


def _level_labels(verdict: Verdict | None) -> dict[str, bool]:
    if verdict is None or verdict.level is None or verdict.tiers is None:
        return {}
    return dict.fromkeys(_keys(verdict.tiers), verdict.level == "all_good")


def _order_labels(verdict: Verdict | None, rules: Rules) -> dict[str, bool]:
    tiers = (verdict.tiers if verdict else None) or ()
    if not rules.kto_from_order or verdict is None or len(tiers) < 2:
        return {}
    if len(_keys(tiers)) == 2 and (verdict.strength or 0) < STRONG:
        return {}
    return dict.fromkeys(tiers[0], True) | dict.fromkeys(tiers[-1], False)


def _speaks_for_its_text(
    response: Response, label: bool, is_flagged: bool, same: Sequence[tuple[Response, bool, bool]]
) -> bool:
    """One row for equal texts: the first of them; where they disagree, a flag decides, and without one none leaves."""
    if any(entry[2] for entry in same):
        return is_flagged and next(entry[0] for entry in same if entry[2]) is response
    return all(entry[1] == label for entry in same) and same[0][0] is response


def _called_good(judgement: Judgement, rules: Rules) -> set[str]:
    good = {REVISION} if judgement.revision is not None and not _is_unchanged(judgement) else set()
    verdict = _verdict(judgement, rules.axis)
    if verdict is not None and verdict.level == "all_bad":
        return good  # said of every answer by name, also of one written by hand
    good.update(candidate.key for candidate in judgement.candidates if candidate.origin.kind == "human")
    good.update(_level_labels(verdict))
    tiers = (verdict.tiers if verdict else None) or ()
    if rules.winners and len(tiers) > 1:
        good.update(tiers[0])
    if rules.min_rating is not None:
        good.update(
            rating.candidate
            for rating in judgement.ratings
            if rating.axis == rules.rating_axis and isinstance(rating.value, int) and rating.value >= rules.min_rating
        )
    return good


def _winner(tier_a: int, tier_b: int, verdict: Verdict) -> Literal["model_a", "model_b", "tie", "tie (bothbad)"]:
    if tier_a == tier_b:
        return "tie (bothbad)" if verdict.level == "all_bad" else "tie"
    return "model_a" if tier_a < tier_b else "model_b"


def _keys(tiers: Sequence[Sequence[str]]) -> list[str]:
    return [key for tier in tiers for key in tier]
