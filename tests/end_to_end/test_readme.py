"""What the README says can be typed, typed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CommandLine = Callable[..., subprocess.CompletedProcess[str]]


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_its_python_runs_beside_a_demonstrations_file(demo_folder: Path) -> None:
    (code,) = _blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=demo_folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "delta_a" in done.stdout


def test_its_commands_are_known(qdlab_command: CommandLine) -> None:
    said = re.findall(r"^qdlab ([a-z]+)", "\n".join(_blocks("sh")), flags=re.MULTILINE)
    assert {"run", "info", "reduce", "import", "doctor"} <= set(said)
    for command in set(said):
        assert qdlab_command(command, "--help").returncode == 0, command


def test_its_run_is_planned_as_written(
    qdlab_command: CommandLine,
) -> None:
    line = next(
        line for block in _blocks("sh") for line in block.splitlines() if line.startswith("qdlab run")
    )
    recipe, bench = re.findall(r"configs/\S+\.toml", line)
    told = qdlab_command("plan", ROOT / recipe, "--bench", ROOT / bench)
    assert told.returncode == 0, told.stderr


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
