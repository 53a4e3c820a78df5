"""docs/operations.md run for true: its unit checked, its nginx in front of two processes on PostgreSQL, its drills.

    just try-operations     what it said is kept in docs/soak

Needs nginx, openssl and systemd-analyze (Debian: nginx-light, openssl, systemd), no root and nothing of the machine's
own set-up: all lies in a temporary folder. The blocks are taken out of the page, only their ports and paths changed.
Trainers are real profiles and `preceptor` itself; they reach the collector through nginx with TLS, never past it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from joined_profile import Profile, joined
from running_collector import Device, Team, address_of
from storages import Cluster, ask, cluster

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operations.md"
NEEDED = {"nginx": "nginx-light", "openssl": "openssl", "systemd-analyze": "systemd"}
SENDERS = 4  # devices that deliver without a pause while everything is done to their collector
MORE = 100  # batches that the backup lacks
PATIENCE_S = 30


@dataclass
class Place:
    """A collector that runs twice behind nginx. `ports` are the processes', `address` is what trainers know."""

    folder: Path
    team: Team
    ports: tuple[int, int]
    address: str
    trust: Path

    def start(self, number: int) -> subprocess.Popen[bytes]:
        """One process as the unit starts it."""
        port = str(self.ports[number])
        serve = [sys.executable, "-m", "desktop", "collector", "serve", str(self.team.folder), "--port", port]
        with (self.folder / f"log-{number}.txt").open("ab") as log:
            process = subprocess.Popen([*serve, "--metrics-port", "0"], cwd=ROOT, stdout=log, stderr=log)
        wait_for(lambda: httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200)
        return process

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, verify=ssl.create_default_context(cafile=str(self.trust)))


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
        check_move(place, processes, database)
        check_limits(place)
        check_upgrade(place, processes)
        check_restore(place, processes, database)
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
    preceptor(place, "project", "join", place.address, code, "--insecure-key-file", "--use")
    judge_and_send(place, "preceptor joined and sent through nginx and TLS")
    with place.client() as http:
        codes = [http.get(path).status_code for path in ("/health", "/alive", "/metrics")]
    expect(codes == [200, 403, 403], "/health answers outside, /alive and /metrics do not", codes)
    metrics = re.search(r"http://127\.0\.0\.1:\d+/metrics", (place.folder / "log-0.txt").read_text())
    assert metrics is not None
    told = httpx.get(metrics.group()).text
    expect("preceptor_ready 1.0" in told, "metrics are served on this machine", told)


def check_move(place: Place, processes: list[subprocess.Popen[bytes]], database: Cluster) -> None:
    """The collector goes from SQLite to PostgreSQL beside the running server, and on in two processes."""
    said = preceptor(place, "collector", "move", str(place.team.folder), "--database", database.new())
    expect("1 project, 1 device, 1 batch" in said, "collector move took all from SQLite to PostgreSQL", said)
    with place.client() as http:
        status = http.get("/health").status_code
    expect(status in (502, 503), "the server that had the old file open serves no more", status)
    processes[0].terminate()
    processes[0].wait(PATIENCE_S)
    processes[:] = [place.start(0), place.start(1)]
    judge_and_send(place, "the same trainer sent after it")


def judge_and_send(place: Place, what: str) -> None:
    """One more judgement of the trainer who uses the command line."""
    line = {"prompt": f"Name a bird. {time.time_ns()}", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}
    (place.folder / "one.jsonl").write_text(json.dumps(line) + "\n")
    preceptor(place, "records", "import", str(place.folder / "one.jsonl"), "--trainer", "me")
    for command in (["release", "--all"], ["seal"]):
        preceptor(place, "outbox", *command)
    sent = preceptor(place, "outbox", "send")
    expect("1 judgement arrived; every receipt was checked" in sent, what, sent)


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
    url = (place.team.folder / "database").read_text().strip()
    back = database.new()
    with joined(place.folder / "ada", place.team, place.address) as (ada, project):
        ada.seal(project.id, batches=3)
        expect(ada.sender().send_pending(project, tries=3).batches == 3, "three batches before the backup", "not sent")
        with sending(place) as answers:
            time.sleep(1)
            run([database.binaries / "pg_dump", "--format=custom", f"--file={copy}", url])
        expect(set(answers) == {201}, f"pg_dump beside {answers[201]} batches, none refused", answers)
        ada.seal(project.id, batches=MORE)
        expect(ada.sender().send_pending(project, tries=3).batches == MORE, f"{MORE} batches after it", "not sent")
        run([database.binaries / "pg_restore", "--exit-on-error", f"--dbname={back}", copy])
        for process in processes:
            process.terminate()
            process.wait(PATIENCE_S)
        (place.team.folder / "database").write_text(back + "\n")
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


def preceptor(place: Place, *words: str) -> str:
    """What a command of a trainer's prints."""
    told = {**os.environ, "PRECEPTOR_HOME": str(place.folder / "trainer")}
    command = [sys.executable, "-m", "desktop", *words]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "", done.stderr)
    return done.stdout


def block(start: str) -> str:
    """The page's code block whose first line begins so."""
    found_block = re.search(
        rf"^    {re.escape(start)}.*?(?=^\S)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found_block is not None, f"{PAGE.name} has no block that begins with {start!r}"
    return re.sub(r"^    ", "", found_block.group(), flags=re.MULTILINE)


def device_of(profile: Profile, project: str) -> str:
    return profile.key_for(project).key_id


def found(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: Sequence[str | Path]) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "", done.stderr)


def wait_for(true: Callable[[], bool]) -> None:
    """Until `true()` is; errors of a server that is not there yet do not count."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if true():
                return
        time.sleep(0.05)
    raise SystemExit("It did not answer.")


def expect(true: bool, what: str, otherwise: object) -> None:
    if not true:
        raise SystemExit(f"NOT: {what}\n{otherwise}")
    if what:
        print(f"ok  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
