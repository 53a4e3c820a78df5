"""How each delivery is listed: every state in its words, and what is said of chains that began by themselves."""

from __future__ import annotations

import pytest

from desktop.flow.delivery_rows import DeliveryRow, delivery_rows
from feedback_store.outbox_table import BatchState
from feedback_store.store import BatchRow

ANEW = "This profile was put back from an earlier copy"


def _batch(
    number: int, state: BatchState, *, chain: str = "c", seq: int = 1, reason: str = "", back: int = 0
) -> BatchRow:
    return BatchRow(number, str(number), "prj", chain, seq, "", b"", "2026-01-02T10:00:00.000Z", state, reason, 3, back)


def _only(row: BatchRow) -> DeliveryRow:
    (found,) = delivery_rows([row], "Waiting")
    return found


@pytest.mark.parametrize(
    ("batch", "state"),
    [
        (_batch(1, "sealed"), "Waiting"),
        (_batch(1, "sending"), "On the way"),
        (_batch(1, "delivered"), "Delivered"),
        (_batch(1, "delivered", back=1), "Delivered, 1 record returned"),
        (_batch(1, "delivered", back=2), "Delivered, 2 records returned"),
    ],
)
def test_a_delivery_says_in_words_how_it_stands(batch: BatchRow, state: str) -> None:
    found = _only(batch)
    assert (found.number, found.records, found.state, found.about_number) == ("1", "3", state, "")


def test_one_that_was_stopped_says_why_and_nothing_of_the_next_one() -> None:
    found = _only(_batch(1, "closed", reason="put back"))
    assert found.state.startswith("Stopped: ")
    assert ANEW not in found.state


def test_where_all_has_arrived_the_newest_says_that_the_next_one_begins_anew() -> None:
    newest, before = delivery_rows(
        [_batch(2, "delivered", seq=2, reason="put back"), _batch(1, "delivered", reason="put back")], ""
    )
    assert newest.state.startswith(f"Delivered. {ANEW}; from the next one on")
    assert before.state == "Delivered"


def test_the_first_of_a_chain_that_began_by_itself_says_why_and_its_number_is_explained() -> None:
    newest, before = delivery_rows(
        [_batch(2, "sealed", chain="d"), _batch(1, "delivered", chain="c", reason="put back")], "Waiting"
    )
    assert newest.state.startswith(f"Waiting. {ANEW}")
    assert (newest.number, before.number) == ("2-1", "1")
    assert newest.about_number == "Delivery 1 of series 2; each series is numbered from 1."
