"""T12: a profile whose folder was put back, keys and all, begins a new chain, however its keys are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_judgements import judgement

from desktop.profile import Profile, sealed_folder
from feedback_store.batches.seal import SealedBatch


@pytest.mark.parametrize("way", ["passphrase", "insecure"])
def test_a_folder_put_back_with_its_key_file_begins_a_new_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("feedback_store.store.place_of", lambda database: str(database.resolve()))  # the old inode
    folder = tmp_path / "profile"

    def seal() -> SealedBatch:
        profile = Profile.open(
            folder, insecure_key_file=way == "insecure", passphrase=lambda *_: "four words to remember"
        )
        try:
            made = judgement("a>b", project=profile.project.id, trainer=profile.trainer)
            profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
            sealed = profile.store.outbox.seal(profile.project.id, profile.device_key(profile.project)).result()
            assert sealed is not None
            return sealed
        finally:
            profile.close()

    first = seal()
    shutil.copytree(folder, tmp_path / "kept")
    lost = seal()
    assert (lost.chain, lost.seq) == (first.chain, 2)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "kept", folder)
    again = seal()
    assert again.chain != first.chain and again.seq == 1
    assert sealed_folder() == tmp_path / "state" / "preceptor-sealed"
    assert {path.name for path in sealed_folder().iterdir()} == {first.chain, again.chain}
