"""Servers whose models answer like those at hand: what a new one must say, and whether one answers.

Must not know where keys are kept, nor who shows the sentences.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.flow.models.rows import Said, where_text
from desktop.flow.quantities import count_text, milliseconds_text
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from local_models import sampling
from local_models.endpoints.address import check_address
from local_models.endpoints.kept import Endpoint, EndpointList, check_model, check_name
from local_models.engine import Engine
from local_models.errors import EndpointError
from local_models.requests import CandidateRequest, Message

MAX_KEY = 4096
TEST_TOKENS = 1
TEST_S = 300.0
SHOWN = 8  # models of a server that are named

Field = Literal["name", "address", "model", "key", ""]
KeyOf = Callable[[Endpoint], str | None]


@dataclass(frozen=True)
class Servers:
    """The servers that are known, and how one is kept and forgotten with its key; both may ask for a passphrase."""

    known: EndpointList
    keep: Callable[[Endpoint, str], None]
    forget: Callable[[str], object]
    key_of: KeyOf


@dataclass(frozen=True)
class ServerWish:
    """What was typed. `key` is a secret; it is never shown."""

    name: str
    address: str
    model: str
    key: str = ""

    def __repr__(self) -> str:
        return f"ServerWish({self.name!r}, {self.address!r}, {self.model!r})"


@dataclass(frozen=True)
class ServerProblem:
    """A sentence, and the field that it is about; "" where it is about none."""

    field: Field
    text: str


def problem(wish: ServerWish, taken: Collection[str]) -> ServerProblem | None:
    """The first thing that is wrong with what was typed; `taken` are the names of all models."""
    checks: tuple[tuple[Field, str, Callable[[str], str]], ...] = (
        ("name", wish.name.strip(), check_name),
        ("address", wish.address.strip(), check_address),
        ("model", wish.model.strip(), check_model),
    )
    for field, text, check in checks:
        try:
            check(text)
        except EndpointError as error:
            return ServerProblem(field, sentence(error))
    if wish.name.strip().casefold() in {name.casefold() for name in taken}:
        return ServerProblem("name", _("There is a model of this name already. Take another name."))
    key = wish.key.strip()
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable() or " " in key:
        return ServerProblem(
            "key", _("That is no key: keys are printable ASCII characters without spaces, at most 4096.")
        )
    return None


def endpoint_of(wish: ServerWish) -> Endpoint:
    """The endpoint that was wished for. Raises EndpointError where `problem` finds something."""
    return Endpoint(
        check_name(wish.name.strip()),
        check_address(wish.address),
        check_model(wish.model),
        has_key=bool(wish.key.strip()),
    )


def where_of(address: str) -> str:
    """Where what is asked would go from here; "" for what is no address yet."""
    try:
        return where_text(Endpoint("x", check_address(address), "x"))
    except EndpointError:
        return ""


def try_server(endpoint: Endpoint, known: EndpointList, key_of: KeyOf, engine: Engine) -> tuple[Said, ...]:
    """Ask the server for its models, then its model for one token; what came of it. Raises EngineError."""
    from local_models.endpoints.http import Exchange  # brings the HTTP client

    said: list[Said] = []
    started = time.perf_counter()
    try:
        with Exchange(endpoint, key_of(endpoint)) as exchange:
            looked = exchange.look()
    except EndpointError as error:
        if error.code not in ("endpoint_no_service", "endpoint_no_stream"):
            raise
        said.append(Said(_("It lists no models.")))
    else:
        endpoint = known.remember(endpoint, server=looked.server)
        said.append(listed_words(looked.models, endpoint.model))
    started = time.perf_counter()
    request = CandidateRequest(
        id=f"test of {endpoint.name} at {started}",
        model_path=endpoint.path,
        messages=(Message("user", "Hello"),),
        candidates=sampling.preset("precise", 1, 1, TEST_TOKENS),
    )
    engine.generate(request, lambda _event: None).wait(TEST_S)
    answered = _("It answered in {time}.").format(time=milliseconds_text((time.perf_counter() - started) * 1000))
    return (Said(answered, "success"), *said)


def listed_words(models: Sequence[str], wanted: str) -> Said:
    """What a server has: the one that is `wanted` among it, or what it has instead, which it may call anything."""
    if wanted in models:
        count = ngettext("{} model", "{} models", len(models)).format(count_text(len(models)))
        return Said(_("It lists {models}, this one among them.").format(models=count))
    names = ", ".join(in_one_line(each[:80]) for each in models[:SHOWN]) or _("none")
    return Said(_("It does not list this model. It has: {names}").format(names=names), "warning")
