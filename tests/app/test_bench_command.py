"""`qdlab bench`: both sides of each comparison do the same work, and the answer is whole."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from qdlab.app.bench import Measured, in_turn
from qdlab.app.bench._ensembles import at_once, ensembles, one_by_one
from qdlab.app.bench._laboratory import run_points
from qdlab.app.bench._measured import measured
from qdlab.app.bench._prepared import Prepared
from qdlab.app.bench._reduction import bootstrapped, looped, reduce_raw, write_raw
from qdlab.app.bench._shots import ours, plainly
from qdlab.app.cli import app
from qdlab.storage import open_run, plain

RATIOS = {
    "shots_vs_numpy",
    "stream_vs_file_write",
    "point_vs_h5py",
    "point_vs_pwrite",
    "reduce_vs_read",
    "bootstrap_vs_loop",
    "ensembles_vs_loop",
    "help_vs_python",
}


@pytest.fixture(scope="module")
def point():
    return Prepared.of(300)


def test_our_shots_and_numpy_give_the_same_da(point):
    for fast, slow in zip(ours(point), plainly(point), strict=True):
        np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-6)


def test_our_bootstrap_and_a_loop_give_the_same_interval():
    np.testing.assert_allclose(bootstrapped(200), looped(200), rtol=1e-4)


def test_ensembles_at_once_and_one_by_one_are_the_same():
    n_x, n_1s = ensembles(5)
    for fast, slow in zip(at_once(n_x, n_1s), one_by_one(n_x, n_1s), strict=True):
        np.testing.assert_allclose(fast, slow, rtol=1e-6)


def test_a_run_on_instant_instruments_leaves_a_whole_file(tmp_path, point):
    assert run_points(tmp_path / "run.h5", point, n_points=6) > 0.0
    with open_run(tmp_path / "run.h5", verify=True) as run:
        assert run.attrs["status"] == "finished"
        assert run["ta"]["done"].all()
        np.testing.assert_array_equal(run["ta"]["shots"][3], point.shots)
        assert run["ta"]["delta_a"][5, :500].mean() == pytest.approx(-0.005, abs=1e-3)


def test_a_raw_file_is_reduced(tmp_path):
    assert write_raw(tmp_path / "raw.h5", n_shots=20, n_delays=3) == 24
    reduce_raw(tmp_path / "raw.h5")


def test_plain_writers_write_what_they_say(tmp_path):
    block = memoryview(bytes(range(100)))
    for writer in (plain.file_write, plain.overwrite):
        assert writer(tmp_path / "plain", block, 3) > 0.0
        assert (tmp_path / "plain").read_bytes() == bytes(range(100)) * 3
    assert plain.h5py_append(tmp_path / "plain.h5", np.arange(4.0), np.zeros(5), 3) > 0.0


def test_sides_take_turns_and_the_ratio_is_of_the_rounds():
    seconds = iter([9.0, 9.0, 1.0, 4.0, 2.0, 4.0, 1.0, 5.0])
    rounds = in_turn(lambda: next(seconds), lambda: next(seconds), 3)
    assert rounds == [(1.0, 4.0), (2.0, 4.0), (1.0, 5.0)]
    said = {"name": "x", "what": "shots", "plain": "numpy", "amount": 10.0, "unit": "shots"}
    fast = measured(rounds, faster_is_more=True, goal=2.5, **said)
    assert (fast.ratio, fast.ratio_low, fast.ratio_high, fast.is_met) == (4.0, 2.0, 5.0, True)
    cheap = measured(rounds, faster_is_more=False, goal=0.2, **said)
    assert (cheap.ratio, cheap.is_met) == (0.25, False)
    assert isinstance(cheap, Measured)
    assert cheap.rate == 10.0
    assert fast.sentence == "shots is 4.00 times as fast as numpy"
    assert cheap.sentence == "shots takes 0.25 times as long as numpy"


def test_the_command_tells_every_ratio_and_leaves_no_file(tmp_path):
    told = CliRunner().invoke(app, ["bench", "--quick", "--json", "--folder", str(tmp_path)])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert set(answer["ratios"]) == RATIOS
    assert all(ratio > 0.0 for ratio in answer["ratios"].values())
    assert answer["keeps_up_with_khz"] > 0.0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_refused(tmp_path):
    told = CliRunner().invoke(app, ["bench", "--folder", str(tmp_path / "none")])
    assert told.exit_code == 2
    assert "is no folder" in told.stderr
