"""The options page: what it says of the connection and of what is kept here, and what can be done there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from desktop.browser.hosts import EXTENSION_ID
from tests.desktop.browser.chrome import Chrome, DeskOfTest
from tests.desktop.browser.steps import arrived, captured, connected, sent

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.long]


@pytest.fixture
def options(chrome: Chrome) -> Iterator[Page]:
    """The options, in a tab of their own."""
    page = chrome.context.new_page()
    page.goto(f"chrome-extension://{EXTENSION_ID}/options/options.html")
    yield page
    page.close()


def test_they_say_which_preceptor_this_browser_belongs_to_and_end_it(
    chrome: Chrome, desk: DeskOfTest, options: Page
) -> None:
    expect(options.locator("#name")).to_contain_text("not connected")
    assert not options.locator("#leave").is_visible()
    chrome.page.bring_to_front()
    panel = captured(chrome)
    connected(chrome, desk, panel)
    sent(panel)
    arrived(panel)
    desk.asked("accept", "draft")  # which makes a project
    options.reload()
    expect(options.locator("#since")).to_contain_text("Connected since")
    expect(options.locator("#project")).to_contain_text("Patients")
    options.click("#leave")
    expect(options.locator("#name")).to_contain_text("not connected")


def test_what_is_kept_here_is_counted_and_deleted_only_after_a_question(chrome: Chrome, options: Page) -> None:
    expect(options.locator("#kept")).to_have_text("Nothing is kept here.")
    chrome.page.bring_to_front()
    panel = captured(chrome)
    sent(panel)
    panel = captured(chrome)
    expect(options.locator("#kept")).to_contain_text("2 texts")
    expect(options.locator("#kept")).to_contain_text("bytes in all")
    options.bring_to_front()
    options.click("#delete")
    assert options.evaluate("document.activeElement.id") == "keep"  # what deletes nothing has the keyboard
    options.keyboard.press("Escape")
    expect(options.locator("#kept")).to_contain_text("2 texts")
    options.click("#delete")
    options.click("#delete-now")
    expect(options.locator("#kept")).to_have_text("Nothing is kept here.")
    assert panel.value("document.getElementById('draft').hidden")


def test_the_language_is_the_one_that_was_chosen_here_and_in_the_panel(chrome: Chrome, options: Page) -> None:
    options.select_option("#language", "de")
    expect(options.locator("#connection-title")).to_have_text("Verbindung")
    assert options.evaluate("document.documentElement.lang").startswith("de")
    chrome.page.bring_to_front()
    panel = captured(chrome)
    panel.until("document.getElementById('send').textContent.includes('An Preceptor geben')")
    options.select_option("#language", "")
    expect(options.locator("#connection-title")).to_have_text("Connection")


def test_the_privacy_statement_is_in_the_extension_and_no_link_leads_out_of_it(options: Page) -> None:
    links = options.evaluate("[...document.querySelectorAll('a')].map((a) => a.href)")
    assert links == [f"chrome-extension://{EXTENSION_ID}/options/privacy.html"]
    options.click("a")
    expect(options.locator("main")).to_contain_text("The extension sends nothing over the network.")


@pytest.mark.long
def test_everything_there_has_a_name_and_is_reached_by_tab(options: Page) -> None:
    expect(options.locator("#delete")).to_have_text("Delete all of it …")
    names = options.evaluate(
        "[...document.querySelectorAll('button, select, a')].map((e) => e.textContent.trim() || e.ariaLabel)"
    )
    assert all(names)
    reached = []
    for _ in range(3):
        options.keyboard.press("Tab")
        reached.append(options.evaluate("document.activeElement.id || document.activeElement.localName"))
    assert reached == ["language", "delete", "a"]
