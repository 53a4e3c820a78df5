"""The drills of docs/operations.md, for try_operations.py: the ceremony, keys that change, copies put back, erasing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from joined_profile import joined
from operations_place import PATIENCE_S, Place, block, expect, found, judge_and_send, preceptor
from storages import USER, Cluster, ask

FEW = 20  # batches that the copy of the file lacks


def check_ceremony(place: Place) -> None:
    """What `init` prints is what a copy of the key says on another machine, and what the collector publishes."""
    alone, stick = place.folder / "alone", place.folder / "stick"
    printed = preceptor(place, "collector", "init", str(alone), "--project", "Clinic")
    stick.mkdir()
    for folder in (alone, place.team.folder):
        (key,) = (folder / "keys").iterdir()
        shutil.copy(key, stick)
        said = preceptor(place, "collector", "fingerprint", str(stick / key.name)).strip()
        with place.client() as http:
            public = http.get(f"/projects/{key.stem}")
        expected = printed if folder == alone else public.json()["fingerprint"]
        expect(len(said) == 39 and said in expected, f"a copy of {folder.name}'s key says its fingerprint", said)
    folders = [oct(path.stat().st_mode & 0o777) for path in (alone, alone / "keys", *(alone / "keys").iterdir())]
    expect(folders[1:] == ["0o700", "0o600"], "the keys' folder and files are their owner's alone", folders)


def check_rotate_key(place: Place) -> None:
    """The collector's key is changed beside the running server; the trainer's program follows by itself."""
    (key,) = (place.team.folder / "keys").iterdir()
    old = preceptor(place, "collector", "fingerprint", str(key)).strip()
    preceptor(place, "collector", "rotate-key", str(place.team.folder))
    new = preceptor(place, "collector", "fingerprint", str(key)).strip()
    with place.client() as http:
        published = http.get(f"/projects/{place.team.project}").json()["fingerprint"]
    expect(old != new == published, "rotate-key beside the running server; the new fingerprint is published", new)
    judge_and_send(place, "the trainer's program followed the collector's new key by itself")


def check_sqlite_restore(place: Place, processes: list[subprocess.Popen[bytes]]) -> None:
    """The page's copy of the file beside the running server, and the page's way of putting it back."""
    copies = place.folder / "backup"
    copies.mkdir()
    paths = {"/srv/collector": str(place.team.folder), "/backup": str(copies), "-o preceptor -g preceptor ": ""}
    making = [line for line in block("umask 077").splitlines() if "pg_dump" not in line]
    with joined(place.folder / "eve", place.team, place.address) as (eve, project):
        eve.seal(project.id, batches=3)
        expect(eve.sender().send_pending(project, tries=3).batches == 3, "three batches before the copy", "not sent")
        shell(making, paths)
        (copy,) = copies.glob("*.sqlite3")
        eve.seal(project.id, batches=FEW)
        expect(eve.sender().send_pending(project, tries=3).batches == FEW, f"{FEW} batches after it", "not sent")
        judge_and_send(place, "and one of a trainer who then has nothing more to deliver")
        before = count_of(place)
        processes[0].terminate()
        processes[0].wait(PATIENCE_S)
        putting = [line for line in block("systemctl stop").splitlines() if "systemctl" not in line]
        shell(putting, {**paths, "2026-11-25.sqlite3": copy.name})
        expect(count_of(place) == before - FEW - 1, "the copy was put back as the page says", count_of(place))
        processes[0] = place.start(0)
        eve.seal(project.id)
        report = eve.sender().send_pending(project, tries=3)
        healed = (report.batches, report.restored, report.problem) == (FEW + 1, True, None)
        expect(healed, f"the trainer's program sent {FEW} batches again by itself", report)
    looked = preceptor(place, "outbox", "send", "--look")
    expect(count_of(place) == before + 1, "whoever had nothing to deliver sent again by `outbox send --look`", looked)


def check_erasing(place: Place, database: Cluster | None = None) -> None:
    """`collector erase`, and on PostgreSQL the page's commands after it; the words are in none of the files' bytes."""
    marker = f"To be erased from the {'file' if database is None else 'database'}."
    judge_and_send(place, "one more judgement, to be erased", marker)
    rows = ask(place.team.folder, "SELECT id, data FROM record")
    (record,) = [each for each, data in rows if data is not None and marker.encode() in bytes(data)]
    folder = place.team.folder if database is None else database.data / "base"

    def held() -> list[str]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return [path.name for path in files if marker.encode() in path.read_bytes()]

    if database is not None:
        shell(["psql -c CHECKPOINT"], {}, database)
    expect(bool(held()), "", "The words were never found, so that their absence would say nothing.")
    said = json.loads(preceptor(place, "collector", "erase", str(place.team.folder), record, "--yes", "--json"))
    expect(said["revisions"] == 1, "collector erase took one revision", said)
    if database is None:
        expect(said["scrubbed"] is True and not held(), "nothing of it is in the file or its log", held())
        return
    expect(said["scrubbed"] is False, "collector erase --json says that PostgreSQL's files keep the bytes", said)
    shell([block("psql -c").strip()], {" preceptor": f" {name_of(place)}"}, database)
    expect(not held(), "after the page's commands nothing of it is in the tables' files", held())


def put_back_on_postgres(place: Place, copy: Path, database: Cluster, stop: Callable[[], None]) -> None:
    """The page's restore: `createdb`, `pg_restore`, and the names changed while the processes are stopped."""
    lines = block(
        "runuser -u postgres -- createdb --owner preceptor --encoding UTF8 --template template0 preceptor_back"
    )
    names = {
        "runuser -u postgres -- ": "",
        "--owner preceptor": f"--owner {USER}",
        "preceptor_before": "put_away",
        "preceptor_back": "put_back",
        "DATABASE preceptor ": f"DATABASE {name_of(place)} ",
        "RENAME TO preceptor'": f"RENAME TO {name_of(place)}'",
        "/backup/2026-11-25.dump": str(copy),
    }
    for old in names:
        assert old in lines, f"the page does not say {old!r} any more"
    before, _, after = lines.partition("systemctl stop 'preceptor-collector@*'\n")
    shell(before.splitlines(), names, database)
    stop()
    shell([after.partition("systemctl start")[0]], names, database)


def name_of(place: Place) -> str:
    """The collector's database."""
    found_name = re.search(r"/(collector_\d+)\?", (place.team.folder / "database").read_text())
    assert found_name is not None
    return found_name[1]


def count_of(place: Place) -> int:
    """How many batches the collector holds."""
    ((count,),) = ask(place.team.folder, "SELECT count(*) FROM batch")
    return int(count)


def shell(lines: list[str], changes: dict[str, str], database: Cluster | None = None) -> None:
    """Lines of the page in a shell, with these words changed; PostgreSQL's programs speak to this cluster."""
    told = dict(os.environ)
    if database is not None:
        told |= {"PGHOST": str(database.data), "PGUSER": USER, "PGDATABASE": "postgres"}
        told["PATH"] = f"{database.binaries}:{told['PATH']}"
    script = "\n".join(lines)
    for old, new in changes.items():
        script = script.replace(old, new)
    done = subprocess.run([str(found("bash")), "-euc", script], env=told, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, "", f"{script}\n{done.stderr}")
