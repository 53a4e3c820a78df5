"""An export written and read again, as its trainers of models read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from feedback_store.datasets.export import ExportOptions, ExportResult, export
from feedback_store.datasets.splits import Shares
from feedback_store.record_parts import Record

TRAIN = Shares(validation=0, test=0)
PROMPT = [{"role": "user", "content": "Why?"}]


def write(
    made: list[Record], out: Path, format: str = "preference", **options: Any
) -> tuple[ExportResult, dict[str, Any]]:
    result = export(made, format=format, out=out, options=ExportOptions(**({"shares": TRAIN} | options)))
    return result, json.loads((out / "manifest.json").read_bytes())


def rows(out: Path, split: str = "train") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / f"data/{split}.jsonl").read_bytes().splitlines()]


def answer(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]
