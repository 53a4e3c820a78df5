"""How this computer stands with the network, as the system says: open, a connection that costs, or none.

Where the system says nothing it counts as open: a try does no harm. Must not know who sends.
"""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtNetwork import QNetworkInformation

Standing = Literal["open", "metered", "offline"]


class Information(Protocol):
    """What of Qt's QNetworkInformation is asked."""

    reachabilityChanged: SignalInstance  # noqa: N815 (Qt's names)
    isMeteredChanged: SignalInstance  # noqa: N815

    def reachability(self) -> QNetworkInformation.Reachability: ...

    def isMetered(self) -> bool: ...


class NetworkWatch(QObject):
    """Tells when the standing changes. Without `information` the system is asked, by whichever backend knows most."""

    changed = Signal(str)  # Standing

    def __init__(self, information: Information | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._information = information or _of_the_system()
        self.standing: Standing = "open"
        if self._information is not None:
            self._information.reachabilityChanged.connect(self._on_change)
            self._information.isMeteredChanged.connect(self._on_change)
            self.standing = _standing(self._information)

    @Slot()
    def _on_change(self) -> None:
        now = _standing(self._information) if self._information is not None else "open"
        if now != self.standing:
            self.standing = now
            self.changed.emit(now)


def _of_the_system() -> Information | None:
    feature = QNetworkInformation.Feature
    for wished in (feature.Reachability | feature.Metered, feature.Reachability):
        if QNetworkInformation.loadBackendByFeatures(wished):
            return QNetworkInformation.instance()
    return None


def _standing(information: Information) -> Standing:
    """A network without a way to the outside is open: a team's collector may stand in it."""
    if information.reachability() == QNetworkInformation.Reachability.Disconnected:
        return "offline"
    return "metered" if information.isMetered() else "open"
