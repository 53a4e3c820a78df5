"""From a page to a sealed batch: the true window, host, browser, extension and worker; judged by keys in the panel."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.profile import Profile
from feedback_store import records
from feedback_store.batches.body import read_bundle
from feedback_store.batches.verify import verify_bundle
from feedback_store.records import Judgement
from tests.desktop.browser.chrome import EXTENSION, PAGES, ROOT, Chrome, Panel, until
from tests.desktop.browser.steps import ANSWER, CTRL, at, captured, mark, press
from tests.desktop.browser.true_window import ALONE, Window, connect

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]

RULES: dict[str, Any] = json.loads((EXTENSION / "rules.json").read_text())
SITES = sorted(page.stem for page in (PAGES / "sites").glob("*.html"))
AXES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
ENVIRONMENT = {**os.environ, **ALONE}


def preceptor(profile: Path, *words: str | Path) -> str:
    command = [sys.executable, "-m", "desktop", "--profile", profile, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def address_of(site: str) -> str:
    """Where a site's chats are; one that anybody can have at home is known by a mark in its pages."""
    hosts = next(each["hosts"] for each in RULES["sites"] if each["id"] == site)
    return f"https://{hosts[0] if hosts else 'webui.example'}/c/1"


@dataclass(frozen=True)
class Said:
    """What the panel showed of a page's answer, and what was said of it there."""

    response: str
    flagged: str
    title: str
    complete: bool
    ratings: tuple[int, ...]
    why: str
    own: str = ""  # the text of a model's answer beside it


def judged(panel: Panel, number: int, title: str, *, own: bool = False) -> Said:
    """The answer in the panel judged by keys: words flagged, each axis rated, good in all or ranked, why; sent."""
    response = str(panel.value("document.getElementById('response').value"))
    complete = bool(panel.value("document.getElementById('incomplete').hidden"))
    seen = str(panel.value("document.querySelector('.laid').innerText"))  # no address of a link, no language of code
    flagged = max(re.findall(r"[A-Za-z]{3,}", seen), key=len)
    ratings = tuple((number + place) % 5 for place in range(len(AXES)))
    why = f"Judged in the panel, {number}."
    panel.until("!document.getElementById('judging').hidden")
    text = beside(panel) if own else ""
    mark(panel, flagged)
    press(panel, "f", "f", "2", "Enter")
    panel.until("document.querySelectorAll('#flags-a li').length === 1")
    press(panel, "Enter", *map(str, ratings))
    if own:
        at(panel, "#own-list textarea")
        press(panel, "Enter", *("1" * len(AXES)))
    else:
        press(panel, "g")
    panel.write("justification", why)
    panel.until("!document.getElementById('send').disabled")
    panel.key("Enter", 13, CTRL)
    panel.until("document.getElementById('draft').hidden")
    return Said(response, flagged, title, complete, ratings, why, text)


def beside(panel: Panel) -> str:
    """An answer of the model that comes with the program, asked for and ranked below the page's; its text."""
    panel.value("document.getElementById('ask-count').value = '1'")
    panel.press("ask")
    # a true model on a busy computer writes for longer than anything else here takes
    panel.until("document.querySelectorAll('#own-list .scale').length === 1", patience_s=300)
    at(panel, "#own-list textarea")
    press(panel, "v")
    panel.send("Input.insertText", text="a>b")
    return str(panel.value("document.querySelector('#own-list textarea').value"))


def taken(chrome: Chrome, panel: Panel, site: str, number: int) -> Said:
    """The answer in sight of a site's page, judged and handed over."""
    page = chrome.go_as(address_of(site), f"sites/{site}.html")
    chrome.judge()
    panel.until("document.getElementById('response').value && !document.getElementById('draft').hidden")
    return judged(panel, number, page.title())


