"""A state machine over the whole way of delivery: whatever is done, crashes, is copied or put back, nothing is lost,
nothing leaves that was not released, and no chain breaks. What it found stands in test_delivery_walked.py.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from kept_copies import Copies, DatabaseCopies, FileCopies
from made_judgements import judgement
from storages import Cluster
from strangers_view import check_bundles
from walk_draws import IMAGES, LATER, NOT_OF_PAUSES, PAUSE, SEATS, STARTS, TIME, TROUBLE, WHICH, WHO
from walked_ends import check_files, check_nothing_is_lost, check_what_was_taken_back
from walked_files import hand_over
from walked_house import House
from walked_way import Image, Seat, Trouble
from watched_sender import HandClock

from feedback_store.collector import key_ceremony
from feedback_store.errors import StoreError


class Delivering(RuleBasedStateMachine):
    """The collector keeps its data in a file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="walk"))
        self.copies_of = self.place()
        self.house = House(self.folder / "house", self.copies_of)
        self.sealed = self.folder / "sealed"  # what the computer remembers beside the profiles
        self.forgotten = False
        self.clock = HandClock()
        self.seats = [Seat.made(self.folder / "seat0", self.house, self.sealed, self.clock)]
        self.let_go: set[str] = set()  # hashes of what was ever released
        self.copies: list[Any] = []

    def place(self) -> Copies:
        return FileCopies()

    def seat(self, who: int) -> Seat:
        return self.seats[who % len(self.seats)]

    def record(self, seat: Seat, which: int) -> str | None:
        found = [row.id for row in seat.store.records.iter_newest(seat.project)]
        return found[which % len(found)] if found else None

    # The trainer

    @rule(who=WHO)
    def save(self, who: int) -> None:
        self.seat(who).save()

    @rule(who=WHO, which=WHICH)
    def change(self, who: int, which: int) -> None:
        seat = self.seat(who)
        name = self.record(seat, which)
        if name is not None:
            before = next(row for row in seat.store.records.iter_newest(seat.project) if row.id == name)
            if before.kind == "judgement" and before.erased_at is None:
                fields = {"id": name, "rev": before.rev + 1, "supersedes": before.sha256}
                made = judgement("b>a", project=seat.project, trainer=seat.store.trainer, **fields)
                seat.store.records.save(made).result()

    @rule(who=WHO)
    def release(self, who: int) -> None:
        seat = self.seat(who)
        rows = seat.store.outbox.unsent(seat.project, ("saved",))
        judged = [row for row in rows if row.kind == "judgement"]
        seat.store.outbox.release([row.id for row in judged]).result()
        self.let_go |= {row.sha256 for row in judged}

    @rule(who=WHO, which=WHICH)
    def hold(self, who: int, which: int) -> None:
        seat = self.seat(who)
        rows = [row for row in seat.store.outbox.unsent(seat.project) if row.kind == "judgement"]
        if rows:
            seat.store.outbox.hold([rows[which % len(rows)].id]).result()

    @rule(who=WHO)
    def seal(self, who: int) -> None:
        seat = self.seat(who)
        seat.seal()

    @rule(who=WHO, troubles=st.lists(TROUBLE, min_size=1, max_size=3))
    def deliver(self, who: int, troubles: list[Trouble]) -> None:
        """Some batches are made, with one try at each."""
        for trouble in troubles:
            self.save(who)
            self.release(who)
            self.seal(who)
            self.send(who, trouble)

    @rule(who=WHO, trouble=TROUBLE)
    def send(self, who: int, trouble: Trouble) -> None:
        self.seat(who).send(trouble)

    @rule(who=WHO, trouble=TROUBLE, pause_s=PAUSE)
    def press(self, who: int, trouble: Trouble, pause_s: float) -> None:
        self.seat(who).press(trouble, pause_s)

    @rule(who=WHO, trouble=TROUBLE, pause_s=PAUSE)
    def look(self, who: int, trouble: Trouble = "", pause_s: float = 0.0) -> None:
        """What is sent by itself waits for the end of the pause that was asked for."""
        seat = self.seat(who)
        paused = self.clock.passed < seat.paused_until
        asked = seat.look(trouble, pause_s)
        assert not (paused and asked)

    @rule(who=WHO, pause_s=PAUSE, back=TIME, start=STARTS, seconds=TIME)
    def be_paused_and_start_anew(self, who: int, pause_s: float, back: float, start: str, seconds: float) -> None:
        """The clock is set back meanwhile, which nothing that was asked for becomes shorter or longer by."""
        self.save(who)
        self.release(who)
        self.seal(who)
        self.look(who, pause_s=pause_s)
        self.clock.go_on(seconds)
        self.clock.wall -= back
        if start == "computer":
            self.start_the_computer_anew()
        elif start == "program":
            self.crash(who)
        self.look(who)
        if start == "program":
            self.wait_for_the_end_of_the_pause(who)

    @rule(who=WHO)
    def wait_for_the_end_of_the_pause(self, who: int) -> None:
        """Whatever the clock says, it is over then; the start only takes away what waits for a person."""
        seat = self.seat(who)
        self.clock.go_on(max(0.0, seat.asks_by - self.clock.passed))
        seat.crash()
        could_send = seat.could_send
        assert (seat.look() > 0) == could_send

    @rule(who=WHO)
    def send_again(self, who: int) -> None:
        seat = self.seat(who)
        self.let_go |= {row.sha256 for row in seat.store.outbox.unsent(seat.project, ("waiting",))}
        seat.store.outbox.send_again(seat.project).result()

    @rule(who=WHO, which=WHICH)
    def withdraw(self, who: int, which: int) -> None:
        self._take_back(who, which, erase=False)

    @rule(who=WHO, which=WHICH)
    def erase(self, who: int, which: int) -> None:
        self._take_back(who, which, erase=True)

    def _take_back(self, who: int, which: int, *, erase: bool) -> None:
        seat = self.seat(who)
        name = self.record(seat, which)
        if name is not None:
            try:
                if erase:
                    seat.store.records.erase(name).result()
                else:
                    seat.store.records.withdraw(name, "mistake").result()
            except StoreError as error:
                assert error.code in ("already_withdrawn", "no_record", "erased")

    @rule(who=WHO, which=WHICH, erase=st.booleans(), troubles=st.lists(TROUBLE, min_size=1, max_size=3))
    def deliver_and_take_back(self, who: int, which: int, erase: bool, troubles: list[Trouble]) -> None:
        self.deliver(who, troubles)
        self._take_back(who, which, erase=erase)

    # What happens

    @rule(who=WHO)
    def crash(self, who: int) -> None:
        self.seat(who).crash()

    @rule(seconds=TIME)
    def time_passes(self, seconds: float) -> None:
        self.clock.go_on(seconds)

    @rule(back=TIME)
    def set_the_clock_back(self, back: float) -> None:
        self.clock.wall -= back

    @rule()
    def start_the_computer_anew(self) -> None:
        self.clock.start_anew()
        for seat in self.seats:
            seat.start_the_computer_anew()

    @rule(who=WHO)
    def back_up(self, who: int) -> None:
        seat = self.seat(who)
        seat.images = [*seat.images, seat.image()][-IMAGES:]

    @rule(who=WHO, which=WHICH, in_place=st.booleans(), with_keys=st.booleans())
    def restore(self, who: int, which: int, in_place: bool, with_keys: bool) -> None:
        seat = self.seat(who)
        if seat.images:
            image: Image = seat.images[which % len(seat.images)]
            seat.put_back(image, in_place=in_place, with_keys=with_keys)

    @rule(who=WHO, troubles=st.lists(TROUBLE, min_size=1, max_size=2))
    def deliver_and_forget(self, who: int, troubles: list[Trouble]) -> None:
        """What was delivered is not known here any more, and the file does not show it."""
        image = self.seat(who).image()
        self.deliver(who, troubles)
        self.seat(who).put_back(image, in_place=True, with_keys=True)

    @rule(who=WHO, troubles=st.lists(TROUBLE, min_size=1, max_size=2))
    def deliver_and_forget_all_of_it(self, who: int, troubles: list[Trouble]) -> None:
        """The same, and the computer remembers nothing beside it: the next batch is a fork."""
        shutil.rmtree(self.sealed, ignore_errors=True)
        self.forgotten = True
        self.deliver_and_forget(who, troubles)

    @precondition(lambda self: len(self.seats) < SEATS)
    @rule(who=WHO)
    def clone(self, who: int) -> None:
        self.seats.append(self.seat(who).copy_to(self.folder / f"seat{len(self.seats)}"))

    # What becomes of keys

    @rule(who=WHO, trouble=TROUBLE, after=LATER)
    def rotate(self, who: int, trouble: Trouble, after: int) -> None:
        self.seat(who).rotate(trouble, after)

    @rule(who=WHO, trouble=TROUBLE, after=LATER)
    def lose_the_key_and_recover(self, who: int, trouble: Trouble, after: int) -> None:
        self.seat(who).recover(trouble, after)

    @rule(who=WHO, trouble=TROUBLE, after=LATER)
    def lose_the_key_and_join(self, who: int, trouble: Trouble, after: int) -> None:
        self.seat(who).lose_the_key()
        self.seat(who).join(None, trouble, after)

    @rule(who=WHO, trouble=TROUBLE, after=LATER)
    def revoke(self, who: int, trouble: Trouble, after: int) -> None:
        self.seat(who).revoke(trouble, after)

    @rule(who=WHO)
    def revoke_at_the_collector(self, who: int) -> None:
        self.seat(who).end_by_the_operator()

    @rule(who=WHO)
    def heed(self, who: int) -> None:
        self.seat(who).heed()

    @rule(which=WHICH, take=st.booleans())
    def decide_on_a_fork(self, which: int, take: bool) -> None:
        forks = [fork for fork in key_ceremony.list_forks(self.house.team.folder) if fork.resolved is None]
        if forks:
            key_ceremony.resolve(self.house.team.folder, forks[which % len(forks)].sha256, take=take)

    @rule(who=WHO, everything=st.booleans(), heard=st.booleans())
    def hand_over_a_file(self, who: int, everything: bool, heard: bool) -> None:
        hand_over(self.house, self.seat(who), self.folder, everything=everything, heard=heard)

    @rule()
    def back_the_collector_up(self) -> None:
        self.copies = [*self.copies, self.house.copy()][-IMAGES:]

    @rule()
    def rotate_the_collectors_key(self) -> None:
        """A copy from before it knows nothing of the new key: the operator makes one after it, as is said there."""
        self.house.rotate_key()
        self.copies = [self.house.copy()]

    @rule(which=WHICH)
    def restore_the_collector(self, which: int) -> None:
        if self.copies:
            self.house.put_back(self.copies[which % len(self.copies)])

    # What must be true

    @invariant()
    def every_chain_is_whole(self) -> None:
        self.house.check_chains()

    @invariant()
    def nothing_is_there_that_was_not_released(self) -> None:
        stored = self.house.ask("SELECT sha256 FROM record WHERE kind = 'judgement'")
        lines = self.house.ask("SELECT sha256, data FROM quarantined_line WHERE data IS NOT NULL")
        set_aside = [(sha256,) for sha256, data in lines if b'"reason":' not in data]  # withdrawals give one
        assert {row[0] for row in (*stored, *set_aside)} <= self.let_go

    @invariant()
    def nothing_was_forked_while_the_computer_remembered(self) -> None:
        assert self.forgotten or self.house.ask("SELECT count(*) FROM quarantined") == [(0,)]

    @invariant()
    def every_receipt_is_valid(self) -> None:
        for seat in self.seats:
            seat.check_receipts()

    def teardown(self) -> None:
        try:
            for seat in self.seats:
                self.settle(seat)
                if seat.asked_back:
                    check_nothing_is_lost(self.house, seat)  # each chain was asked about, after a gap or as one began
            for seat in self.seats:
                seat.store.outbox.recheck(seat.project).result()
                self.settle(seat)
            self.house.check_chains()
            self.house.check_log()
            assert check_bundles(self.house.storage, self.house.project, self.house.keys)
            for seat in self.seats:
                check_nothing_is_lost(self.house, seat)
                check_what_was_taken_back(self.house, seat)
                check_files(self.house, seat, self.folder)
        finally:
            for seat in self.seats:
                seat.store.close()
            self.house.close()
            if isinstance(self.copies_of, DatabaseCopies):
                self.copies_of.drop()
            shutil.rmtree(self.folder)

    def settle(self, seat: Seat) -> None:
        """The trainer saves one more, and presses until nothing waits; a withdrawal may have to go out again."""
        seat.save()
        for _ in range(12):
            seat.begin_anew()
            rows = [row for row in seat.store.outbox.unsent(seat.project, ("saved",)) if row.kind == "judgement"]
            seat.store.outbox.release([row.id for row in rows]).result()
            self.let_go |= {row.sha256 for row in rows}
            while seat.seal():
                pass
            for _try in range(60):
                if not seat.send():
                    break
                seat.heed()
            waiting = seat.store.outbox.unsent(seat.project, ("waiting",))
            if not waiting and not seat.store.outbox.unsent(seat.project, ("released",)):
                break
            self.let_go |= {row.sha256 for row in waiting}
            seat.store.outbox.send_again(seat.project).result()
        assert seat.store.outbox.next_to_send(seat.project) is None
        assert seat.store.outbox.unsent(seat.project, ("waiting", "released")) == []


