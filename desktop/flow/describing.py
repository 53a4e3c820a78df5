"""A stored record in words: what was judged, how, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from desktop.flow.arena_vote import vote_words
from desktop.flow.quantities import count_text, percent_text, since_text
from desktop.flow.ranking import from_tiers, letter, spaced_ranking
from desktop.flow.word_diff import changed_share
from desktop.flow.wording import gettext as _
from desktop.flow.wording import gloss, named, ngettext, ours, quoted
from feedback_store import rubrics
from feedback_store.erasure import Erased
from feedback_store.errors import RubricError
from feedback_store.record_parts import Page
from feedback_store.record_table import StoredRecord
from feedback_store.records import Flag, Judgement, Origin, Revision, Verdict
from feedback_store.rubrics import FlagSet, Rubric

ID_SHOWN = 6  # characters of another trainer's id
# Icon, word and tone of a state; always shown together.
STATE_ICONS = {
    "saved": "clock",
    "released": "clock",
    "held": "pause",
    "sealed": "send",
    "waiting": "clock",
    "delivered": "check",
    "returned": "undo-2",
    "withdrawn": "ban",
}


def state_text(state: str) -> str:
    """The state as the trainer reads it."""
    return {
        "saved": _("Not released"),
        "released": _("Released"),
        "held": _("Held back"),
        "sealed": _("On the way"),
        "waiting": _("Waits to be sent again"),
        "delivered": _("Delivered"),
        "returned": _("Returned"),
        "withdrawn": _("Withdrawn"),
    }.get(state, state)


def state_of(record: StoredRecord, trainer: str, names: Mapping[str, str] | None = None) -> str:
    """The state as `trainer` reads it: of what never goes anywhere from here, whose it is."""
    if record.trainer == trainer:
        return state_text(record.state)
    return _("By {name}").format(name=whose(record, trainer, names))


def whose(record: StoredRecord, trainer: str, names: Mapping[str, str] | None = None) -> str:
    """Who judged it, as `trainer` reads it: others by the names that came with their signed files, or by their ids."""
    return _("You") if record.trainer == trainer else (names or {}).get(record.trainer) or trainer_text(record.trainer)


def trainer_text(trainer: str) -> str:
    """Another trainer, by how their id begins."""
    return _("Trainer {}").format(trainer.removeprefix("trn_")[:ID_SHOWN])


def returned_text(code: str) -> str:
    """Why the collector gave a record back; its code where this version does not know it."""
    return {
        "record_rubric": _("it does not keep to the project's rubric"),
        "record_old_revision": _("the collector holds a later version"),
        "record_other_trainer": _("another trainer has delivered it"),
        "record_owner": _("it belongs to another project or trainer"),
        "record_item": _("it is not what its delivery says of it"),
        "record": _("the collector could not read it; tell the project"),
        "erased": _("it was erased there"),
    }.get(code, code)


def stopped_text(code: str) -> str:
    """Why a delivery is not sent any more as it is; the code where this version does not know it."""
    return {
        "gap": _("the collector does not know what was sent before"),
        "fork": _("the collector holds others in its place; this profile was copied or restored"),
        "program_fault": _("the collector refused it as broken; update Preceptor"),
        "not_let_through": _("something before the collector refused it"),
        "key_let_in": _("it follows a change of keys that the collector did not take"),
        "key_refused": _("the collector does not accept this device's key any more"),
        "key_replaced": _("the key that signed it was replaced"),
        "elsewhere": _("this profile was copied or restored; the next delivery begins anew"),
        "put back": _("this profile was put back from an earlier copy; the next delivery begins anew"),
        "other key": _("this device has another key by now; the next delivery begins anew"),
    }.get(code, code)


def verdict_text(judgement: Judgement) -> str:
    """The verdict by positions: "B > A = C > D", "All bad", "Not rankable", or as an arena's vote.

    By their names where there are several.
    """
    return "; ".join(name + said for name, said, _reason in _verdicts(judgement)) or _("Not compared")


def verdict_in_full(judgement: Judgement) -> str:
    """The verdict with the reason why answers cannot be ranked; a line each where there are several."""
    lines = (f"{name}{said}: {why}" if why else name + said for name, said, why in _verdicts(judgement))
    return "\n".join(lines) or _("Not compared")


def when_text(time_text: str) -> str:
    """A record's time in local time: the clock today, the date before."""
    return since_text(datetime.fromisoformat(time_text), datetime.now())


