"""`qdlab import` and `qdlab export` as a person types them."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
from format_cases import EXPORT, IMPORT, write_run
from typer.testing import CliRunner

from qdlab.app.cli import app

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "import-and-export.md"


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_an_import_asks_for_units_in_words_and_then_works(tmp_path: Path) -> None:
    source, out = tmp_path / "map.ascii", tmp_path / "out.h5"
    source.write_text("a\nb\nTime explicit\nIntervalnr 2\n-500 1000\n600 0.5 -1\n")
    code, said = run("import", source, "-o", out)
    assert code == 2
    assert "give --time-unit, one of fs, ps" in said
    assert not out.exists()
    code, said = run("import", source, "-o", out, "--time-unit", "fs", "--da-unit", "mOD")
    assert (code, "read as: glotaran-ascii" in said) == (0, True)
    code, said = run("export", out, "-o", tmp_path / "back.csv", "--format", "csv")
    assert code == 0
    rows = (tmp_path / "back.csv").read_text().splitlines()[-2:]
    assert rows == ["-0.5,600.0,0.0005,", "1.0,600.0,-0.001,"]


def test_an_export_says_what_it_leaves_out(tmp_path: Path) -> None:
    delta_a = write_run(tmp_path / "run.h5", (-0.3, -1.2), (1.23456789e12, 3e13))
    wanted = ("export", tmp_path / "run.h5", "-o", tmp_path / "map.SIA", "--format", "pascher-sia")
    code, said = run(*wanted)
    assert (code, "say which one with --potential, in V: -0.3, -1.2" in said) == (2, True)
    code, said = run(*wanted, "--potential", "-1.2", "--fluence", "1.23457e12")
    assert code == 0
    assert "note: pascher-sia has no place for errors: they are left out" in said
    np.testing.assert_array_equal(IMPORT["pascher-sia"].read(tmp_path / "map.SIA").delta_a, delta_a[1, 0])


@pytest.mark.parametrize("group", ["qdlab.formats", "qdlab.export_formats"])
def test_every_format_is_registered_under_its_own_name(group: str) -> None:
    assert all(point.load().name == point.name for point in entry_points(group=group))


def test_the_page_names_every_format_and_what_it_is_good_for() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", HOW_TO.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = dict(rows)
    assert sorted(told) == sorted(IMPORT)
    assert sorted(name for name, row in told.items() if "in, out" in row) == sorted(EXPORT)
