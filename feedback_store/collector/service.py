"""The HTTP service: authenticates, reads within limits, asks the rules, and answers receipts or codes.

Everything that waits for the disk runs in a thread. No answer holds a sentence or a traceback, no log line a body, a
code or a token.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import wraps
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feedback_store import canonical, rubrics
from feedback_store.batches.body import MAX_BODY
from feedback_store.batches.collector_proof import make_proof
from feedback_store.batches.dsse import MAX_ENVELOPE
from feedback_store.batches.keys import DeviceKey
from feedback_store.collector import enrolment, intake, key_events
from feedback_store.collector.acceptance import Accepted, accept
from feedback_store.collector.diary import Count, Diary, RequestDiary
from feedback_store.collector.key_files import KeyFiles
from feedback_store.collector.limits import Held, Limits, no_room
from feedback_store.collector.passes import Passes
from feedback_store.collector.refusal import Refusal, of_rule
from feedback_store.collector.storage import Conflict, Device, Storage
from feedback_store.collector.threads import Threads
from feedback_store.errors import BatchError, CanonicalError, EnvironmentTrouble
from feedback_store.rubrics import Rubric

MAX_JOIN = 64 * 1024
FREELY = MAX_JOIN  # a body of at most so many bytes is read before its sender is known, as a joining one is
THREADS = 8  # that wait for the storage; PostgreSQL has a connection for each
LARGE_THREADS = 2  # and these, for large bodies: one of 8 MiB takes up to 80 MB while it is worked at
MAX_RECOVERY = 2 * MAX_ENVELOPE  # the envelope of a recovery, as a JSON text
_PROJECT = re.compile("prj_[0-9a-f]{32}")
RETRY_S = 30  # what a full or busy disk asks of clients
RETRY_SOON_S = 2  # and what a batch does that met others again and again


def make_service(
    folder: Path, storage: Storage, diary: Diary, *, limits: Limits, count: Count | None = None
) -> Starlette:
    """The ASGI application of the collector in `folder`. Projects made later are served without a restart.

    `limits` is what devices may send; `count` is told each answered request.
    """
    return Service(folder, storage, diary, limits).application(count)


def _freely(
    handler: Callable[[Service, Request], Awaitable[Response]],
) -> Callable[[Service, Request], Awaitable[Response]]:
    """A question with a small body of whoever asks: it is held within the room for those."""

    @wraps(handler)
    async def asked(self: Service, request: Request) -> Response:
        size = intake.announced(request)
        with self.limits.holding() as held:
            async with intake.heard(request):
                if not held.freely(MAX_JOIN if size is None else min(size, MAX_JOIN)):
                    raise no_room()
            return await handler(self, request)

    return asked


class Service:
    """The endpoints of docs/collector.md over one storage."""

    def __init__(self, folder: Path, storage: Storage, diary: Diary, limits: Limits) -> None:
        self._folder = folder
        self._storage = storage
        self._diary = diary
        self.limits = limits
        self._in_thread = Threads(THREADS, "storage").run
        self._in_large_thread = Threads(LARGE_THREADS, "large").run
        self._passes = Passes()
        self._keys = KeyFiles(folder)
        self._rubrics: dict[str, Rubric] = {}

    def application(self, count: Count | None = None) -> Starlette:
        return Starlette(
            routes=[  # tried in this order: what comes most stands first
                Route("/projects/{project}/batches/{sha256}", self.take_batch, methods=["PUT"]),
                Route("/health", self.health, methods=["GET"]),
                Route("/alive", self.alive, methods=["GET"]),
                Route("/invitation", self.find_project, methods=["POST"]),
                Route("/projects/{project}", self.show_project, methods=["GET"]),
                Route("/projects/{project}/proof", self.prove, methods=["POST"]),
                Route("/projects/{project}/challenge", self.challenge, methods=["POST"]),
                Route("/projects/{project}/join", self.join, methods=["POST"]),
                Route("/projects/{project}/key-events/{sha256}", self.take_key_event, methods=["PUT"]),
                Route("/projects/{project}/devices", self.show_devices, methods=["GET"]),
                Route("/projects/{project}/collector-keys", self.show_collector_keys, methods=["GET"]),
                Route("/projects/{project}/recovery", self.ask_recovery, methods=["POST"]),
                Route("/projects/{project}/recover", self.recover, methods=["POST"]),
            ],
            exception_handlers={
                Refusal: _answer_refusal,
                BatchError: _answer_rule,
                EnvironmentTrouble: self._answer_trouble,
                HTTPException: _answer_http,
                Exception: _answer_fault,
            },
            middleware=[Middleware(RequestDiary, self._diary, count)],
        )

    async def alive(self, _request: Request) -> Response:
        """200 as long as this process answers, whatever its storage does."""
        return answer(200, {"status": "ok"})

    async def health(self, _request: Request) -> Response:
        """200 as long as batches can be stored."""
        await self._in_thread(self._storage.check)
        return answer(200, {"status": "ok"})

    @_freely
    async def find_project(self, request: Request) -> Response:
        """Which project a code invites to, and which lost key it replaces."""
        asked = await _json_body(request, {"code"})
        found = await self._in_thread(enrolment.invitation_of_code, self._storage, asked["code"])
        recovers = {} if found.recovers is None else {"recovers": found.recovers}
        return answer(200, {"project": found.project, **recovers})

    async def show_project(self, request: Request) -> Response:
        """The project's public facts."""
        return _bytes_answer(200, await self._facts(request))

    @_freely
    async def prove(self, request: Request) -> Response:
        """Sign the challenge of whoever asks: the project's key is here."""
        project = await self._project(request)
        asked = await _json_body(request, {"challenge"})
        self.limits.spend_proof()
        return _bytes_answer(200, make_proof(self._key(project), project=project, challenge=asked["challenge"]))

    async def challenge(self, request: Request) -> Response:
        """What a device signs to prove that it holds its key now."""
        project = await self._project(request)
        return answer(200, {"challenge": enrolment.new_challenge(self._key(project), project)})

    @_freely
    async def join(self, request: Request) -> Response:
        """Enrol a device: code, challenge, the signed join envelope's line, and the name its trainer asks for."""
        facts = await self._facts(request)
        project = await self._project(request)
        asked = await _json_body(request, {"challenge", "code", "envelope", "name"})
        enrolled = await self._in_thread(
            enrolment.enrol,
            self._storage,
            self._key(project),
            project,
            code=asked["code"],
            challenge=asked["challenge"],
            envelope=asked["envelope"].encode("utf-8"),
            name=enrolment.plain_name(asked["name"]),
        )
        return answer(
            200,
            {
                "project": canonical.strict_loads(facts),
                "token": enrolled.token,
                "trainer_name": enrolled.trainer_name,
            },
        )

    async def take_batch(self, request: Request) -> Response:
        """Rules 1 to 13: 201 with a new receipt, 200 with the one of before, or a refusal."""
        size = intake.announced(request)
        small = size is not None and size <= FREELY and not intake.is_packed(request)
        with self.limits.holding() as held:
            if small and held.freely(size or 0):
                project = await self._project(request)
                sent = await intake.receive(request, MAX_BODY)
                accepted = await self._in_thread(self._accept, request, project, sent, None, held)
            else:
                async with self._receiving_large(request, held) as (project, sender, sent):
                    accepted = await self._in_large_thread(self._accept, request, project, sent, sender, held)
        return _bytes_answer(201 if accepted.new else 200, accepted.receipt)

    @contextlib.asynccontextmanager
    async def _receiving_large(self, request: Request, held: Held) -> AsyncIterator[tuple[str, Device, bytes]]:
        """The project, a sender who is known, and their body, once there is room for all of it."""
        with contextlib.ExitStack() as stack:
            async with intake.heard(request):
                project = await self._project(request)
                sender = await self._in_thread(self._authenticate, request, project)
                stack.enter_context(self.limits.large(sender.id))
                size = intake.announced(request)
                held.take(MAX_BODY if size is None else min(size, MAX_BODY))
                sent = await intake.receive(request, MAX_BODY)
            yield project, sender, sent

    def _accept(self, request: Request, project: str, sent: bytes, sender: Device | None, held: Held) -> Accepted:
        data = intake.unpack(request, sent, MAX_BODY, held.take)
        return accept(
            self._storage,
            self._key(project),
            project,
            self._rubrics[project],
            request.path_params["sha256"],
            data,
            sender or self._authenticate(request, project),
        )

    async def take_key_event(self, request: Request) -> Response:
        """A key was changed or ended: 201, or 200 for an event that is known, with the trainer's device list."""
        with self.limits.holding() as held:
            async with self._receiving_large(request, held) as (project, _sender, sent):
                taken = await self._in_large_thread(self._take_event, request, project, sent, held)
        return _bytes_answer(201 if taken.new else 200, taken.device_list)

    def _take_event(self, request: Request, project: str, sent: bytes, held: Held) -> key_events.Taken:
        return key_events.take_event(
            self._storage,
            self._key(project),
            project,
            request.path_params["sha256"],
            intake.unpack(request, sent, MAX_BODY, held.take),
        )

    async def show_devices(self, request: Request) -> Response:
        """The device list of the trainer who asks."""
        project = await self._project(request)
        sender = await self._in_thread(self._authenticate, request, project)
        return _bytes_answer(
            200,
            await self._in_thread(key_events.device_list, self._storage, self._key(project), project, sender.trainer),
        )

    async def show_collector_keys(self, request: Request) -> Response:
        """The statements that lead from the collector's earlier keys to its present one."""
        project = await self._project(request)
        statements = await self._in_thread(self._statements, project)
        return answer(200, {"statements": [each.decode("ascii") for each in statements]})

    @_freely
    async def ask_recovery(self, request: Request) -> Response:
        """What a new key has to sign to take a lost one's place."""
        project = await self._project(request)
        asked = await _json_body(request, {"code"})
        event = await self._in_thread(key_events.what_to_recover, self._storage, project, asked["code"])
        if event is None:
            raise Refusal(403, "invitation_unknown")
        return answer(200, event)

    @_freely
    async def recover(self, request: Request) -> Response:
        """Sign a recovery that the new key has signed: the event with both signatures, and the device's token."""
        project = await self._project(request)
        asked = await _json_body(request, {"code", "envelope"}, MAX_RECOVERY)
        done = await self._in_thread(
            key_events.recover,
            self._storage,
            self._key(project),
            project,
            code=asked["code"],
            envelope=asked["envelope"].encode("utf-8"),
        )
        return answer(
            200, {"event": done.event.decode("ascii"), "token": done.token, "trainer_name": done.trainer_name}
        )

    def _authenticate(self, request: Request, project: str) -> Device:
        """The token only keeps anonymous load away; who signed is the envelope's word."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        hashed = enrolment.hash_token(token)
        found = self._passes.find(project, hashed)
        if found is None and scheme.lower() == "bearer" and token:
            with self._storage.reading() as view:
                found = view.device_of_token(project, hashed)
            if found is not None:
                self._passes.keep(hashed, found)
        if found is None:
            raise Refusal(401, "token")
        request.state.device = found.id
        self.limits.spend(found.id)
        return found

    async def _project(self, request: Request) -> str:
        project: str = request.path_params["project"]
        if project not in self._rubrics:
            await self._facts(request)
        return project

    async def _facts(self, request: Request) -> bytes:
        project: str = request.path_params["project"]
        facts = await self._in_thread(self._read_facts, project)
        if project not in self._rubrics:
            await self._in_thread(self._keys.settle, project, canonical.strict_loads(facts)["public_key"])
            self._rubrics[project] = rubrics.parse(canonical.encode(canonical.strict_loads(facts)["rubric"]))
        return facts

    def _read_facts(self, project: str) -> bytes:
        if not _PROJECT.fullmatch(project):  # a path is anybody's, and no storage has a place for every character
            raise Refusal(404, "no_project")
        with self._storage.reading() as view:
            facts = view.facts(project)
        if facts is None:
            raise Refusal(404, "no_project")
        return facts

    def _key(self, project: str) -> DeviceKey:
        return self._keys.key(project)

    def _statements(self, project: str) -> list[bytes]:
        with self._storage.reading() as view:
            return view.collector_keys(project)

    async def _answer_trouble(self, request: Request, error: Exception) -> Response:
        """The machine's fault: the batch stays with its sender, who tries again."""
        assert isinstance(error, EnvironmentTrouble)
        self._diary.note("storage", code=error.code)
        request.state.code = error.code
        wait = RETRY_SOON_S if isinstance(error, Conflict) else RETRY_S
        return answer(503, {"code": "storage"}, {"retry-after": str(wait)})


