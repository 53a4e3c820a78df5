"""docs/bridge-protocol.md and its vectors say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from desktop.browser.channel.errors import CODES
from desktop.browser.native_host import host
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


def test_the_vectors_are_what_both_ends_make() -> None:
    kept = json.loads((DOCS / "channel-vectors.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(vectors()))
