"""`preceptor endpoints`: OpenAI-compatible servers that answer like models. Keys are read, never printed."""

from __future__ import annotations

import functools
import sys
import time

import click

from desktop.commands.asking import Caller, in_profile, json_option, key_option
from desktop.commands.endings import say
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.commands.sampling_options import Number
from desktop.flow.candidates import request_for
from desktop.flow.models.reading import damage_words
from desktop.flow.models.rows import where_text
from desktop.flow.quantities import count_text, milliseconds_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.profile import catalog_in, endpoint_key, endpoints_in, engine_in
from feedback_store.record_parts import Message
from local_models.endpoints.address import check_address, is_here
from local_models.endpoints.http import Exchange
from local_models.endpoints.kept import Endpoint, Limits, check_model, check_name
from local_models.errors import EndpointError, ModelFileError

MAX_KEY = 4096
TEST_TOKENS = 1
TEST_S = 300.0


@click.group(short_help="Add, list, test and remove servers of models.")
def endpoints() -> None:
    """OpenAI-compatible servers (llama-server, vLLM, Ollama, LM Studio and others) that answer like models.

    What you ask such a model leaves this computer, unless the server runs on it.
    """


@endpoints.command("add", short_help="Add a server's model.")
@in_profile
@key_option
@click.option("--model", required=True, metavar="ID", help="What the server calls the model.")
@click.option("--key-stdin", is_flag=True, help="Read the server's key from standard input.")
@click.option(
    "--at-once",
    type=click.IntRange(1, 16),
    default=Limits().at_once,
    show_default=True,
    help="Requests that may be under way at once.",
)
@click.option(
    "--wait",
    type=Number(1, 86400),
    default=Limits().first_s,
    show_default=True,
    metavar="SECONDS",
    help="Longest wait for the first word; a server may have to load the model.",
)
@click.argument("name")
@click.argument("address")
def add(caller: Caller, model: str, key_stdin: bool, at_once: int, wait: float, name: str, address: str) -> None:
    """Add the model ID of the server at ADDRESS under a NAME of yours; nothing is sent.

    The address is the part before /chat/completions, as in http://127.0.0.1:8080/v1. A key is never an argument: it is
    asked for on a terminal, or read with --key-stdin, and kept in the keyring.
    """
    made = Endpoint(
        check_name(name), check_address(address), check_model(model), limits=Limits(first_s=wait, at_once=at_once)
    )
    _check_free(caller, made.name)
    key = _read_key(key_stdin)
    if key:
        made = Endpoint(made.name, made.address, made.model, has_key=True, limits=made.limits)
        caller.open().add_endpoint(made, key)
    else:
        endpoints_in(caller.folder).add(made)
    click.echo(_("Added {name}. Try it with: preceptor endpoints test {name}").format(name=made.name))
    _say_where(made)


@endpoints.command("list", short_help="List the servers' models.")
@in_profile
@json_option
def list_endpoints(caller: Caller, as_json: bool) -> None:
    """List the servers' models that were added, and whether what you ask leaves this computer."""
    known = endpoints_in(caller.folder)
    found = known.list()
    if known.damaged_file is not None:
        say(damage_words(known.damaged_file))
    if as_json:
        print_json([as_values(each) for each in found])
        return
    if not found:
        click.echo(_("There are no endpoints. Add one with: preceptor endpoints add NAME ADDRESS --model ID"))
        return
    rows = [
        (
            each.name,
            one_line(each.model),
            each.address,
            _("yes") if each.has_key else _("no"),
            each.server or _("not looked at yet"),
            where_text(each),
        )
        for each in found
    ]
    print_table(rows, (_("Name"), _("Model"), _("Address"), _("Key"), _("Server"), _("What you ask")))


@endpoints.command("remove", short_help="Forget a server's model, and its key.")
@in_profile
@key_option
@click.argument("name")
def remove(caller: Caller, name: str) -> None:
    """Forget the endpoint NAME, and its key."""
    known = endpoints_in(caller.folder)
    gone = caller.open().remove_endpoint(name) if known.find(name).has_key else known.remove(name)
    click.echo(_("Forgotten: {name}.").format(name=gone.name))


