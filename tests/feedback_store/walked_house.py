"""The walk's collector: the real service, asked as a server would ask it; it may be put back to an earlier state."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kept_copies import Copies, FileCopies
from running_collector import Team
from starlette.types import Message
from storages import ask

from feedback_store.batches import payload
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.collector import key_ceremony
from feedback_store.collector.diary import Diary
from feedback_store.collector.limits import Limits, Rate
from feedback_store.collector.opening import open_storage
from feedback_store.collector.service import make_service
from feedback_store.collector.storage import Device
from feedback_store.delivery.http import Reply


class House:
    """A collector with one project, which may be put back to an earlier state. Its data is a file, or elsewhere."""

    def __init__(self, folder: Path, copies: Copies | None = None) -> None:
        self._copies = copies or FileCopies()
        self.team = Team.made(folder, database=self._copies.address)
        self.project = self.team.project
        self.keys = [self.team.key.public_key]  # its own ones, one after the other
        self._forgotten: dict[str, bytes] = {}  # devices' keys that a copy may know nothing of
        self.log = io.StringIO()
        self._loop = asyncio.Runner()
        self._serve()

    def _serve(self) -> None:
        self.storage = open_storage(self.team.folder)
        self._service = make_service(self.team.folder, self.storage, Diary(self.log), limits=Limits(Rate(per_s=0)))

    def close(self) -> None:
        self.storage.close()
        self._loop.close()

    def rotate_key(self) -> None:
        """The collector's own key is changed while it serves."""
        key_ceremony.rotate_key(self.team.folder)
        self.keys.append(self.team.key.public_key)

    def answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """What the service answers to a request."""
        return self._loop.run(self._answer(method, path, body, headers))

    async def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        sent = {**headers, "content-length": str(len(body))}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode("ascii"),
            "query_string": b"",
            "headers": [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in sent.items()],
        }
        status, found = 0, bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            found.extend(message.get("body", b""))

        await self._service(scope, receive, send)
        return Reply(status, bytes(found))

    def copy(self) -> Any:
        self.storage.close()
        try:
            return self._copies.take(self.team.folder)
        finally:
            self._serve()

    def put_back(self, copy: Any) -> None:
        self._forgotten = self.device_keys()
        self.storage.close()
        self._copies.put_back(self.team.folder, copy)
        self._serve()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return ask(self.team.folder, query, values)

    def holds(self, record: str, sha256: str) -> bool:
        with self.storage.reading() as view:
            return any(each.sha256 == sha256 for each in view.held(self.project, [record]).get(record, ()))

    def devices(self) -> list[Device]:
        with self.storage.reading() as view:
            return view.devices(self.project)

    def device_keys(self) -> dict[str, bytes]:
        """The raw key of every device that ever joined, by its id."""
        return self._forgotten | {device.id: device.public_key for device in self.devices()}

    def check_chains(self) -> None:
        """Each chain is 1, 2, 3 … with every batch naming the one before, or first the event that brought its key.

        Its head is the last. Since a key has ended, nothing came but what its event lets its chains end with.
        """
        rows = self.ask("SELECT chain, device, seq, sha256, manifest FROM batch WHERE seq > 0 ORDER BY chain, seq")
        heads = {chain: (seq, sha256) for chain, seq, sha256 in self.ask("SELECT id, seq, sha256 FROM chain")}
        brought = set(self.ask("SELECT new, sha256 FROM key_event WHERE new IS NOT NULL"))
        for chain, batches in itertools.groupby(rows, key=lambda row: row[0]):
            before, seq = GENESIS, 0
            for _, device, seq_now, sha256, manifest in batches:
                assert seq_now == seq + 1
                named = payload.parse(manifest, Manifest).prev
                assert named == before or (seq == 0 and (device, named) in brought)
                before, seq = sha256, seq_now
            assert heads[chain] == (seq, before)
        late = self.ask(
            "SELECT batch.sha256 FROM batch JOIN device ON device.id = device LEFT JOIN ceiling USING (device, chain)"
            " WHERE batch.seq > 0 AND received_at > revoked_at"
            " AND (state = 'revoked' OR batch.seq > coalesce(ceiling.seq, 0)"
            " OR (batch.seq = ceiling.seq AND batch.sha256 <> ceiling.sha256))"
        )
        assert late == []

    def check_log(self) -> None:
        """Nothing went wrong inside, whatever was asked."""
        assert '"fault"' not in self.log.getvalue()
