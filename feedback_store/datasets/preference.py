"""Preference: a better and a worse answer to one prompt, as DPO and reward trainers read them."""

from __future__ import annotations

from feedback_store import pairs
from feedback_store.datasets.rows import Format, Making, Row, completion_of, drop_unasked, prompt_of
from feedback_store.pairs import Made
from feedback_store.record_parts import Judgement


def make(judgement: Judgement, making: Making) -> Made[Row]:
    found = pairs.preference(judgement, making.rules)
    rows = [
        Row(
            columns={
                "prompt": prompt_of(pair.chosen.prompt),
                "chosen": completion_of(pair.chosen, thinking=making.thinking),
                "rejected": completion_of(pair.rejected, thinking=making.thinking),
            },
            sources={"chosen_source": pair.chosen.source, "rejected_source": pair.rejected.source},
            prompt=pair.chosen.prompt,
            judgement=judgement,
        )
        for pair in found.rows
    ]
    return drop_unasked(rows, found.left_out)


FORMAT = Format(
    name="preference",
    title="Preference pairs",
    explain="A better and a worse answer to the same prompt (order of a ranking, revision over original), for DPO.",
    use="TRL's `DPOTrainer` and `RewardTrainer` read it as conversational preference with an explicit prompt.",
    tags=("preference", "dpo", "trl"),
    columns={
        "prompt": "the messages before the answers",
        "chosen": "the better answer, one assistant message",
        "rejected": "the worse answer, one assistant message",
    },
    make=make,
)
