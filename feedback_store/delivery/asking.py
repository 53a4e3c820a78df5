"""What somebody asks of a collector beside deliveries: that it hears of a changed key, and which devices it knows.

A pause that it asks for is kept for all that goes by itself, as one that a delivery was answered with; what can wait
waits for its end too. Must not know keyrings, nor who asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback_store.batches.device_list import DeviceList
from feedback_store.delivery import http
from feedback_store.delivery.backoff import pause, pause_time
from feedback_store.delivery.key_changes import LATER, ask_devices, asked_pause, tell_event
from feedback_store.errors import DeliveryError
from feedback_store.pause_table import Clock
from feedback_store.store import Project, Store


@dataclass(frozen=True)
class Asking:
    """Asks one project's collector, at `address`, with this device's pass."""

    store: Store
    project: Project
    address: str
    token: str
    clock: Clock

    def tell_keys(self, *, at_once: bool) -> DeliveryError | None:
        """Tell the changes of keys that wait, in their order; why the rest was not told, if it was not.

        `at_once`: in a pause of the collector too.
        """
        if self.store.keys.waiting(self.project.id) is None:
            return None
        if not at_once and (left := self._left()) > 0:
            return _paused(left)
        try:
            there = http.Connection(self.address)
        except DeliveryError as error:  # of this computer's own settings: as good as no network
            return error
        with there as connection:
            return self._tell(connection)

    def devices(self) -> DeviceList:
        """This trainer's devices, as the collector says once it has heard what waits; DeliveryError.

        In a store that is open for reading alone nothing is told, and what comes is checked and not kept.
        """
        if (left := self._left()) > 0:
            raise _paused(left)
        with http.Connection(self.address) as connection:
            untold = None if self.store.readonly else self._tell(connection)
            if untold is not None and untold.code in LATER:
                raise untold
            try:
                listed = ask_devices(connection, self.store, self.store.projects.get(self.project.id), self.token)
            except DeliveryError as error:
                raise self._kept(asked_pause(error)) or error from error
        self._end()
        return listed

    def _tell(self, connection: http.Connection) -> DeliveryError | None:
        while (event := self.store.keys.waiting(self.project.id)) is not None:
            project = self.store.projects.get(self.project.id)  # the collector may have changed its key
            failed = tell_event(connection, self.store, project, self.token, event)
            if failed is not None:
                return self._kept(failed.retry_after) or failed.problem
            self._end()
        return None

    def _left(self) -> float:
        """The seconds that are left of the collector's pause."""
        return self.store.outbox.pauses(self.clock.now()).get(self.project.id, 0.0)

    def _kept(self, asked: float | None) -> DeliveryError | None:
        """Keep the pause that was asked for; what is to be said of it, None where there was none."""
        wished = pause(asked)
        if wished <= 0:
            return None
        if not self.store.readonly:
            self.store.outbox.keep_pause(self.project.id, wished, self.clock.now()).result()
        return _paused(wished)

    def _end(self) -> None:
        """It has answered: a pause that was asked for before is over."""
        now = self.clock.now()
        if not self.store.readonly and self.project.id in self.store.outbox.pauses(now):
            self.store.outbox.keep_pause(self.project.id, 0.0, now).result()


def _paused(seconds: float) -> DeliveryError:
    return DeliveryError.worded(
        "The collector asks to be left alone for another {time}. Try again then.",
        code="busy",
        time=pause_time(seconds),
        retry_after=seconds,
    )
