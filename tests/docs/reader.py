"""A reader who does what a page says: saves its files, types its commands, runs its Python.

A ```toml or ```python block that begins with `# name.ext` is saved under that name; other ```python blocks
are run; every line of a ```sh block is run and must succeed, or be refused where the block says ```sh fails.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(sh|sh fails|python|toml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"# (\S+\.\w+)\n")
PATIENCE_S = 300.0
REFUSED = 2


def carry_out(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder whose modules it finds as if they were installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def save(page: Path, folder: Path) -> None:
    """Save the files a page shows, and make known what its pyproject.toml registers."""
    for _, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if named := NAME.match(text):
            (folder / named[1]).write_text(text, encoding="utf-8")
    if (folder / "pyproject.toml").exists():
        install(folder)


def follow(page: Path, folder: Path) -> str:
    """Do what a page says, in a folder; return all that was printed."""
    save(page, folder)
    said = ""
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        for arguments in _commands(kind, text):
            done = carry_out(folder, *arguments)
            wanted = REFUSED if kind == "sh fails" else 0
            assert done.returncode == wanted, f"{page.name}: {arguments}\n{done.stdout}{done.stderr}"
            said += done.stdout + done.stderr
    return said


def _commands(kind: str, text: str) -> list[list[str]]:
    """Return what Python is to be called with for a block."""
    if kind == "toml" or NAME.match(text):
        return []
    if kind == "python":
        return [["-c", text]]
    lines = (shlex.split(line, comments=True) for line in text.splitlines())
    return [["-m", *line] for line in lines if line]


def install(package: Path) -> None:
    """Leave beside a package what pip would: its name and its entry points."""
    file = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    project, modules = file["project"], file["tool"]["setuptools"]["py-modules"]
    assert all((package / f"{module}.py").is_file() for module in modules)
    about = package / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(exist_ok=True)
    name_and_version = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(name_and_version, encoding="utf-8")
    groups = project["entry-points"].items()
    named = {point.partition(":")[0] for _, points in groups for point in points.values()}
    assert named == set(modules), "pip would leave a module behind"
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in points.items()) for group, points in groups]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
