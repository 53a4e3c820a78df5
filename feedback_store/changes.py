"""News of committed writes: what views listen to, so that nobody has to ask again and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What a committed write changed; no `ids` means "look again"."""

    kind: Literal["records", "drafts", "projects", "settings", "outbox", "pauses", "inbox", "browsers"]
    ids: tuple[str, ...] = ()


Listener = Callable[[Change], None]


class Changes:
    """The listeners of one store. They are called on the writer's thread and must not wait for a write."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every committed write; the returned function ends that."""
        with self._guard:
            self._listeners.append(listener)

        def stop() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def tell(self, *news: Change) -> None:
        """Tell every listener; one that fails is logged and keeps nobody else from hearing."""
        with self._guard:
            listeners = tuple(self._listeners)
        for change in news:
            for listener in listeners:
                try:
                    listener(change)
                except Exception:
                    _log.exception("a listener failed on %s", change.kind)
