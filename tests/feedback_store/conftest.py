"""What several tests of this folder stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from joined_profile import Profile, Ready, joined
from kept_copies import DatabaseCopies, FileCopies
from running_collector import Device, Team, running
from small_disk import mounted
from storages import KINDS, Cluster, Databases, cluster
from walked_house import House
from walked_way import Seat


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What stands on a collector of ours runs once on each storage."""
    if "databases" in metafunc.fixturenames:
        metafunc.parametrize("databases", KINDS, indirect=True, scope="module")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    with mounted() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running_cluster:
        yield running_cluster


@pytest.fixture(scope="module")
def databases(request: pytest.FixtureRequest) -> Databases:
    kind = request.param
    return Databases(kind, request.getfixturevalue("postgres") if kind == "postgres" else None)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Team:
    return Team.made(tmp_path_factory.mktemp("collector"), database=databases.new())


@pytest.fixture(scope="module")
def http(team: Team) -> Iterator[httpx.Client]:
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as client:
        yield client


@pytest.fixture
def device(team: Team, http: httpx.Client) -> Device:
    made = Device(team, http)
    assert made.join().status_code == 200
    return made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, str]]:
    team = Team.made(tmp_path_factory.mktemp("collector"))
    with running(team.folder) as collector:
        yield team, collector.address


@pytest.fixture
def ready(served: tuple[Team, str], tmp_path: Path) -> Iterator[Ready]:
    team, address = served
    with joined(tmp_path / "profile", team, address) as (profile, project):
        yield team, profile, project


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    found = Profile.opened(tmp_path / "profile")
    yield found
    found.store.close()


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    """A collector asked without sockets, on each storage; it may be put back to an earlier state."""
    copies = DatabaseCopies(databases.cluster) if databases.cluster else FileCopies()
    found = House(tmp_path / "house", copies)
    yield found
    found.close()


@pytest.fixture
def seat(house: House, tmp_path: Path) -> Iterator[Seat]:
    """A profile with its program, which has joined the house and delivered nothing yet."""
    found = Seat.made(tmp_path / "seat", house)
    yield found
    found.store.close()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[type]:
    """Makes a backend the one in use; the one from before comes back."""
    before = keyring.get_keyring()

    class Use:
        def __init__(self, backend: keyring.backend.KeyringBackend) -> None:
            keyring.set_keyring(backend)

    yield Use
    keyring.set_keyring(before)
