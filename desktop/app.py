"""The window's composition root: the only place where its parts are built and joined.

The rooms of a project are built in rooms.py, what takes its time in errands.py; here they meet the window. What is done
in the room that is shown is shown_room.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop import room_acts
from desktop.bridge.courier import Courier
from desktop.bridge.work import Work
from desktop.browser.places import places
from desktop.browsing import UNLOCK, Browsing
from desktop.errands import Errands, Sent
from desktop.flow import keymap
from desktop.flow.candidates import Answering
from desktop.flow.delivering import How
from desktop.flow.keymap import Keymap
from desktop.flow.practice import nothing, withheld
from desktop.flow.practice import status_words as practice_words
from desktop.flow.projects import USE
from desktop.flow.session import BenchSession
from desktop.flow.start_wish import NOTHING, StartWish, first_room
from desktop.flow.theme_words import theme_text
from desktop.opening import bring_forward
from desktop.practising import Practising
from desktop.preferences import Anew, Preferences
from desktop.profile import Profile
from desktop.rooms import ProjectRooms
from desktop.shelving import make_models
from desktop.shown_room import SETTINGS, ShownRoom
from desktop.theme.appearance import APPEARANCE, CHOICES, Appearance, Choice
from desktop.views.bench_page import BenchPage
from desktop.views.errand_messages import MOVE
from desktop.views.guidelines import Guiding
from desktop.views.main_window import MainWindow
from desktop.views.move_dialog import Moving
from desktop.views.outbox_page import OutboxPage
from desktop.views.parts import Message, undressed
from desktop.views.records_page import RecordsPage
from feedback_store.store import Project
from local_models.engine import Engine

GEOMETRY = "window"  # a setting: where the window stood, as Qt keeps it
ROOM_LEFT = "room"  # a setting: the room that was open when the window closed; only while it is closed


class Workbench(QObject):
    """The window with the rooms of the project in use; closing it keeps everything.

    `passphrase` opens the key file, if there is one, in place of a question. `asked` is what the start is to do.
    `practising` opens the window for practice, and `practice` says that this is it.
    """

    @undressed()
    def __init__(
        self,
        profile: Profile,
        *,
        engine: Engine | None = None,
        passphrase: str = "",
        appearance: Appearance | None = None,
        asked: StartWish = NOTHING,
        practising: Practising[Workbench] | None = None,
        practice: bool = False,
    ) -> None:
        super().__init__()
        self._profile = profile
        self._asked = asked
        self._appearance = appearance or Appearance(parent=self)
        self._practising = practising or Practising(Workbench, self._appearance)
        self._is_practice = practice
        self.wish: Anew | None = None  # once it was asked to start anew
        keymap.use(Keymap.of(profile.store.settings.get(keymap.SETTING)))
        self._answering = Answering(engine, profile.catalog, profile.endpoints) if engine else profile.answering
        self._courier = Courier(self)
        self.window: MainWindow = MainWindow(
            {
                "main": self._act(room_acts.main_action),
                "save": self._act(room_acts.save),
                "undo": self._act(room_acts.undo),
                "redo": self._act(room_acts.redo),
                "drop": self._act(room_acts.drop),
                "stop": lambda: self.session.cancel(),
                "palette": self._open_palette,
                "rubric": self._on_rubric_asked,
                "guideline": lambda: self._guiding.show_versions(self.rooms.project),
                "search": lambda: self.window.show_named("records"),
                "next_part": lambda: self._go_on(1),
                "previous_part": lambda: self._go_on(-1),
                "tree": lambda: self.rooms.show_turns(),
                "continue_saved": self._continue_saved,
                "blind": self._act(room_acts.turn_blind),
                "several_models": self._act(room_acts.compare_models),
                "notice_way": lambda: self.shown.bar.take_way(),
                "personal": self._act(room_acts.mark_personal),
                "larger": lambda: self._appearance.zoom_by(1),
                "smaller": lambda: self._appearance.zoom_by(-1),
                "usual_size": lambda: self._appearance.zoom_to(1.0),
                "theme": lambda: self._choose_theme(self._appearance.next_choice),
                **{f"theme_{name.replace('-', '_')}": partial(self._choose_theme, name) for name in CHOICES},
                "density": self._appearance.choose_next_density,
                "settings": lambda: self.window.show_named("settings"),
                "practise": self._practising.open,
                "quit": lambda: self._on_anew(None),
                "new_project": lambda: self.errands.projects.make_project(),
                "join_project": lambda: self.errands.projects.join(),
            },
            withheld if practice else nothing,
        )
        self.errands = errands = Errands(profile, self._courier, self.window, passphrase=passphrase, parent=self)
        self._work = Work(self._courier)
        unlock, asks = errands.unlock_for_browsers, errands.asks_for_browsers
        self.browsing = Browsing(profile, places, unlock, self._work, self._courier, self.window, self, asks=asks)
        self.browsing.answer_by(self._answering, lambda: self.session.draft.prompt)
        self._guiding = Guiding(profile.store, self._work, self.window, self)
        self.moving = Moving(profile.collectors.move, self._work, self.window, self)
        self.models = make_models(profile, engine or profile.engine, self._work, self._courier, errands.unlock, self)
        self._open(profile.project)
        self._join()

    @property
    def session(self) -> BenchSession:
        return self.rooms.session

    @property
    def bench(self) -> BenchPage:
        return self.rooms.bench

    @property
    def records(self) -> RecordsPage:
        return self.rooms.records

    @property
    def outbox(self) -> OutboxPage:
        return self.rooms.outbox

    def show(self, *, errands: bool = True) -> None:
        """Show the window where it was, or in a size that this screen holds; the focus where work begins.

        A room that was left is known until then and no longer: what crashes opens at the bench, whatever it crashed in.
        """
        settings = self._profile.store.settings
        self.window.stand_at(settings.get(GEOMETRY))
        self.window.show()
        room = first_room(settings.get(ROOM_LEFT), self._asked)
        self.rooms.arrive_at_bench() if room == "bench" else self.window.show_named(room)
        settings.set(ROOM_LEFT, "")
        if errands:  # backups, what waits to be sent, and browsers
            self.errands.begin()
            self.browsing.listen()
        self.models.shelf.look()

    def show_settings(self, message: Message) -> None:
        """Show the settings with something to say."""
        self.window.show_named(SETTINGS)
        self.window.left.came_by_itself()
        self.preferences.page.message.show_message(message)

    @Slot()
    def come_forward(self) -> None:
        """Show the window over the others, as far as the system allows it."""
        bring_forward(self.window)

    @Slot()
    def close(self) -> None:
        """Keep the draft and the window's place, stop what still runs; the profile is closed by its owner."""
        self._profile.store.settings.set(GEOMETRY, self.window.place)
        self._profile.store.settings.set(ROOM_LEFT, self.window.left.name)
        self._guiding.close()
        self.rooms.close()
        self.browsing.stop()
        self.models.bridge.stop()
        self.models.shelf.close()
        self._courier.stop()
        self.errands.close()
        self._work.end()

    def _join(self) -> None:
        projects = self.window.projects
        projects.aboutToShow.connect(self._on_projects)
        projects.chosen.connect(self._on_project)
        projects.new_asked.connect(lambda: self.window.do("new_project"))
        projects.join_asked.connect(lambda: self.window.do("join_project"))
        self.errands.projects.wished.connect(self._on_project)
        self.errands.projects.chosen.connect(self._change)
        self.errands.projects.joined.connect(self._on_joined)
        self.errands.projects.judged_otherwise.connect(self._on_judged_otherwise)
        self.errands.said.connect(self._on_said)
        self.browsing.said.connect(self._on_said)
        self.browsing.over.connect(self._on_over)
        self.errands.asker.unlocked.connect(self.browsing.unlocked)
        self._guiding.said.connect(self._on_said)
        self.moving.said.connect(self._on_said)
        self.moving.moved.connect(self._on_joined)
        self.errands.sent.connect(self._on_sent)
        self.window.refused.connect(lambda words: self._on_said(Message("notice", words)))
        self.window.closing.connect(self.close)
        self.window.keys_changed.connect(self._on_keys)
        self._appearance.chosen.connect(self._on_appearance)

    def _open(self, project: Project) -> None:
        """Show the rooms of a project."""
        rooms = ProjectRooms(self._profile, project, self._answering, self.models, self._guiding, self)
        for told in (rooms.bench, rooms.models, rooms.records, rooms.outbox):
            told.place_changed.connect(self.window.show_place)
        rooms.bench.status_changed.connect(self._show_status)
        rooms.bridge.ending.connect(self.window.painting.paint_now)
        rooms.bench.flagging.keys_changed.connect(self.window.show_flags)
        rooms.bench.empty.practice_asked.connect(self._practising.open)
        rooms.room_asked.connect(self.window.show_named)
        rooms.counted.connect(self.window.show_to_send)
        rooms.records.export_asked.connect(lambda: self.errands.export(self.rooms.project))
        rooms.records.shared_asked.connect(self.errands.shared.ask)
        rooms.outbox.send_asked.connect(self._on_send)
        rooms.outbox.save_asked.connect(lambda: self.errands.save_file(self.rooms.project))
        rooms.outbox.receipts_asked.connect(self.errands.read_receipts)
        rooms.outbox.statement_asked.connect(lambda: self.errands.state_work(project))
        rooms.outbox.join_asked.connect(self.errands.projects.join)
        rooms.inbox.connect_asked.connect(self.browsing.connect_one)
        self.preferences = self._open_preferences(project)
        for shown in (rooms.bench, rooms.models, rooms.records, rooms.outbox, rooms.inbox, self.preferences.page):
            shown.message.chosen.connect(self._on_way)
            shown.message.keyed = True
        rooms.outbox.show_sending(self.errands.sending(project))
        rooms.outbox.show_network(self.errands.network)
        self.errands.network_changed.connect(rooms.outbox.show_network)
        rooms.pause.changed.connect(self.window.show_pause)
        self.window.show_project(project.name, (*rooms.all, self.preferences.room))
        self.window.show_flags(rooms.bench.flagging.keys)
        self._show_status(rooms.session.status)
        self.window.show_pause(rooms.pause.until)
        self.window.show_to_send(rooms.waiting)
        self.rooms: ProjectRooms = rooms
        self.shown = ShownRoom(self.window, rooms, self.preferences)

    def _open_preferences(self, project: Project) -> Preferences:
        """The settings, with the page of a project."""
        made = Preferences(self._profile, project, self._appearance, self._work, self._guiding, self)
        made.anew_asked.connect(self._on_anew)
        made.keys_changed.connect(self.window.take_keys)
        made.renamed.connect(self._on_renamed)
        made.rubric_asked.connect(self._on_rubric_asked)
        made.guideline_asked.connect(self._on_guideline)
        made.new_asked.connect(self.errands.projects.make_project)
        made.join_asked.connect(self.errands.projects.join)
        made.move_asked.connect(self._on_move_asked)
        self.browsing.show_in(made.browsers)
        return made

    @Slot(object)
    def _change(self, project: Project) -> None:
        """Leave the present rooms, whose draft is kept, for those of another project."""
        before, settings_before = self.rooms, self.preferences
        before.close(goes_on=True)
        self._open(project)
        before.deleteLater()
        settings_before.deleteLater()

    def _act(self, act: Callable[[ProjectRooms, str], None]) -> Callable[[], None]:
        """An act of whichever room is shown then."""
        return lambda: self.shown.act(act)

    def _continue_saved(self) -> None:
        self.window.show_named("bench")
        self.bench.says.continue_saved()

    def _open_palette(self) -> None:
        """Everything that can be done from here: commands, rooms, projects."""
        self.window.open_palette(self.shown.offers(self._profile.store.projects.list()), self._do)

    def _do(self, chosen: str) -> None:
        """What was chosen in the palette."""
        if chosen.startswith(USE):
            self._on_project(chosen.removeprefix(USE))
        else:
            self.shown.do(chosen)

    @Slot(object)
    def _show_status(self, words: Sequence[str]) -> None:
        self.window.show_status(practice_words(words) if self._is_practice else words)

    @Slot(object)
    def _on_anew(self, wish: Anew | None) -> None:
        """Close everything; with a wish, whoever runs this window opens the next one."""
        self.wish = wish
        if wish is not None:
            self.window.left.came_by_itself()  # the next window shows the settings too, to say what was done
        if not self._is_practice:
            self._practising.close()
        self.window.close()

    @Slot(object)
    def _on_renamed(self, project: Project) -> None:
        self.rooms.project = project
        self.window.show_name(project.name)

    @Slot()
    def _on_rubric_asked(self) -> None:
        self.errands.projects.show_rubrics(self.rooms.project)

    @Slot()
    def _on_guideline(self) -> None:
        self.window.show_named("bench")
        self.bench.open_part(self.bench.panel.guideline.text)

    def _choose_theme(self, choice: Choice) -> None:
        """Take a theme by a command, and say it: the next one may look alike."""
        self._appearance.choose(choice)
        self._on_said(Message("notice", theme_text(choice, self._appearance.theme.name)))

    @Slot(object)
    def _on_appearance(self, kept: dict[str, str | float | bool]) -> None:
        self._profile.store.settings.set(APPEARANCE, kept)

    @Slot(object)
    def _on_keys(self, keys: Keymap) -> None:
        self._profile.store.settings.set(keymap.SETTING, dict(keys.changed))

    def _go_on(self, step: int) -> None:
        """F6: the bench's next part, in other rooms the next place where the keyboard can be."""
        if self.window.room.name == "bench":
            self.bench.focus_next_part(step)
        else:
            self.window.room.page.focusNextPrevChild(step > 0)

    @Slot()
    def _on_projects(self) -> None:
        self.window.projects.show_projects(self._profile.store.projects.list(), self.rooms.project.id)

    @Slot(str)
    def _on_project(self, project_id: str) -> None:
        if project_id == self.rooms.project.id:
            self.window.show_named("bench")
        else:
            self.errands.projects.use(project_id)

    @Slot(object)
    def _on_joined(self, project: Project) -> None:
        if project.id == self.rooms.project.id:
            room, part, held = self.window.room.name, self.preferences.page.shown, self.window.focusWidget()
            self._change(project)  # joined anew, or moved: the collector may say other things of it now
            self.preferences.page.show_part(part)
            self.window.show_named(room)
            self.preferences.page.give_back(held.objectName() if held is not None else "")

    @Slot()
    def _on_move_asked(self) -> None:
        self.moving.ask(self.rooms.project)

    @Slot(object)
    def _on_judged_otherwise(self, project: Project) -> None:
        said = self.rooms.judge_by(project, self._profile.rubric(project))
        self.window.show_flags(self.bench.flagging.keys)
        self.preferences.show_project(project)
        self._on_said(said)

    @Slot(object)
    def _on_said(self, message: Message) -> None:
        self.shown.say(message)

    @Slot(object)
    def _on_over(self, message: Message | None) -> None:
        self.shown.unsay(message)

    @Slot(object)
    def _on_sent(self, sent: Sent) -> None:
        here = sent.project.id == self.rooms.project.id
        if here:
            self.outbox.show_sending(False)
            self.outbox.look()
            self.rooms.say("outbox", sent.message)
        else:
            self._on_said(Message(sent.message.kind, f"{sent.project.name}: {sent.message.text}", sent.message.reason))

    @Slot(str)
    def _on_way(self, way: str) -> None:
        if way.startswith(USE):
            self._on_project(way.removeprefix(USE))
        elif way == MOVE:
            self._on_move_asked()
        elif way == UNLOCK:
            self.browsing.open_key()
        else:
            self.errands.take_way(way)

    @Slot(str)
    def _on_send(self, how: How) -> None:
        self.errands.send(self.rooms.project, how)
        self.outbox.show_sending(True)
