"""While the welcome stands browsers are told that Preceptor is open and not set up yet; nothing else is done for them.

Until the workbench is there nobody could look after a browser. One that hears nothing says that Preceptor is not open,
though its window is in front of the person. Must not know the welcome.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.pairing import PairingTime
from desktop.browser.desk import BrowserDesk
from desktop.browser.kept_pairings import KeptPairings
from desktop.flow.browser_refusals import Refusals
from feedback_store.batches.keys import DeviceKey
from feedback_store.browser_table import Browsers

_log = logging.getLogger(__name__)


def greet_browsers(profile: Path, browsers: Browsers, parent: QObject) -> BrowserDesk | None:
    """Listen, and let nobody in, until it is stopped; None where nobody can listen here."""
    kept = KeptPairings(browsers)
    try:
        return BrowserDesk(profile, _no_key_yet, kept, PairingTime(), parent, refusals=Refusals(kept.name_of))
    except OSError as error:
        _log.warning("browsers cannot reach the welcome: %s", error)
        return None


def _no_key_yet() -> DeviceKey:
    raise ChannelError("welcome")
