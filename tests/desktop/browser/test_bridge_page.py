"""docs/bridge-protocol.md and its vectors say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desktop import browser
from desktop.browser.channel.errors import CODES
from desktop.browser.native_host import host
from desktop.flow import capturing, panel_messages
from desktop.flow.browser_refusals import FAILED, TOLD
from desktop.flow.panel_asking import MOST_TEXT
from feedback_store import captures
from tests.desktop.browser.channel_vectors import vectors

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "bridge-protocol.md").read_text(encoding="utf-8")


def test_the_page_lists_every_error_with_its_number_and_sentence() -> None:
    listed = PAGE.partition("| n | code | message |\n|---|---|---|\n")[2].splitlines()
    assert listed == [f"| {number} | `{code}` | {sentence} |" for code, (number, sentence) in CODES.items()]


def test_the_page_tells_the_hosts_limits_and_every_standing_that_it_says() -> None:
    assert f'"most":{host.TO_WINDOW}' in PAGE
    assert f"at most {host.TO_BROWSER // 1024} KiB" in " ".join(PAGE.split())
    said = set(re.findall(r'(?:Refused\(|return |say\()"([a-z_]+)"', Path(host.__file__).read_text()))
    assert said >= {"running", "not_running", "peer_owner"}
    assert {word for word in said if f"`{word}`" not in PAGE and f'"desktop":"{word}"' not in PAGE} == set()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_panel_says_what_to_do_in_every_standing_that_the_host_says(language: str) -> None:
    extension = Path(browser.__file__).parent / "extension"
    texts = json.loads((extension / "_locales" / language / "messages.json").read_text(encoding="utf-8"))
    shown = dict(
        re.findall(r'^  (\w+): \{ title: "\w+", text: "(\w+)"', (extension / "panel/standing.js").read_text(), re.M)
    )
    said = set(re.findall(r'(?:Refused\(|say\()"([a-z_]+)"', Path(host.__file__).read_text())) - {"running"}
    assert said >= {"folder_mode", "folder_owner", "peer_owner"}
    for word in said | {"auth"}:
        assert texts[shown[word]]["message"].endswith("."), word


def test_the_page_names_every_message_and_every_refusal_of_a_session() -> None:
    flow, store = Path(capturing.__file__).parent, Path(captures.__file__).parent
    taken = Path(capturing.__file__).read_text()
    kinds = set(re.findall(r'"([a-z]+\.[a-z]+|status|rubric|unpair)"', taken + (flow / "panel_asking.py").read_text()))
    assert {"judge.put", "judge.ack", "candidates.ask", "candidates.done", "queue.summary", "unpair"} <= kinds
    assert {kind for kind in kinds if f"`{kind}`" not in PAGE} == set()
    files = [flow / "panel_messages.py", *(store / f"{name}.py" for name in ("captures", "inbox", "panel_verdicts"))]
    codes = {code for path in files for code in re.findall(r'code="(\w+)"', path.read_text())}
    codes |= set(re.findall(r'AskRefused\(\s*"(\w+)"', taken + (flow / "panel_asking.py").read_text()))
    codes |= set(re.findall(r'"(\w+)", verdict', (store / "panel_table.py").read_text()))
    assert len(codes) > 12
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
    assert set(listed_codes()) == TOLD
    assert f"`{FAILED}` may follow any" in PAGE


def listed_codes() -> list[str]:
    rows = PAGE.partition("| code | after | means |\n|---|---|---|\n")[2].partition("\n\n")[0].splitlines()
    return [code for row in rows for code in re.findall(r"`(\w+)`", row.split("|")[1])]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_extension_has_a_sentence_of_its_own_for_every_refusal_of_the_page(language: str) -> None:
    file = Path(browser.__file__).parent / "extension" / "_locales" / language / "messages.json"
    texts = {name: text["message"] for name, text in json.loads(file.read_text(encoding="utf-8")).items()}
    codes = listed_codes()
    assert len(codes) > 15
    assert [code for code in codes if not texts.get(f"refused_{code}", "").endswith(".")] == []


def test_the_page_tells_the_limits_of_messages() -> None:
    words = " ".join(PAGE.split())
    assert f"at most {captures.MAX_BYTES:,} bytes, any other message {panel_messages.MOST_SMALL:,}" in words
    assert f"1 to {panel_messages.MOST_ANSWERS} answers" in words
    assert f"at most {panel_messages.MOST_ITEMS} |" in words
    assert f"{MOST_TEXT // 1024} KiB as JSON" in words
    assert f"{capturing.BURST} messages at once" in words


def test_the_vectors_are_what_both_ends_make() -> None:
    kept = json.loads((DOCS / "channel-vectors.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(vectors()))
