"""One trainer's data folder, opened: store, projects, keys, models and the engine. Used by commands and the window.

What is costly (engine, keyring) is made when it is first needed. What its projects' collectors are asked, and told, is
collectors.py's. Must not know Qt or click.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from desktop import VERSION
from desktop.collectors import Collectors
from desktop.device_keys import DeviceKeys
from desktop.flow.candidates import Answering
from desktop.flow.guidelines import guided_by
from desktop.flow.outcome import Frame
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import NotFoundError, RubricError, StoreError
from feedback_store.records import App
from feedback_store.rubrics import Rubric
from feedback_store.secrets import AskPassphrase, Secrets, open_secrets
from feedback_store.store import Project, Store
from local_models.client import EngineClient
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.errors import EndpointError
from local_models.model_files.catalog import Catalog

if TYPE_CHECKING:
    from local_models.engines import Engines

APP = App(name="preceptor", version=VERSION)
FIRST_RUBRIC = rubrics.DEFAULT
CHANNEL_KEY = "channel-key"  # among the secrets


def catalog_in(folder: Path, *, starter: bool = True) -> Catalog:
    """The models known in a profile's folder; nothing else of the profile is opened."""
    return Catalog(folder / "models.json", starter=starter)


def models_folder(folder: Path) -> Path:
    """Where a profile keeps the models that it downloads."""
    return folder / "models"


def sealed_folder() -> Path:
    """Where this computer remembers what its profiles sealed last: in none of them, as a copy would bring it along."""
    import platformdirs

    return platformdirs.user_state_path("preceptor-sealed", appauthor=False)


def endpoints_in(folder: Path) -> EndpointList:
    """The endpoints known in a profile's folder; as `catalog_in`."""
    return EndpointList(folder / "endpoints.json")


def engine_in(
    folder: Path, secrets: Callable[[], Secrets], local: Callable[[], EngineClient] = EngineClient
) -> Engines:
    """The engine for the models and endpoints of a profile's folder; `secrets` is asked for an endpoint's key only.

    `local` makes the one for this machine's models.
    """
    from local_models.endpoints.engine import EndpointEngine
    from local_models.engines import Engines

    return Engines(local(), EndpointEngine(endpoints_in(folder), lambda each: endpoint_key(each, secrets)))


def endpoint_key(endpoint: Endpoint, secrets: Callable[[], Secrets]) -> str | None:
    """The key of an endpoint, None for one without; EndpointError where it cannot be had."""
    if not endpoint.has_key:
        return None
    try:
        kept = secrets().get(_secret(endpoint.name))
    except StoreError as error:
        code = error.code if cancelled(error) else "endpoint_key"
        raise EndpointError(sentence(error), code=code, name=endpoint.name) from error
    if kept is None:
        words = _("The key of the endpoint {name} is not in this profile. Remove it and add it again.")
        raise EndpointError(words.format(name=endpoint.name), code="endpoint_key", name=endpoint.name)
    return kept.decode("ascii")


def _secret(endpoint: str) -> str:
    return f"endpoint/{endpoint}"