def one_line(record: StoredRecord, trainer: str = "", names: Mapping[str, str] | None = None) -> str:
    """All of a list row in one line, for the screen reader of `trainer`; "" where all are theirs."""
    state = state_of(record, trainer or record.trainer, names)
    return ", ".join(part for part in (record.title, summary(record), state) if part)


def summary(record: StoredRecord) -> str:
    """The verdict, or that it was withdrawn."""
    item = record.record
    if not isinstance(item, Judgement):
        return _("Withdrawn")
    return verdict_text(item)


def erased_text(erased: Sequence[Erased]) -> str:
    """What erasing has not reached: other judgements with the same text, backups, what was signed for a collector."""
    said = []
    signed = sum(each.withdrawal is not None and each.withdrawal.way != "delivered" for each in erased)
    if signed:
        text = ngettext(
            "{} was signed for delivery: the next delivery asks the collector to erase it too.",
            "{} were signed for delivery: the next delivery asks the collector to erase them too.",
            signed,
        )
        said.append(text.format(count_text(signed)))
    count = len({other for each in erased for other in each.same_text})
    if count:
        text = ngettext("{} other judgement holds the same text.", "{} other judgements hold the same text.", count)
        said.append(text.format(count_text(count)))
    backups = dict.fromkeys(name for each in erased for name in each.backups)
    if backups:
        said.append(_("These backups still hold it: {names}.").format(names=", ".join(backups)))
    return " ".join(said)


def details(judgement: Judgement) -> list[tuple[str, str]]:
    """Heading and text of everything a judgement says, in the order of reading."""
    found: list[tuple[str, str]] = []
    for position, key in enumerate(judgement.shown.order):
        candidate = next(c for c in judgement.candidates if c.key == key)
        model = candidate.origin.model
        kinds = {"human": _("by hand"), "import": _("imported"), "page": _("from the page")}
        author = model.name if model else kinds.get(candidate.origin.kind, "")
        heading = _("Answer {letter}").format(letter=letter(position))
        found.append((f"{heading} · {author}" if author else heading, candidate.text))
    if judgement.ratings:
        found.append((_("Ratings"), ratings_text(judgement)))
    if judgement.answers:
        found.append((_("Questions"), answers_text(judgement)))
    if judgement.flags:
        count = len(judgement.flags)
        found.append((ngettext("{} flag", "{} flags", count).format(count), _flags(judgement)))
    if judgement.revision is not None:
        of = letter(judgement.shown.order.index(judgement.revision.of))
        heading, marked = _("Rewritten answer {letter}").format(letter=of), drafted_by(judgement.revision)
        found.append((f"{heading} · {marked}" if marked else heading, judgement.revision.text))
        if judgement.revision.feedback:
            points = "\n".join(f"– {point}" for point in judgement.revision.feedback)
            found.append((_("What should change"), points))
        if judgement.revision.change_summary:
            found.append((_("What was changed"), judgement.revision.change_summary))
    if judgement.justification:
        found.append((_("Why"), judgement.justification))
    if judgement.confidence is not None:
        found.append((_("How sure"), _("{value} of {highest}").format(value=judgement.confidence, highest=5)))
    if judgement.shown.revealed:
        found.append((_("Blind"), _("Not quite: the models' names or the page had been seen before this was saved.")))
    if judgement.context.page is not None:
        found.append((_("Page"), page_text(judgement.context.page)))
    return found


def page_text(page: Page) -> str:
    """Where an answer was captured and when, and what is to be known of it: not whole, edited before it was judged."""
    lines = (
        page.title,
        page.url or page.origin,
        _("Captured: {when}").format(when=when_text(page.captured_at)),
        "" if page.complete else _("Not all of the conversation was read from the page."),
        _("Edited before it was judged.") if page.edited else "",
    )
    return "\n".join(line for line in lines if line)


