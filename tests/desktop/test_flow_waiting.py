"""What waits, counted once: what can be done with it, and which rows are others than before."""

from __future__ import annotations

import pytest

from desktop.flow.waiting import Waiting, waiting
from feedback_store.outbox import Unsent
from feedback_store.record_table import Way


def rows(*ways: tuple[Way, int | None]) -> tuple[Unsent, ...]:
    return tuple(Unsent(f"rec_{n}", f"{n}", way, undecided) for n, (way, undecided) in enumerate(ways))


def test_nothing_waits_and_nothing_can_be_done() -> None:
    now = waiting((), Waiting())
    assert now == Waiting(changed=())


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ([("saved", 0)], {"saved": True, "clean": True}),
        ([("saved", 2)], {"saved": True, "to_look_at": 1, "not_clean": 1}),
        ([("saved", None), ("held", 0)], {"saved": True, "not_clean": 1}),
        ([("released", 0), ("waiting", 0)], {"released": True, "on_its_way": True}),
        ([("released", 1)], {"to_look_at": 1, "not_clean": 1}),
    ],
)
def test_it_is_told_what_can_be_done_with_what_waits(
    ways: list[tuple[Way, int | None]], said: dict[str, object]
) -> None:
    assert waiting(rows(*ways), Waiting()) == Waiting(rows(*ways), **said)  # type: ignore[arg-type]


def test_rows_that_differ_are_told_and_others_as_others() -> None:
    before = Waiting(rows(("saved", None), ("saved", 0), ("held", 0)))
    assert waiting(before.rows, before).changed == ()
    assert waiting(rows(("saved", 1), ("saved", 0), ("released", 0)), before).changed == (0, 2)
    assert waiting(before.rows[1:], before).changed is None
    assert waiting(before.rows[::-1], before).changed is None
