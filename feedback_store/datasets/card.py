"""README.md of an export: a Hugging Face dataset card with its YAML head, from facts alone.

Names in it come from other people's files and models, so that whatever Markdown or YAML could read in them is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from feedback_store.datasets.facts import Facts
from feedback_store.datasets.rows import REASONS

# https://huggingface.co/docs/hub/datasets-cards: `license` takes an id, anything else is "other" with a name.
_LICENCE_ID = re.compile(r"[a-z0-9][a-z0-9.+-]*")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
NO_LICENCE = (
    "No licence was named, neither by the project's terms nor for this export. Settle with those who wrote the texts "
    "under which one they may be used, before you share them; an export with `--licence` puts it here."
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def card(facts: Facts) -> bytes:
    """The card as UTF-8 bytes."""
    parts = [
        *_head(facts),
        f"# {_escape(facts.name)}",
        f"{facts.format.title}: {facts.format.explain} {facts.format.use}",
        *_data(facts),
        *_left_out(facts),
        *_judging(facts),
        *_lengths(facts),
        *_terms(facts),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _head(facts: Facts) -> list[str]:
    licence = facts.licence.lower() or "unknown"
    lines = ["---", f"pretty_name: {_yaml(facts.name)}"]
    if _LICENCE_ID.fullmatch(licence):
        lines.append(f"license: {_yaml(licence)}")
    else:
        lines += ["license: other", f"license_name: {_yaml(facts.licence)}"]
    codes = [language for language in facts.languages if _LANGUAGE_CODE.fullmatch(language)]
    lines += _yaml_list("language", codes) if codes else []
    lines += _yaml_list("task_categories", ["text-generation"])
    lines += _yaml_list("size_categories", [_size(facts.rows)])
    lines += _yaml_list("tags", facts.format.tags)
    lines += ["configs:", f"- config_name: {_yaml(facts.format.name)}", "  default: true", "  data_files:"]
    for file in facts.data:
        lines += [f"  - split: {_yaml(file.split)}", f"    path: {_yaml(file.path)}"]
    return ["\n".join([*lines, "---"])]


def _data(facts: Facts) -> list[str]:
    used = f"{facts.rows} rows from {facts.used} of {facts.read} judgements by {_count(facts.trainers, 'trainer')}."
    return [
        "## Data",
        used,
        _table(("file", "split", "rows"), [(f"`{f.path}`", f.split, str(f.rows)) for f in facts.data]),
        _table(("column", "holds"), [(f"`{name}`", text) for name, text in facts.columns.items()]),
        f"The splits share nothing: {_count(facts.groups, 'group')} of judgements that hang together by conversation, "
        "comparison, prompt or an equal first question went whole to one split each.",
        *(["\n".join(f"- {note}" for note in facts.notes)] if facts.notes else []),
    ]


def _left_out(facts: Facts) -> list[str]:
    if not facts.left_out:
        return ["## Left out", "Nothing."]
    rows = [(REASONS[reason], f"`{reason}`", str(count)) for reason, count in facts.left_out.items()]
    return ["## Left out", _table(("why", "name", "times"), rows)]


def _judging(facts: Facts) -> list[str]:
    rubrics = [(_escape(name), str(version), f"`{digest}`") for name, version, digest in facts.rubrics]
    models = [(_escape(model.name), _escape(model.licence) or "not told") for model in facts.models]
    return [
        "## How it was judged",
        "The answers were compared, rated, flagged and rewritten in Preceptor, by these rubrics:",
        _table(("rubric", "version", "SHA-256 of its canonical JSON"), rubrics),
        *(["The answers came from:", _table(("model", "licence"), models)] if models else []),
    ]


def _lengths(facts: Facts) -> list[str]:
    rows: list[tuple[str, ...]] = []
    names: Sequence[str] = ()
    for column, units in facts.lengths.items():
        for unit, values in units.items():
            names = list(values)
            rows.append((f"`{column}`", unit, *(str(value) for value in values.values())))
    if not rows:
        return []
    return [
        "## Lengths",
        "Trainers drop or cut rows that exceed their limit, often without a word; choose it by these percentiles.",
        _table(("column", "in", *names), rows),
    ]


def _terms(facts: Facts) -> list[str]:
    return [
        "## Licence and terms",
        f"Licence: {_escape(facts.licence)}" if facts.licence else NO_LICENCE,
        _escape(facts.terms.strip()) or "No terms were given by the project.",
        *_redacted(facts.redacted),
        "Prompts and answers are as people and models wrote them. This export did not look for personal data in them.",
        "`manifest.json` has the SHA-256 of every file.",
    ]


def _redacted(count: int) -> list[str]:
    """What a reader must know of texts that are not as they were written; nothing where all are."""
    if not count:
        return []
    return [
        f"In {_count(count, 'judgement')} a trainer blacked personal data out: a placeholder such as `[phone]`, "
        "`[name]` or `[email]` stands in its place, in prompts and answers alike."
    ]


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "n>1M")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _yaml(text: str) -> str:
    """A YAML double-quoted scalar. Letters stay as they are: JSON escapes some as pairs, which YAML does not join."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _yaml_list(name: str, values: Iterable[str]) -> list[str]:
    return [f"{name}:", *(f"- {_yaml(value)}" for value in values)]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return "".join(character for character in " ".join(text.split()) if character.isprintable())
