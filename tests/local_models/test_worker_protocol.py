"""docs/worker-protocol.md names every message, every field and every code, and its session is made of real lines."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import msgspec
import pytest

from local_models import failures, wire
from local_models.errors import DownloadError, EndpointError
from local_models.events import AnyEvent, Device
from local_models.model_files.gguf import ModelHeader
from local_models.requests import AnyRequest, Message, Sampling

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "worker-protocol.md").read_text(encoding="utf-8")
KINDS = (*typing.get_args(AnyRequest), *typing.get_args(AnyEvent))


def _section(kind: type[msgspec.Struct]) -> str:
    """The rows of a message's table, up to the next message."""
    tag = kind.__struct_config__.tag
    found = re.search(rf"^\| `{tag}` .*\n(?:\| \| .*\n)*", PAGE, re.MULTILINE)
    assert found, f"{tag} is not described"
    return found[0]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_message_is_described_with_its_fields(kind: type[msgspec.Struct]) -> None:
    rows = _section(kind)
    assert [field for field in kind.__struct_fields__ if f"`{field}`" not in rows] == []


@pytest.mark.parametrize("kind", [Message, Sampling, Device, ModelHeader], ids=lambda kind: kind.__name__)
def test_every_part_of_a_message_is_described(kind: type) -> None:
    fields = (
        [field.name for field in msgspec.structs.fields(kind)]
        if issubclass(kind, msgspec.Struct)
        else [*kind.__dataclass_fields__]
    )
    assert [field for field in fields if f"`{field}`" not in PAGE] == []


def test_every_code_is_described_and_no_other() -> None:
    table = PAGE.split("## Codes of `failed`")[1].split("## One session")[0]
    told = {code for row in table.splitlines() if row.startswith("|") for code in _codes(row)}
    of_others = (DownloadError, EndpointError)
    codes = {code for kind, codes in failures.CODES.items() if kind not in of_others for code in codes}
    assert told == codes | {"internal"}


def _codes(row: str) -> list[str]:
    return re.findall(r"`(\w+)`", row.split("|")[2])


def test_every_code_that_is_raised_is_known() -> None:
    folder = Path(wire.__file__).parent
    raised = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(r"(?:code=|_refuse\(|_refusal\(path, )\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert raised - {code for codes in failures.CODES.values() for code in codes} == {"internal"}


def test_the_session_is_made_of_real_lines() -> None:
    session = PAGE.split("## One session")[1].split("```")[1]
    whole = [line for line in session.strip().splitlines() if "…" not in line]
    assert len(whole) > 12
    for line in whole:
        if line.startswith("→"):
            wire.read_request(line[2:].encode())
        else:
            wire.read_event(line[2:].encode())
