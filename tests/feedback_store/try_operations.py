"""docs/operations.md run for true: its unit checked, its nginx in front of two processes on PostgreSQL, its drills.

    just try-operations     what it said is kept in docs/soak

Needs nginx, openssl, systemd-analyze and sqlite3 (Debian: nginx-light, openssl, systemd, sqlite3), no root and nothing
of the machine's own set-up: all lies in a temporary folder. The blocks are taken out of the page, only their ports and
paths changed. Trainers are real profiles and `preceptor` itself; they reach the collector through nginx with TLS.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
from joined_profile import joined
from operations_drills import (
    check_ceremony,
    check_erasing,
    check_rotate_key,
    check_sqlite_restore,
    name_of,
    put_back_on_postgres,
    shell,
)
from operations_place import (
    PAGE,
    PATIENCE_S,
    Place,
    block,
    device_of,
    expect,
    found,
    free_port,
    judge_and_send,
    preceptor,
    run,
    wait_for,
)
from running_collector import Device, Team, address_of
from storages import Cluster, ask, cluster

NEEDED = {"nginx": "nginx-light", "openssl": "openssl", "systemd-analyze": "systemd", "sqlite3": "sqlite3"}
SENDERS = 4  # devices that deliver without a pause while everything is done to their collector
MORE = 100  # batches that the backup lacks


def main() -> int:
    """Run everything; the exit status."""
    lacking = [package for program, package in NEEDED.items() if found(program) is None]
    if lacking:
        print(f"This needs: apt install {' '.join(lacking)}", file=sys.stderr)
        return 1
    for program, asked in (("nginx", "-v"), ("openssl", "version"), ("systemd-analyze", "--version")):
        said = subprocess.run([str(found(program)), asked], capture_output=True, text=True, check=False)
        print((said.stdout or said.stderr).splitlines()[0])
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="operations-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o755)  # nginx' workers are nobody where it is started by root
        check_unit(folder)
        database = stack.enter_context(cluster())
        team = Team.made(folder / "collector")
        trust = make_certificate(folder)
        ports = (free_port(), free_port(), free_port())
        place = Place(folder, team, ports[:2], f"https://localhost:{ports[2]}", trust)
        processes = [place.start(0)]
        stack.callback(lambda: [process.kill() for process in processes])
        stack.enter_context(nginx(place, ports[2]))
        os.environ["SSL_CERT_FILE"] = str(trust)
        check_command_line(place)
        check_ceremony(place)
        check_rotate_key(place)
        check_erasing(place)
        check_sqlite_restore(place, processes)
        check_move(place, processes, database)
        check_limits(place)
        check_upgrade(place, processes)
        check_restore(place, processes, database)
        check_erasing(place, database)
        check_rotate_key(place)
        check_rate(place)
    return 0


def check_unit(folder: Path) -> None:
    """The page's unit says nothing to systemd-analyze."""
    unit = folder / "preceptor-collector@8470.service"
    program = folder / "preceptor"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit.write_text(block("# /etc/systemd/system").replace("/opt/preceptor/bin/preceptor", str(program)))
    said = subprocess.run(
        [str(found("systemd-analyze")), "verify", str(unit)], capture_output=True, text=True, check=False
    )
    mine = [line for line in said.stderr.splitlines() if unit.name in line]
    expect(said.returncode == 0 and not mine, "the systemd unit is in order", said.stderr)


def check_command_line(place: Place) -> None:
    """A trainer joins and sends with `preceptor`; the proxy answers what the page says."""
    code = place.team.invite()
    preceptor(place, "project", "join", place.address, code, "--insecure-key-file", "--use", "--accept-terms")
    judge_and_send(place, "preceptor joined and sent through nginx and TLS")
    with place.client() as http:
        codes = [http.get(path).status_code for path in ("/health", "/alive", "/metrics")]
    expect(codes == [200, 403, 403], "/health answers outside, /alive and /metrics do not", codes)
    metrics = re.search(r"http://127\.0\.0\.1:\d+/metrics", (place.folder / "log-0.txt").read_text())
    assert metrics is not None
    told = httpx.get(metrics.group(), timeout=180).text
    expect("preceptor_ready 1.0" in told, "metrics are served on this machine", told)


def check_move(place: Place, processes: list[subprocess.Popen[bytes]], database: Cluster) -> None:
    """The collector goes from SQLite to PostgreSQL beside the running server, and on in two processes."""
    ((devices, batches),) = ask(place.team.folder, "SELECT (SELECT count(*) FROM device), (SELECT count(*) FROM batch)")
    said = preceptor(place, "collector", "move", str(place.team.folder), "--database", database.new())
    expect(
        f"1 project, {devices} devices, {batches} batches" in said,
        "collector move took all from SQLite to PostgreSQL",
        said,
    )
    with place.client() as http:
        status = http.get("/health").status_code
    expect(status in (502, 503), "the server that had the old file open serves no more", status)
    processes[0].terminate()
    processes[0].wait(PATIENCE_S)
    processes[:] = [place.start(0), place.start(1)]
    judge_and_send(place, "the same trainer sent after it")