class Profile:
    """An open profile. Close it: that finishes the last writes and stops the engine."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        *,
        insecure_key_file: bool = False,
        passphrase: AskPassphrase | None = None,
        starter: bool = True,
    ) -> None:
        self.folder = folder
        self.store = store
        self._starter = starter
        self._insecure_key_file = insecure_key_file
        self._passphrase = passphrase
        self._keys = threading.RLock()  # two threads that make a key must not each ask for a passphrase
        self._engine: Engines | None = None
        self._local: Callable[[], EngineClient] = EngineClient

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        readonly: bool = False,
        insecure_key_file: bool = False,
        passphrase: AskPassphrase | None = None,
        starter: bool = True,
        lasting: bool = True,
    ) -> Self:
        """Open the profile in `folder`; unless `readonly`, it is made where there is none, with a first project.

        `insecure_key_file` and `passphrase` say how a new profile keeps its keys where there is no keyring; see
        secrets.open_secrets. Without `starter` the model that comes with the program is none of its models. Of a
        profile that is not `lasting` nothing is remembered outside of its folder.

        Raises EnvironmentTrouble: a second writer, a folder that may not be written, a damaged
        database.
        """
        store = Store.open(folder, app=APP, readonly=readonly, sealed=sealed_folder() if lasting else None)
        profile = cls(folder, store, insecure_key_file=insecure_key_file, passphrase=passphrase, starter=starter)
        if not readonly and profile.store.projects.current() is None:
            profile.new_project(_("My project"))
        return profile

    @property
    def trainer(self) -> str:
        return self.store.trainer

    @property
    def project(self) -> Project:
        """The project in use; raises NotFoundError in a read-only profile that never had one."""
        found = self.store.projects.current()
        if found is None:
            raise NotFoundError(
                "This profile has no project yet. Make one: preceptor project new NAME", code="no_project"
            )
        return found

    def find_project(self, name: str | None) -> Project:
        """The project of this id or name; the one in use for None."""
        return self.project if name is None else self.store.projects.find(name)

    def new_project(self, name: str, rubric: Rubric | str = FIRST_RUBRIC) -> Project:
        """Make a local project, judged by a rubric or a preset's id; the first one is in use.

        Raises RubricError for an unknown preset.
        """
        return self.store.projects.create(name, rubric=rubric).result()

    def rubric(self, project: Project) -> Rubric:
        """The rubric of a project, exactly the version that it names; raises RubricError where it is not at hand."""
        found = project.rubric_body or rubrics.load(project.rubric.id, project.rubric.version)
        if found.sha256 != project.rubric.sha256:
            raise RubricError(
                f"The rubric {project.rubric.id} of project {project.name!r} is not the one that came with it.",
                code="other_rubric",
                path="$.rubric",
            )
        return found

    def frame(self, project: Project) -> Frame:
        """What every record that is made now in `project` shares."""
        return Frame(
            project=project.id,
            trainer=self.trainer,
            app=APP,
            rubric=project.rubric,
            guideline=guided_by(project),
        )

    @cached_property
    def secrets(self) -> Secrets:
        """Where the keys are kept; opened when first asked for. Raises SecretsError."""
        return open_secrets(self.folder, insecure_key_file=self._insecure_key_file, passphrase=self._passphrase)

    def ask_passphrase_by(self, ask: AskPassphrase) -> None:
        """Who is asked for the passphrase of a key file from now on."""
        self._passphrase = ask

    def unlock(self) -> None:
        """Have the passphrase asked for now where a key is under one, and was not opened before.

        Raises SecretsError "passphrase_wrong"; the next call asks again.
        """
        with self._keys:
            self.secrets.get("device-key")

    @cached_property
    def keys(self) -> DeviceKeys:
        """This device's signing keys, and how they change."""
        return DeviceKeys(self.store, lambda: self.secrets, self._keys)

    @cached_property
    def collectors(self) -> Collectors:
        """The collectors of this profile's projects: joined, asked, told of changed keys, sent to."""
        return Collectors(self.store, self.keys, lambda: self.secrets, self._keys)

    def device_key(self, project: Project) -> DeviceKey:
        """This device's signing key in `project`, made when first needed.

        Raises SecretsError, and NotFoundError in a profile that is open for reading and has none yet.
        """
        return self.keys.key(project.id)

    def channel_key(self) -> DeviceKey:
        """The key by which browsers know this window, made when first needed; it signs nothing else. SecretsError."""
        with self._keys:
            kept = self.secrets.get(CHANNEL_KEY)
            if kept is None:
                made = DeviceKey.generate()
                self.secrets.set(CHANNEL_KEY, made.seed)
                return made
            return DeviceKey.from_seed(kept)

    @cached_property
    def catalog(self) -> Catalog:
        """The models that can answer."""
        return catalog_in(self.folder, starter=self._starter)

    @property
    def endpoints(self) -> EndpointList:
        """The servers that can answer."""
        return endpoints_in(self.folder)

    def add_endpoint(self, endpoint: Endpoint, key: str) -> None:
        """Remember an endpoint, its key first. Raises EndpointError for a name that is taken, SecretsError."""
        if self.endpoints.get(endpoint.name) is None:
            with self._keys:
                self.secrets.set(_secret(endpoint.name), key.encode("ascii"))
        self.endpoints.add(endpoint)

    def remove_endpoint(self, name: str) -> Endpoint:
        """Forget an endpoint and its key. Raises EndpointError, SecretsError."""
        found = self.endpoints.find(name)
        if found.has_key:
            with self._keys:
                self.secrets.delete(_secret(found.name))
        return self.endpoints.remove(found.name)

    def run_models_by(self, local: Callable[[], EngineClient]) -> None:
        """What makes the engine for this machine's models; to be said before the engine is first asked for."""
        self._local = local

    @property
    def engine(self) -> Engines:
        """The engine, started when first asked for."""
        if self._engine is None:
            self._engine = engine_in(self.folder, self._opened_secrets, self._local)
        return self._engine

    def _opened_secrets(self) -> Secrets:
        """The secrets, opened: a passphrase is asked for once, whichever thread needs it first."""
        with self._keys:
            self.unlock()
            return self.secrets

    @property
    def answering(self) -> Answering:
        return Answering(self.engine, self.catalog, self.endpoints)

    def close(self) -> None:
        """Stop the engine, finish all writes, close everything."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if "catalog" in vars(self):  # it was asked for
            self.catalog.close()
        self.store.close()
