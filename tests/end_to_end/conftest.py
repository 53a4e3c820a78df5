"""The true window on a profile, drawn into memory; and what the store's tests have: a real collector."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from passing_time import live
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import ANSWERS, OpenWindow, ShowWindow

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from local_models.model_files.catalog import HEADERS, Catalog
from local_models.scripted import Script, ScriptedEngine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "feedback_store"))

from running_collector import Team, running
from team_desk import TeamDesk, sit_down


@pytest.fixture(autouse=True)
def _no_browsers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browsers of whoever runs the tests are none of theirs, nor those that are installed there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("desktop.browser.places._folders", lambda _home: [])
    for where in ("_SNAPS", "_FLATPAKS"):
        monkeypatch.setattr(f"desktop.browser.places.{where}", tmp_path / "none")


@pytest.fixture(scope="session")
def known_headers(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a profile keeps of the model that comes with the program, once its file has been read."""
    state = tmp_path_factory.mktemp("read") / "models.json"
    Catalog(state).list()
    return state.with_name(HEADERS).read_bytes()


@pytest.fixture
def folder(tmp_path: Path, known_headers: bytes) -> Path:
    """Where the profile of this test is made; its windows need not read the model's file again, each for itself."""
    made = tmp_path / "profile"
    made.mkdir(mode=0o700)
    (made / HEADERS).write_bytes(known_headers)
    return made


@pytest.fixture
def open_window(folder: Path, qapp: QApplication) -> Iterator[OpenWindow]:
    """Opens the window on the profile of this test, closed at its end; no keyring can be used.

    `passphrase` stands for PRECEPTOR_PASSPHRASE, `insecure` keeps keys in a bare file. `begin` is given the profile
    before its window is built. Asked to rewrite an answer, the engine says the first of `answers`.
    """
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring has no types for its backends
    dress(qapp, Appearance("light").theme)
    said = [ANSWERS]
    engine = ScriptedEngine(lambda _prompt, count: _as_many(said[-1], count))
    opened: list[tuple[Workbench, Profile]] = []

    def close() -> None:
        while opened:
            workbench, profile = opened.pop()
            workbench.window.close()
            profile.close()
            workbench.window.deleteLater()
            live(0)

    def open_it(
        *,
        answers: tuple[str, ...] = ANSWERS,
        passphrase: str = "",
        insecure: bool = False,
        size: tuple[int, int] = (1440, 900),
        begin: Callable[[Profile], None] = lambda _profile: None,
    ) -> Workbench:
        close()
        said.append(answers)
        profile = Profile.open(folder, insecure_key_file=insecure)
        begin(profile)
        workbench = Workbench(profile, engine=engine, passphrase=passphrase)
        opened.append((workbench, profile))
        workbench.show()
        workbench.window.resize(*size)
        QTest.qWaitForWindowActive(workbench.window)
        return workbench

    yield open_it
    close()
    engine.close()
    keyring.set_keyring(before)
    qapp.setStyleSheet("")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """A team's project in a collector's folder; nobody serves it yet."""
    return Team.made(tmp_path / "collector", "Night shift")


@pytest.fixture
def desk(team: Team, open_window: OpenWindow) -> Iterator[TeamDesk]:
    """A window in the team's project, whose collector answers, with a judgement that is released."""
    with running(team.folder) as collector:
        yield sit_down(open_window, team, collector)


@pytest.fixture
def profile(folder: Path) -> Iterator[Profile]:
    opened = Profile.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def show_window(profile: Profile, qapp: QApplication) -> Iterator[ShowWindow]:
    """Shows a window on the profile of this test, one or several; its engine says `answers`, or tells `script`."""
    dress(qapp, Appearance("light").theme)
    shown: list[Workbench] = []
    engines: list[ScriptedEngine] = []

    def show(
        answers: tuple[str, ...] = ANSWERS,
        *,
        script: Script | None = None,
        pause: float = 0.0,
        appearance: Appearance | None = None,
        size: tuple[int, int] | None = None,
    ) -> Workbench:
        engines.append(ScriptedEngine(script or (lambda _prompt, count: answers[:count]), pause=pause))
        workbench = Workbench(profile, engine=engines[-1], appearance=appearance)
        shown.append(workbench)
        workbench.show()
        if size is not None:
            workbench.window.resize(*size)
        QTest.qWaitForWindowActive(workbench.window)
        return workbench

    yield show
    for workbench in shown:
        workbench.window.close()
    for engine in engines:
        engine.close()
    for workbench in shown:
        workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


def _as_many(answers: tuple[str, ...], count: int) -> tuple[str, ...]:
    """As many answers as are asked for, beyond the usual four with a number each."""
    more = (f"{number}. {answers[number % len(answers)]}" for number in range(len(answers), count))
    return (*answers[:count], *more) if count > len(ANSWERS) else answers[:count]
