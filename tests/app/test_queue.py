"""A queue of recipes: what it keeps, how it is worked on, and what survives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import qdlab
from qdlab.app.cli import app
from qdlab.app.queue import Job, Queue, add_job, work
from qdlab.errors import InputError, InstrumentError, StoppedError, StorageError

RECIPE = 'procedure = "PumpCalibration"\n[calibration]\ntransmissions = [0.1, 1.0]\nn_power_readings = 2\n'


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "folder" / "queue.sqlite")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture
def three(queue: Queue, recipe: Path, tmp_path: Path) -> Queue:
    for name in "abc":
        add_job(queue, recipe, "paper_sim", tmp_path / f"{name}.h5")
    return queue


def _states(queue: Queue) -> dict[str, str]:
    return {job.out.stem: job.state for job in queue.jobs()}


def _fails(out: str, error: BaseException, done: list[str]) -> Callable[[Job], None]:
    def carry_out(job: Job) -> None:
        done.append(job.out.stem)
        if job.out.stem == out:
            raise error

    return carry_out


def test_an_empty_queue_is_nothing_on_the_disk(queue: Queue) -> None:
    assert queue.jobs() == []
    assert not queue.path.parent.exists()


def test_a_recipe_is_kept_as_it_was_when_it_was_added(three: Queue, recipe: Path) -> None:
    recipe.write_text("nonsense", encoding="utf-8")
    assert [job.recipe for job in Queue(three.path).jobs()] == [RECIPE] * 3


def test_a_job_is_called_what_its_recipe_is_for(queue: Queue, recipe: Path, tmp_path: Path) -> None:
    add_job(queue, recipe, "paper_sim", tmp_path / "a.h5")
    recipe.write_text(f'{RECIPE}[run]\ntitle = "Pump, before the night"\n', encoding="utf-8")
    add_job(queue, recipe, "paper_sim", tmp_path / "b.h5")
    assert [job.title for job in queue.jobs()] == ["short.toml", "Pump, before the night"]
    listed = CliRunner().invoke(app, ["queue", "list", "--queue", str(queue.path)], env={"COLUMNS": "200"})
    assert "Pump, before the night" in listed.stdout


def test_a_bad_recipe_is_refused_with_all_its_problems(queue: Queue, recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(RECIPE.replace("0.1", "-0.1").replace("= 2", "= 0"), encoding="utf-8")
    with pytest.raises(
        InputError,
        match=r"(?s)short\.toml: calibration\.transmissions .* is outside 0 to 1.*n_power_readings = 0",
    ):
        add_job(queue, recipe, "paper_sim", tmp_path / "a.h5")
    assert queue.jobs() == []


def test_two_jobs_never_write_one_file(three: Queue, recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.h5: job 1 writes this file already"):
        add_job(three, recipe, "paper_sim", tmp_path / "a.h5")
    (tmp_path / "d.h5").touch()
    with pytest.raises(InputError, match=r"d\.h5 exists already"):
        add_job(three, recipe, "paper_sim", tmp_path / "d.h5")


@pytest.mark.parametrize(
    ("number", "place", "order"), [(3, 1, [3, 1, 2]), (1, 2, [2, 1, 3]), (2, 9, [1, 3, 2]), (1, 1, [1, 2, 3])]
)
def test_jobs_change_places(three: Queue, number: int, place: int, order: list[int]) -> None:
    three.move(number, place)
    assert [job.number for job in three.jobs()] == order


def test_a_removed_job_is_gone_and_its_number_with_it(three: Queue, recipe: Path, tmp_path: Path) -> None:
    three.remove(3)
    assert add_job(three, recipe, "paper_sim", tmp_path / "d.h5").number == 4
    with pytest.raises(InputError, match="there is no job 3"):
        three.remove(3)


def test_jobs_run_in_order_and_are_noted(three: Queue) -> None:
    done: list[str] = []
    ended = work(three, _fails("", ValueError(), done), "stop")
    assert done == ["a", "b", "c"]
    assert [item.failure for item in ended] == [None] * 3
    assert set(_states(three).values()) == {"finished"}


@pytest.mark.parametrize(
    ("on_failure", "states"),
    [
        ("stop", {"a": "finished", "b": "failed", "c": "waiting"}),
        ("skip", {"a": "finished", "b": "failed", "c": "finished"}),
    ],
)
def test_a_failed_job_stops_the_queue_or_is_skipped(
    three: Queue, on_failure: str, states: dict[str, str]
) -> None:
    error = InstrumentError("lamp: gone")
    ended = work(three, _fails("b", error, []), on_failure)  # type: ignore[arg-type]
    assert _states(three) == states
    assert ended[1].failure is error
    assert three.job(2).reason == "lamp: gone"


@pytest.mark.parametrize("error", [StoppedError("Ctrl-C"), KeyboardInterrupt("Ctrl-C")])
def test_a_stop_ends_the_queue_whatever_was_said_of_failures(three: Queue, error: BaseException) -> None:
    with pytest.raises(type(error), match="Ctrl-C"):
        work(three, _fails("a", error, []), "skip")
    assert _states(three) == {"a": "stopped", "b": "waiting", "c": "waiting"}
    three.retry(1)
    assert three.job(1).state == "waiting"


def test_a_finished_job_is_not_tried_again(three: Queue) -> None:
    work(three, _fails("", ValueError(), []), "stop")
    with pytest.raises(InputError, match="job 1 is finished"):
        three.retry(1)


def test_a_job_that_waits_has_nothing_to_be_tried_again(three: Queue) -> None:
    with pytest.raises(InputError, match="job 1 waits already"):
        three.retry(1)


def test_only_one_program_works_on_a_queue(three: Queue) -> None:
    assert not three.is_worked_on
    with three.worked_on():
        assert three.is_worked_on
        with pytest.raises(InputError, match="another program works on this queue"):
            work(three, _fails("", ValueError(), []), "stop")
        assert len(three.jobs()) == 3
    assert not three.is_worked_on


KILLED_AT_WORK = """
import os, sys
from pathlib import Path
from qdlab.app.queue import Queue, work
work(Queue(Path(sys.argv[1])), lambda job: os._exit(9), "stop")
"""


def test_what_a_killed_worker_had_begun_waits_again(three: Queue) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_WORK, str(three.path)], check=False)
    assert killed.returncode == 9
    assert _states(three) == {"a": "running", "b": "waiting", "c": "waiting"}
    with pytest.raises(InputError, match="job 1 runs"):
        three.remove(1)
    done: list[str] = []
    work(three, _fails("", ValueError(), done), "stop")
    assert done == ["a", "b", "c"]


def test_a_file_that_is_no_queue_is_told(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    path.write_bytes(b"something else" * 100)
    with pytest.raises(StorageError, match=r"queue\.sqlite: the queue cannot be used: "):
        Queue(path).jobs()


def test_the_command_line_adds_lists_runs_and_removes(
    queue: Queue, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDLAB_QUEUE", str(queue.path))

    def command(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["queue", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "the queue is empty" in command("list")
    for _ in range(2):
        command("add", str(recipe), "--bench", "paper_sim")
    assert [job.out.name for job in queue.jobs()] == ["short-1.h5", "short-2.h5"]
    command("move", "2", "1")
    command("remove", "1")
    assert "1 finished, 0 failed, 0 waiting" in command("run")
    assert "finished" in command("list")
    with qdlab.open(tmp_path / "short-2.h5") as run:
        assert run.attrs["status"] == "finished"


def test_the_exit_code_is_that_of_the_first_failure(queue: Queue, recipe: Path, tmp_path: Path) -> None:
    add_job(queue, recipe, "paper_sim", tmp_path / "a.h5")
    add_job(queue, recipe, "paper_sim", tmp_path / "b.h5")
    (tmp_path / "a.h5").touch()
    result = CliRunner().invoke(app, ["queue", "run", "--on-failure", "skip", "--queue", str(queue.path)])
    assert result.exit_code == 2
    assert "job 1 failed" in result.stdout
    assert _states(queue) == {"a": "failed", "b": "finished"}
