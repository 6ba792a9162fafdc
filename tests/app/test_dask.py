"""Reduction on a real Dask scheduler with two worker processes on loopback."""

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from qdlab.analysis import reduce
from qdlab.app.bench._reduction import write_raw
from qdlab.app.cli import app
from qdlab.app.results import _dask, on_dask
from qdlab.errors import InputError
from qdlab.storage import open_run


@dataclass
class Cluster:
    address: str
    workers: list


@pytest.fixture(scope="module")
def cluster():
    with contextlib.ExitStack() as stack:

        def start(module, *words):
            """Start a program of Dask; return it, and the address it tells when it is ready."""
            command = [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"]
            process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            for line in process.stderr:
                if "Scheduler at:" in line or "Registered to:" in line:
                    return process, line.split()[-1]
            raise AssertionError(f"{module} did not start")

        _, address = start("dask_scheduler", "--host", "tcp://127.0.0.1", "--port", "0")
        worker = ("dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
        yield Cluster(address, [start(*worker)[0] for _ in range(2)])


@pytest.fixture(scope="module")
def raw_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("raw") / "raw.h5"
    write_raw(path, n_shots=20, n_delays=3)
    return path


def reduced_on(address, raw_file, tell):
    with on_dask(address, tell) as cells_of, open_run(raw_file) as tree:
        return reduce(tree, each_cell=cells_of(raw_file)).transient


@pytest.fixture(scope="module")
def alone(raw_file):
    with open_run(raw_file) as tree:
        return reduce(tree).transient


def test_the_result_is_that_of_one_process_and_progress_is_told(cluster, raw_file, alone):
    told = []
    together = reduced_on(cluster.address, raw_file, lambda *done: told.append(done))
    assert alone.identical(together)
    assert told == [(k, 8) for k in range(1, 9)]


def test_the_command_leaves_the_same_numbers(cluster, raw_file, tmp_path):
    digests = []
    for words in ([], ["--dask", cluster.address]):
        out = tmp_path / str(len(words))
        done = CliRunner().invoke(app, ["reduce", str(raw_file), "--out", str(out), *words])
        assert done.exit_code == 0, done.output
        digests.append(json.loads((out / "results.json").read_text())["digest"])
    assert digests[0] == digests[1]


def test_an_address_where_nobody_answers_is_refused(raw_file, monkeypatch):
    monkeypatch.setattr(_dask, "CONNECT_S", 0.2)
    with pytest.raises(InputError, match=r"--dask tcp://127.0.0.1:1: no scheduler answers there"):
        reduced_on("tcp://127.0.0.1:1", raw_file, print)


def test_what_a_worker_had_done_when_it_died_is_done_again(cluster, raw_file, alone):
    def kill_one(n_done, n_cells):
        if n_done == 1:
            cluster.workers[0].kill()

    together = reduced_on(cluster.address, raw_file, kill_one)
    assert cluster.workers[0].wait() != 0
    assert alone.identical(together)
