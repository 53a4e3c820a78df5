"""On a terminal a new passphrase is asked for until it protects enough; one that was chosen before is not judged."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from desktop.commands import asking


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRECEPTOR_PASSPHRASE", raising=False)
    monkeypatch.setattr(asking, "sys", type("Terminal", (), {"stdin": type("In", (), {"isatty": lambda: True})}))


def asked(new: bool, *typed: str) -> str:
    """What is shown while these lines are typed, and at its end what is taken."""

    @click.command()
    def command() -> None:
        click.echo(f"taken: {asking.ask_passphrase(new)}")

    return CliRunner().invoke(command, input="".join(f"{line}\n" for line in typed)).output


def test_a_new_passphrase_says_before_what_it_needs_and_is_asked_for_until_it_has_it(terminal: None) -> None:
    shown = asked(True, "abc", "four words of mine", "four words of mine")
    assert shown.startswith("New passphrase for the key file, at least 12 characters")
    assert "Error: This passphrase is too short: it needs 12 characters or more." in shown
    assert shown.endswith("taken: four words of mine\n")


def test_one_that_was_chosen_before_is_taken_as_it_is(terminal: None) -> None:
    assert asked(False, "abc").endswith("taken: abc\n")