def test_answers_of_every_page_judged_in_the_panel_become_judgements_in_a_sealed_batch(
    chrome: Chrome, true_window: Window, place: Path, tmp_path: Path
) -> None:
    panel = captured(chrome)
    connect(true_window, panel)
    panel.write("prompt", "Should I ask for antibiotics?")
    said = [judged(panel, 1, chrome.page.title(), own=True)]
    panel.until("document.querySelector('#where .now')?.textContent.includes('On the desk')")
    for count, site in enumerate(SITES, 2):
        said.append(taken(chrome, panel, site, count))
        until(chrome.page, lambda count=count: len(true_window.inbox()) == count, f"{site} is on the desk")  # type: ignore[misc]
    panel.until("document.getElementById('waiting').hidden")  # the verdicts have come too
    assert said[0].response == ANSWER
    assert true_window.inbox() == [each.response for each in said]
    panel.close()
    true_window.do("accept")
    assert true_window.hear() == {"accepted": len(said)}
    assert true_window.inbox() == []
    true_window.do("save")
    assert true_window.hear() == {"saved": len(said)}
    true_window.stop()
    origins = [chrome.address, *(address_of(site).removesuffix("/c/1") for site in SITES)]
    check_batch(place / "profile", tmp_path, dict(zip(origins, said, strict=True)))


def check_batch(profile: Path, folder: Path, said: dict[str, Said]) -> None:
    """What was saved is released, sealed and verified; each record holds its page, its browser and what was said."""
    preceptor(profile, "outbox", "release", "--all")
    preceptor(profile, "outbox", "seal", "--insecure-key-file")
    file = folder / "batch.preceptor"
    preceptor(profile, "bundle", "export", file)
    device = json.loads(preceptor(profile, "keys", "show", "--json", "--insecure-key-file"))
    summary = verify_bundle(file, public_key=base64.b64decode(device["public_key"]))
    lines = [line for body in read_bundle(file) for line in body.lines]
    found = [record for record in map(records.decode, lines) if isinstance(record, Judgement)]
    assert summary.records == len(found) == len(said)
    kept = Profile.open(profile, readonly=True)
    (browser,) = kept.store.browsers.list()
    kept.close()
    for record in found:
        assert record.context.page is not None
        check_record(record, said.pop(record.context.page.origin))
    assert said == {}
    assert {record.context.page.complete for record in found if record.context.page} == {True, False}
    assert {record.context.pairing for record in found} == {browser.pairing}


def check_record(record: Judgement, said: Said) -> None:
    page = record.context.page
    assert page is not None
    assert (record.context.source, page.title, page.complete, page.url) == ("browser", said.title, said.complete, None)
    assert page.captured_at < record.created_at
    assert page.selectors
    assert record.prompt.messages[-1].role == "user"
    candidates = {candidate.origin.kind: candidate for candidate in record.candidates}
    assert candidates.keys() == ({"page", "local"} if said.own else {"page"})
    theirs = candidates["page"]
    assert theirs.text == said.response
    (flag,) = record.flags
    assert flag.span is not None
    assert (flag.candidate, flag.category, flag.severity) == (theirs.key, "factual", 2)
    assert flag.span.exact == said.flagged == said.response[flag.span.start : flag.span.end]
    assert rated(record, theirs.key) == dict(zip(AXES, said.ratings, strict=True))
    assert record.justification == said.why
    (verdict,) = record.verdicts
    if not said.own:
        assert (verdict.level, len(record.ratings)) == ("all_good", len(AXES))
        return
    ours = candidates["local"]
    assert ours.text == said.own
    assert ours.origin.model is not None
    assert ours.origin.engine is not None
    assert ours.origin.engine.llama_cpp
    assert ours.origin.sampling is not None
    assert verdict.tiers == ((theirs.key,), (ours.key,))
    assert rated(record, ours.key) == dict.fromkeys(AXES, 1)


def rated(record: Judgement, key: str) -> dict[str, object]:
    return {each.axis: each.value for each in record.ratings if each.candidate == key}
