"""How several tries, and several sends, are reported as one."""

from __future__ import annotations

import functools

import pytest

from feedback_store.delivery.going_back import contradiction
from feedback_store.delivery.send_report import SendReport
from feedback_store.delivery.sending import Outcome, Try
from feedback_store.errors import DeliveryError

AWAY = DeliveryError("The collector cannot be reached.", code="unreachable")
REFUSED = DeliveryError("The collector does not know the key.", code="key_refused")


def reported(*tries: Try) -> SendReport:
    return functools.reduce(SendReport.and_then, (SendReport.of("p", each) for each in tries))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("delivered", SendReport("p", batches=1, arrived=3, returned=1, went_on=True)),
        ("again", SendReport("p", batches=1, again=1, returned=1, restored=True, went_on=True)),
        ("held", SendReport("p", held=1, returned=1, went_on=True)),
        ("restored", SendReport("p", returned=1, restored=True, went_on=True)),
        ("retold", SendReport("p", returned=1, went_on=True)),
        ("closed", SendReport("p", returned=1, went_on=True)),
        ("retry", SendReport("p", returned=1, ended="retry")),
        ("stop", SendReport("p", returned=1, ended="stop")),
    ],
)
def test_one_try_is_a_report(outcome: Outcome, expected: SendReport) -> None:
    assert reported(Try(outcome, 1, arrived=3, returned=1)) == expected


def test_what_is_counted_is_added_up_and_how_it_ended_is_the_later_ones() -> None:
    first = SendReport("p", batches=3, again=1, held=2, arrived=9, returned=1, restored=True, went_on=True)
    later = SendReport("p", batches=1, again=1, held=1, arrived=4, returned=2, ended="retry", retry_after=7.0)
    assert first.and_then(later) == SendReport(
        "p",
        batches=4,
        again=2,
        held=3,
        arrived=13,
        returned=3,
        restored=True,
        went_on=True,
        ended="retry",
        retry_after=7.0,
    )
    assert later.and_then(first).ended == "done"
    assert later.and_then(first).retry_after is None, "the pause was for what went since"


def test_nothing_before_and_nothing_after_change_nothing() -> None:
    report = SendReport("p", batches=1, arrived=2, restored=True, went_on=True, refusal=REFUSED)
    assert SendReport("p").and_then(report) == report == report.and_then(SendReport("p"))


def test_the_later_problem_is_told_and_an_outage_that_is_over_is_none_any_more() -> None:
    delivered, closed = Try("delivered", 1), Try("closed", 1, problem=REFUSED)
    assert reported(Try("retry", 1, problem=AWAY), delivered).problem is None
    assert reported(closed, delivered).problem is REFUSED
    assert reported(closed, Try("retry", 2, problem=AWAY)).problem is AWAY


def test_a_closed_chains_sentence_outlives_an_outage_after_it() -> None:
    """It was dropped with the outage, and the send ended as if nothing had been refused."""
    closed, outage, delivered = Try("closed", 1, problem=REFUSED), Try("retry", 2, problem=AWAY), Try("delivered", 2)
    assert reported(closed, outage, delivered).problem is REFUSED
    assert reported(closed, outage).and_then(reported(delivered)).problem is REFUSED
    assert reported(closed).and_then(reported(outage, delivered)).problem is REFUSED


def test_work_that_goes_in_a_circle_has_not_gone_on_until_it_does() -> None:
    restored, circle = Try("restored", 1), Try("retry", 1, problem=contradiction())
    assert reported(restored, Try("retry", 1, problem=AWAY)).went_on
    assert not reported(restored, circle).went_on
    assert reported(restored, circle, Try("delivered", 1)).went_on


def test_sends_are_added_up_as_their_tries_are() -> None:
    tries = [
        Try("delivered", 1, arrived=2),
        Try("retry", 2, problem=AWAY, retry_after=3.0),
        Try("restored", 1),
        Try("again", 1, arrived=2),
        Try("retry", 2, problem=contradiction()),
        Try("closed", 2, returned=1, problem=REFUSED),
        Try("stop", 3, problem=REFUSED),
    ]
    whole = reported(*tries)
    for cut in range(1, len(tries)):
        assert reported(*tries[:cut]).and_then(reported(*tries[cut:])) == whole, cut
