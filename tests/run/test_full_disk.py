"""A disk that fills up in a run: the laboratory is safe, what was kept is whole, and it is told."""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path

import pytest
from every_procedure import small_recipe
from fault_sweep import assert_safe, small_bench

from qdlab.app.config import LoadedBench, load_recipe
from qdlab.app.runs import carry_out, resume
from qdlab.errors import StorageError
from qdlab.run import StopToken, ignore
from qdlab.storage import open_run
from qdlab.storage.disk import _bytes
from qdlab.storage.writing import _keeper

ROOM_FOR = 40
"""Writes that succeed: those of the beginning, and of about half of the records."""
IN_FILE_AND_SPILL = 2
"""Writes of one record that must be refused for it to be lost."""


class Disk:
    """The disk under all run files; full after some writes, until it refused so many."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._n_refused = 0.0
        self.refuses = math.inf
        self._n_done = 0
        self._write = _bytes.Bytes._write_some
        monkeypatch.setattr(_bytes.Bytes, "_write_some", lambda *asked: self.write(*asked))
        monkeypatch.setattr(_keeper, "WAITS_S", ())

    def write(self, file: _bytes.Bytes, data: memoryview, offset: int) -> int:
        """Write as the system does, or not at all."""
        if self._n_done >= ROOM_FOR and self._n_refused < self.refuses:
            self._n_refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._n_done += 1
        return self._write(file, data, offset)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def run_until_full(loaded: LoadedBench, out: Path) -> None:
    """Run, and be told that the disk is full."""
    recipe = load_recipe(small_recipe("TransientAbsorption"))
    with pytest.raises(StorageError, match=r"run\.h5: .* is not kept: .*No space left on device"):
        carry_out(recipe, loaded, out, force=False, stop=StopToken(), tell=ignore)


@pytest.mark.usefixtures("disk")
def test_a_disk_that_is_full_leaves_all_safe_and_what_was_kept_whole(tmp_path: Path) -> None:
    loaded, out = small_bench("TransientAbsorption"), tmp_path / "run.h5"
    run_until_full(loaded, out)
    assert_safe(loaded)
    with open_run(out, verify=True) as run:
        assert run.attrs["damaged_records"] == 0
        marks = [bool(done) for stream in run.children.values() for done in stream["done"].to_numpy().flat]
        assert 0 < sum(marks) < len(marks)


def test_once_there_is_room_again_the_file_says_why_and_the_run_goes_on(disk: Disk, tmp_path: Path) -> None:
    out, disk.refuses = tmp_path / "run.h5", IN_FILE_AND_SPILL
    run_until_full(small_bench("TransientAbsorption"), out)
    with open_run(out) as run:
        assert run.attrs["status"] == "failed"
        assert "No space left on device" in run.attrs["reason"]
    resume(out, stop=StopToken(), tell=ignore)
    with open_run(out, verify=True) as run:
        assert run.attrs["status"] == "finished"
        assert run["ta"]["done"].all()
