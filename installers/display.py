"""Whether there is a display that a window can open on. Asked without Qt, which is not installed yet."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a Wayland or X11 display is named and, as far as can be asked, answers."""
    if sys.platform in ("win32", "darwin"):
        return True
    if environment.get("WAYLAND_DISPLAY"):
        return True
    name = environment.get("DISPLAY")
    return bool(name) and _answers(str(name))


def _answers(name: str) -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # it comes with the window's packages; Preceptor asks again before it opens
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(name.encode(), None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused
