"""What the pages say can be typed is typed, page after page as a reader goes, on the simulated bench.

A ```toml or ```python block that begins with `# name.ext` is saved under that name; other ```python blocks
are run; every line of a ```sh block is run and must succeed, or fail where the block says ```sh fails.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = ("tutorial/first-run.md", "tutorial/look-at-the-file.md", "tutorial/own-recipe.md")
BLOCK = re.compile(r"^```(sh|sh fails|python|toml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"# (\S+\.\w+)\n")
PATIENCE_S = 300.0


def carry_out(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def follow(page: Path, folder: Path) -> str:
    """Do what a page says, in a folder; return all that was printed."""
    said = ""
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if named := NAME.match(text):
            (folder / named[1]).write_text(text, encoding="utf-8")
            continue
        if kind == "toml":
            continue
        commands = [["-c", text]] if kind == "python" else [words(line) for line in text.splitlines() if line]
        for arguments in commands:
            done = carry_out(folder, arguments)
            assert (done.returncode == 2) == (kind == "sh fails"), f"{arguments}\n{done.stdout}{done.stderr}"
            assert done.returncode in (0, 2), f"{arguments}\n{done.stdout}{done.stderr}"
            said += done.stdout + done.stderr
    return said


def words(line: str) -> list[str]:
    """Return what Python is to be called with for a line of shell."""
    command, *arguments = shlex.split(line, comments=True)
    assert command == "qdlab", line
    return ["-m", "qdlab", *arguments]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole tutorial: later pages use what earlier ones left."""
    return tmp_path_factory.mktemp("reader")


def test_the_tutorial_can_be_followed(folder: Path) -> None:
    said = [follow(DOCS / page, folder) for page in TUTORIAL]
    assert "N_gain" in said[0]
    assert "raw shots:" in said[1]
    assert "transient_absorption.n_shot: " in said[2]
    assert (folder / "mine-results" / "report.html").is_file()
