"""From a page to a sealed batch: the true window, host, browser and extension; every site, and what any page has."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedback_store import records
from feedback_store.batches.body import read_bundle
from feedback_store.batches.verify import verify_bundle
from feedback_store.records import Judgement
from tests.desktop.browser.chrome import EXTENSION, PAGES, ROOT, Chrome, DeskOfTest, Panel, until
from tests.desktop.browser.steps import ANSWER, captured, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]

RULES: dict[str, Any] = json.loads((EXTENSION / "rules.json").read_text())
SITES = sorted(page.stem for page in (PAGES / "sites").glob("*.html"))
ENVIRONMENT = {**os.environ, "LANGUAGE": "en", "QT_QPA_PLATFORM": "offscreen"}


class Window(DeskOfTest):
    """The true window, and somebody before it."""

    module = "tests.desktop.browser.window_process"
    patience_s = 60.0


@pytest.fixture
def window(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("LANGUAGE", "en")
    started = Window(place / "profile")
    yield started
    started.stop()


def preceptor(profile: Path, *words: str | Path) -> str:
    command = [sys.executable, "-m", "desktop", "--profile", profile, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def connect(window: Window, panel: Panel) -> None:
    """By the digits that the panel shows, typed into the window's dialog."""
    window.do("pair")
    assert window.hear() == {"waits": True}
    panel.press("pair")
    code = panel.until("document.getElementById('code-shown').textContent")
    window.do("allow", code=code)
    assert window.hear() == {"allowed": True}
    panel.until("document.getElementById('standing').className === 'well'")


def address_of(site: str) -> str:
    """Where a site's chats are; one that anybody can have at home is known by a mark in its pages."""
    hosts = next(each["hosts"] for each in RULES["sites"] if each["id"] == site)
    return f"https://{hosts[0] if hosts else 'webui.example'}/c/1"


def taken(chrome: Chrome, panel: Panel, site: str) -> str:
    """The answer in sight of a site's page, handed over; its text."""
    chrome.go_as(address_of(site), f"sites/{site}.html")
    chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    response = str(panel.value("document.getElementById('response').value"))
    panel.until("!document.getElementById('send').disabled")
    panel.press("send")
    panel.until("document.getElementById('draft').hidden")
    return response


def test_answers_of_every_page_become_judgements_in_a_sealed_batch(
    chrome: Chrome, window: Window, place: Path, tmp_path: Path
) -> None:
    panel = captured(chrome)
    connect(window, panel)
    sent(panel)
    panel.until("document.querySelector('#where .now')?.textContent.includes('On the desk')")
    responses = [ANSWER]
    for count, site in enumerate(SITES, 2):
        responses.append(taken(chrome, panel, site))
        until(chrome.page, lambda count=count: len(window.inbox()) == count, f"{site} is on the desk")  # type: ignore[misc]
    assert window.inbox() == responses
    panel.close()
    window.do("accept")
    assert window.hear() == {"accepted": len(responses)}
    assert window.inbox() == []
    window.do("judge")
    assert window.hear() == {"judged": len(responses)}
    window.stop()
    origins = [chrome.address, *(address_of(site).removesuffix("/c/1") for site in SITES)]
    check_batch(place / "profile", tmp_path, dict(zip(origins, responses, strict=True)))


def check_batch(profile: Path, folder: Path, answers: dict[str, str]) -> None:
    """What was saved is released, sealed and verified, and each record names its page and the browser."""
    preceptor(profile, "outbox", "release", "--all")
    preceptor(profile, "outbox", "seal", "--insecure-key-file")
    file = folder / "batch.preceptor"
    preceptor(profile, "bundle", "export", file)
    device = json.loads(preceptor(profile, "keys", "show", "--json", "--insecure-key-file"))
    summary = verify_bundle(file, public_key=base64.b64decode(device["public_key"]))
    lines = [line for body in read_bundle(file) for line in body.lines]
    judged = [record for record in map(records.decode, lines) if isinstance(record, Judgement)]
    assert summary.records == len(judged) == len(answers)
    for record in judged:
        page = record.context.page
        assert page is not None
        assert record.candidates[0].text == answers.pop(page.origin)
        assert (record.context.source, record.candidates[0].origin.kind) == ("browser", "page")
        assert record.prompt.messages[-1].role == "user"
        assert record.verdicts[0].level == "all_good"
        assert len(record.ratings) == 5
    assert answers == {}
    assert len({record.context.pairing for record in judged}) == 1
