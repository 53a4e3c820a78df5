"""KTO: single answers with a label good or bad, rows of one prompt kept apart.

TRL estimates KTO's reference point from completions shifted within a batch; where neighbours share a prompt, the
shifted completion is an answer to the same prompt and the estimate is off. Hence `interleave`.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback_store import pairs
from feedback_store.datasets.rows import Format, Making, Row, completion_of, drop_unasked, prompt_of
from feedback_store.pairs import Made
from feedback_store.record_parts import Judgement, Message


def make(judgement: Judgement, making: Making) -> Made[Row]:
    found = pairs.labelled(judgement, making.rules, making.rubric)
    rows = [
        Row(
            columns={
                "prompt": prompt_of(row.response.prompt),
                "completion": completion_of(row.response, thinking=making.thinking),
                "label": row.label,
            },
            sources={"source": row.response.source},
            prompt=row.response.prompt,
            judgement=judgement,
        )
        for row in found.rows
    ]
    return drop_unasked(rows, found.left_out)


def interleave(rows: Sequence[Row]) -> list[Row]:
    """The rows in rounds that hold each prompt at most once, the rounds as even as can be.

    Prompts stand in the same order in every round, the most frequent first, so that equal prompts are neighbours only
    where nothing else is left to put between them.
    """
    by_prompt: dict[tuple[Message, ...], list[Row]] = {}
    for row in rows:
        by_prompt.setdefault(row.prompt, []).append(row)
    groups = sorted(by_prompt.values(), key=len, reverse=True)
    rounds: list[list[Row]] = [[] for _ in range(len(groups[0]) if groups else 0)]
    for group in groups:
        emptiest = sorted(range(len(rounds)), key=lambda index: (len(rounds[index]), index))[: len(group)]
        for index, row in zip(sorted(emptiest), group, strict=True):
            rounds[index].append(row)
    return [row for part in rounds for row in part]


def notes(rows: Sequence[Row]) -> list[str]:
    """What KTO asks of whoever trains: the batch size, and weights that fit the counts (equation 8 of the paper)."""
    good = sum(row.columns["label"] is True for row in rows)
    bad = len(rows) - good
    found = [
        "Use a batch size of 2 or more for each device: with 1, KTO has no reference point.",
        "Do not sort the rows: neighbours have different prompts on purpose.",
        f"{good} rows are good, {bad} are bad.",
    ]
    if good and bad:
        low, high = bad / good, bad / good * 4 / 3
        found.append(
            f"With `undesirable_weight` 1.0, choose `desirable_weight` between {low:.2f} and {high:.2f}, "
            "so that both sides weigh about the same."
        )
    else:
        found.append("All rows have one label; KTO needs both.")
    return found


FORMAT = Format(
    name="kto",
    title="Good and bad answers",
    explain="Single answers labelled good or bad (levels, severe flags, revisions), for KTO.",
    use="TRL's `KTOTrainer` reads it as conversational unpaired preference; `label` is a JSON boolean.",
    tags=("kto", "unpaired-preference", "trl"),
    columns={
        "prompt": "the messages before the answer",
        "completion": "the answer, one assistant message",
        "label": "true: good, false: bad",
    },
    make=make,
    arrange=interleave,
    notes=notes,
)
