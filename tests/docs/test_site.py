"""The documentation builds without a warning, and tells every parameter and command there is."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from qdlab.analysis import Choices

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as its readers get it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", DOCS, folder],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_it_tells_every_parameter_of_every_procedure(site: Path) -> None:
    told = (site / "generated" / "recipes.html").read_text(encoding="utf-8")
    procedures = entry_points(group="qdlab.procedures")
    assert procedures
    for point in procedures:
        assert point.name in told
        for declared in point.load().groups().values():
            assert [name for name in declared if f">{name}<" not in told] == []


def test_it_tells_every_key_of_benches_and_of_reductions(site: Path) -> None:
    benches = (site / "generated" / "benches.html").read_text(encoding="utf-8")
    for group in ("drivers", "simulators"):
        for point in entry_points(group=f"qdlab.{group}"):
            keys = getattr(getattr(point.load(), "Options", None), "model_fields", {})
            assert [key for key in keys if f">{key}<" not in benches and f".{key}]" not in benches] == []
    recipes = (site / "generated" / "recipes.html").read_text(encoding="utf-8")
    assert [key for key in vars(Choices()) if f">{key}<" not in recipes] == []


def test_it_tells_every_command(site: Path) -> None:
    assert (site / "generated" / "command-line.html").is_file()
    told = (DOCS / "generated" / "command-line.md").read_text(encoding="utf-8")
    for command in ("demo", "run", "plan", "reduce", "info", "doctor", "gui"):
        assert f"## `qdlab {command}`" in told


def test_every_page_is_in_the_table_of_contents(site: Path) -> None:
    contents = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.glob("[!g]*/*.md"):
        if page.parent.name != "decisions":
            assert page.relative_to(DOCS).with_suffix(".html").as_posix() in contents, page
