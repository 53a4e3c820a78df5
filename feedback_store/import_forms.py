"""The short forms of an imported line, spelled out as a record's fields.

Works on parsed JSON in place and checks only what it needs to spell out; whether the result is a record, the caller
asks the decoder. Must not know files, ids of projects or people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from feedback_store import records, refusals, typed_ranking
from feedback_store.errors import RecordError
from feedback_store.record_parts import Candidate, Flag, Prompt, Verdict
from feedback_store.refusals import unknown_key
from feedback_store.rubrics import Rubric
from feedback_store.spans import span_at

refuse = partial(refusals.refuse, RecordError)
OVERALL = "overall"
MAX_CANDIDATES = 26


def spell_out(fields: dict[str, Any], rubric: Rubric, moment: str) -> None:
    """Turn every short form in `fields` into the record's, and fill in what a record needs and an import lacks."""
    fields["candidates"] = [
        _candidate(f"$.candidates[{index}]", index, given) for index, given in enumerate(_list(fields, "candidates"))
    ]
    if not fields["candidates"] or len(fields["candidates"]) > MAX_CANDIDATES:
        refuse("$.candidates", "A judgement has 1 to {most} candidates.", most=MAX_CANDIDATES)
    keys = [candidate["key"] for candidate in fields["candidates"]]
    fields["prompt"] = _prompt(fields)
    fields["verdicts"] = _verdicts(fields, keys, rubric)
    texts = {candidate["key"]: candidate.get("text") for candidate in fields["candidates"]}
    fields["flags"] = [
        _flag(f"$.flags[{index}]", given, texts, rubric) for index, given in enumerate(_list(fields, "flags"))
    ]
    fields.setdefault("ratings", [])
    fields.setdefault("answers", [])
    fields.setdefault("comparison", {"id": records.new_id()})
    fields.setdefault("context", {"source": "import", "item_role": "normal"})
    fields.setdefault("timing", {"shown_at": moment, "decided_at": moment, "active_ms": 0})
    # Nothing is known of how the answers stood on a screen; the order of the line is kept.
    fields.setdefault("shown", {"order": keys, "blind": False, "streamed": False, "masked": [], "seed": 0})


