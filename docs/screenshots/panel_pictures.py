"""Takes the pictures of the extension: python docs/screenshots/panel_pictures.py [--out FOLDER]

A real Chromium with the extension as it is shipped, on a page like a chat's; light, dark, and in German; and the
browser's own page of extensions, once it is installed. __main__.py takes those of the window.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402  (beside the tests, which drive the same browser)

from desktop.browser.hosts import Program  # noqa: E402
from tests.desktop.browser.chrome import Chrome, DeskOfTest, served  # noqa: E402
from tests.desktop.browser.steps import connected  # noqa: E402

IMAGES = ROOT / "docs" / "images"
LANGUAGES = {"en": (("panel-light", False), ("panel-dark", True)), "de": (("panel-german", False),)}
CHAT = "https://chatgpt.com/c/1"
PAGE = """<!doctype html><title>Dosage of ibuprofen</title><body><main>
<div data-message-author-role="user">How much ibuprofen may I give my daughter? She is four and weighs 16 kg.</div>
<div data-message-author-role="assistant"><p>Children are given 7 to 10 mg for each kilogram, so <b>110 to 160 mg</b>,
at
most three times a day with six hours between.</p><ul><li>Give it with food.</li><li>See a physician if the fever lasts
longer than three days.</li></ul></div></main>"""
SETTLED_MS = 800  # until the row of buttons has come down
SEEN = "document.getElementById('response').value && !document.getElementById('draft').hidden"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python docs/screenshots/panel_pictures.py")
    parser.add_argument("--out", type=Path, default=IMAGES)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, served() as address:
        for language, pictures in LANGUAGES.items():
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder)
                (place / "run").mkdir(mode=0o700)
                (place / "profile").mkdir()
                os.environ["XDG_RUNTIME_DIR"] = str(place / "run")
                desk = DeskOfTest(place / "profile")
                chrome = Chrome(
                    play, place / "chrome", address, host=Program.this_one(place / "profile"), language=language
                )
                chrome.page.route(CHAT, lambda asked: asked.fulfill(body=PAGE, content_type="text/html"))
                chrome.page.goto(CHAT)
                panel = chrome.judge()
                panel.until(SEEN)
                connected(chrome, desk, panel)
                for name, dark in pictures:
                    panel.picture(out / f"{name}.png", dark)
                    print(out / f"{name}.png", flush=True)
                if language == "en":
                    installed(chrome, out / "install-extension.png")
                chrome.close()
                desk.stop()


def installed(chrome: Chrome, file: Path) -> None:
    """Where the extension was loaded: the switch, the button, and the extension."""
    page = chrome.page
    page.set_viewport_size({"width": 900, "height": 420})
    page.goto("chrome://extensions")
    page.locator("#devMode").click()
    page.locator("#devDrawer[expanded]").wait_for()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=file)
    print(file, flush=True)


if __name__ == "__main__":
    main()
