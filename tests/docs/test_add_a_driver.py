"""The page on how to add a driver is followed to the letter: its files are written, tested and used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reader import DOCS, ROOT, carry_out, save

FILES = {"acme_slide.py", "acme_slide_wire.py", "test_acme_slide.py", "pyproject.toml", "delay_stage.toml"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file on the page, by the name in its first line."""
    package = tmp_path_factory.mktemp("acme")
    save(DOCS / "how-to" / "add-a-driver.md", package)
    return package


def test_the_page_shows_all_the_files_of_a_driver(package: Path) -> None:
    assert {path.name for path in package.iterdir() if path.is_file()} == FILES


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
    bench = (ROOT / "configs" / "paper_sim.toml").read_text(encoding="utf-8")
    stage = bench[bench.index("[instruments.delay_stage]") : bench.index("[instruments.chopper]")]
    path = package / "whole_bench.toml"
    ours = (package / "delay_stage.toml").read_text(encoding="utf-8")
    path.write_text(bench.replace(stage, f"{ours}\n"), encoding="utf-8")
    done = carry_out(package, "-m", "qdlab", "doctor", "--bench", path.name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Acme SLIDE 3" in done.stdout
