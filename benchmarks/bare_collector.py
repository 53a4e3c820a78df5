"""What a delivery costs at least: the same server and route, one signature verified, the body inserted and committed.

    python benchmarks/bare_collector.py ADDRESS-OF-DATABASE KEYS-FILE [--uncompressed]

The table is as PostgreSQL makes it, which compresses each body; --uncompressed stores them as they come. Knows nothing
of chains, receipts, records or passes. KEYS-FILE holds a device's public key a line, in hex. Prints the address where
it listens.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import socket
import sys
from pathlib import Path

import anyio.to_thread
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feedback_store.batches.dsse import pae
from feedback_store.batches.keys import key_id
from feedback_store.collector.postgres_storage import CONNECTIONS


def application(pool: ConnectionPool, keys: dict[str, Ed25519PublicKey]) -> Starlette:
    def take(address: str, body: bytes) -> None:
        envelope = json.loads(body.partition(b"\n")[0])
        (signature,) = envelope["signatures"]
        signed = pae(envelope["payloadType"], base64.b64decode(envelope["payload"]))
        keys[signature["keyid"]].verify(base64.b64decode(signature["sig"]), signed)
        with pool.connection() as connection:
            connection.execute("INSERT INTO body (sha256, data) VALUES (%s, %s)", (address, body))

    async def route(request: Request) -> Response:
        body = await request.body()
        await anyio.to_thread.run_sync(functools.partial(take, request.path_params["sha256"], body))
        return Response(b'{"status":"stored"}', 201, media_type="application/json")

    return Starlette(routes=[Route("/projects/{project}/batches/{sha256}", route, methods=["PUT"])])


def main(database: str, keys_file: str, stored: str = "") -> None:
    raw = [bytes.fromhex(line) for line in Path(keys_file).read_text(encoding="ascii").split()]
    keys = {key_id(each): Ed25519PublicKey.from_public_bytes(each) for each in raw}
    with (
        ConnectionPool(database, min_size=1, max_size=CONNECTIONS, open=True) as pool,
        socket.socket() as reserved,
    ):
        with pool.connection() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS body (sha256 text PRIMARY KEY, data bytea NOT NULL)")
            if stored == "--uncompressed":  # as the collector's own rows are
                connection.execute("ALTER TABLE body ALTER data SET STORAGE EXTERNAL")
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        server = Server(
            application(pool, keys),
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        print(f"http://127.0.0.1:{port}", flush=True)
        asyncio.run(server.serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
