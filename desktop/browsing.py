"""The browsers of a window: it listens for them, lets them in, takes what they say, and shows them in the settings.

Lives as long as the window, whatever project is judged. Must not know rooms.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.browsers_here import BrowsersHere
from desktop.bridge.channel_key import ChannelKey
from desktop.bridge.courier import Courier
from desktop.bridge.work import Work
from desktop.browser import hosts
from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.pairing import OPEN_S, PairingTime
from desktop.browser.desk import Asked, BrowserDesk, Ended, LockedOut, Said
from desktop.browser.kept_pairings import KeptPairings
from desktop.browser.places import Place
from desktop.flow.browser_refusals import Refusals
from desktop.flow.browser_words import FoundRow, browser_rows
from desktop.flow.candidates import Answering
from desktop.flow.capturing import Capturing, to_message
from desktop.flow.connecting import Connecting, elsewhere_text
from desktop.flow.draft import PromptDraft
from desktop.flow.kept_out import waiting_reason, waiting_text
from desktop.flow.panel_asking import PanelAsking
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.profile import Profile
from desktop.views.connect_dialog import ConnectDialog
from desktop.views.errand_messages import problem_message
from desktop.views.parts import Message
from desktop.views.settings.browsers_page import BrowsersPage
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import StoreError

LOOK_EVERY_MS = 1000
UNLOCK = "unlock"  # the way of a notice that asks for the passphrase

_log = logging.getLogger(__name__)


class Browsing(QObject):
    """Call `listen` once the window is shown, and `stop` before the profile is closed.

    `unlock` may ask for a passphrase, for the browser it is told; `asks` says whether it would.
    """

    said = Signal(object)  # Message
    over = Signal(object)  # Message | None: one that is no longer true

    def __init__(
        self,
        profile: Profile,
        places: Callable[[], list[Place]],
        unlock: Callable[[str], None],
        work: Work,
        courier: Courier,
        window: QWidget,
        parent: QObject | None = None,
        asks: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(parent)
        self._profile = profile
        self.here = BrowsersHere(places, Path(profile.folder), work, self)
        self.here.found.connect(self._on_found)
        self.here.not_repaired.connect(self._on_not_repaired)
        self._unlock = unlock
        self._window = window
        self._courier = courier
        self._key = ChannelKey(work, self._make_key, asks, self)
        self._key.kept_out.connect(self._on_kept_out)
        self._key.failed.connect(self._on_not_opened)
        self._key.opened.connect(self._on_opened)
        self._told: Message | None = None  # what was said last of a key that is not at hand
        self._time = PairingTime()
        self._kept = KeptPairings(profile.store.browsers)
        self._refusals = Refusals(self._kept.name_of)
        self._desk: BrowserDesk | None = None
        self._connecting = Connecting()
        self._dialog: ConnectDialog | None = None
        self._page: BrowsersPage | None = None
        self._capturing = Capturing(
            profile.store,
            lambda: profile.rubric(profile.project),
            self._say,
            courier.post,
            self._leave,
            self._end,
            refusals=self._refusals,
        )
        self._tick = QTimer(self, interval=LOOK_EVERY_MS)
        self._tick.timeout.connect(self._on_tick)

    def answer_by(self, answering: Answering, wish: Callable[[], PromptDraft]) -> None:
        """Have the panel's askings answered, by the model and settings that stand on the bench."""
        store, post = self._profile.store, self._courier.post

        def tell(connection: int, told: dict[str, object]) -> None:
            self._say(connection, to_message(told))

        self._capturing = replace(self._capturing, asking=PanelAsking(store, answering, wish, tell, post))

    def listen(self) -> None:
        """Listen for browsers; what keeps it from that is said where it matters, when one is to be connected."""
        self._profile.store.inbox.forget()  # what was discarded when the window was open last
        try:
            desk = BrowserDesk(
                self._profile.folder, self._channel_key, self._kept, self._time, self, refusals=self._refusals
            )
        except OSError as error:
            _log.warning("browsers cannot reach the window: %s", error)
            return
        desk.asked.connect(self._on_asked)
        desk.said.connect(self._on_said)
        desk.ended.connect(self._on_ended)
        desk.locked_out.connect(self._on_locked_out)
        self._desk = desk

    def show_in(self, page: BrowsersPage) -> None:
        """Show the browsers in this page from now on."""
        self._page = page
        page.look_asked.connect(self.look)
        page.glance_asked.connect(self._on_glance)
        page.connect_asked.connect(self.connect_one)
        page.leave_asked.connect(self._on_leave)
        page.repair_asked.connect(self.here.repair)
        page.rename_asked.connect(self._on_rename)
        page.folder_copied.connect(self._on_copied)
        page.show_extension(hosts.EXTENSION)

    @Slot()
    def look(self) -> None:
        """Show the browsers as they are now."""
        if self._page is None:
            return
        self._show_connected(self._page)
        self.here.look()

    @Slot()
    def _on_glance(self) -> None:
        """Show what has changed; each browser's way is walked again only where something of it has."""
        if self._page is None or self.here.glancing:
            return
        self._show_connected(self._page)
        self.here.glance()

    def _show_connected(self, page: BrowsersPage) -> None:
        here = set(self._desk.sessions.values()) if self._desk is not None else set()
        page.show_browsers(browser_rows(self._profile.store.browsers.list(), here, datetime.now(UTC)))

    def stop(self) -> None:
        """Listen no more."""
        self._tick.stop()
        self._time.close()
        self._capturing.stop()
        if self._dialog is not None:
            self._dialog.close()
        if self._desk is not None:
            self._desk.stop()

    @Slot()
    def connect_one(self) -> None:
        """Wait for a browser, once the key is at hand."""
        if self._desk is None:
            way = _("See: {command}").format(command=hosts.command("test", self._profile.folder))
            self.said.emit(Message("error", _("Browsers cannot reach this window."), way))
            return
        self._key.open(self._wait)

    def _wait(self) -> None:
        self._time.open()
        self._connecting = Connecting()
        self._dialog = dialog = ConnectDialog(OPEN_S, self._window)
        dialog.typed.connect(self._on_typed)
        dialog.allowed.connect(self._on_allowed)
        dialog.finished.connect(self._on_left)
        self._show()
        dialog.show_elsewhere(elsewhere_text(self.here.rows))
        dialog.open()
        self.here.look()
        self._tick.start()
        self._on_tick()

    def _show(self) -> None:
        if self._dialog is not None:
            self._dialog.show_standing(self._connecting)

    @Slot()
    def _on_tick(self) -> None:
        """Another second is over."""
        if self._dialog is not None and not self._connecting.is_done:
            self._dialog.show_time(self._time.seconds_left)
            if not self._time.seconds_left:
                self._connecting = self._connecting.ended()
                self._show()

    @Slot(object)
    def _on_asked(self, asked: Asked) -> None:
        self._connecting = self._connecting.asked(asked.connection, asked.browser)
        self._show()

    @Slot(str)
    def _on_typed(self, code: str) -> None:
        connection = self._connecting.connection
        if self._desk is None or connection is None:
            return
        how = self._desk.check(connection, code)
        self._code = code
        self._connecting = self._connecting.answered(how, self._time.tries_left)
        self._show()

    @Slot(str)
    def _on_allowed(self, name: str) -> None:
        connection = self._connecting.connection
        if self._desk is None or connection is None:
            return
        self._kept.browser = self._connecting.browser
        if self._desk.allow(connection, self._code) != "allowed":
            self._connecting = self._connecting.ended()
        else:
            self._connecting = self._connecting.allowed()
            if name:
                self._on_rename(self._desk.pairing_of(connection), name)
        self._show()
        self.look()

    @Slot()
    def _on_left(self) -> None:
        """The dialog was closed, in whatever way: nobody is waited for any more."""
        self._tick.stop()
        connection = self._connecting.connection
        if self._desk is not None and connection is not None and self._connecting.step != "allowed":
            self._desk.refuse(connection)
        self._time.close()
        self._dialog = None
        self.look()

    @Slot(object)
    def _on_said(self, said: Said) -> None:
        self._capturing.take(said.connection, said.pairing, said.message)

    @Slot(object)
    def _on_ended(self, ended: Ended) -> None:
        self._capturing.left(ended.connection)
        self._connecting = self._connecting.gone(ended.connection)
        self._show()

    def _say(self, connection: int, message: bytes) -> None:
        if self._desk is not None:
            self._desk.say(connection, message)

    def _end(self, connection: int, code: str) -> None:
        if self._desk is not None:
            self._desk.end(connection, code)

    @Slot(str)
    def _on_leave(self, pairing: str) -> None:
        self._leave(pairing)

    def _leave(self, pairing: str) -> None:
        """Let a browser in no more."""
        try:
            self._profile.store.browsers.revoke(pairing).result()
        except StoreError as error:
            self.said.emit(Message("error", sentence(error)))
        if self._desk is not None:
            self._desk.leave(pairing)
        self.look()

    # The key, which may be behind a passphrase

    def _channel_key(self) -> DeviceKey:
        """The channel's key, if it is at hand; else the browser comes again.

        Nobody is asked for a passphrase because of a program that cannot be a browser of this profile's.
        """
        if self._key.key is None and not self._time.seconds_left and not self._profile.store.browsers.list():
            raise ChannelError("not_pairing")
        if self._key.key is None:
            raise ChannelError(self._key.waits_for)
        return self._key.key

    def _make_key(self, browser: str) -> DeviceKey:
        self._unlock(browser)
        return self._profile.channel_key()

    @Slot(object)
    def _on_locked_out(self, locked: LockedOut) -> None:
        self._key.wanted_by(locked.browser)

    @Slot(str)
    def _on_kept_out(self, browser: str) -> None:
        """A browser waits for the passphrase: that is said, and no question is opened over somebody's work."""
        self._told = Message("warning", waiting_text(browser), waiting_reason(), ((UNLOCK, _("Unlock …")),))
        self.said.emit(self._told)

    @Slot()
    def open_key(self) -> None:
        """A person wants the key at hand."""
        self._key.let_in()

    @Slot()
    def unlocked(self) -> None:
        """The keys are open, whatever for: a browser that waits for them need not wait."""
        if self._told is not None:
            self._key.open()

    @Slot(object)
    def _on_not_opened(self, error: StoreError) -> None:
        self._told = problem_message(error)
        self.said.emit(self._told)

    @Slot()
    def _on_opened(self) -> None:
        """What was said of the passphrase is not true any more."""
        self.over.emit(self._told)

    # The browsers of this computer

    @Slot(object)
    def _on_found(self, rows: tuple[FoundRow, ...]) -> None:
        """The browsers of this computer as they are now, where they are listed and where one is waited for."""
        if self._page is not None:
            self._page.show_found(rows)
        if self._dialog is not None:
            self._dialog.show_elsewhere(elsewhere_text(rows))

    @Slot(str)
    def _on_not_repaired(self, words: str) -> None:
        self.said.emit(Message("error", words))

    @Slot()
    def _on_copied(self) -> None:
        self.said.emit(Message("success", _("The folder is copied.")))

    @Slot(str, str)
    def _on_rename(self, pairing: str, name: str) -> None:
        try:
            self._profile.store.browsers.rename(pairing, name).result()
        except StoreError as error:
            self.said.emit(Message("error", sentence(error)))
        self.look()