def answer(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return _bytes_answer(status, canonical.encode(value), headers)


def _bytes_answer(status: int, data: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(data, status, headers, media_type="application/json")


async def _json_body(request: Request, fields: set[str], limit: int = MAX_JOIN) -> dict[str, str]:
    """A small JSON object of exactly these texts."""
    data = await intake.read(request, limit)
    try:
        found = canonical.strict_loads(data)
    except CanonicalError as error:
        raise Refusal(400, "request") from error
    if not isinstance(found, dict) or set(found) != fields or not all(isinstance(v, str) for v in found.values()):
        raise Refusal(400, "request")
    return found


async def _answer_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    request.state.code = error.code
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    if "retry_after" in error.values:
        headers = {"retry-after": str(error.values["retry_after"])}
    return answer(error.status, {"code": error.code, **error.values}, headers)


async def _answer_rule(request: Request, error: Exception) -> Response:
    assert isinstance(error, BatchError)
    return await _answer_refusal(request, of_rule(error))


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "no_such_address", 405: "method"}.get(error.status_code, "request")
    request.state.code = code
    return answer(error.status_code, {"code": code}, error.headers)


async def _answer_fault(request: Request, _error: Exception) -> Response:
    """A bug of ours: nothing was stored; the log says where, without any value."""
    request.state.code = "internal"
    return answer(500, {"code": "internal"})
