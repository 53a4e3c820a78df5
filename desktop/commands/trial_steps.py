"""The steps of `preceptor try`, each a function that does one thing for real and returns what it made.

Used by trial.py, which orders and tells them. Must not print.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from desktop.commands import public_key, trial_rule
from desktop.commands.refusal import Refused
from desktop.flow import checks
from desktop.flow import draft as drafts
from desktop.flow.asking import keys_for, shuffled
from desktop.flow.candidates import Collecting, request_for
from desktop.flow.delivering import write_new
from desktop.flow.draft import Draft, PromptDraft
from desktop.flow.exporting import export_project
from desktop.flow.outcome import messages_of, to_judgement
from desktop.flow.wording import gettext as _
from desktop.profile import Profile
from feedback_store import records
from feedback_store.batches import payload
from feedback_store.batches.body import SUFFIX
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt
from feedback_store.datasets.export import ExportOptions, ExportResult
from feedback_store.datasets.splits import Shares
from feedback_store.pairs import Rules
from feedback_store.rubric_check import check_judgement
from feedback_store.store import BatchRow, Project, StoredRecord
from local_models.events import AnyEvent, Done

replace = msgspec.structs.replace

ANSWERS = 4
MAX_TOKENS = 96
SEED = 1
TAG = "try"
ANSWER_S = 600
VERIFIER = "verify_bundle.py"


@dataclass(frozen=True)
class Question:
    """A prompt of vicuna_bench."""

    number: int
    category: str
    text: str


@dataclass(frozen=True)
class Answered:
    """Four answers on the bench, and what the engine said at the end."""

    draft: Draft
    done: Done
    model: str
    seconds: float


@dataclass(frozen=True)
class Received:
    """A receipt that was checked: its bytes, its time, and what became of each record."""

    envelope: bytes
    received_at: str
    status: str


@dataclass(frozen=True)
class Verified:
    """What the stand-alone verifier said of the bundle."""

    batches: int
    records: int
    device: str


def questions() -> list[Question]:
    """The prompts that are shipped for trying (their licence stands beside them)."""
    text = resources.files("desktop.commands").joinpath("try_prompts.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [Question(each["question_id"], each["category"], each["turns"][0]) for each in found]


def question(number: int) -> Question:
    """The prompt with this number; Refused names those there are."""
    for each in questions():
        if each.number == number:
            return each
    known = ", ".join(str(each.number) for each in questions())
    raise Refused(_("There is no prompt {number} here. Choose one of {known}.").format(number=number, known=known))


def answer(profile: Profile, question: Question) -> Answered:
    """Let the starter model answer; raises Refused unless the engine kept its promises."""
    card = profile.catalog.find("")
    wish = PromptDraft(
        text=question.text,
        domain=question.category,
        tags=(TAG,),
        model=card.name,
        preset="varied",
        answers=ANSWERS,
        max_tokens=MAX_TOKENS,
    )
    keys = keys_for(ANSWERS)
    request = request_for(
        messages_of(wish), card, count=ANSWERS, seed=SEED, preset=wish.preset, max_tokens=wish.max_tokens
    )
    collecting = Collecting(request, card, wish.preset, keys)

    def take(event: AnyEvent) -> None:
        collecting.taken(event)

    shown_at, started = records.now(), time.monotonic()
    try:
        done = profile.engine.generate(request, take).wait(ANSWER_S)
    except TimeoutError as error:
        late = _("{name} did not answer within {seconds} seconds. Close other programs.")
        raise Refused(late.format(name=card.name, seconds=ANSWER_S)) from error
    draft = replace(
        drafts.new_draft(wish),
        answers=collecting.answers,
        order=shuffled(keys, SEED),
        seed=SEED,
        streamed=True,
        shown_at=shown_at,
    )
    _check_answers(draft, done)
    return Answered(draft, done, card.name, time.monotonic() - started)


def judge(profile: Profile, project: Project, draft: Draft) -> trial_rule.Ruled:
    """Judge by the rule; raises Refused if the bench would not let it be saved."""
    rubric = profile.rubric(project)
    ruled = trial_rule.judge(draft, rubric)
    lacking = checks.missing(ruled.draft, rubric)
    if lacking:
        raise Refused(_("The judgement lacks something: {what}").format(what=lacking[0].text))
    return ruled


def save(profile: Profile, project: Project, draft: Draft) -> StoredRecord:
    """Save the judgement and read it back through the strict decoder."""
    judgement = to_judgement(draft, profile.frame(project))
    check_judgement(judgement, profile.rubric(project))
    stored = profile.store.records.save(judgement).result()
    kept = profile.store.records.newest(stored.id)
    if kept is None or records.decode(kept.data) != judgement:
        raise Refused(_("The judgement that was read back is not the one that was saved."))
    return kept


def verified_receipt(profile: Profile, project: Project, batch: BatchRow) -> Received:
    """The receipt kept for the chain's first batch, checked once more from its bytes under the pinned key."""
    (row,) = profile.store.outbox.receipts(project.id, batch.chain)
    assert project.collector is not None
    receipt = check_receipt(
        row.envelope,
        collector_public_key=from_base64(project.collector.public_key),
        manifest=payload.parse(batch.payload, Manifest),
        batch=batch.payload_sha256,
        prev_receipt=GENESIS,
    )
    return Received(row.envelope, receipt.received_at, ", ".join(item.status for item in receipt.items))


