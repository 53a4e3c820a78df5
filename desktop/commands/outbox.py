"""`preceptor outbox`: what waits, what is signed, what has arrived. Nothing leaves that was not released by name.

Commands and fields of JSON say seal and batch; people read of signing and deliveries (docs/decisions/209).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import click

from desktop.commands.asking import Caller, in_profile, json_option, key_option
from desktop.commands.joining_again import with_command
from desktop.commands.outbox_looking import (
    RELEASABLE,
    count_undecided,
    hold,
    list_unsent,
    project_option,
    release,
    show,
)
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow import describing, insisting, key_words, new_chains, pause_words
from desktop.flow.delivering import returned_text, seal_released, signed_text
from desktop.flow.quantities import count_text, time_text
from desktop.flow.sent_words import judgements_text, put_back_text, still_there_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.profile import Profile
from feedback_store.errors import DeliveryError
from feedback_store.pause_table import Clock
from feedback_store.store import BatchRow, Project

if TYPE_CHECKING:
    from feedback_store.delivery.sender import SendProgress

again_option = click.option(
    "--again", is_flag=True, help="First release and sign anew what was in a stopped delivery and did not arrive."
)


@click.group(short_help="Release, sign and send judgements.")
def outbox() -> None:
    """Judgements on their way out: released by the trainer, signed as deliveries, sent, and receipted."""


@outbox.command("status", short_help="Show what waits and what has arrived.")
@in_profile
@project_option
@json_option
def status(caller: Caller, project: str | None, as_json: bool) -> None:
    """Show what waits, what is signed, what has arrived, and what came back and why."""
    profile = caller.open(readonly=True)
    found = profile.find_project(project)
    waiting = profile.store.outbox.to_send(found.id)
    batches = profile.store.outbox.batches(found.id)
    by_way: Counter[str] = Counter(stored.way for stored in waiting)
    undecided = sum(count_undecided(profile.store, row) > 0 for row in profile.store.outbox.unsent(found.id))
    pause_s = profile.store.outbox.pauses(Clock().now()).get(found.id, 0.0)
    if told := signed_by_new_key_text(profile, found):
        click.echo(told, err=True)
    if as_json:
        paused = {"pause_s": ceil(pause_s)} if pause_s > 0 else {}
        returned = [{"id": s.id, "reason": s.reason} for s in waiting if s.way == "returned"]
        lists = {"batches": _as_json(batches, batches), "returned": returned}
        print_json({"records": dict(by_way), "undecided": undecided, **lists, **_next_chain(batches), **paused})
        return
    click.echo(_("Project {name}").format(name=one_line(found.name)))
    words = {
        "saved": _("not released"),
        "held": _("held back"),
        "released": _("released, not yet signed"),
        "waiting": _("waiting to be sent again"),
        "returned": _("came back"),
    }
    for way, word in words.items():
        if by_way[way]:
            click.echo(f"  {by_way[way]:5}  {word}")
    if undecided:
        click.echo(f"  {undecided:5}  {_('of them with places to look at')}")
    for stored in waiting:
        if stored.way == "returned":
            reason = describing.returned_text(stored.reason)
            click.echo(_("  {id} came back: {reason}").format(id=stored.id, reason=one_line(reason)))
    if batches:
        began, numbers = new_chains.began_anew(batches), new_chains.names(batches)
        delivery_states = {
            "sealed": _("signed"),
            "sending": _("on the way"),
            "delivered": _("delivered"),
            "closed": _("stopped"),
        }
        rows = [
            (
                numbers[b.batch_id],
                delivery_states[b.state],
                str(b.count),
                str(b.returned),
                b.created_at[:16].replace("T", " "),
                _note(b, began),
            )
            for b in batches
        ]
        print_table(rows, (_("Delivery"), _("State"), _("Records"), _("Returned"), _("Signed (UTC)"), _("Note")))
    elif not waiting:
        click.echo(_("Nothing waits."))
    if to_come := new_chains.will_begin_anew(batches):
        click.echo(new_chains.will_begin_text(to_come))
    if pause_s > 0 and profile.store.outbox.next_to_send(found.id) is not None:
        click.echo(pause_words.command_text(pause_s))


for _command in (list_unsent, show, hold, release):
    outbox.add_command(_command)


@outbox.command("seal", short_help="Sign what is released.")
@in_profile
@key_option
@project_option
@again_option
@json_option
def seal(caller: Caller, project: str | None, again: bool, as_json: bool) -> None:
    """Sign what is released, as deliveries of at most 500 judgements each."""
    profile = caller.open()
    found = profile.find_project(project)
    if again:
        profile.store.outbox.send_again(found.id).result()
    sealed = seal_all(profile, found)
    kept_here = len(profile.store.outbox.unsent(found.id, ("released",)))
    if as_json:
        print_json(_as_json(profile.store.outbox.batches(found.id), sealed))
        return
    if not sealed:
        click.echo(_("Nothing was signed.") if kept_here else _why_nothing(profile, found))
    numbers = new_chains.names(profile.store.outbox.batches(found.id))
    for batch in sealed:
        count = signed_text(profile.store.outbox, batch)
        click.echo(_("Delivery {seq} signed, with {count}.").format(seq=numbers[batch.batch_id], count=count))
    if kept_here:
        words = ngettext(
            "{} released judgement stays here: it has places to look at. See: preceptor outbox list",
            "{} released judgements stay here: they have places to look at. See: preceptor outbox list",
            kept_here,
        )
        click.echo(words.format(count_text(kept_here)))


@outbox.command("send", short_help="Send what is signed.")
@in_profile
@key_option
@project_option
@again_option
@click.option("--look", is_flag=True, help="First ask whether the collector still holds what arrived.")
@click.option("--tries", type=click.IntRange(1), default=5, show_default=True, help="For each delivery, ever later.")
@json_option
def send(caller: Caller, project: str | None, again: bool, look: bool, tries: int, as_json: bool) -> None:
    """Send what is signed, in order, until each delivery has a receipt that was checked.

    Every try sends the same bytes; stopping at any moment loses nothing and delivers nothing twice. A collector that
    was put back to an older copy is found out by the next delivery, or by --look, and is sent again what it lost.

    Ends with 1, too, where judgements came back or wait for --again: somebody has to do something about them.
    """
    profile = caller.open()
    found = profile.find_project(project)
    sealed: list[BatchRow] = []
    if again:
        profile.store.outbox.send_again(found.id).result()
        sealed = seal_all(profile, found)
    if look:
        profile.store.outbox.recheck(found.id).result()
    batches = profile.store.outbox.batches(found.id)
    if to_come := new_chains.will_begin_anew(batches):
        click.echo(new_chains.will_begin_text(to_come), err=True)
    teller = _Teller(lambda: new_chains.series(profile.store.outbox.batches(found.id)))
    try:
        deliver = partial(profile.collectors.sender().send_pending, found, tries=tries, on_progress=teller)
        sign = partial(seal_all, profile, found) if again else None
        report, refused = insisting.send(profile.store.outbox, found.id, deliver, sign)
    except DeliveryError as error:
        raise with_command(error) from error
    if as_json:
        counts = {"batches": report.batches, "again": report.again, "held": report.held, "restored": report.restored}
        counts |= {"arrived": report.arrived, "returned": report.returned, "waiting": _count_stopped(profile, found)}
        print_json(counts | _next_chain(batches) | _new_chain(batches, sealed))
    elif report.problem is None:
        still = still_there_text(report) if look or not report.batches else ""
        told = [text for text in (judgements_text(report), put_back_text(report), still) if text]
        click.echo("\n".join(told) or _why_nothing_signed(profile, found))
    if report.problem is not None:
        if teller.told(report.problem):
            raise Refused(_("Nothing more is tried now. To go on where it stopped: preceptor outbox send"))
        raise with_command(report.problem)
    if refused:
        refused += " " + _("Sign and send once more: preceptor outbox seal, then preceptor outbox send")
    back = returned_text(report.returned) if report.returned else ""
    if left := "; ".join(filter(None, (back, refused, _stopped_text(_count_stopped(profile, found))))):
        raise Refused(left)


class _Teller:
    """What happens on the way, on stderr: why something waits at once, and once; the end tells what is new.

    `read_series` gives the number of each chain's series.
    """

    def __init__(self, read_series: Callable[[], Mapping[str, int]]) -> None:
        self._read_series = read_series
        self._series: Mapping[str, int] = {}
        self._why = ""

    def told(self, problem: DeliveryError) -> bool:
        """Whether this was the last thing that something waited for, so that it stands there already."""
        return sentence(problem) == self._why

    def __call__(self, progress: SendProgress) -> None:
        lines = {
            "delivered": _("Delivery {seq} has arrived, its receipt checked."),
            "again": _("Delivery {seq} was not there any more. It has arrived again, its receipt checked."),
            "restored": _("The collector asks for what it had before; delivery {seq} and those after are sent again."),
            "closed": _("Delivery {seq} was not accepted; what it holds is kept here."),
            "waiting": _("Delivery {seq} waits {time} for the next try."),
        }
        why = sentence(progress.problem) if progress.event == "waiting" and progress.problem is not None else ""
        if why and why != self._why:
            self._why = why
            click.echo(why, err=True)
        if progress.event in lines:
            said = lines[progress.event].format(seq=self._number(progress), time=time_text(ceil(progress.wait_s)))
            click.echo(said, err=True)

    def _number(self, progress: SendProgress) -> str:
        if progress.chain not in self._series:
            self._series = self._read_series()
        return new_chains.delivery_name(progress.seq, self._series[progress.chain])


def seal_all(profile: Profile, project: Project) -> list[BatchRow]:
    """Seal until nothing is released any more; on stderr, that the key was lost, or a new chain begun by itself."""
    if lost := profile.collectors.lost_key(project):
        click.echo(lost.with_command, err=True)
    sealed = seal_released(profile.store.outbox, project.id, profile.device_key(project))
    if sealed and not lost and (said := signed_by_new_key_text(profile, project)):
        click.echo(said, err=True)
    if told := new_chains.told_of(profile.store.outbox.batches(project.id), sealed):
        click.echo(told, err=True)
    return sealed


def signed_by_new_key_text(profile: Profile, project: Project) -> str:
    """That what is signed waits under a key that has to join first, since the one before was ended or lost, or "".

    Asks nobody for where the keys are kept.
    """
    if project.collector is None or profile.store.outbox.next_to_send(project.id) is None:
        return ""
    state = profile.keys.signing_state(project.id)
    return key_words.beside_devices(profile.keys.words(project.id, state)) if state in key_words.HAS_TO_JOIN else ""


def _why_nothing(profile: Profile, project: Project) -> str:
    """Why nothing could be signed, and which command is next."""
    rows = [row for row in profile.store.outbox.unsent(project.id, RELEASABLE) if row.kind == "judgement"]
    undecided = sum(count_undecided(profile.store, row) > 0 for row in rows)
    if rows and undecided == len(rows):  # release --all would only send back here
        text = ngettext(
            "Nothing is released: {count} judgement waits with something found in it that must be decided about. "
            "Which one: preceptor outbox list; what was found: preceptor outbox show ID",
            "Nothing is released: {count} judgements wait with something found in them that must be decided about. "
            "Which ones: preceptor outbox list; what was found: preceptor outbox show ID",
            undecided,
        )
        return text.format(count=count_text(undecided))
    if rows:
        return _("Nothing is released. To release all that waits: preceptor outbox release --all")
    if profile.store.outbox.next_to_send(project.id) is not None:
        return _("Nothing is released. To send what is signed: preceptor outbox send")
    if stopped := _stopped_text(_count_stopped(profile, project)):
        return _("Nothing is released. {stopped}").format(stopped=stopped)
    return _("Nothing is released, and nothing waits.")


def _why_nothing_signed(profile: Profile, project: Project) -> str:
    if profile.store.outbox.unsent(project.id, ("released",)):
        return _("Nothing is signed. To sign what is released: preceptor outbox seal")
    return _("Nothing is signed.")


def _count_stopped(profile: Profile, project: Project) -> int:
    """How many were in a stopped delivery and go out only when somebody says so."""
    return len(profile.store.outbox.unsent(project.id, ("waiting",)))


def _stopped_text(count: int) -> str:
    """That so many wait for a word; "" for none."""
    if not count:
        return ""
    text = ngettext(
        "{count} judgement waits to be sent again: preceptor outbox send --again",
        "{count} judgements wait to be sent again: preceptor outbox send --again",
        count,
    )
    return text.format(count=count_text(count))


def _note(batch: BatchRow, began: Mapping[str, str]) -> str:
    """Why a batch is not sent any more (the reason of its chain says nothing of what had arrived before); or why it
    begins a chain.
    """
    if batch.state == "closed":
        return describing.stopped_text(batch.reason)
    return new_chains.began_text(began[batch.batch_id]) if batch.batch_id in began else ""


def _new_chain(rows: Sequence[BatchRow], sealed: Sequence[BatchRow]) -> dict[str, str]:
    """Why one of these that were just sealed began a new chain by itself."""
    began = new_chains.began_anew(rows)
    why = next((began[batch.batch_id] for batch in sealed if batch.batch_id in began), "")
    return {"new_chain": why} if why else {}


def _next_chain(rows: Sequence[BatchRow]) -> dict[str, str]:
    """Why the next one will."""
    why = new_chains.will_begin_anew(rows)
    return {"next_chain": why} if why else {}


def _as_json(rows: Sequence[BatchRow], shown: Sequence[BatchRow]) -> list[dict[str, object]]:
    numbers = new_chains.names(rows)
    return [_batch(batch, numbers[batch.batch_id]) | _new_chain(rows, [batch]) for batch in shown]


def _batch(batch: BatchRow, number: str) -> dict[str, object]:
    found: dict[str, object] = {
        "batch_id": batch.batch_id,
        "delivery": number,
        "chain": batch.chain,
        "seq": batch.seq,
        "sha256": batch.payload_sha256,
        "state": batch.state,
        "records": batch.count,
        "returned": batch.returned,
        "created_at": batch.created_at,
    }
    return found | ({"reason": batch.reason} if batch.reason else {})
