from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from storage_cases import make_plan, make_record, slots

from qdlab.plan import columns
from qdlab.storage import inspect_run, open_run
from qdlab.storage.disk._process import is_alive

SCRIPT = Path(__file__).with_name("write_and_ack.py")
PLAN = make_plan()
SLOTS = list(slots(PLAN))
RANDOM = random.Random(2021)
"""Seeded, so that the same counts are tried every time; where in a record a kill falls is chance."""
N_KILLS = 100 if os.environ.get("QDLAB_FAULTS") == "full" else 10


def write_until_killed(path: Path, n_lines: int) -> int:
    """Kill a writing process after it said `n_lines` lines; return how many records were acknowledged."""
    child = subprocess.Popen([sys.executable, str(SCRIPT), str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child:
        for _ in range(n_lines):
            child.stdout.readline()
        child.kill()
        said_since = len(child.stdout.read().splitlines())
    assert not is_alive(child.pid)
    return n_lines + said_since - 1


@pytest.mark.parametrize("n_lines", [1, *(RANDOM.randint(2, len(SLOTS)) for _ in range(N_KILLS - 1))])
def test_a_killed_run_keeps_every_acknowledged_record_and_shows_no_wrong_one(
    tmp_path: Path, n_lines: int
) -> None:
    path = tmp_path / "run.h5"
    n_acknowledged = write_until_killed(path, n_lines)
    if not path.exists():
        assert n_acknowledged == 0
        return
    h5py.File(path, "r").close()
    with open_run(path) as tree:
        assert tree.attrs.get("damaged_records", 0) == 0
        n_done = sum(int(stream.done.sum()) for stream in tree.children.values())
        # The record after the last acknowledged one may have been complete already.
        assert n_acknowledged <= n_done <= n_acknowledged + 1
        for slot in SLOTS[:n_done]:
            stream = PLAN.stream(slot.stream)
            record = make_record(stream, slot.index)
            for item in columns(stream.record):
                found = tree[slot.stream][item.name][slot.index].values
                np.testing.assert_array_equal(found, getattr(record, item.name))
        assert not any(tree[slot.stream].done.values[slot.index] for slot in SLOTS[n_done:])
    finished = n_acknowledged == len(SLOTS)
    assert inspect_run(path).status in ({"died", "finished"} if finished else {"died"})


def test_this_process_is_alive() -> None:
    assert is_alive(os.getpid())
