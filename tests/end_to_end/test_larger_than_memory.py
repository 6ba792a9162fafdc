"""A file of raw shots is reduced in far less memory than it is long."""

import subprocess
import sys

import pytest

from qdlab.app.bench._reduction import write_raw

SPARE_BYTES = 64_000_000
"""What the reduction may take beyond what Python and its libraries take anyhow."""

WITHIN = """
import resource
import sys
from pathlib import Path

from qdlab.app.bench._reduction import reduce_raw

small, large, spare = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
reduce_raw(small)  # loads every library
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + spare
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    large.read_bytes()
except MemoryError:
    reduce_raw(large)
    print("reduced")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_a_file_several_times_the_memory_is_reduced(tmp_path):
    small, large = tmp_path / "small.h5", tmp_path / "large.h5"
    write_raw(small, n_shots=20, n_delays=3)
    write_raw(large, n_shots=500, n_delays=40)
    assert large.stat().st_size > 5 * SPARE_BYTES
    quiet = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", WITHIN, small, large, str(SPARE_BYTES)],
        capture_output=True, text=True, env=quiet, check=False,
    )  # fmt: skip
    assert done.stdout == "reduced\n", done.stderr
