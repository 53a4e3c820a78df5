"""What of a record would leave, passage by passage, and what keeps it here: places nobody decided about.

A passage is a heading and a text in the record's own words; together they hold every text that a person or a model
wrote, so that whoever read them has seen what leaves. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from desktop.flow import describing, keymap
from desktop.flow.quantities import count_text
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.look_table import Place
from feedback_store.outbox import Unsent
from feedback_store.record_parts import Flag, Page, QuoteSelector, RangeSelector, Revision
from feedback_store.record_table import StoredRecord, Way
from feedback_store.record_values import RedactedKind
from feedback_store.records import Candidate, Judgement
from feedback_store.redaction import PLACEHOLDERS, Blackout
from feedback_store.store import Project, Terms

QUOTES_SAID = 3  # in a sentence
UNNAMED_TERMS = "terms"  # the id of a collector's terms that nobody gave a name
UNNAMED_LICENCES = ("", "unspecified")  # the second is what a collector keeps where nobody named one


@dataclass(frozen=True)
class NotSent:
    """How many records of a project have not left, and how many are signed and have not arrived.

    Where no collector is joined nothing is wrong.
    """

    count: int
    joined: bool
    on_the_way: int = 0

    @property
    def words(self) -> str:
        """As the window's head has room for."""
        if not self.count and self.on_the_way:
            return _("{} on the way").format(count_text(self.on_the_way))
        if not self.count:
            return _("Nothing to send")
        words = _("{} to send") if self.joined else _("{} kept here")
        return words.format(count_text(self.count))


@dataclass(frozen=True)
class Passage:
    """A text that would leave, below its heading; `name` is short, for a list: "Prompt", "A"."""

    heading: str
    text: str
    name: str


def passages(stored: StoredRecord) -> tuple[Passage, ...]:
    """All that a record says, in the order of reading; a withdrawal in a sentence."""
    record = stored.record
    if not isinstance(record, Judgement):
        words = _("Only this leaves: that the judgement was withdrawn, by whom and when. None of its text.")
        return (Passage(_("Withdrawal"), words, _("Withdrawal")),)
    return tuple(each for each in _passages(record) if each.text.strip())


def where_text(said: Iterable[Passage], quote: str) -> str:
    """Where words stand, as short as a list has room for: "Prompt, A, B"."""
    return ", ".join(dict.fromkeys(each.name for each in said if quote in each.text))


def boxes(judgement: Judgement, text: str) -> tuple[tuple[int, int, RedactedKind], ...]:
    """Where placeholders of what was blacked out stand in a text of it, in code points."""
    kinds = dict.fromkeys(each.kind for each in judgement.redactions or ())
    found = ((kind, Blackout(PLACEHOLDERS[kind], kind, alone=False).places(text)) for kind in kinds)
    return tuple(sorted((start, end, kind) for kind, places in found for start, end in places))


