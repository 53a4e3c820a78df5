"""Pages that do not come to an end, or answer nothing: nothing in the panel waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Dialog

from tests.desktop.browser.chrome import Chrome, DeskOfTest, until
from tests.desktop.browser.steps import CTRL, SELECT, arrived, captured, connected, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

RESPONSE = "document.getElementById('response').value"
TROUBLE = "document.getElementById('trouble').textContent"
COMES = b"<!doctype html><title>It comes</title><p id=answer>As far as it has come.</p>" + b" " * 4096


@contextmanager
def coming() -> Iterator[str]:
    """A page whose end does not come; its address."""
    over = threading.Event()

    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(COMES)
            over.wait()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    over.set()
    server.shutdown()
    server.server_close()


def test_of_a_page_that_is_still_coming_what_has_come_is_taken_and_is_not_said_to_be_all(chrome: Chrome) -> None:
    """Nothing was taken, and nothing in the panel worked until it had come."""
    panel = captured(chrome)
    with coming() as address:
        chrome.page.goto(address, wait_until="commit")
        chrome.page.locator("#answer").wait_for()
        chrome.page.evaluate(SELECT)
        chrome.judge()
        panel.until(f"{RESPONSE} === 'As far as it has come.'")
        assert "still being written" in panel.value("document.getElementById('incomplete').textContent")
        sent(panel)
        chrome.page.goto("about:blank")


def test_a_page_that_asks_something_holds_nothing_up_and_is_said_not_to_answer(
    chrome: Chrome, desk: DeskOfTest
) -> None:
    panel = captured(chrome)
    connected(chrome, desk, panel)
    asked: list[Dialog] = []
    chrome.page.on("dialog", lambda dialog: asked.append(dialog))  # and is not answered
    chrome.page.evaluate("() => void setTimeout(() => alert('Are you there?'))")
    until(chrome.page, lambda: bool(asked), "the page asks")
    chrome.judge()
    panel.write("prompt", "Should I ask for antibiotics?")
    panel.until("!document.getElementById('send').disabled")
    panel.key("Enter", 13, CTRL)
    arrived(panel)
    panel.until(f"{TROUBLE}.startsWith('This page does not answer')", patience_s=60)
    asked[0].accept()
    captured(chrome)
    assert panel.value("document.getElementById('trouble').hidden")
