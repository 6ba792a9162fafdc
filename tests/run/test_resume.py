"""A run that was cut off, resumed: what is kept, what is measured, under which conditions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import resuming
from resuming import RECIPE, records, run_to_the_end, same, small_bench
from typer.testing import CliRunner

import qdlab
from qdlab.app.cli import app
from qdlab.app.config import recipe_from
from qdlab.app.queue import Queue, carry_out_job, work
from qdlab.app.runs import resume
from qdlab.errors import InputError, InstrumentError, StoppedError
from qdlab.plan import (
    HoldPotential,
    MoveDelay,
    Plan,
    ReadPower,
    RunChopper,
    SelectSample,
    SetFluence,
    SetLight,
    Slot,
    Step,
    TakeShots,
    slots_of,
)
from qdlab.run import Event, StepStarted, StopToken, ignore
from qdlab.run._remaining import remaining
from qdlab.testing.faults import Fault


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "run.h5"
    run_to_the_end(path)
    return path


def _failed_at(call: int, path: Path) -> Path:
    with pytest.raises(InstrumentError, match="gone"):
        run_to_the_end(path, Fault(call, lambda: InstrumentError("gone")))
    return path


def _resumed(path: Path) -> list[Step]:
    steps: list[Step] = []

    def tell(event: Event) -> None:
        if isinstance(event, StepStarted):
            steps.append(event.step)

    resume(path, stop=StopToken(), tell=tell)
    return steps


@pytest.mark.parametrize("call", [150, 860])
def test_a_killed_run_keeps_what_was_done_and_measures_the_rest(
    call: int, uninterrupted: Path, tmp_path: Path
) -> None:
    path, before = tmp_path / "run.h5", tmp_path / "before.h5"
    killed = subprocess.run([sys.executable, resuming.__file__, path, str(call)], check=False)
    assert killed.returncode != 0
    shutil.copy(path, before)
    kept, whole = records(before), records(uninterrupted)
    assert 0 < len(kept) < len(whole)
    done = CliRunner().invoke(app, ["run", "--resume", str(path)])
    assert done.exit_code == 0, done.output
    final = records(path)
    assert final.keys() == whole.keys()
    swept = {key for key in kept if key[0].startswith("cv")} if ("cv", ()) not in kept else set()
    for key in kept.keys() - swept:
        assert same(final[key], kept[key]), key
        assert same(final[key], whole[key]), key
    _assert_alike(final, whole)


def _assert_alike(final: dict[Any, Any], whole: dict[Any, Any]) -> None:
    """Hold what was measured later against the uninterrupted run: the same, within the noise."""
    pulls = []
    for key, there in whole.items():
        here = final[key]
        if "shots" not in there or "delta_a" not in there:
            continue
        assert here["position_mm"] == there["position_mm"]
        assert here["measured_potential_v"] == pytest.approx(there["measured_potential_v"], abs=1e-3)
        assert set(np.diff(here["pump_on"].astype(int)).tolist()) == {-1, 1}
        if not same(here, there):
            error = np.hypot(here["delta_a_error"], there["delta_a_error"])
            pulls.append((here["delta_a"] - there["delta_a"]) / error)
    assert np.square(pulls).mean() == pytest.approx(1.0, abs=0.5)


def test_time_goes_on_and_noise_is_not_that_of_the_beginning(uninterrupted: Path, tmp_path: Path) -> None:
    path = _failed_at(800, tmp_path / "run.h5")
    before = records(path)
    latest_s = max(float(np.max(item["time_s"])) for item in before.values())
    _resumed(path)
    after = {key: item for key, item in records(path).items() if key not in before}
    assert min(float(np.min(item["time_s"])) for item in after.values()) > latest_s
    noise = [item["shots"][0] for item in (*before.values(), *after.values()) if "delta_a" in item]
    assert len({shot.tobytes() for shot in noise}) == len(noise)


def test_conditions_are_set_again_before_the_first_missing_point(tmp_path: Path) -> None:
    path = _failed_at(860, tmp_path / "run.h5")
    missing = min(key for key in records_missing(path) if key[0] == "ta")
    steps = _resumed(path)
    first = next(k for k, step in enumerate(steps) if Slot(*missing) in slots_of(step))
    again = steps[:first]
    kinds = [type(step) for step in again]
    assert kinds[:3] == [SelectSample, HoldPotential, RunChopper]
    assert [step.potential_v for step in again if isinstance(step, HoldPotential)] == [-1.5]
    assert sum(isinstance(step, TakeShots) for step in again) == 9  # the scan about time zero
    assert kinds[-6:] == [SetFluence, SetLight, ReadPower, SetLight, MoveDelay][-6:] or kinds[-5:] == [
        SetFluence, SetLight, ReadPower, SetLight, MoveDelay,
    ]  # fmt: skip
    assert again[-2] == SetLight(frozenset({"pump", "probe"}))


def records_missing(path: Path) -> set[tuple[str, tuple[int, ...]]]:
    with qdlab.open(path) as run:
        return {
            (name, tuple(index))
            for name, stream in run.children.items()
            if "done" in stream
            for index in np.argwhere(~stream["done"].to_numpy()).tolist()
        }


def test_a_sweep_cut_off_in_the_middle_is_measured_as_a_whole(tmp_path: Path) -> None:
    path = _failed_at(120, tmp_path / "run.h5")
    assert 0 < sum(key[0] == "cv_pl" for key in records(path)) < 12
    _resumed(path)
    final = records(path)
    times_s = [float(final["cv_absorption", (k,)]["time_s"][0]) for k in range(12)]
    assert times_s == sorted(times_s)
    assert final["cv", ()]["time_s"][0] - times_s[0] == pytest.approx(2.5, abs=0.1)
    with qdlab.open(path) as run:
        assert "cut off after" in run.attrs["log"]


def test_only_what_is_damaged_is_measured_again(uninterrupted: Path, tmp_path: Path) -> None:
    plan = recipe_from(RECIPE, "small").experiment.plan(small_bench().bench.describe())
    hole = Slot("ta", (0, 1, 2))
    steps = list(remaining(plan, _AllBut(plan, hole), lambda *_: None))
    assert [step for step in steps if hole in slots_of(step)] == [steps[-1]]
    assert steps[-2] == MoveDelay(5.0)
    assert next(step for step in steps if isinstance(step, HoldPotential)).potential_v == -0.3


class _AllBut:
    """A file in which one record is missing."""

    def __init__(self, plan: Plan, hole: Slot) -> None:
        self._hole = hole
        self.n_done = sum(stream.n_records for stream in plan.streams) - 1

    def is_done(self, slot: Slot) -> bool:
        return slot != self._hole

    def read(self, slot: Slot) -> Any:
        return None

    def discard(self, slots: Any) -> None: ...


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    path, stop = tmp_path / "run.h5", StopToken()
    _failed_at(300, path)

    def stop_soon(event: Event) -> None:
        if isinstance(event, StepStarted) and event.index == 20:
            stop.request("lunch")

    with pytest.raises(StoppedError, match="lunch"):
        resume(path, stop=stop, tell=stop_soon)
    resume(path, stop=StopToken(), tell=ignore)
    with qdlab.open(path) as run:
        assert run.attrs["status"] == "finished"
        assert "lunch" in run.attrs["log"]


def test_what_cannot_be_resumed_is_refused_before_anything_is_opened(
    uninterrupted: Path, tmp_path: Path
) -> None:
    before = uninterrupted.read_bytes()
    with pytest.raises(InputError, match="the run is finished; only one that stopped, failed or died"):
        resume(uninterrupted, stop=StopToken(), tell=ignore)
    assert uninterrupted.read_bytes() == before
    with pytest.raises(InputError, match="there is no such file"):
        resume(tmp_path / "none.h5", stop=StopToken(), tell=ignore)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume", "x.h5", "quick"], "--resume stands alone"),
        (["quick"], "--bench and --out are missing"),
    ],
)
def test_the_command_line_says_what_goes_together(arguments: list[str], message: str) -> None:
    refused = CliRunner().invoke(app, ["run", *arguments])
    assert refused.exit_code == 2
    assert message in refused.output


def test_a_job_of_a_queue_that_failed_is_resumed_when_it_is_retried(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.sqlite")
    job = queue.add("small.toml", "", "paper_sim", tmp_path / "run.h5")
    queue.take()
    queue.begin(job)
    _failed_at(500, job.out)
    queue.end(job, "failed", "gone")
    queue.retry(job.number)
    work(queue, lambda job: carry_out_job(queue, job, stop=StopToken(), tell=ignore), "stop")
    assert queue.job(job.number).state == "finished"


def test_a_job_whose_run_was_resumed_by_hand_is_finished(uninterrupted: Path, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "queue.sqlite")
    job = queue.add("small.toml", "", "paper_sim", uninterrupted)
    queue.take()
    queue.begin(job)
    queue.end(job, "failed", "gone")
    queue.retry(job.number)
    before = uninterrupted.read_bytes()
    work(queue, lambda job: carry_out_job(queue, job, stop=StopToken(), tell=ignore), "stop")
    assert queue.job(job.number).state == "finished"
    assert uninterrupted.read_bytes() == before
