"""What the README says can be typed, typed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qdlab.app.commands.demo import BENCH, RECIPE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_its_python_runs_beside_a_demonstrations_file(demo_folder: Path) -> None:
    (code,) = _blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=demo_folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "delta_a" in done.stdout


SCAN = "0,-1,0,1,2\n" + "\n".join(f"{nm},0,0.001,-0.004,-0.003" for nm in range(500, 700, 5))
ELSEWHERE = {
    "run": "the demonstration is this run (below), and demo_folder carries it out",
    "reduce": "as the demonstration does; its files are looked at in test_demo.py and test_commands.py",
    "gui": "tests/gui",
}


@pytest.fixture
def checkout(demo_folder: Path, tmp_path: Path) -> Path:
    """A folder with what the README's commands find in a checkout, and a run."""
    (tmp_path / "configs").mkdir()
    for path in (ROOT / "configs").glob("*.toml"):
        shutil.copy(path, tmp_path / "configs")
    os.link(demo_folder / "run.h5", tmp_path / "run.h5")
    (tmp_path / "scan.csv").write_text(f"{SCAN}\nfile info:\nTime units: ps\nZ axis title: dA\n", "utf-8")
    return tmp_path


def _typed() -> list[list[str]]:
    """The words of every qdlab command it shows, after `qdlab`."""
    return [
        shlex.split(line)[1:] for line in "\n".join(_blocks("sh")).splitlines() if line.startswith("qdlab ")
    ]


def test_its_commands_run_as_they_are_written(checkout: Path) -> None:
    typed = _typed()
    assert {"plan", "run", "info", "reduce", "report", "import", "doctor", "gui"} <= {
        words[0] for words in typed
    }
    for words in typed:
        if words[0] in ELSEWHERE or words[:2] == ["report", "run.h5"]:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "qdlab", *words],
            cwd=checkout, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}\n{done.stderr}"


def test_its_run_is_that_of_the_demonstration() -> None:
    (run,) = (words for words in _typed() if words[0] == "run")
    assert [Path(word).stem for word in (run[1], run[3])] == [RECIPE, BENCH]


def test_every_path_it_names_is_there() -> None:
    for path in re.findall(r"`((?:configs|docs|qdlab|drivers|simulators|procedures)/[\w./-]*)`", README):
        assert (ROOT / path).exists(), path


def _numbers(text: str) -> list[list[float]]:
    """The numbers of each row of the table in a text."""
    rows = [line for line in text.splitlines() if line.startswith("│")]
    return [[float(number) for number in re.findall(r"[-+]?\d+\.\d+", row)] for row in rows]


def test_what_it_shows_of_a_demonstration_is_what_one_sees(demo_folder: Path) -> None:
    """To a few thousandths: another processor rounds another last digit."""
    (shown,) = _blocks("text")
    seen = (demo_folder / "stdout.txt").read_text(encoding="utf-8")
    assert len(_numbers(shown)) == 5
    for row, again in zip(_numbers(shown), _numbers(seen), strict=True):
        assert row == pytest.approx(again, abs=5e-3)
