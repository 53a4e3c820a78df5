"""Triple: a better and a worse answer with the trainer's rewriting beside them, as TPO reads them.

The shape is TRL's triple preference. `reference` is the text to be written, so that a judgement without a revision
gives no row.
"""

from __future__ import annotations

from feedback_store import pairs
from feedback_store.datasets.rows import Format, Making, Row, completion_of, drop_unasked, prompt_of
from feedback_store.pairs import Made
from feedback_store.record_parts import Judgement


def make(judgement: Judgement, making: Making) -> Made[Row]:
    found = pairs.triples(judgement, making.rules)
    rows = [
        Row(
            columns={
                "prompt": prompt_of(triple.reference.prompt),
                "chosen": completion_of(triple.pair.chosen, thinking=making.thinking),
                "rejected": completion_of(triple.pair.rejected, thinking=making.thinking),
                "reference": completion_of(triple.reference, thinking=making.thinking),
            },
            sources={
                "chosen_source": triple.pair.chosen.source,
                "rejected_source": triple.pair.rejected.source,
                "reference_source": triple.reference.source,
            },
            prompt=triple.reference.prompt,
            judgement=judgement,
        )
        for triple in found.rows
    ]
    return drop_unasked(rows, found.left_out)


FORMAT = Format(
    name="triple",
    title="Preference with a rewriting",
    explain="A better and a worse answer of a ranking, and the trainer's rewritten one as their reference, for TPO.",
    use="TRL's experimental `TPOTrainer` reads it as conversational triple preference with an explicit prompt.",
    tags=("triple-preference", "tpo", "trl"),
    columns={
        "prompt": "the messages before the answers",
        "chosen": "the better answer, one assistant message",
        "rejected": "the worse answer, one assistant message",
        "reference": "the rewritten answer, one assistant message",
    },
    make=make,
)
