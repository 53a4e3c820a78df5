"""Which room the next start shows: the one that was left, or the one before it, where nobody had gone there. Must not
know Qt, nor which rooms there are.
"""

from __future__ import annotations


class RoomLeft:
    """Told of every room that is shown. `name` is the one to come back to, "" while none was shown."""

    def __init__(self) -> None:
        self._now = self._before = ""
        self._by_itself = False

    @property
    def name(self) -> str:
        """The room to come back to."""
        return self._before if self._by_itself else self._now

    def show(self, name: str) -> None:
        """Somebody goes to a room."""
        if name != self._now:
            self._before, self._now = self._now, name
        self._by_itself = False

    def came_by_itself(self) -> None:
        """The room that is shown stands there to say something; somebody comes back to the one before."""
        self._by_itself = True
