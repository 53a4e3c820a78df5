"""What the panel says is for people who know neither folders of the system nor a terminal, and fits where it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import EXTENSION, Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest
from tests.desktop.browser.steps import captured, connected

SPEECH_OF_MACHINES = re.compile("[“„]preceptor |[Rr]untime|Laufzeit|[Ss]ocket|[Mm]anifest|[“„]run[”“]")
NARROW = 360  # pixels, as narrow as Chrome lets its side panel be


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_of_the_panel_sends_somebody_to_a_terminal_or_a_folder_of_the_system(language: str) -> None:
    told = json.loads((EXTENSION / "_locales" / language / "messages.json").read_text(encoding="utf-8"))
    assert [name for name, each in told.items() if SPEECH_OF_MACHINES.search(each["message"])] == []


@pytest.mark.needs("chromium")
def test_below_an_answer_both_german_buttons_stand_in_one_row_of_a_narrow_panel(
    play: Playwright, place: Path, address: str, desk: DeskOfTest
) -> None:
    """“Wie geschrieben” came to stand in a row of its own."""
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"), language="de")
    try:
        panel = captured(chrome)
        connected(chrome, desk, panel)
        panel.until("!document.getElementById('judging').hidden")
        panel.send("Emulation.setDeviceMetricsOverride", width=NARROW, height=585, deviceScaleFactor=1, mobile=False)
        panel.until(f"innerWidth === {NARROW}")
        buttons = "[...document.querySelectorAll('#flag, #as-written')]"
        assert panel.value(f"{buttons}.map((e) => e.checkVisibility())") == [True, True]
        middles = f"{buttons}.map((e) => e.getBoundingClientRect()).map((e) => (e.top + e.bottom) / 2)"
        first, second = panel.value(middles)
        assert first == second
    finally:
        chrome.close()
