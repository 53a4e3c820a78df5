"""A judgement for a terminal: found by its id, and as text: answers by letter, in the order they were shown."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.commands.printing import harmless, one_line
from desktop.flow.describing import drafted_by
from desktop.flow.ranking import format_ranking, from_tiers, letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import quoted
from feedback_store.errors import NotFoundError
from feedback_store.record_parts import Judgement, Verdict, Withdrawal
from feedback_store.store import Store, StoredRecord


def newest(store: Store, record_id: str) -> StoredRecord:
    """The revision that decides; raises NotFoundError with the way to those there are."""
    found = store.records.newest(record_id)
    if found is None:
        raise not_there(record_id)
    return found


def not_there(record_id: str) -> NotFoundError:
    """There is no such judgement."""
    return NotFoundError(
        _("There is no judgement {id}. See: preceptor records list").format(id=record_id), code="no_record"
    )


def describe(stored: StoredRecord) -> str:
    """All of a stored revision; of an erased one what is left."""
    head = _("{id}, revision {rev}, {state}, {when}").format(
        id=stored.id, rev=stored.rev, state=stored.state, when=stored.created_at
    )
    if not stored.data:
        return head + "\n" + _("Its contents were erased. SHA-256 was {sha256}.").format(sha256=stored.sha256)
    record = stored.record
    if isinstance(record, Withdrawal):
        return head + "\n" + _("Withdrawn: {reason}.").format(reason=record.reason)
    return "\n".join([head, *_judgement(record)])


def _judgement(judgement: Judgement) -> Iterator[str]:
    place = {key: letter(position) for position, key in enumerate(judgement.shown.order)}
    for message in judgement.prompt.messages:
        yield f"\n[{message.role}]\n{harmless(message.content)}"
    candidates = {candidate.key: candidate for candidate in judgement.candidates}
    for key in judgement.shown.order:
        origin = candidates[key].origin
        model = one_line(origin.model.name) if origin.model else origin.kind
        yield f"\n{place[key]} ({model})\n{harmless(candidates[key].text)}"
    yield ""
    for verdict in judgement.verdicts:
        yield f"{verdict.axis}: {_verdict(verdict, judgement.shown.order)}"
    for axis in dict.fromkeys(rating.axis for rating in judgement.ratings):
        values = {r.candidate: r.value for r in judgement.ratings if r.axis == axis}
        yield f"{axis}: " + ", ".join(f"{place[key]} {values[key]}" for key in judgement.shown.order if key in values)
    for answer in judgement.answers:
        value = answer.value if isinstance(answer.value, str) else ", ".join(answer.value)
        yield f"{place[answer.candidate]} {answer.question}: {one_line(value)}"
    for flag in judgement.flags:
        quote = f" {quoted(one_line(flag.span.exact))}" if flag.span else ""
        group = f" ({flag.target_group})" if flag.target_group else ""
        note = f": {one_line(flag.note)}" if flag.note else ""
        yield f"{place[flag.candidate]} {flag.category} {flag.severity}{group}{quote}{note}"
    if judgement.revision is not None:
        marked = one_line(drafted_by(judgement.revision))
        heading = _("{letter} rewritten").format(letter=place[judgement.revision.of])
        yield f"\n{heading} ({marked})" if marked else f"\n{heading}"
        yield harmless(judgement.revision.text)
    if judgement.justification:
        yield "\n" + _("Why: {text}").format(text=harmless(judgement.justification))


def _verdict(verdict: Verdict, order: tuple[str, ...]) -> str:
    if verdict.not_rankable is not None:
        return _("not rankable: {reason}").format(reason=one_line(verdict.not_rankable))
    ranked = format_ranking(from_tiers(verdict.tiers or (), order, verdict.strength))
    return f"{ranked} ({verdict.level.replace('_', ' ')})" if verdict.level else ranked
