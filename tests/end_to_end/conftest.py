"""The real command line in its own process, and one demonstration that several tests look at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CommandLine = Callable[..., subprocess.CompletedProcess[str]]


def command_line(*arguments: str | Path, timeout_s: float = 300.0) -> subprocess.CompletedProcess[str]:
    """Run `qdlab` with these arguments in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "qdlab", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )


@pytest.fixture(scope="session")
def qdlab_command() -> CommandLine:
    return command_line


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a demonstration left behind."""
    folder = tmp_path_factory.mktemp("demo") / "results"
    done = command_line("demo", "--out", folder)
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout, encoding="utf-8")
    return folder
