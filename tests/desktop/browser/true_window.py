"""The true window as a process, and the way in for a browser: for tests and for benchmarks/browser.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.desktop.browser.chrome import DeskOfTest, Panel

# Drawn into memory, in English, with no keyring of this computer's.
ALONE = {
    "QT_QPA_PLATFORM": "offscreen",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "LANGUAGE": "en",
}


class Window(DeskOfTest):
    """The true window, and somebody before it. It takes `ALONE` from the environment of whoever starts it."""

    module = "tests.desktop.browser.window_process"
    patience_s = 60.0


@contextmanager
def opened(profile: Path, kind: type[Window] = Window) -> Iterator[Window]:
    """A window that is closed at the end."""
    window = kind(profile)
    try:
        yield window
    finally:
        window.stop()


def connect(window: Window, panel: Panel) -> None:
    """By the digits that the panel shows, typed into the window's dialog."""
    window.do("pair")
    assert window.hear() == {"waits": True}
    panel.press("pair")
    let_in(window, panel)


def let_in(window: Window, panel: Panel, but: str = "") -> None:
    """Type the digits that the panel shows into the window's dialog, which waits; `but` are ones of before."""
    window.do("asked")
    assert window.hear() == {"asked": True}
    code = panel.until(
        "(code => !document.getElementById('code').hidden && code !== "
        f"{but!r} && code)(document.getElementById('code-shown').textContent)"
    )
    window.do("allow", code=code)
    assert window.hear() == {"allowed": True}
    panel.until("document.getElementById('standing').className === 'well'")
