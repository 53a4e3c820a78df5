"""Where an export is written: a folder or object storage, and what lies there before."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from delivered import Delivered, id_of
from exported import files
from storages import Databases

from feedback_store.collector.erasing import erase
from feedback_store.collector.exporting.destination import Destination, Folder, open_destination
from feedback_store.collector.exporting.run import MANIFEST, Exported, export
from feedback_store.errors import EnvironmentTrouble


@pytest.fixture
def delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, databases: Databases) -> Iterator[Delivered]:
    made = Delivered.made(tmp_path / "collector", monkeypatch, database=databases.new())
    yield made
    made.storage.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "export"


def test_files_of_others_are_left_alone(delivered: Delivered, out: Path) -> None:
    delivered.deliver(delivered.record())
    (out / "notes").mkdir(parents=True)
    (out / "notes" / "mine.parquet").write_bytes(b"mine")
    stray = out / f"project={delivered.team.project}" / "day=2026-11-01" / f"part-{'0' * 32}.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"of a killed run")
    assert export(delivered.storage, Folder(out)).removed == 1
    assert not stray.exists()
    assert (out / "notes" / "mine.parquet").read_bytes() == b"mine"


def test_a_file_that_is_missing_is_written_again(delivered: Delivered, out: Path) -> None:
    delivered.deliver(delivered.record())
    export(delivered.storage, Folder(out))
    (name,) = (name for name in files(out) if name != MANIFEST)
    (out / name).unlink()
    assert export(delivered.storage, Folder(out)).written == 1
    assert name in files(out)


def test_another_collectors_export_and_what_is_none_are_refused(
    delivered: Delivered, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered.deliver(delivered.record())
    export(delivered.storage, Folder(out))
    other = Delivered.made(tmp_path / "other", monkeypatch)
    with pytest.raises(EnvironmentTrouble, match="of another collector"):
        export(other.storage, Folder(out))
    other.storage.close()
    for damaged in (b"{}", b'{"exported_at": "\xff"}', b'{"partitions": ' + b"[" * 100_000):
        (out / MANIFEST).write_bytes(damaged)
        with pytest.raises(EnvironmentTrouble, match=r"not one of an export.* remove that one file"):
            export(delivered.storage, Folder(out))
    (out / MANIFEST).unlink()
    assert export(delivered.storage, Folder(out)).written == 1, "what was said to be removed is enough"


@pytest.mark.parametrize("place", ["", "  ", "file://"])
def test_no_place_is_not_the_folder_that_one_happens_to_be_in(place: str) -> None:
    with pytest.raises(EnvironmentTrouble, match="Name a folder"):
        open_destination(place)


def test_two_runs_at_once_do_not_take_each_others_files(delivered: Delivered, out: Path) -> None:
    delivered.deliver(delivered.record())

    class Late(Folder):
        """Another run ends while this one writes its last day."""

        def put(self, name: str, file: Path) -> None:
            super().put(name, file)
            delivered.deliver(delivered.record(), day="2026-11-21")
            export(delivered.storage, Folder(out))

    with pytest.raises(EnvironmentTrouble, match="Run this one again"):
        export(delivered.storage, Late(out))
    manifest = json.loads(files(out)[MANIFEST])
    assert len(manifest["partitions"]) == 2
    assert all(each["file"] in files(out) for each in manifest["partitions"])


@pytest.mark.parametrize("place", ["ftp://host/x", "sftp://host/x", "http://host/x"])
def test_a_place_of_which_nobody_knows_whether_files_are_whole_is_refused(place: str) -> None:
    with pytest.raises(EnvironmentTrouble, match="no object storage"):
        open_destination(place)


def test_a_folder_that_cannot_be_written_is_one_sentence(delivered: Delivered, tmp_path: Path) -> None:
    delivered.deliver(delivered.record())
    (tmp_path / "file").write_text("x")
    with pytest.raises(EnvironmentTrouble, match="cannot be used"):
        export(delivered.storage, Folder(tmp_path / "file" / "below"))


@pytest.fixture(scope="session")
def object_storage() -> Iterator[str]:
    """A bucket in an S3 of this machine; its address and keys stand in the environment, as for a user."""
    import boto3  # a second of importing, which every process of a run would spend only to list its tests
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "y",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": address,
        }.items():
            patch.setitem(os.environ, name, value)
        client = boto3.client("s3", endpoint_url=address)
        client.create_bucket(Bucket="judged")
        client.close()
        yield "judged"
    server.stop()


@pytest.fixture
def s3(object_storage: str, tmp_path: Path) -> str:
    """A place in the bucket where nothing lies yet."""
    return f"s3://{object_storage}/{tmp_path.name}"


def test_an_object_storage_holds_the_same_files_as_a_folder(delivered: Delivered, out: Path, s3: str) -> None:
    stays, goes = delivered.record(), delivered.record()
    delivered.deliver(stays, day="2026-11-20")
    delivered.deliver(goes, day="2026-11-21")
    bucket: Destination = open_destination(s3)
    assert bucket.sizes() == {}
    assert bucket.read(MANIFEST) is None
    assert export(delivered.storage, bucket) == Exported(written=2, kept=0, removed=0, rows=2)
    assert export(delivered.storage, open_destination(s3)) == Exported(written=0, kept=2, removed=0, rows=2)
    erase(delivered.storage, [id_of(goes)])
    assert export(delivered.storage, bucket) == Exported(written=1, kept=1, removed=1, rows=1, gone=1)
    export(delivered.storage, Folder(out))
    here = files(out)
    assert bucket.sizes().keys() == here.keys()
    for name in here.keys() - {MANIFEST}:
        assert bucket.read(name) == here[name]


def test_a_bucket_that_is_not_there_is_one_sentence(delivered: Delivered, s3: str) -> None:
    delivered.deliver(delivered.record())
    with pytest.raises(EnvironmentTrouble, match="cannot be used"):
        export(delivered.storage, open_destination(s3.replace("judged", "nowhere")))
