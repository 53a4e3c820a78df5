"""The panel of 360 pixels at twice its size: all of it is within its 180, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, Panel
from tests.desktop.browser.steps import captured, connected, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]

WIDTH = 180
# What is seen of the panel and reaches beyond its width, or is cut within itself.
OUTSIDE = """[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.read-out'))
    .filter((e) => e.getBoundingClientRect().width)
    .filter((e) => e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0
        || (e.closest('header') && e.clientWidth && e.scrollWidth > e.clientWidth))
    .map((e) => `${e.localName}#${e.id}.${e.className} ${e.textContent.slice(0, 40)}`)"""
HEIGHT_OF_WHERE = "document.getElementById('where').getBoundingClientRect().height"
MORE = "document.getElementById('more').open = {}"


def assert_within(panel: Panel) -> None:
    panel.until(f"innerWidth === {WIDTH}")
    assert panel.value("document.documentElement.scrollWidth") <= WIDTH
    assert panel.value(OUTSIDE) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_at_twice_its_size_nothing_of_the_panel_is_outside_of_it(
    play: Playwright, place: Path, address: str, desk: DeskOfTest, language: str
) -> None:
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"), language=language)
    try:
        panel = captured(chrome)
        panel.send("Emulation.setDeviceMetricsOverride", width=WIDTH, height=585, deviceScaleFactor=1, mobile=False)
        assert_within(panel)
        connected(chrome, desk, panel)
        assert_within(panel)
        panel.value(MORE.format("true"))
        assert_within(panel)
        panel.value(MORE.format("false"))
        sent(panel)
        panel.until("document.getElementById('waiting').hidden && document.querySelector('#where .now') !== null")
        assert_within(panel)
        assert panel.value(HEIGHT_OF_WHERE) <= 16, "in one line"
    finally:
        chrome.close()