def title_text(record: StoredRecord) -> str:
    """The beginning of what was asked; "…" says that it goes on."""
    item = record.record
    whole = " ".join(item.prompt.messages[-1].content.split()) if isinstance(item, Judgement) else record.title
    return f"{record.title} …" if len(whole) > len(record.title) else record.title


def asked_parts(judgement: Judgement, title: str) -> list[tuple[str, str]]:
    """What was asked, as far as `title` does not say it: the system prompt, earlier turns, and the whole prompt."""
    *before, last = judgement.prompt.messages
    system = "\n\n".join(message.content for message in before if message.role == "system")
    told = {"user": _("Asked"), "assistant": _("Answered"), "tool": _("Tool")}
    turns = [f"{told[message.role]}: {message.content}" for message in before if message.role in told]
    whole = last.content if turns or system or last.content.strip() != title else ""
    parts = ((_("System prompt"), system), (_("Earlier turns"), "\n\n".join(turns)), (_("Prompt"), whole))
    return [(name, words) for name, words in parts if words]


def drafted_by(revision: Revision) -> str:
    """Which model drafted a revision, and how much the trainer changed; "" for one by hand."""
    drafted = revision.drafted
    if drafted is None:
        return _("Drafted by a model.") if revision.method == "model_assisted" else ""
    share = changed_share(drafted.text, revision.text)
    told = _("Drafted by {model}, changed by the trainer: {share}")
    return told.format(model=_author(drafted.origin), share=percent_text(share / 100))


def _author(origin: Origin) -> str:
    return origin.model.name if origin.model is not None else _("a model")


def _verdicts(judgement: Judgement) -> Iterator[tuple[str, str, str]]:
    """Each verdict: in which respect ("" where there is only one), what, and why it is none ("" where it is one)."""
    rubric = rubric_of(judgement) if len(judgement.verdicts) > 1 else None
    names = {verdict.id: verdict.name for verdict in rubric.verdicts} if rubric else {}
    for verdict in judgement.verdicts:
        name = f"{names.get(verdict.axis, verdict.axis)}: " if len(judgement.verdicts) > 1 else ""
        yield name, _verdict(verdict, judgement), (verdict.not_rankable or "").strip()


def _verdict(verdict: Verdict, judgement: Judgement) -> str:
    if voted := vote_words(judgement, verdict, judgement.shown.order):
        return voted
    if verdict.not_rankable is not None:
        return _("Not rankable")
    if verdict.level is not None:
        return _("All good") if verdict.level == "all_good" else _("All bad")
    return spaced_ranking(from_tiers(verdict.tiers or (), judgement.shown.order, verdict.strength))


def ratings_text(judgement: Judgement) -> str:
    rubric = rubric_of(judgement)
    names = {axis.id: axis.name for axis in rubric.axes} if rubric else {}
    by_axis: dict[str, list[str]] = {axis: [] for axis in names}  # in the rubric's order
    for key in judgement.shown.order:
        for rating in judgement.ratings:
            if rating.candidate == key:
                place = letter(judgement.shown.order.index(key))
                value = _("does not apply") if rating.value == "na" else rating.value
                by_axis.setdefault(rating.axis, []).append(f"{place} {value}")
    lines = [(names.get(axis, axis.capitalize()), said) for axis, said in by_axis.items() if said]
    return "\n".join(f"{name}: {', '.join(said)}" for name, said in lines)


def answers_text(judgement: Judgement) -> str:
    """What was said to each question, in the rubric's words where it is at hand."""
    rubric = rubric_of(judgement)
    asked = {question.id: question for question in rubric.questions} if rubric else {}
    by_question: dict[str, list[str]] = {}
    for key in judgement.shown.order:
        for said in judgement.answers:
            if said.candidate == key:
                question = asked.get(said.question)
                names = {choice.id: choice.name for choice in question.choices} if question else {}
                values = said.value if isinstance(said.value, tuple) else (said.value,)
                words = ", ".join(names.get(value, value) for value in values) or _("none of them")
                place = letter(judgement.shown.order.index(key))
                by_question.setdefault(said.question, []).append(f"{place} {words}")
    texts = {name: question.text for name, question in asked.items()}
    return "\n".join(f"{texts.get(name, name)}: {'; '.join(said)}" for name, said in by_question.items())


