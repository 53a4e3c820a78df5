"""The browsers that a profile keeps as connected, as the channel asks for them. Must not know Qt."""

from __future__ import annotations

from desktop.browser.channel.pairing import Pairing
from feedback_store.browser_table import Browsers


class KeptPairings:
    """The browsers of a profile as the channel asks for them."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self.browser = ""  # the program's name of the one that is let in next

    def find(self, pairing: str) -> Pairing | None:
        found = self._browsers.find(pairing)
        return None if found is None else Pairing(found.pairing, found.origin, found.ext_pub, found.desk_pub)

    def name_of(self, pairing: str) -> str:
        """The name of a browser here, "" where it is not connected any more."""
        found = self._browsers.find(pairing)
        return "" if found is None else found.name

    def add(self, pairing: Pairing) -> None:
        self._browsers.add(pairing.id, pairing.origin, pairing.ext_pub, pairing.desk_pub, self.browser).result()
