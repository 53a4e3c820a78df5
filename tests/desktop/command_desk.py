"""A trainer at the command line, whose profile has joined a collector that answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command_line import Ended, here
from test_commands_delivery import judged, sealed, serving


@dataclass
class Desk:
    """A profile that has joined the collector that listens at `address`."""

    collector: Path
    profile: Path
    address: str

    def type(self, *words: str | Path) -> Ended:
        return here(*words, profile=self.profile)

    def ask(self, *words: str | Path) -> Any:
        done = self.type(*words, "--json")
        assert done.status == 0, done.err
        return json.loads(done.out)

    def seal(self, count: int) -> None:
        """Have so many judgements, and sign what is new of them."""
        judged(self.profile, count)
        sealed(self.profile)

    @property
    def device(self) -> dict[str, str]:
        """As the collector lists it, before there is another one."""
        (found,) = self.ask("collector", "devices", self.collector)
        return dict(found)


@contextmanager
def joined_desk(folder: Path) -> Iterator[Desk]:
    made = Desk(folder / "collector", folder / "profile", "")
    assert made.type("collector", "init", made.collector, "--project", "Team").status == 0
    with serving(made.collector) as (address, _process):
        made.address = address
        judged(made.profile)
        code = made.ask("collector", "invite", made.collector)["code"]
        assert made.type("project", "join", address, code, "--use").status == 0
        yield made
