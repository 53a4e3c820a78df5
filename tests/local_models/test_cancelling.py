"""A wish to stop counts from a request's arrival to its end, and for that request only."""

from __future__ import annotations

from local_models.cancelling import Cancelling


def test_a_request_that_waits_is_cancelled_when_it_begins() -> None:
    cancelling = Cancelling()
    cancelling.expect("a")
    cancelling.cancel("a", None)
    assert not cancelling.all
    cancelling.begin("a")
    assert cancelling.all
    assert cancelling.flag.raw == b"\x01\0"


def test_one_candidate_of_a_waiting_request_is_cancelled_and_no_other() -> None:
    cancelling = Cancelling()
    cancelling.expect("a")
    cancelling.cancel("a", 2)
    cancelling.begin("a")
    assert cancelling.wants("a", 2)
    assert not cancelling.wants("a", 1)
    assert not cancelling.all


def test_a_cancel_ends_with_its_request() -> None:
    cancelling = Cancelling()
    cancelling.expect("a")
    cancelling.begin("a")
    cancelling.cancel("a", None)
    cancelling.end("a")
    assert not cancelling.all
    cancelling.cancel("a", None)  # too late
    cancelling.begin("b")
    assert not cancelling.wants("a", 0)


def test_a_cancel_counts_that_comes_while_the_load_for_its_request_ends() -> None:
    """A load has its request's name; its end took the cancel away that had come with the request."""
    cancelling = Cancelling()
    cancelling.expect("a")
    cancelling.begin("a")  # the load
    cancelling.expect("a")
    cancelling.cancel("a", 1)
    cancelling.end("a")
    cancelling.begin("a")
    assert cancelling.wants("a", 1)
    cancelling.end("a")
    cancelling.begin("a")
    assert not cancelling.wants("a", 1)


def test_a_cancel_of_another_request_changes_nothing() -> None:
    cancelling = Cancelling()
    cancelling.begin("a")
    cancelling.expect("b")
    cancelling.cancel("b", None)
    cancelling.cancel("nobody", None)
    assert not cancelling.wants("a", 0)
