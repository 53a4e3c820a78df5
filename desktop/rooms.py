"""The rooms of one project over one profile: built, joined to the store, and left without losing anything.

A window shows one project at a time; changing the project is closing these and making others. Must not know the
window, nor what is done beside the rooms (joining, sending, files).
"""

from __future__ import annotations

import secrets
from concurrent.futures import wait
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge.bench import BenchBridge
from desktop.bridge.comparing import Comparing
from desktop.bridge.courier import Courier
from desktop.bridge.looker import Looker
from desktop.bridge.newest import Newest
from desktop.bridge.news import News
from desktop.bridge.pause_watch import PauseWatch
from desktop.bridge.personal import PersonalFinder
from desktop.bridge.work import Work
from desktop.flow import guidelines, keymap
from desktop.flow.candidates import Answering, model_names, models_away
from desktop.flow.carrying import put_aside_words
from desktop.flow.draft import Draft, PromptDraft
from desktop.flow.inbox_desk import InboxDesk
from desktop.flow.keymap import CommandPlace
from desktop.flow.leaving import NotSent
from desktop.flow.left_drafts import as_left
from desktop.flow.outbox_desk import Contents, OutboxDesk
from desktop.flow.outcome import second_look
from desktop.flow.projects import USE
from desktop.flow.record_desk import RecordDesk
from desktop.flow.session import BenchSession
from desktop.flow.together import with_models, without_gone
from desktop.flow.welcome import first_model
from desktop.flow.wording import gettext as _
from desktop.profile import Profile
from desktop.shelving import Models
from desktop.views.bench_keys import do as do_at_answers
from desktop.views.bench_page import BenchPage
from desktop.views.doings import Doings, do
from desktop.views.errand_messages import key_message
from desktop.views.guidelines import Guiding
from desktop.views.inbox_page import InboxPage
from desktop.views.main_window import Room
from desktop.views.models_page import ModelsPage
from desktop.views.outbox_page import OutboxPage
from desktop.views.parts import Message, MessageBar, in_one_line
from desktop.views.records_changing import RecordsChanging
from desktop.views.records_page import AT_ONCE, Found, RecordsPage
from desktop.views.releasing import Releasing
from feedback_store.records import Judgement
from feedback_store.rubrics import Rubric
from feedback_store.store import Change, Project, StoredRecord

KEEPING_S = 5.0  # at most; a draft is kept within milliseconds


