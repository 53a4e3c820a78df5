"""How often somebody is told that a browser waits for the passphrase."""

from __future__ import annotations

from desktop.flow.kept_out import QUIET_S, KeptOut, waiting_text


def test_a_browser_that_comes_again_by_itself_is_told_once_and_anew_after_it_was_not_used() -> None:
    """It was: the question came back by itself a moment after it was cancelled."""
    times = [0.0]
    kept_out = KeptOut(lambda: times[0])
    assert kept_out.came("Chromium")
    for _again in range(30):
        times[0] += 60.0  # longer than an extension waits
        assert not kept_out.came("Chromium")
    assert kept_out.came("Brave"), "another one is another matter"
    times[0] += QUIET_S + 1
    assert kept_out.came("Chromium")


def test_the_browser_that_waits_is_named() -> None:
    assert waiting_text("Brave").startswith("Brave waits for your passphrase")
    assert waiting_text("").startswith("A browser waits")