def check_known(path: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse the first key that is not known, with the nearest one that is."""
    for name in given:
        if name not in known:
            unknown = unknown_key(name, known)
            refuse(path, unknown.template, **unknown.values)


def _candidate(path: str, index: int, given: object) -> dict[str, Any]:
    """`text`, `{text, model}`, or the record's candidate; keys follow the alphabet where none are given."""
    if isinstance(given, str):
        given = {"text": given}
    candidate = dict(_object(path, given))
    check_known(path, candidate, (*Candidate.__struct_fields__, "model"))
    if not isinstance(candidate.get("text"), str):
        refuse(f"{path}.text", "A candidate needs a text.")
    candidate.setdefault("key", chr(ord("a") + index % MAX_CANDIDATES))
    if not isinstance(candidate["key"], str):
        refuse(f"{path}.key", "A key is a letter.")
    if "model" in candidate:
        if "origin" in candidate:
            refuse(f"{path}.model", "Name the model here or in origin, not in both.")
        model = candidate.pop("model")
        candidate["origin"] = {"kind": "import", "model": {"name": model} if isinstance(model, str) else model}
    candidate.setdefault("origin", {"kind": "import"})
    return candidate


def _prompt(fields: dict[str, Any]) -> dict[str, Any]:
    """A text, a list of messages, or the record's prompt; id and version are made where none are given."""
    given = fields["prompt"]
    if isinstance(given, str):
        given = {"messages": [{"role": "user", "content": given}]}
    elif isinstance(given, list):
        given = {"messages": given}
    prompt = dict(_object("$.prompt", given))
    check_known("$.prompt", prompt, Prompt.__struct_fields__)
    for name in ("tags", "domain", "language"):
        if name in fields:
            if name in prompt:
                refuse(f"$.{name}", "This stands in the prompt too; keep one.")
            prompt[name] = fields.pop(name)
    return {"id": records.new_id(), "version": 1} | prompt


def _verdicts(fields: dict[str, Any], keys: Sequence[str], rubric: Rubric) -> list[Any]:
    if "verdict" not in fields:
        return _list(fields, "verdicts")
    if "verdicts" in fields:
        refuse("$.verdict", "Give verdict or verdicts, not both.")
    given = fields.pop("verdict")
    axis = OVERALL if OVERALL in rubric.verdict_axes else next(iter(rubric.verdict_axes), OVERALL)
    if isinstance(given, str):
        return [{"axis": axis, **_ranking("$.verdict", given, keys, with_strength=rubric.strength)}]
    verdict = {"axis": axis} | _object("$.verdict", given)
    check_known("$.verdict", verdict, Verdict.__struct_fields__)
    if "level" in verdict:
        verdict.setdefault("tiers", [list(keys)])
    return [verdict]


def _ranking(path: str, text: str, keys: Sequence[str], *, with_strength: bool) -> dict[str, Any]:
    try:
        typed = typed_ranking.read(text, keys, with_strength=with_strength)
    except RecordError as error:
        refuse(path, error.template, **error.values)
    found: dict[str, Any] = {"tiers": [list(tier) for tier in typed.tiers]}
    return found if typed.strength is None else found | {"strength": typed.strength}


def _flag(path: str, given: object, texts: Mapping[str, str], rubric: Rubric) -> dict[str, Any]:
    """The record's flag, where the span may be told by `exact` (and `start`), and the severity by name."""
    flag = dict(_object(path, given))
    check_known(path, flag, (*Flag.__struct_fields__, "exact", "start"))
    key = flag.get("candidate")
    if not isinstance(key, str) or key not in texts:
        refuse(f"{path}.candidate", "Name one of the candidates {known}.", known=", ".join(texts))
    if isinstance(flag.get("severity"), str):
        flag["severity"] = _severity(f"{path}.severity", flag["severity"], rubric)
    quote = {name: flag.pop(name) for name in ("exact", "start") if name in flag}
    if quote and "span" in flag:
        refuse(f"{path}.span", "Give the span, or exact, not both.")
    if quote or "span" in flag:
        where = path if quote else f"{path}.span"
        flag["span"] = _span(where, quote or flag["span"], texts[key])
    return flag


def _severity(path: str, name: str, rubric: Rubric) -> int:
    names = [severity.name for severity in rubric.flags.severities] if rubric.flags is not None else []
    if name not in names:
        refuse(path, "There is no severity {name!r}. Known: {known}.", name=name[:80], known=", ".join(names) or "–")
    return names.index(name)


def _span(path: str, given: object, text: str) -> dict[str, Any]:
    """Start and end in code points, or a quote that stands once, or a quote with its start; the rest is looked up."""
    span = dict(_object(path, given))
    start, end, exact = span.get("start"), span.get("end"), span.get("exact")
    if exact is not None and (not isinstance(exact, str) or not exact):
        refuse(f"{path}.exact", "A quote is a text of one character or more.")
    if exact is not None and start is None:
        found = text.count(exact)
        start = text.find(exact)
        if found == 0:
            refuse(f"{path}.exact", "The candidate's text does not hold this quote.")
        if found > 1 or text.find(exact, start + 1) != -1:
            refuse(f"{path}.exact", "The quote stands more than once; add its start, counted in characters from 0.")
    if not isinstance(start, int):
        refuse(f"{path}.start", "A span needs start and end, counted in characters from 0, or an exact quote.")
    if end is None and exact is not None:
        end = start + len(exact)
    if not isinstance(end, int):
        refuse(f"{path}.end", "A span needs start and end, counted in characters from 0, or an exact quote.")
    if not 0 <= start < end <= len(text):
        refuse(path, "The span lies outside the text, which has {count} characters.", count=len(text))
    # What the line tells of prefix and suffix stays, and the decoder holds it to the text.
    return records.to_builtins(span_at(text, start, end)) | {"start": start, "end": end} | span


def _list(fields: Mapping[str, Any], name: str) -> list[Any]:
    given = fields.get(name, [])
    if not isinstance(given, list):
        refuse(f"$.{name}", "This is a list.")
    return given


def _object(path: str, given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        refuse(path, "This is an object with named fields.")
    return given