class ProjectRooms(QObject):
    """Bench, models, records and outbox of a project. Call `close` before the pages are thrown away."""

    counted = Signal(object)  # NotSent: how many records wait for the trainer in the outbox
    room_asked = Signal(str)  # its name
    stored = Signal(object)  # Change, in the window's thread

    def __init__(
        self,
        profile: Profile,
        project: Project,
        answering: Answering,
        models: Models,
        guiding: Guiding,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.project = project
        self._models = models
        self._store, self._keys = profile.store, profile.keys
        self._app = profile.frame(project).app
        self._courier = Courier(self)
        self.bridge = BenchBridge(self)
        self.session = BenchSession(
            store=profile.store,
            answering=answering,
            rubric=profile.rubric(project),
            frame=profile.frame(project),
            seed=lambda: secrets.randbelow(2**31),
            post=self._courier.post,
            listen=self.bridge.listen,
        )
        self.bridge.attach(self.session)
        self._endpoints = profile.endpoints
        self._names = model_names(profile.catalog, self._endpoints)
        if not self.session.restore():
            self.session.begin_with(PromptDraft(model=first_model(profile.store, self._names)))
        self._comparing = Comparing(models.work)
        self.bench = BenchPage(self.session, self.bridge, self._comparing, self._names, _presets())
        self.bench.show_models(self._names, models_away(profile.endpoints))
        self.bench.empty.models_asked.connect(lambda: self.room_asked.emit("models"))
        self.bench.panel.guideline.read.connect(self._on_guideline_read)
        self.bench.panel.guideline.versions_asked.connect(lambda: guiding.show_versions(self.project))
        guiding.changed.connect(self._on_guided)
        self._show_guideline()
        self._finder = PersonalFinder(self.session, self.bridge, models.work, self)
        self.models = ModelsPage(models.shelf, models.bridge, models.work)
        self.models.use_asked.connect(self._on_use)
        models.bridge.changed.connect(self._on_models)
        self._searching: Newest[Found] = Newest("search", models.work)
        self.records = RecordsPage(profile.store, project.id, self._searching)
        self._work = Work(self._courier)
        records = RecordDesk(profile.store, self._app)
        self.records_changing = RecordsChanging(self.records, profile.store, records, self._work)
        desk = OutboxDesk(profile.store, project.id, self._app, self.session.black_out)
        self._reading: Newest[Contents] = Newest("outbox", models.work)
        self.outbox = OutboxPage(profile.store, project, desk, self._reading)
        self.releasing = Releasing(self.outbox, project, desk, self._courier)
        self._counting: Newest[NotSent] = Newest("counting", models.work)
        self.pause = PauseWatch(profile.store, project.id, self)
        self.pause.changed.connect(self.outbox.sent.show_pause)
        self.outbox.sent.show_pause(self.pause.until)
        self._looker = Looker(profile.store, project.id, models.work)
        self.inbox = InboxPage(InboxDesk(profile.store, project.id), lambda: self.session.draft.prompt, self._courier)
        self.inbox.judge_asked.connect(self._on_captured)
        self.inbox.accepted.connect(self.session.begin_if_empty)
        for page in (self.records, self.outbox, self.inbox):
            page.bench_asked.connect(lambda: self.room_asked.emit("bench"))
        self.records.open_asked.connect(self._on_open)
        self.records.black_out_asked.connect(self._on_black_out)
        self.records.anew_asked.connect(self._on_anew)
        self.records.guideline_asked.connect(guiding.show_named)
        self.doings: dict[CommandPlace, Doings] = {
            "models": self.models.doings,
            "records": self.records.doings,
            "outbox": self.outbox.doings,
            "inbox": self.inbox.doings,
        }
        self._news = News(self)
        self._news.due.connect(self._on_news)
        self.stored.connect(self._news.hear)
        self.stored.connect(self.pause.hear)
        self._stop_listening = profile.store.on_change(self._tell_stored)
        self._looker.look()

    @property
    def all(self) -> tuple[Room, ...]:
        """The rooms in the order of the rail."""
        records, outbox = self.records, self.outbox
        return (
            Room("bench", _("Bench"), "scale", self.bench, "prompt", self.arrive_at_bench),
            Room("models", _("Models"), "cpu", self.models, "models", self.models.take_focus),
            Room("records", _("Records"), "archive", records, "records", records.take_focus, records.list),
            Room("outbox", _("Outbox"), "send", outbox, "outbox", self._arrive_at_outbox),
            Room(
                "inbox", _("Inbox"), "inbox", self.inbox, "inbox", partial(self._arrive_at, self.inbox), self.inbox.list
            ),
        )

    @property
    def waiting(self) -> NotSent:
        """How many records have not left and could, and how many are on the way to a collector."""
        outbox, joined = self._store.outbox, self.project.collector is not None
        on_the_way = outbox.count_unsent(self.project.id, ("sealed",)) if joined else 0
        return NotSent(outbox.count_unsent(self.project.id), joined=joined, on_the_way=on_the_way)

    def arrive_at_bench(self) -> None:
        """The keyboard goes where work goes on."""
        self.bench.arrive()

    def show_turns(self) -> None:
        """The bench, with the tree of its conversation."""
        self.room_asked.emit("bench")
        self.bench.turns.open()

    def place(self, room: str) -> CommandPlace:
        """Whose commands can be given in a room, beside those for everywhere."""
        for place in self.doings:
            if place == room:
                return place
        if room != "bench" or not self.session.draft.answers:
            return "everywhere"
        return "revision" if self.bench.rewriting else "answers"

    def do(self, command: str) -> None:
        """Do a command of one place."""
        place = keymap.command(command).place
        if place == "answers":
            do_at_answers(self.bench, self.session, command)
        elif place == "revision":
            self.bench.revision.do(command)
        else:
            do(self.doings[place], command)

    @property
    def bars(self) -> dict[str, MessageBar]:
        """Where something is said over the page of each room."""
        return {
            "bench": self.bench.message,
            "models": self.models.message,
            "records": self.records.message,
            "outbox": self.outbox.message,
            "inbox": self.inbox.message,
        }

    def say(self, room: str, message: Message) -> None:
        """Say something over the page of a room; questions that are open there stay."""
        self.bars[room].show_beside_points(message)

    def judge_by(self, project: Project, rubric: Rubric) -> Message:
        """Judge by the rubric that the project has now; what is begun or being written, and its history, stay.

        Returns what to say: the rubric, and what it does not ask any more of the draft.
        """
        self.project = project
        before = self.session.draft.unasked
        self.session.judge_by(rubric)
        aside = put_aside_words(self.session.draft) if self.session.draft.unasked != before else ""
        words = _("Judged by {name}, version {version}, from now on. What was judged before stays as it is.")
        text = words.format(name=rubric.name, version=rubric.version)
        return Message("warning" if aside else "success", text, aside)

    def close(self, *, goes_on: bool = False) -> None:
        """Stop what a model still writes, keep the draft, and hear nothing more.

        Where the window `goes_on`, with another project, what was written here was stopped by that. Else the next start
        says that the window closed over it, as after a kill.
        """
        self._stop_listening()
        self._news.stop()
        self.pause.stop()
        self._models.bridge.changed.disconnect(self._on_models)
        self._models.bridge.changed.disconnect(self.models.look)
        self.session.cancel()
        if goes_on:
            self.session.stream(as_left(self.session.draft), "answers")
        beside = (self._finder, self._comparing, self._searching, self._reading, self._counting, self._looker)
        for each in beside:
            each.stop()
        self._work.end()
        self.bridge.stop()
        kept = self.session.keep()
        if kept is not None:
            wait([kept], KEEPING_S)  # the next rooms of this project read it
        self._courier.stop()

    def _arrive_at(self, page: OutboxPage | InboxPage) -> None:
        page.look()
        page.take_focus()

    def _arrive_at_outbox(self) -> None:
        """Where the key has ended, or has to join, nothing leaves: say so at once, and not when somebody sends."""
        self._arrive_at(self.outbox)
        state = self._keys.signing_state(self.project.id)
        told = key_message(state, self._keys.words(self.project.id, state))
        if told is not None and self.project.collector is not None and self.outbox.message.message is None:
            self.outbox.message.show_message(told)

    def _tell_stored(self, change: Change) -> None:
        if change.kind in ("records", "outbox", "pauses", "inbox"):
            self._courier.post(lambda: self.stored.emit(change))

    def _show_guideline(self) -> None:
        self.bench.panel.show_guideline(guidelines.view_of(self._store, self.project))

    @Slot(object)
    def _on_guided(self, project: Project) -> None:
        """A project has another guideline: if it is this one, it is read here and named from now on."""
        if project.id == self.project.id:
            self.project = project
            self.session.guide_by(guidelines.guided_by(project))
            self._show_guideline()

    @Slot()
    def _on_guideline_read(self) -> None:
        guideline = self.project.guideline
        if guideline is not None:
            kept = guidelines.mark_read(self._store, self.project, guideline)
            kept.add_done_callback(lambda _kept: self._courier.post(self._show_guideline))

    @Slot(object)
    def _on_news(self, kinds: frozenset[str]) -> None:
        if "records" in kinds:
            self.session.follow_on()
            self.session.turns.look_again()
            self.bench.turns.show()
            self.records.look()
        if "inbox" in kinds and self.inbox.isVisible():
            self.inbox.look()
        if kinds == {"inbox"}:  # nothing that could leave
            return
        if self.outbox.isVisible():  # else it looks when it is arrived at
            self.outbox.look()
        count = self._counting.start if self._store.records.are_over(AT_ONCE) else self._counting.at_once
        count(lambda: self.waiting, lambda done: self.counted.emit(done.result()))
        self._looker.look()

    @Slot()
    def _on_models(self) -> None:
        """The bench's list of models follows the shelf; a model that is gone gives way to the first there is."""
        shelf = self._models.shelf
        names = shelf.names
        if not shelf.loaded or names == self._names:
            return
        before, self._names = self._names, names
        prompt = self.session.draft.prompt
        if prompt.model or not before:  # "no model" can be chosen too
            self._ask(without_gone(prompt, names), noted=False)
        self.bench.show_models(names, models_away(self._endpoints))

    @Slot(object)
    def _on_captured(self, draft: Draft) -> None:
        """An answer of a page, which stands among the drafts now, is judged."""
        self.session.go_to(draft)
        self.room_asked.emit("bench")

    @Slot(str)
    def _on_use(self, name: str) -> None:
        self._ask(with_models(self.session.draft.prompt, (name,)))
        self.room_asked.emit("bench")

    def _ask(self, prompt: PromptDraft, *, noted: bool = True) -> None:
        self.session.ask(prompt, noted=noted)
        self.bench.prompt.show_prompt(self.session.draft.prompt)
        self.bench.empty.show_models(prompt.models)

    def _elsewhere(self, record: StoredRecord) -> bool:
        """Whether a record is of another project, which is said with the way there: its rubric and bench are there."""
        if record.project == self.project.id:
            return False
        name = self._store.projects.get(record.project).name
        text = _("This judgement belongs to the project {name}. It is opened there.").format(name=name)
        ways = ((f"{USE}{record.project}", _("Judge in {name}").format(name=name)),)
        self.records.message.show_message(Message("warning", in_one_line(text), "", ways))
        return True

    @Slot(object)
    def _on_open(self, record: StoredRecord) -> None:
        """One's own judgement to go on with; another trainer's answers to be judged, which names that judgement."""
        if self._elsewhere(record):
            return
        if record.trainer == self._store.trainer:
            self.session.open(record)
        elif isinstance(record.record, Judgement):
            self.session.go_to(second_look(record.record, record.data, (record.sha256,)))
        self.room_asked.emit("bench")

    @Slot(object)
    def _on_black_out(self, record: StoredRecord) -> None:
        """On the bench, where its places are marked; saving it erases the versions before."""
        if self._elsewhere(record):
            return
        self._on_open(record)
        words = _("Black out what should go, then save. The versions before are erased with that.")
        words_of_keys = _("{key} blacks out a row under Personal data; {other} what is selected in an answer.")
        now = keymap.current()
        reason = words_of_keys.format(key=now.shown("black_out"), other=now.shown("mark_personal"))
        self.bench.message.show_message(Message("warning", words, reason))

    @Slot(object, object)
    def _on_anew(self, mine: StoredRecord, theirs: StoredRecord) -> None:
        """A third judgement of the same answers, which names both."""
        if self._elsewhere(mine) or not isinstance(mine.record, Judgement):
            return
        self.session.go_to(second_look(mine.record, mine.data, (mine.sha256, theirs.sha256)))
        self.room_asked.emit("bench")
        words = _("A judgement of your own of the same answers; its record will name the two that you compared.")
        self.bench.message.show_message(Message("success", words))


def _presets() -> tuple[tuple[str, str], ...]:
    """The ways of drawing answers, as they are named on screen."""
    return (("varied", _("Varied")), ("balanced", _("Balanced")), ("precise", _("Precise")))