def write_bundle(profile: Profile, project: Project, out: Path) -> tuple[Path, Path]:
    """The delivered batches as a bundle file, and beside it the public key that a stranger needs."""
    outbox = profile.store.outbox
    file, key_file = out / f"trial{SUFFIX}", out / "public-key.json"
    write_new(file, [outbox.body(batch) for batch in outbox.batches(project.id)])
    values = public_key.as_values(profile.device_key(project).public_key)
    write_new(key_file, [json.dumps(values).encode("ascii") + b"\n"])
    return file, key_file


def verify_as_a_stranger(bundle: Path, key_file: Path) -> Verified:
    """Run the stand-alone verifier on a file in a process of its own; Refused when it does not accept the file."""
    command = [sys.executable, "-I", str(verifier()), str(bundle), str(key_file)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        why = (done.stdout + done.stderr).strip()
        raise Refused(_("The stand-alone verifier refuses the bundle: {why}").format(why=why))
    said = json.loads(done.stdout)
    return Verified(said["batches"], said["records"], said["device"])


def verifier() -> Path:
    """The file that a stranger is given: beside this module where Preceptor is installed, in docs/ of its source."""
    places = (Path(__file__).with_name(VERIFIER), Path(__file__).resolve().parents[2] / "docs" / VERIFIER)
    for place in places:
        if place.exists():
            return place
    raise Refused(_("{file} is missing from this installation. Install Preceptor again.").format(file=VERIFIER))


def export(profile: Profile, project: Project, form: str, out: Path) -> ExportResult:
    """All judgements of the trial's project as one training file."""
    options = ExportOptions(rules=Rules(winners=True), shares=Shares(0, 0), name=project.name)
    return export_project(profile.store, project, form, out, options)


def _check_answers(draft: Draft, done: Done) -> None:
    texts = {each.text.strip() for each in draft.answers}
    if len(texts) != ANSWERS or "" in texts:
        said = _("The model gave {count} different answers instead of {wanted}.")
        raise Refused(said.format(count=len(texts), wanted=ANSWERS))
    if (done.k, done.evaluated_tokens) != (ANSWERS, done.prompt_tokens):
        said = _(
            "{done} of the prompt's {all} tokens were evaluated for {count} answers; each should be, once, for"
            " {wanted}."
        )
        raise Refused(said.format(done=done.evaluated_tokens, all=done.prompt_tokens, count=done.k, wanted=ANSWERS))
