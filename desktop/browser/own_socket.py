"""Sockets that no other user comes near: in a folder of this user's alone, and either end looks whose the other is.

What another user left in a shared folder under the socket's name would be spoken to as if it were the window.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Literal

from PySide6.QtNetwork import QLocalSocket

from desktop.browser.native_host import host

Whom = Literal["browser", "window"]  # whom a window hears there: native hosts, or later starts


def prepared_path(profile: Path, whom: Whom) -> str:
    """Where the window listens, its folder made and this user's alone; raises OSError with the reason."""
    try:
        path = host.socket_path(str(profile), whom=whom)
        Path(path).parent.mkdir(mode=0o700, exist_ok=True)
        host.check_folder(path)
    except host.Refused as refused:
        raise PermissionError(str(refused)) from refused
    return path


def is_ours(connected: QLocalSocket) -> bool:
    """Whether the process at the other end is this user's."""
    with socket.socket(fileno=os.dup(int(connected.socketDescriptor()))) as peer:
        try:
            host.check_peer(peer)
        except (host.Refused, OSError):
            return False
    return True