def places_in(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """Where a quote stands in a text, in code points."""
    return tuple(Blackout(quote, "other", alone=False).places(text))


# Words


def standing(way: Way, undecided: int | None, *, kind: str = "judgement") -> str:
    """How a record that has not left stands, as its row says it."""
    state = describing.state_text(way)
    if kind != "judgement":
        return _("Withdrawn: {state}").format(state=state)
    if undecided is None:
        return _("{state} · being looked at").format(state=state)
    places = places_text(undecided)
    if places:
        return places if way == "saved" else f"{state} · {places}"
    return state


def places_text(undecided: int | None) -> str:
    """How many places are to be looked at; "" for none, and where nobody has looked for them yet."""
    if not undecided:
        return ""
    return ngettext("{} place to look at", "{} places to look at", undecided).format(count_text(undecided))


def looked_for() -> str:
    """Once for all records that wait: of one in which nothing was found nothing more is said."""
    return _("Numbers and addresses are looked for. Names are not: read the texts for them.")


def undecided_text(places: Sequence[Place]) -> str:
    """What keeps a record here, as a sentence; "" where nothing does."""
    count = sum(not place.kept for place in places)
    if not count:
        return ""
    words = ngettext(
        "{} place to look at. Black it out, or keep it; until then this record stays here.",
        "{} places to look at. Black them out, or keep them; until then this record stays here.",
        count,
    )
    return words.format(count_text(count))


def returned_text(stored: StoredRecord | None) -> str:
    """Why the collector gave a record back, and what to do; "" where it did not."""
    if stored is None or stored.way != "returned":
        return ""
    reason = describing.returned_text(stored.reason)
    return _("It came back: {reason}. Open it on the bench, mend it, save it; then release it again.").format(
        reason=reason
    )


def refused_text(places: Sequence[Place]) -> str:
    """Why a record was not released, with what it is about."""
    quotes = [place.quote for place in places if not place.kept]
    said = ", ".join(quotes[:QUOTES_SAID]) + (" …" if len(quotes) > QUOTES_SAID else "")
    words = ngettext(
        "Not released: {quotes} is to be looked at first.", "Not released: {quotes} are to be looked at first.",
        len(quotes),
    )  # fmt: skip
    return words.format(quotes=said)


def terms_text(project: Project) -> str:
    """Under which terms a record leaves."""
    if project.terms is None:
        return _("This project states no terms.")
    if project.terms.id == UNNAMED_TERMS:
        words = _("Under this project's terms, version {version} ({licence})")
        if project.terms.licence in UNNAMED_LICENCES:
            words = _("Under this project's terms, version {version}; no licence was named")
    elif project.terms.licence in UNNAMED_LICENCES:
        words = _("Under the terms {name}, version {version}; no licence was named")
    else:
        words = _("Under the terms {name}, version {version} ({licence})")
    return words.format(name=project.terms.id, version=project.terms.version, licence=project.terms.licence)


def terms_name(terms: Terms) -> str:
    """What terms are called, over their text."""
    if terms.licence in UNNAMED_LICENCES:
        unnamed = _("Version {version}; no licence was named")
        words = unnamed if terms.id == UNNAMED_TERMS else _("{name}, version {version}; no licence was named")
    else:
        words = _("Version {version} ({licence})")
        if terms.id != UNNAMED_TERMS:
            words = _("{name}, version {version} ({licence})")
    return words.format(name=terms.id, version=terms.version, licence=terms.licence)


# Inside


def _passages(judgement: Judgement) -> Iterator[Passage]:
    names = {"system": _("System prompt"), "user": _("Prompt"), "assistant": _("Earlier answer"), "tool": _("Tool")}
    last = len(judgement.prompt.messages) - 1
    for index, message in enumerate(judgement.prompt.messages):
        name = names[message.role]
        earlier = index < last and message.role != "system"
        yield Passage(name if not earlier else _("{part}, earlier turn").format(part=name), message.content,
                      _("Earlier turns") if earlier else name)  # fmt: skip
    for variable in judgement.prompt.variables or ():
        yield Passage(_("The variable {name}").format(name=variable.name), variable.value, _("Prompt"))
    yield Passage(_("Field and tags"), ", ".join(_labels(judgement)), _("Prompt"))
    if judgement.context.page is not None:
        yield Passage(_("Page"), "\n".join(_page(judgement.context.page)), _("Page"))
    for position, key in enumerate(judgement.shown.order):
        candidate = next(each for each in judgement.candidates if each.key == key)
        yield from _answer(candidate, letter(position))
    yield Passage(_("Judgement"), "\n".join(_judged(judgement)), _("Judgement"))
    order = judgement.shown.order
    for flag in judgement.flags:
        yield Passage(_("A flag"), "\n".join(_flag(flag, judgement)), _("Note"))
    if judgement.revision is not None:
        yield from _revision(judgement.revision, letter(order.index(judgement.revision.of)))
    yield Passage(_("Why"), judgement.justification or "", _("Why"))
    words = _("Models' names and settings, times, versions, and the numbers that stand for you and this device.")
    yield Passage(_("And with it"), words, "")


def _labels(judgement: Judgement) -> Iterator[str]:
    if judgement.prompt.domain:
        yield judgement.prompt.domain
    yield from judgement.prompt.tags or ()


def _page(page: Page) -> Iterator[str]:
    yield from filter(None, (page.title, page.url))
    for selector in page.selectors:
        if isinstance(selector, QuoteSelector):
            yield from (selector.prefix, selector.exact, selector.suffix)
        elif isinstance(selector, RangeSelector):
            yield from (selector.start, selector.end)


def _answer(candidate: Candidate, place: str) -> Iterator[Passage]:
    model = candidate.origin.model
    heading = _("Answer {letter}").format(letter=place)
    if candidate.asked is not None:
        asked = "\n\n".join(message.content for message in candidate.asked.messages)
        yield Passage(_("Answer {letter} was asked").format(letter=place), asked, place)
    yield Passage(_("Thoughts before answer {letter}").format(letter=place), candidate.reasoning or "", place)
    yield Passage(f"{heading} · {model.name}" if model else heading, candidate.text, place)


def _judged(judgement: Judgement) -> Iterator[str]:
    yield describing.verdict_text(judgement)
    yield from (each.not_rankable for each in judgement.verdicts if each.not_rankable)
    for part in (describing.ratings_text(judgement), describing.answers_text(judgement)):
        if part:
            yield part


def _flag(flag: Flag, judgement: Judgement) -> Iterator[str]:
    """A flag in words, and below it what was quoted, suggested and noted, as it was written."""
    bare = msgspec.structs.replace(flag, span=None, note=None, suggestion=None)
    place = letter(judgement.shown.order.index(flag.candidate))
    yield describing.flag_text(bare, place, describing.flag_set_of(judgement))
    if flag.span is not None:
        yield f"“{flag.span.exact}”"
    if flag.suggestion is not None:
        yield f"→ {flag.suggestion}"
    if flag.note is not None:
        yield flag.note


def _revision(revision: Revision, place: str) -> Iterator[Passage]:
    name = _("Your version")
    heading, marked = _("Rewritten answer {letter}").format(letter=place), describing.drafted_by(revision)
    yield Passage(f"{heading} · {marked}" if marked else heading, revision.text, name)
    yield Passage(_("What should change"), "\n".join((*revision.feedback, revision.change_summary)), name)
    if revision.drafted is not None:
        draft = "\n".join((revision.drafted.text, *revision.drafted.feedback))
        yield Passage(_("The model's draft, and the points that it was given"), draft, name)


def release_means(*, released: bool, joined: bool) -> str:
    """What letting go of a judgement does, before it is done, and what it has done: in one line."""
    if joined:
        if released:
            return _("Released: it is signed and leaves with the next Sign and send. Until then it can be taken back.")
        return _("Release lets it leave with the next Sign and send. Until then it can be taken back.")
    if released:
        return _("Released: it is signed and written with the next Save as a file. Until then it can be taken back.")
    return _("Release lets it be written by Save as a file. Until then it can be taken back.")


def clean(rows: Iterable[Unsent]) -> tuple[Unsent, ...]:
    """Those that wait and in which nothing is to be decided."""
    return tuple(row for row in rows if row.way == "saved" and row.undecided == 0)


def release_question(rows: Sequence[Unsent], address: str) -> tuple[str, str]:
    """Before all that are clean are released: the question, and what would leave, to whom, and what stays.

    `address` is the collector's, "" where none is joined.
    """
    count = len(clean(rows))
    asked = ngettext("Release {} judgement?", "Release {} judgements?", count).format(count_text(count))
    leaves = _("Of each the prompt, all answers and your judgement leave, word for word.")
    if address:
        to = _("They go to {address} with the next Sign and send.").format(address=address)
    else:
        to = _("No collector is joined: they go into a file, when you save one.")
    places = sum(row.way == "saved" and row.undecided != 0 for row in rows)
    held = sum(row.way == "held" for row in rows)
    look = ngettext("{} stays until its places are looked at.", "{} stay until their places are looked at.", places)
    back = ngettext("{} is held back and stays.", "{} are held back and stay.", held)
    said = (
        leaves,
        to,
        _("Until then undo takes the release back."),
        look.format(count_text(places)) if places else "",
        back.format(count_text(held)) if held else "",
    )
    return asked, " ".join(filter(None, said))


def waiting_text(count: int, undecided: int) -> str:
    """How many records wait, and in how many something is to be decided."""
    if not count:
        return _("nothing waits")
    records = ngettext("{} record", "{} records", count).format(count_text(count))
    look = ngettext("{} to look at", "{} to look at", undecided).format(count_text(undecided))
    return f"{records}, {look}" if undecided else records


def released_texts(count: int, left: int) -> tuple[str, str]:
    """After all that are clean were released: how many, and how many stay; the second "" where none does."""
    words = ngettext("{} record released.", "{} records released.", count).format(count_text(count))
    stay = ngettext("{} stays until its places are looked at.", "{} stay until their places are looked at.", left)
    return words, stay.format(count_text(left)) if left else ""


def decided_there(key: str, *, found: bool) -> str:
    """A key of the list of what was found was pressed at the list of records: what to press first."""
    if found:
        return _("{key} is for a row of what was found. Enter goes there.").format(key=key)
    return _("Nothing was found in this record that is to be decided.")


def decide_text() -> str:
    """How the places in a record are decided about, by keys."""
    now = keymap.current()
    words = _("{black_out} blacks a row out, {keep} keeps it, Esc goes back.")
    return words.format(black_out=now.shown("black_out"), keep=now.shown("keep_found"))