def _flags(judgement: Judgement) -> str:
    order, known = judgement.shown.order, flag_set_of(judgement)
    return "\n".join(flag_text(flag, letter(order.index(flag.candidate)), known) for flag in judgement.flags)


def flag_text(flag: Flag, place: str, known: FlagSet | None) -> str:
    """A flag in words: on which answer, what, about whom, how severe, where, the note, and what should stand there."""
    quote = f" {quoted(' '.join(flag.span.exact.split()))}" if flag.span else ""
    return f"{place}: {flag_words(flag, known, quote)}"


def flag_words(flag: Flag, known: FlagSet | None, quote: str = "") -> str:
    """What a flag says, wherever it stands: what, about whom, how severe, the note, and what should stand there."""
    category = known.category(flag.category) if known else None
    name = named(category.name) if category else flag.category
    severity = (
        severity_name(known.severities[flag.severity].name) if known and flag.severity < len(known.severities) else None
    )
    group = f" ({group_text(flag.target_group, known)})" if flag.target_group else ""
    note = f" – {flag.note}" if flag.note else ""
    suggested = f" → {quoted(' '.join(flag.suggestion.split()))}" if flag.suggestion else ""
    return f"{name}{group}, {severity or flag.severity}{quote}{suggested}{note}"


def severity_name(name: str) -> str:
    """How severe a flag is, in words: a step in a list of few, of which one language says enough."""
    return gloss(name) or ours(name)


def group_text(group: str, flags: FlagSet | None) -> str:
    """A target group by its name in the set of flags, by its id where that has none."""
    known = {each.id: each.name for each in flags.target_groups} if flags else {}
    return ours(known[group]) if group in known else group.replace("_", " ")


def flag_set_of(judgement: Judgement) -> FlagSet | None:
    """The flags as the judgement's rubric names them, where it is at hand."""
    rubric = rubric_of(judgement)
    return rubric.flags if rubric else None


def rubric_of(judgement: Judgement) -> Rubric | None:
    """The rubric that was judged by, exactly that version where it is at hand; None where it is not."""
    found = rubrics.at_hand(judgement.rubric.sha256)
    if found is not None:
        return found
    try:
        return rubrics.load(judgement.rubric.id, judgement.rubric.version)
    except RubricError:
        return None


def judged_before(versions: Sequence[StoredRecord], at: int) -> StoredRecord | None:
    """What a version of a record (the newest first) is compared with: the judgement before it that is still there.

    A withdrawal between two judgements, as undoing a save leaves one, changes no words. None where there is none.
    """
    if not 0 <= at < len(versions) or not _is_judgement(versions[at]):
        return None
    return next((each for each in versions[at + 1 :] if _is_judgement(each)), None)


def taken_back(versions: Sequence[StoredRecord], at: int) -> StoredRecord | None:
    """The judgement that a version of a record (the newest first) has withdrawn; None where it is no withdrawal, or the
    judgement is not there any more.
    """
    here = 0 <= at < len(versions) and versions[at].kind == "withdrawal"
    return next((each for each in versions[at + 1 :] if _is_judgement(each)), None) if here else None


def why_no_changes(versions: Sequence[StoredRecord], at: int) -> str:
    """Why nothing can be compared with the version at this place; "" where it can."""
    if judged_before(versions, at) is not None or not 0 <= at < len(versions):
        return ""
    if versions[at].erased_at is not None:
        return _("This version was erased.")
    if not _is_judgement(versions[at]):
        return _("This version is a withdrawal, which changes no words.")
    return _("There is no judgement before this version.")


def why_closed(record: StoredRecord | None, *, newest: bool) -> str:
    """Why a version can neither be opened nor withdrawn; "" where it can."""
    if record is None:
        return _("No record is chosen.")
    if record.erased_at is not None:
        return _("This version was erased.")
    if not newest:
        return _("This is an earlier version. Choose the newest.")
    return "" if _is_judgement(record) else _("This judgement was withdrawn.")


def _is_judgement(record: StoredRecord) -> bool:
    return record.erased_at is None and isinstance(record.record, Judgement)
