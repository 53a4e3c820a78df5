"""A display to take pictures of: an X server without a monitor and a window manager, or none at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

CONFIGURED = Path(__file__).with_name("openbox.xml")
SCREEN = "3200x2000x24"  # room for a window of 1440 × 900 at twice its size


@contextmanager
def display(platform: str) -> Iterator[dict[str, str]]:
    """The variables that a program is started with to draw on `platform`; the display ends with the block."""
    if platform == "offscreen":
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    with ExitStack() as running:
        read, write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        running.callback(_end, server)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise SystemExit("Xvfb did not start. Take the pictures with --platform offscreen instead.")
        variables = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
        if shutil.which("openbox"):
            manager = subprocess.Popen(
                ["openbox", "--sm-disable", "--config-file", str(CONFIGURED)],
                env={**os.environ, **variables},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            running.callback(_end, manager)
            _await_manager(variables)
        yield variables


def _await_manager(variables: dict[str, str]) -> None:
    """It keeps the number of the desktop once it is ready; windows that come earlier are managed late."""
    if not shutil.which("xdotool"):
        time.sleep(0.5)
        return
    end = time.monotonic() + 60
    while subprocess.run(["xdotool", "get_desktop"], env={**os.environ, **variables}, capture_output=True).returncode:
        if time.monotonic() > end:
            raise SystemExit("The window manager did not start.")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)
