"""Sends what is sealed, in order, until the collector's receipts are verified.

For a command, `send_pending` does one project with a bounded number of tries; for the window, `start` does all of them
in one thread without end. Every try sends the identical envelope. An outage is never a rejection: whatever is unclear
leaves the batch sealed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from feedback_store import known_keys
from feedback_store.changes import Change
from feedback_store.delivery.backoff import Backoff, pause
from feedback_store.delivery.http import EXCHANGE_S, Connection, is_this_machine
from feedback_store.delivery.send_report import SendReport
from feedback_store.delivery.sending import Dispatch, Try
from feedback_store.errors import DeliveryError, EnvironmentTrouble, StoreError
from feedback_store.pause_table import Clock
from feedback_store.store import Project, Store

BREAK_AGAIN_S = 0.05  # between two attempts at breaking off a request
PATIENCE_S = 60.0  # the longest pause that somebody who asked is kept waiting for, and other projects with them
IDLE_S = 30.0  # how often the thread looks by itself, beside being told of changes
NEVER = float("inf")

TokenFor = Callable[[str], str | None]  # a project's id → the token that joining gave, None where there is none
Event = Literal[
    "sending", "delivered", "again", "held", "restored", "retold", "closed", "waiting", "stopped", "put_back"
]


@dataclass(frozen=True)
class SendProgress:
    """One step. `problem` says why in a sentence, `wait_s` how long until the next try.

    "put_back" ends what went by itself to a collector that had lost something, and has it again.
    """

    project: str
    event: Event
    seq: int = 0
    wait_s: float = 0.0
    problem: StoreError | None = None
    chain: str = ""  # in which `seq` is a place


Tell = Callable[[SendProgress], None]


@dataclass(frozen=True)
class _Turn:
    """When a project is looked after again, after so many failures in a row.

    `not_before` is the end of the pause that the collector asked for, which no news of the network shortens; both
    times are the clock's ticks.
    """

    due: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def at_once(self) -> _Turn:
        """As soon as the collector allows it, as if nothing had failed."""
        return _Turn(self.not_before, not_before=self.not_before)


@dataclass(frozen=True)
class _Errand:
    """What is needed to send for a project, asked for before its turn on the line: a keyring may ask somebody first.

    `tries` bounds the failures in a row; None: until `stop` is set.
    """

    project: Project
    address: str
    token: str
    tries: int | None
    stop: threading.Event
    tell: Tell


class Sender:
    """Sends for one store. `on_progress` is called on the thread that sends.

    `wanted` says for which projects, by their ids, that is done which nobody waits for: `start`, and what it runs.
    """

    def __init__(
        self,
        store: Store,
        token_for: TokenFor,
        *,
        on_progress: Tell | None = None,
        wanted: Callable[[str], bool] = lambda _project: True,
        backoff: Backoff | None = None,
        exchange_s: float = EXCHANGE_S,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._token_for = token_for
        self._tell: Tell = on_progress or (lambda _: None)
        self._wanted = wanted
        self._backoff = backoff or Backoff()
        self._exchange_s = exchange_s
        self._clock = clock or Clock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._guard = threading.Lock()  # of the next three
        self._resting = False
        self._connection: Connection | None = None
        self._turns: dict[str, _Turn] = {}
        self._one_at_a_time = threading.Lock()
        self._thread: threading.Thread | None = None

    def send_pending(
        self,
        project: Project,
        *,
        tries: int | None = None,
        stop: threading.Event | None = None,
        on_progress: Tell | None = None,
    ) -> SendReport:
        """Send every sealed batch of a project; `tries` bounds the failures in a row (None: until `stop` is set).

        Where they are bounded, a long pause that the collector asks for ends it too, and is in the report.

        Raises DeliveryError when the project has no collector or this device no token for it, EnvironmentTrouble when
        the store cannot be written. Everything else is in the report.
        """
        errand = self._errand(project, tries, stop or self._stop, on_progress or self._tell)
        with self._one_at_a_time:
            return self._send(errand)

    def start(self) -> None:
        """Send for all projects in a thread of its own, until `stop`."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self.run, name="sender", daemon=True)
            self._thread.start()

    def wake(self, project: str | None = None) -> None:
        """Look now; with `project` (joined anew, "send now") as soon as its collector allows it."""
        if project is not None:
            with self._guard:
                self._turns[project] = self._turns.get(project, _Turn()).at_once()
        self._wake.set()

    def rest(self, resting: bool) -> None:
        """Send nothing by itself to other machines (no network, or one that costs) until told otherwise; then at once.

        A pause that a collector asked for is kept all the same. What somebody asks for, `send_pending`, goes anyway.
        """
        with self._guard:
            self._resting = resting
            if not resting:  # what waited for an outage to end is tried now; what waits for a person is not
                turns = self._turns.items()
                self._turns = {project: turn if turn.due == NEVER else turn.at_once() for project, turn in turns}
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Break off what is being sent (it is sent again next time) and wait for its end."""
        self._stop.set()
        self._wake.set()
        until = time.monotonic() + timeout
        self._abort()
        while not self._one_at_a_time.acquire(timeout=BREAK_AGAIN_S):
            if time.monotonic() >= until:
                break
            self._abort()  # what was only connecting could not be broken yet
        else:
            self._one_at_a_time.release()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def run(self) -> None:
        """The thread's work: looks again whenever something changed, or a wait is over."""
        deaf = self._store.on_change(self._hear)
        try:
            self.recall()
            while True:
                self._wake.clear()
                if self._stop.is_set():  # asked after clearing, or the call to stop could be missed
                    return
                self.look()
                self._wake.wait(self._until_next())
        finally:
            deaf()

    def recall(self) -> None:
        """Take up the pauses that were asked for before this start; what is over is forgotten."""
        now = self._clock.now()
        try:
            kept = self._store.outbox.count_pauses_on(now).result()
        except EnvironmentTrouble:  # a full disk; the next try tells of it
            kept = self._store.outbox.pauses(now)
        for project, left in kept.items():
            if left > 0:
                self._hold_off(project, now.ticks + left)

    def look(self) -> None:
        """Look after each project in its turn, so that one collector's outage delays no other."""
        for project in self._store.projects.list():
            if project.collector is not None and self._wanted(project.id) and not self._stop.is_set():
                self._look_after(project)

    def _errand(self, project: Project, tries: int | None, stop: threading.Event, tell: Tell) -> _Errand:
        return _Errand(project, _collector(project), self._token(project), tries, stop, tell)

    def _send(self, errand: _Errand) -> SendReport:
        """Do it; the line has to be the caller's. What was delivered before the store's trouble counts all the same."""
        report = SendReport(errand.project.id)
        failures = 0
        with Connection(errand.address, exchange_s=self._exchange_s) as connection:
            self._hold(connection)
            try:
                dispatch = Dispatch(self._store, errand.project, errand.token, connection)
                while (tried := self._try(dispatch, errand)) is not None:
                    report = report.and_then(SendReport.of(errand.project.id, tried))
                    failures = failures + 1 if tried.outcome == "retry" else 0
                    if not self._goes_on(errand, tried, failures):
                        break
            finally:
                self._hold(None)
                self._note(report)
        return report

    def _try(self, dispatch: Dispatch, errand: _Errand) -> Try | None:
        """Try the next batch; None where there is none, or where we have stopped it."""
        if errand.stop.is_set() or (batch := dispatch.next()) is None:
            return None
        errand.tell(SendProgress(errand.project.id, "sending", batch.seq, chain=batch.chain))
        tried = replace(dispatch.send(batch), chain=batch.chain)
        broken_off = tried.outcome == "retry" and errand.stop.is_set()
        return None if broken_off else tried

    def _goes_on(self, errand: _Errand, tried: Try, failures: int) -> bool:
        """Tell what became of a try, and wait after one that failed; whether another is to follow."""
        project = errand.project.id
        if tried.outcome == "stop":
            errand.tell(SendProgress(project, "stopped", tried.seq, problem=tried.problem, chain=tried.chain))
            return False
        if tried.outcome != "retry":
            errand.tell(SendProgress(project, tried.outcome, tried.seq, problem=tried.problem, chain=tried.chain))
            return True
        if errand.tries is not None and (failures >= errand.tries or pause(tried.retry_after) > PATIENCE_S):
            return False
        wait_s = self._backoff.delay(failures, tried.retry_after)
        errand.tell(SendProgress(project, "waiting", tried.seq, wait_s, tried.problem, tried.chain))
        errand.stop.wait(wait_s)
        return True

    def _look_after(self, project: Project) -> None:
        """Send for one project if it is its turn, and plan its next turn."""
        with self._guard:
            resting = self._resting
        if resting and not is_this_machine(_collector(project)):
            return
        if not self._is_its_turn(project.id) or self._store.outbox.next_to_send(project.id) is None:
            return
        if (left := self._store.outbox.pauses(self._clock.now()).get(project.id, 0.0)) > 0:
            self._hold_off(project.id, self._clock.ticks() + left)  # asked for where somebody had asked, not of us
            return
        try:
            errand = self._errand(project, 1, self._stop, self._tell)
            with self._one_at_a_time:
                if not self._is_its_turn(project.id):
                    return  # what somebody sent meanwhile has ended with a pause
                report = self._send(errand)
        except EnvironmentTrouble as error:
            self._wait(project.id, None, error)
        except StoreError as error:  # no pass, a locked keyring: not before somebody did something about it
            self._plan(project.id, _Turn(NEVER))
            self._tell(SendProgress(project.id, "stopped", problem=error))
        else:
            if report.restored:
                self._tell(SendProgress(project.id, "put_back"))
            if report.ended == "retry":
                self._wait(project.id, report.retry_after, report.problem)
            elif report.ended == "stop":
                self._plan(project.id, _Turn(NEVER))

    def _is_its_turn(self, project: str) -> bool:
        with self._guard:
            return self._turns.get(project, _Turn()).due <= self._clock.ticks()

    def _note(self, report: SendReport) -> None:
        """Keep what a send has shown of the collector, whoever asked for it: that it takes what comes, or its pause."""
        if report.went_on:  # failures are counted in a row
            self._plan(report.project, _Turn())
        if (wished := pause(report.retry_after)) > 0:
            self._hold_off(report.project, self._clock.ticks() + wished)
        if wished > 0 or report.went_on:
            self._keep_pause(report.project, wished)

    def _hold_off(self, project: str, until: float) -> None:
        with self._guard:
            turn = self._turns.get(project, _Turn())
            self._turns[project] = replace(turn, due=max(turn.due, until), not_before=until)

    def _keep_pause(self, project: str, seconds: float) -> None:
        """Write it down for the next start. On a full disk memory alone has it, and the next try tells of the disk."""
        now = self._clock.now()
        with contextlib.suppress(EnvironmentTrouble):
            if seconds > 0 or project in self._store.outbox.pauses(now):
                self._store.outbox.keep_pause(project, seconds, now).result()

    def _wait(self, project: str, asked: float | None, problem: StoreError | None) -> None:
        with self._guard:
            turn = self._turns.get(project, _Turn())
            failures = turn.failures + 1
            wait_s = self._backoff.delay(failures, asked)
            self._turns[project] = replace(turn, due=self._clock.ticks() + wait_s, failures=failures)
        self._tell(SendProgress(project, "waiting", wait_s=wait_s, problem=problem))

    def _plan(self, project: str, turn: _Turn) -> None:
        with self._guard:
            self._turns[project] = turn

    def _until_next(self) -> float:
        now = self._clock.ticks()
        with self._guard:
            later = [turn.due - now for turn in self._turns.values() if turn.due > now]
        return min([IDLE_S, *later])

    def _hear(self, change: Change) -> None:
        if change.kind == "outbox":
            self._wake.set()

    def _token(self, project: Project) -> str:
        token = self._token_for(project.id)
        if token is None:
            raise DeliveryError.worded(
                "This device has no pass for the project's collector. {ask}",
                code="rejoin",
                ask=known_keys.asks(self._store, project.id),
            )
        return token

    def _abort(self) -> None:
        with self._guard:
            if self._connection is not None:
                self._connection.abort()

    def _hold(self, connection: Connection | None) -> None:
        """Note the connection in use, so that `stop` can break it."""
        with self._guard:
            self._connection = connection


def _collector(project: Project) -> str:
    if project.collector is None:
        raise DeliveryError.worded(
            "The project {project!r} has no collector. Join one with preceptor project join ADDRESS CODE, or hand its"
            " deliveries over as a file with preceptor bundle export FILE",
            code="no_collector",
            project=project.name,
        )
    return project.collector.address
