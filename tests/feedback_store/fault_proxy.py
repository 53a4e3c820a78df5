"""A line between sender and collector on which things go wrong: a program of its own, on real sockets.

    python fault_proxy.py --to PORT [--to PORT …] --rate 0.3 --seed 1
    python fault_proxy.py --to PORT --only cut_answer        # the first request, the third, …

It prints its address, and a line to standard error for each request; when its input ends it prints as JSON how often it
did what. Faults befall batches alone; whatever else is asked passes.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import random
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.errors import BatchError

LATE_S = 0.3  # how much later than its sender gave up a request may still arrive
PATIENCE_S = 30.0
DIED_AT_WORK = "died at work"
STATUSES = (408, 425, 429, 500, 502, 503)


class Gone(Exception):
    """The connection to the sender is closed without another word."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Exchange:
    """One request for a batch, and what can be done with it."""

    head: bytes
    body: bytes
    port: int  # of the collector's process that gets it
    chance: random.Random
    seen: list[bytes]  # receipts that passed before

    def forward(self, body: bytes | None = None) -> Answer:
        """Put the request to the collector, whole; a gateway's 502 where nobody listens.

        A collector that has all of it and dies before its answer is noted in the log.
        """
        given = False
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as there:
                there.sendall(self.head + (self.body if body is None else body))
                given = True
                reply = http.client.HTTPResponse(there, method="PUT")
                reply.begin()
                return Answer(reply.status, reply.read(), _kept(reply.getheaders()))
        except (OSError, http.client.HTTPException):
            if given:
                print(DIED_AT_WORK, self.port, file=sys.stderr, flush=True)
            return Answer(502, b"")

    def forward_half(self) -> None:
        """Put half of the request to the collector, then hang up."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as there:
            there.sendall(self.head + self.body[: len(self.body) // 2])


Fault = Callable[[Exchange], Answer]


def _drop(_exchange: Exchange) -> Answer:
    raise Gone


def _drop_answer(exchange: Exchange) -> Answer:
    exchange.forward()
    raise Gone


def _delay(exchange: Exchange) -> Answer:
    time.sleep(exchange.chance.uniform(0, LATE_S))
    return exchange.forward()


def _arrive_late(exchange: Exchange) -> Answer:
    """The sender hears nothing; what it sent reaches the collector after its next tries."""
    threading.Timer(exchange.chance.uniform(0, LATE_S), exchange.forward).start()
    raise Gone


def _cut_body(exchange: Exchange) -> Answer:
    exchange.forward_half()
    raise Gone


def _duplicate(exchange: Exchange) -> Answer:
    exchange.forward()
    return exchange.forward()


def _duplicate_at_once(exchange: Exchange) -> Answer:
    twin = threading.Thread(target=exchange.forward)
    twin.start()
    answer = exchange.forward()
    twin.join()
    return answer


def _damage_body(exchange: Exchange) -> Answer:
    return exchange.forward(_flipped(exchange.body, exchange.chance))


def _damage_receipt(exchange: Exchange) -> Answer:
    answer = exchange.forward()
    return Answer(answer.status, _flipped(answer.body, exchange.chance), answer.headers)


def _receipt_of_another_batch(exchange: Exchange) -> Answer:
    answer = exchange.forward()
    other = [each for each in exchange.seen if each != answer.body]
    return Answer(201, exchange.chance.choice(other)) if other else answer


def _receipt_of_another_key(exchange: Exchange) -> Answer:
    answer = exchange.forward()
    try:
        said = parse_envelope(answer.body).payload
    except BatchError:
        return answer
    return Answer(201, sign_envelope(RECEIPT, said, [DeviceKey.generate()]))


def _answers(status: int, *, stored: bool) -> Fault:
    """A status in place of the collector's answer, with or without the batch having got there."""

    def fault(exchange: Exchange) -> Answer:
        if stored:
            exchange.forward()
        soon = formatdate(time.time() + 1, usegmt=True)
        asked = exchange.chance.choice([None, None, "0", "1", soon])
        return Answer(status, b"", (("retry-after", asked),) if asked else ())

    return fault


FAULTS: dict[str, Fault] = {
    "drop": _drop,
    "drop_answer": _drop_answer,
    "delay": _delay,
    "arrive_late": _arrive_late,
    "cut_body": _cut_body,
    "cut_answer": lambda exchange: exchange.forward(),  # the handler sends half of it
    "duplicate": _duplicate,
    "duplicate_at_once": _duplicate_at_once,
    "damage_body": _damage_body,
    "damage_receipt": _damage_receipt,
    "receipt_of_another_batch": _receipt_of_another_batch,
    "receipt_of_another_key": _receipt_of_another_key,
    **{f"status_{status}": _answers(status, stored=False) for status in STATUSES},
    **{f"status_{status}_though_stored": _answers(status, stored=True) for status in (500, 503)},
}


class Line(ThreadingHTTPServer):
    """Listens on loopback; decides for each batch what befalls it."""

    daemon_threads = True

    def __init__(self, ports: list[int], rate: float, seed: int, only: str | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ports = ports
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.seen: list[bytes] = []
        self._rate, self._only = rate, only
        self._deck: list[str] = []
        self._ten: list[bool] = []  # whether a fault befalls each of the next requests
        self._guard = threading.Lock()

    def draw(self) -> str:
        """The next fault: all kinds come equally often, in an order of the seed's. "" for none."""
        with self._guard:
            if self._only is not None:
                fault = self._only if sum(self.done.values()) % 2 == 0 else ""
            elif self._befalls():
                if not self._deck:
                    self._deck = self.chance.sample(sorted(FAULTS), len(FAULTS))
                fault = self._deck.pop()
            else:
                fault = ""
            self.done[fault or "none"] += 1
            return fault

    def _befalls(self) -> bool:
        """By the rate, which each ten requests keep to."""
        if not self._ten:
            many = round(10 * self._rate)
            self._ten = self.chance.sample([True] * many + [False] * (10 - many), 10)
        return self._ten.pop()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed in the middle of its request."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        fault = self.server.draw() if self.command == "PUT" else ""
        port = self.server.chance.choice(self.server.ports)
        exchange = Exchange(self._head(), body, port, self.server.chance, self.server.seen)
        try:
            answer = FAULTS[fault](exchange) if fault else exchange.forward()
        except Gone:
            answer = None
        print(self.command, self.path, fault or "–", answer.status if answer else "gone", file=sys.stderr, flush=True)
        if answer is None:
            self._hang_up()
            return
        if not fault and answer.status in (200, 201):
            self.server.seen.append(answer.body)
        self._reply(answer, cut=fault == "cut_answer")

    do_GET = do_POST = do_PUT

    def _head(self) -> bytes:
        """The request's head as it goes on: one request a connection."""
        names = {name.lower(): value for name, value in self.headers.items()}
        names |= {"connection": "close"}
        lines = [f"{self.command} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in names.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _reply(self, answer: Answer, *, cut: bool) -> None:
        self.send_response(answer.status)
        for name, value in (("content-length", str(len(answer.body))), *answer.headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    bit = chance.randrange(8 * len(changed))
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _kept(headers: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() in ("content-type", "retry-after"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=int, action="append", required=True)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(FAULTS))
    given = parser.parse_args()
    line = Line(given.to, given.rate, given.seed, given.only)
    carrying = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
    carrying.start()
    print(f"http://127.0.0.1:{line.server_port}", flush=True)
    sys.stdin.read()
    line.shutdown()
    carrying.join()
    print(json.dumps(line.done), flush=True)


if __name__ == "__main__":
    main()
