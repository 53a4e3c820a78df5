"""SFT: answers worth imitating, as prompt and completion."""

from __future__ import annotations

from feedback_store import pairs
from feedback_store.datasets.rows import Format, Making, Row, completion_of, drop_unasked, prompt_of
from feedback_store.pairs import Made
from feedback_store.record_parts import Judgement


def make(judgement: Judgement, making: Making) -> Made[Row]:
    found = pairs.examples(judgement, making.rules, making.rubric)
    rows = [
        Row(
            columns={
                "prompt": prompt_of(response.prompt),
                "completion": completion_of(response, thinking=making.thinking),
            },
            sources={"source": response.source},
            prompt=response.prompt,
            judgement=judgement,
        )
        for response in found.rows
    ]
    return drop_unasked(rows, found.left_out)


FORMAT = Format(
    name="sft",
    title="Supervised fine-tuning",
    explain="Answers worth imitating (revisions, answers by hand, answers called good), as prompt and completion.",
    use="TRL's `SFTTrainer` reads it as conversational prompt-completion and learns from the completion alone.",
    tags=("sft", "trl"),
    columns={"prompt": "the messages before the answer", "completion": "the answer, one assistant message"},
    make=make,
    distinct=True,
)
