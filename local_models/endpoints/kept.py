"""The endpoints that the user added: what a server is called, where it is, which of its models is meant.

Kept as JSON in the profile. Keys are not in it: whoever owns them hands them in (engine.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from local_models.errors import EndpointError
from local_models.kept_file import KeptFile

MAX_STATE = 4 * 1024 * 1024
MAX_MODEL = 200  # characters of a model's id; a record's names have no more
_PATH = "endpoint:"  # no file's path: those are absolute
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")

# What a server is decides which names it understands beyond OpenAI's (request.py). "" is not looked at yet.
Server = Literal["", "llama.cpp", "vllm", "ollama", "other"]
Seconds = Annotated[float, Meta(gt=0, le=86400)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long is waited, and how many requests are under way at once.

    `first_s` runs from the request to the first piece of an answer, tries anew included; a server may have to load the
    model. `between_s` is the longest silence after that.
    """

    connect_s: Seconds = 10.0
    first_s: Seconds = 180.0
    between_s: Seconds = 60.0
    whole_s: Seconds = 3600.0
    at_once: Annotated[int, Meta(ge=1, le=16)] = 4


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of a server. `takes_n`: whether one request there gives several answers; None where nobody knows yet."""

    name: str
    address: str
    model: str
    has_key: bool = False
    server: Server = ""
    takes_n: bool | None = None
    limits: Limits = Limits()

    @property
    def path(self) -> str:
        """What a request names as its model (CandidateRequest.model_path)."""
        return _PATH + self.name


class _State(msgspec.Struct):
    version: int = 1
    endpoints: list[Endpoint] = []


class EndpointList:
    """Which endpoints there are; `state` is the JSON file that remembers them. Any thread may use it."""

    def __init__(self, state: Path) -> None:
        self._state = KeptFile(state, _State, MAX_STATE, _refusal)

    def list(self) -> tuple[Endpoint, ...]:
        """All endpoints, in the order in which they were added; none where the file is damaged."""
        return tuple(self._state.read().endpoints)

    @property
    def damaged_file(self) -> Path | None:
        """The list's file, where it could not be understood."""
        return self._state.damaged_file

    def get(self, name: str) -> Endpoint | None:
        """The endpoint of this name, whatever its case."""
        return next((each for each in self.list() if each.name.casefold() == name.casefold()), None)

    def find(self, name: str) -> Endpoint:
        """As `get`; raises EndpointError where there is none."""
        found = self.get(name)
        if found is None:
            known = ", ".join(each.name for each in self.list()) or "none"
            raise EndpointError.worded(
                "There is no endpoint {shown_name!r}. Known: {known}. Add one with: preceptor endpoints"
                " add NAME ADDRESS --model ID",
                code="endpoint_unknown",
                name=name,
                known=known,
                shown_name=name[:100],
            )
        return found

    def add(self, endpoint: Endpoint) -> None:
        """Remember one; raises EndpointError for a name that is taken."""
        with self._state.held():
            state = self._state.read()
            if any(each.name.casefold() == endpoint.name.casefold() for each in state.endpoints):
                raise EndpointError.worded(
                    "There is an endpoint {name} already. Take another name, or first: preceptor endpoints "
                    "remove {name}",
                    code="endpoint_exists",
                    name=endpoint.name,
                )
            state.endpoints.append(endpoint)
            self._state.write(state)

    def remove(self, name: str) -> Endpoint:
        """Forget one; raises EndpointError where there is none."""
        with self._state.held():
            found = self.find(name)
            state = self._state.read()
            state.endpoints = [each for each in state.endpoints if each.name != found.name]
            self._state.write(state)
        return found

    def remember(self, known: Endpoint, *, server: Server | None = None, takes_n: bool | None = None) -> Endpoint:
        """Keep what was found out about `known`, unless it is another server's by now; the endpoint as it is then."""
        with self._state.held():
            state = self._state.read()
            for place, each in enumerate(state.endpoints):
                if (each.name, each.address, each.model) == (known.name, known.address, known.model):
                    learned = msgspec.structs.replace(
                        each,
                        server=each.server if server is None else server,
                        takes_n=each.takes_n if takes_n is None else takes_n,
                    )
                    if learned != each:
                        state.endpoints[place] = learned
                        self._state.write(state)
                    return learned
        return known


def _refusal(verb: str, reason: str) -> EndpointError:
    if verb == "read":
        return EndpointError.worded(
            "The list of endpoints cannot be read: {reason}.", code="endpoints_unreadable", reason=reason
        )
    return EndpointError.worded(
        "The list of endpoints cannot be kept: {reason}. Is there room, may you write there?",
        code="endpoints_unwritable",
        reason=reason,
    )


def check_name(name: str) -> str:
    """A name that an endpoint can have; it also names its key. EndpointError for any other."""
    if not _NAME.fullmatch(name) or name.lower().endswith(".gguf"):
        raise EndpointError.worded(
            "{name!r} cannot be an endpoint's name. Use letters, digits, dots, dashes and "
            "underscores, as in office-gpu.",
            code="endpoint_name",
            name=name[:100],
        )
    return name


def check_model(model: str) -> str:
    """A model's id as its server knows it; EndpointError for one that cannot be."""
    if not model.strip() or len(model) > MAX_MODEL or not model.isprintable():
        raise EndpointError(
            "A model's id is what its server calls it, at most 200 characters on one line, as in llama3.1:8b.",
            code="endpoint_name",
        )
    return model.strip()


def name_in(model_path: str) -> str | None:
    """The name of the endpoint that a request's model path means; None for a file."""
    return model_path.removeprefix(_PATH) if model_path.startswith(_PATH) else None
