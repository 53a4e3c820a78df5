"""Whether the window can open here, asked without starting Qt, which aborts the program where something is missing."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.wording import gettext as _

# What Qt loads on Linux, and the Debian packages of the libraries that a bare machine lacks.
QT_LIBRARIES = ("Qt/lib/libQt6Widgets.so.6", "Qt/plugins/platforms/libqxcb.so")
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-util.so.1": "libxcb-util1",
}


@dataclass(frozen=True)
class Obstacle:
    """Why the window cannot open, and what to do. Without a display everything else still works."""

    text: str
    way_out: str
    only_no_display: bool = False


def obstacle() -> Obstacle | None:
    """What keeps the window from opening; None where nothing does."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return Obstacle(_("Qt is not installed."), _("Install it: pip install PySide6-Essentials"))
    if not sys.platform.startswith("linux"):
        return None
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    on_x11 = wanted == "xcb" or (not wanted and not os.environ.get("WAYLAND_DISPLAY"))
    for library in QT_LIBRARIES if on_x11 else QT_LIBRARIES[:1]:
        lacking = missing_library(Path(spec.submodule_search_locations[0]) / library)
        if lacking:
            return Obstacle(_("The window needs {library}.").format(library=lacking), _install(lacking))
    if on_x11 and not x_server_answers():
        way = _("Every command works without one; try: preceptor try")
        return Obstacle(_("There is no display here for the window."), way, only_no_display=True)
    return None


def missing_library(library: Path) -> str:
    """The name of the first shared library that `library` needs and that is not there; "" where all are."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return str(error).split(":", 1)[0].strip() or library.name
    return ""


def x_server_answers() -> bool:
    """Whether the X server that DISPLAY names takes a connection."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt brings its own way and its own words
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def _install(library: str) -> str:
    package = PACKAGES.get(library)
    if package is None:
        return _("Install the package that holds it.")
    return _("Install it: sudo apt-get install {package}").format(package=package)