def test_whatever_happens_on_the_way_nothing_is_lost_and_nothing_leaves_unasked() -> None:
    walk(Delivering, 8, 25, derandomize=True)


def test_whatever_clocks_and_starts_do_a_pause_is_as_long_as_was_asked() -> None:
    """The steps that have to do with it alone, since among all of them they seldom meet."""
    pausing: type[Delivering] = type("Pausing", (Delivering,), dict.fromkeys(NOT_OF_PAUSES.split()))
    walk(pausing, 8, 15, derandomize=True)


@pytest.mark.soak
@pytest.mark.timeout(5400)
@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 150), ("postgres", 50)])
def test_the_same_on_ways_that_nobody_has_walked_before(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], kind: str, examples: int
) -> None:
    """Another seed each time. It is printed; WALK_SEED walks the same ways again."""
    number = int(os.environ.get("WALK_SEED") or random.SystemRandom().randrange(2**32))
    with capsys.disabled():
        print(f"\nWALK_SEED={number} on {kind}: ", end="")
    machine = Delivering if kind == "sqlite" else on_postgres(request.getfixturevalue("postgres"))
    walk(seed(number)(machine), examples, 40)


def on_postgres(cluster: Cluster) -> type[Delivering]:
    class DeliveringToPostgres(Delivering):
        def place(self) -> Copies:
            return DatabaseCopies(cluster)

    return DeliveringToPostgres


def walk(machine: type[Delivering], examples: int, steps: int, *, derandomize: bool = False) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
