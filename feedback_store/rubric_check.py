"""Whether a judgement keeps to its rubric: values in scale, known axes, questions, categories, groups and kinds.

Asked at save, at import, and wherever the rubric of that SHA-256 is at hand. What a judgement must at least contain
is the bench's question (desktop/flow/checks.py), not this module's.
"""

from __future__ import annotations

from functools import partial

from feedback_store.errors import RubricError
from feedback_store.record_parts import Answer, Flag, Judgement, Rating, Verdict
from feedback_store.refusals import refuse
from feedback_store.rubrics import FlagSet, Rubric

_refuse = partial(refuse, RubricError)


def check_judgement(judgement: Judgement, rubric: Rubric) -> None:
    """Raise RubricError, naming the field's path, for the first value that the rubric does not allow."""
    named = judgement.rubric
    if (named.id, named.version, named.sha256) != (rubric.id, rubric.version, rubric.sha256):
        _refuse(
            "$.rubric",
            "This judgement was made with {id} {version}, not with {rubric}.",
            id=named.id,
            version=named.version,
            rubric=rubric.name,
        )
    for index, verdict in enumerate(judgement.verdicts):
        path = f"$.verdicts[{index}]"
        if verdict.axis not in rubric.verdict_axes:
            _refuse(f"{path}.axis", "{rubric} has no verdict {axis!r}.", rubric=rubric.name, axis=verdict.axis)
        if verdict.strength is not None and not rubric.strength:
            _refuse(f"{path}.strength", "{rubric} does not ask how much better.", rubric=rubric.name)
    for index, rating in enumerate(judgement.ratings):
        _check_rating(f"$.ratings[{index}]", rating, rubric)
    for index, answer in enumerate(judgement.answers):
        _check_answer(f"$.answers[{index}]", answer, rubric)
    for index, flag in enumerate(judgement.flags):
        path = f"$.flags[{index}]"
        if rubric.flags is None:
            _refuse(path, "{rubric} has no flags.", rubric=rubric.name)
        _check_flag(path, flag, rubric.flags)


def _check_rating(path: str, rating: Rating, rubric: Rubric) -> None:
    axis = rubric.axis(rating.axis)
    if axis is None:
        _refuse(f"{path}.axis", "{rubric} has no axis {axis!r}.", rubric=rubric.name, axis=rating.axis)
    if axis.allows(rating.value):
        return
    if rating.value == "na":
        _refuse(f"{path}.value", "{axis} always applies.", axis=axis.name)
    _refuse(
        f"{path}.value",
        "{axis} goes from {lowest} to {highest}.",
        axis=axis.name,
        lowest=axis.lowest,
        highest=axis.highest,
    )


def _check_answer(path: str, answer: Answer, rubric: Rubric) -> None:
    question = rubric.question(answer.question)
    if question is None:
        _refuse(
            f"{path}.question", "{rubric} has no question {question!r}.", rubric=rubric.name, question=answer.question
        )
    several = question.kind == "several"
    if isinstance(answer.value, tuple) != several:
        if several:
            _refuse(f"{path}.value", "This takes a list of choices.")
        _refuse(f"{path}.value", "This takes one choice, not a list.")
    chosen = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    if len(set(chosen)) != len(chosen):
        _refuse(f"{path}.value", "The same choice stands twice.")
    if not set(chosen) <= set(question.values):
        _refuse(f"{path}.value", "Choose from {known}.", known=", ".join(question.values))


def _check_flag(path: str, flag: Flag, flags: FlagSet) -> None:
    category = flags.category(flag.category)
    if category is None:
        _refuse(f"{path}.category", "There is no flag category {category!r}.", category=flag.category)
    if flag.severity > flags.severest:
        _refuse(f"{path}.severity", "Severity goes from 0 to {severest}.", severest=flags.severest)
    if flag.kind is not None and flag.kind not in {kind.id for kind in category.kinds}:
        _refuse(f"{path}.kind", "{category} has no kind {kind!r}.", category=category.name, kind=flag.kind)
    if flag.target_group is None:
        return
    if not category.asks_target_group:
        _refuse(f"{path}.target_group", "{category} has no target group.", category=category.name)
    if flag.target_group not in {group.id for group in flags.target_groups}:
        _refuse(f"{path}.target_group", "There is no target group {target_group!r}.", target_group=flag.target_group)


def keeps_to(said: Verdict | Rating | Answer | Flag, rubric: Rubric) -> bool:
    """Whether one thing that was said is something that the rubric asks."""
    try:
        match said:
            case Verdict():
                return said.axis in rubric.verdict_axes and (said.strength is None or rubric.strength)
            case Rating():
                _check_rating("$", said, rubric)
            case Answer():
                _check_answer("$", said, rubric)
            case Flag():
                if rubric.flags is None:
                    return False
                _check_flag("$", said, rubric.flags)
    except RubricError:
        return False
    return True