def check_limits(place: Place) -> None:
    """Too large a body is refused by the collector, then by nginx; a slow one is ended by nginx."""
    with place.client() as http:
        device = Device(place.team, http)
        device.join()
        for mb, code in ((8, "too_many_records"), (9, "body_too_large")):
            answers = Counter(device.put(b"x\n" * (mb * 2**19), address="0" * 64).text for _ in range(20))
            expect(len(answers) == 1 and code in next(iter(answers)), f"{mb} MiB 20 times: {code}", answers)
        answer = device.put(b"x" * (10 * 2**20), address="0" * 64)
        expect(answer.status_code == 413 and b"nginx" in answer.content, "nginx refuses 10 MiB", answer.text)
    port = int(place.address.rpartition(":")[2])
    context = ssl.create_default_context(cafile=str(place.trust))
    with (
        socket.create_connection(("localhost", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as slow,
    ):
        slow.sendall(b"PUT /projects/x/batches/y HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc")
        slow.settimeout(60)
        expect(slow.recv(100) == b"", "a body that does not come is ended by nginx", "it was answered")


def check_upgrade(place: Place, processes: list[subprocess.Popen[bytes]]) -> None:
    """Both processes are restarted, one after the other, while devices send: every batch is taken at once."""
    with sending(place) as answers:
        for number in (0, 1):
            processes[number].terminate()
            ended = processes[number].wait(PATIENCE_S)
            expect(ended == 0, f"process {number + 1} of 2 ended with 0 while batches came", ended)
            processes[number] = place.start(number)
        time.sleep(1)
    expect(set(answers) == {201}, f"{answers[201]} batches were taken while it was upgraded, none refused", answers)


def check_restore(place: Place, processes: list[subprocess.Popen[bytes]], database: Cluster) -> None:
    """pg_dump while devices send; 100 batches more; the copy put back; trainers go on and heal what it lacks."""
    copy = place.folder / "copy.dump"
    with joined(place.folder / "ada", place.team, place.address) as (ada, project):
        ada.seal(project.id, batches=3)
        expect(ada.sender().send_pending(project, tries=3).batches == 3, "three batches before the backup", "not sent")
        with sending(place) as answers:
            time.sleep(1)
            (dumping,) = [line for line in block("umask 077").splitlines() if "pg_dump" in line]
            name = f"--format=custom {name_of(place)} >"
            changed = {
                "runuser -u postgres -- ": "",
                "--format=custom preceptor >": name,
                "/backup/$(date +%F).dump": str(copy),
            }
            shell([dumping], changed, database)
        expect(set(answers) == {201}, f"pg_dump beside {answers[201]} batches, none refused", answers)
        ada.seal(project.id, batches=MORE)
        expect(ada.sender().send_pending(project, tries=3).batches == MORE, f"{MORE} batches after it", "not sent")

        def stop() -> None:
            for process in processes:
                process.terminate()
                process.wait(PATIENCE_S)

        put_back_on_postgres(place, copy, database, stop)
        (lacking,) = ask(
            place.team.folder, "SELECT count(*) FROM batch WHERE device = ?", (device_of(ada, project.id),)
        )
        processes[:] = [place.start(0), place.start(1)]
        ada.seal(project.id)
        report = ada.sender().send_pending(project, tries=3)
        healed = (lacking[0], report.batches, report.restored, report.problem) == (3, MORE + 1, True, None)
        expect(healed, f"restored; the trainer's program sent {MORE} batches again by itself", report)


def check_rate(place: Place) -> None:
    """Whoever asks more than the page allows hears 429."""
    with place.client() as http:
        codes = Counter(http.get("/health").status_code for _ in range(600))
    expect(set(codes) == {200, 429}, f"nginx said 429 to {codes[429]} of 600 requests", codes)


@contextlib.contextmanager
def sending(place: Place) -> Iterator[Counter[int]]:
    """Devices that deliver through nginx until the block's end; how often each status came. 429 is waited out."""
    answers: Counter[int] = Counter()
    stop = threading.Event()

    def deliver() -> None:
        with place.client() as http:
            device = Device(place.team, http)
            assert device.join().status_code == 200
            while not stop.wait(0.1):
                body = device.body()
                try:
                    status = device.put(body).status_code
                except httpx.HTTPError:
                    status = 0
                answers[status] += 1
                if status in (200, 201):
                    device.seq, device.head = device.seq + 1, address_of(body)

    threads = [threading.Thread(target=deliver) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def nginx(place: Place, port: int) -> Iterator[None]:
    """The page's site in an nginx of its own."""
    site = block("upstream preceptor")
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen [::]:443 ssl", f"listen [::1]:{port} ssl"),
        ("127.0.0.1:8470", f"127.0.0.1:{place.ports[0]}"),
        ("127.0.0.1:8471", f"127.0.0.1:{place.ports[1]}"),
        ("/etc/letsencrypt/live/collector.example.org", str(place.folder)),
        ("server_name collector.example.org", "server_name localhost"),
    ):
        assert site.count(old), f"{PAGE.name} does not say {old!r} any more"
        site = site.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {place.folder}/nginx-{kind};\n" for kind in kinds)
    whole = (
        f"daemon off; pid {place.folder}/nginx.pid; error_log {place.folder}/nginx.txt;\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}{site}\n}}\n"
    )
    file = place.folder / "nginx.conf"
    file.write_text(whole)
    command = [str(found("nginx")), "-c", str(file), "-e", f"{place.folder}/nginx.txt"]
    run([*command, "-t"])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with place.client() as http:
            wait_for(lambda: http.get("/health").status_code == 200)
        yield
    finally:
        process.terminate()
        process.wait()


def make_certificate(folder: Path) -> Path:
    """A certificate for localhost that vouches for itself, where the page's nginx looks for one."""
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    run([*make, *named, "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"])
    return folder / "fullchain.pem"


if __name__ == "__main__":
    sys.exit(main())
