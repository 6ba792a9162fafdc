"""The page on how to add a driver is followed to the letter: its files are written, tested and used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-driver.md"
BLOCK = re.compile(r"^```\w+\n# (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file on the page, by the name in its first line."""
    package = tmp_path_factory.mktemp("acme")
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        (package / name).write_text(text, encoding="utf-8")
    return package


def carry_out(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the package, which it finds as if it were installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=package,
        env=os.environ | {"PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


def test_the_page_shows_all_the_files_of_a_driver(package: Path) -> None:
    assert {path.name for path in package.iterdir()} == {
        "acme_slide.py", "acme_slide_wire.py", "test_acme_slide.py", "pyproject.toml", "bench.toml",
    }  # fmt: skip


def test_its_tests_pass(package: Path) -> None:
    done = carry_out(
        package, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_acme_slide.py"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 20, "the contract did not run"


def test_its_tests_fail_if_the_driver_is_wrong(package: Path, tmp_path: Path) -> None:
    for path in package.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        spoilt = text.replace('reply == b"1"', 'reply == b"0"') if path.stem == "acme_slide" else text
        (tmp_path / path.name).write_text(spoilt, encoding="utf-8")
    done = carry_out(tmp_path, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "test_acme_slide.py")
    assert done.returncode == 1, done.stdout + done.stderr


def test_a_bench_finds_it_by_its_name(package: Path) -> None:
    install(package)
    bench = (ROOT / "configs" / "paper_sim.toml").read_text(encoding="utf-8")
    stage = bench[bench.index("[instruments.delay_stage]") : bench.index("[instruments.chopper]")]
    path = package / "whole_bench.toml"
    ours = (package / "bench.toml").read_text(encoding="utf-8")
    path.write_text(bench.replace(stage, f"{ours}\n"), encoding="utf-8")
    command = ["qdlab", "doctor", "--bench", path.name]
    done = carry_out(package, "-c", f"import sys, qdlab.app; sys.argv = {command}; qdlab.app.main()")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Acme SLIDE 3" in done.stdout


def install(package: Path) -> None:
    """Leave beside the package what pip would: its name and its entry points."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = package / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    name_and_version = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(name_and_version, encoding="utf-8")
    groups = project["entry-points"].items()
    lines = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in points.items()) for group, points in groups]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