@endpoints.command("test", short_help="Ask a server for its models and one word.")
@in_profile
@key_option
@json_option
@click.argument("name")
def test(caller: Caller, as_json: bool, name: str) -> None:
    """Ask the server for its models, then its model for one token, and say how long each took."""
    known = endpoints_in(caller.folder)
    endpoint = known.find(name)
    secrets = functools.cache(caller.secrets)
    started = time.perf_counter()
    try:
        with Exchange(endpoint, endpoint_key(endpoint, secrets)) as exchange:
            looked = exchange.look()
    except EndpointError as error:
        if error.code not in ("endpoint_no_service", "endpoint_no_stream"):
            raise
        looked = None  # it lists none; whether it answers is what counts
    models_ms = (time.perf_counter() - started) * 1000
    if looked is not None:
        endpoint = known.remember(endpoint, server=looked.server)
    listed = looked is not None and endpoint.model in looked.models
    started = time.perf_counter()
    request = request_for(
        [Message("user", "Hello")], endpoint, count=1, seed=1, preset="precise", max_tokens=TEST_TOKENS
    )
    engine = engine_in(caller.folder, secrets)
    try:
        engine.generate(request, lambda _event: None).wait(TEST_S)
    finally:
        engine.close()
    answer_ms = (time.perf_counter() - started) * 1000
    if as_json:
        models = None if looked is None else list(looked.models)
        times = {"models": round(models_ms), "answer": round(answer_ms)}
        print_json(as_values(endpoint) | {"models": models, "listed": listed, "time_ms": times})
        return
    if looked is None:
        click.echo(_("It lists no models."))
    elif listed:
        count = ngettext("{} model", "{} models", len(looked.models)).format(count_text(len(looked.models)))
        told = _("It lists {models}, {model} among them, in {time}.")
        click.echo(told.format(models=count, model=one_line(endpoint.model), time=milliseconds_text(models_ms)))
    else:
        names = ", ".join(one_line(each, 80) for each in looked.models[:8])
        click.echo(_("It does not list {model}, but: {names}").format(model=one_line(endpoint.model), names=names))
    click.echo(_("It answered in {time}.").format(time=milliseconds_text(answer_ms)))
    _say_where(endpoint)


def as_values(each: Endpoint) -> dict[str, object]:
    """An endpoint as JSON; of its key only whether there is one."""
    return {
        "name": each.name,
        "source": "endpoint",
        "model": each.model,
        "address": each.address,
        "has_key": each.has_key,
        "server": each.server or None,
        "takes_n": each.takes_n,
        "at_once": each.limits.at_once,
        "wait_s": each.limits.first_s,
        "leaves_this_computer": not is_here(each.address),
        "encrypted": not each.address.startswith("http:"),
    }


def _say_where(each: Endpoint) -> None:
    click.echo(_("What you ask it {where}.").format(where=where_text(each)))


def _check_free(caller: Caller, name: str) -> None:
    """A model on this computer would be found before the endpoint."""
    try:
        catalog_in(caller.folder).find(name)
    except ModelFileError:
        return
    raise Refused(_("There is a model {name} on this computer already. Take another name.").format(name=name))


def _read_key(from_stdin: bool) -> str:
    """The key, "" for none; asked for where somebody can type it."""
    if from_stdin:
        key = sys.stdin.buffer.read(MAX_KEY + 2).decode("utf-8", "replace").strip()
        if not key:
            raise Refused(_("There was no key on standard input."))
    elif sys.stdin.isatty():
        key = click.prompt(_("Key (none: Enter)"), default="", hide_input=True, show_default=False, err=True).strip()
    else:
        return ""
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise Refused(_("That is no key: keys are printable ASCII characters without spaces, at most 4096."))
    return key
