"""A trainer's devices in a team's project, as its collector says, in words. Must not know Qt, nor who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.flow.describing import when_text
from desktop.flow.wording import gettext as _
from feedback_store.batches.device_list import ListedDevice

SHOWN_GROUPS = 4  # of four digits each, as a fingerprint begins


@dataclass(frozen=True)
class DeviceRow:
    """One device: how its key's fingerprint begins, since when, and whether it may deliver; `here` is this one."""

    mark: str
    joined: str
    state: str
    here: bool = False
    ended: bool = False

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        return ", ".join(filter(None, (self.mark, _("this device") if self.here else "", self.joined, self.state)))


def device_rows(devices: Sequence[ListedDevice], here: str | None) -> tuple[DeviceRow, ...]:
    """The devices, those that may deliver first, the newest before older ones; `here` is the id of this one's key, None
    where it is gone.
    """
    states = {"active": _("may deliver"), "retired": _("replaced"), "revoked": _("ended")}
    newest = sorted(devices, key=lambda each: each.joined_at, reverse=True)
    return tuple(
        DeviceRow(
            _mark(each.device),
            when_text(each.joined_at),
            states[each.state],
            here=each.device == here,
            ended=each.state != "active",
        )
        for each in sorted(newest, key=lambda each: each.state != "active")
    )


def ending_words() -> str:
    """What ending this device's key means, before it is done."""
    return _(
        "This device's key will sign nothing more, and that cannot be undone. What has arrived stays. What has not"
        " waits here, and goes once you have joined again, with a code for a further device of yours."
    )


def _mark(device: str) -> str:
    digits = device.rpartition(":")[2][: 4 * SHOWN_GROUPS]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
