"""Commands through the real command line: what they say, what they leave, how they exit."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr

import qdlab
from qdlab.app.config import find_config

CommandLine = Callable[..., subprocess.CompletedProcess[str]]

SHORT = """
procedure = "GainThresholdMap"
[steady_state]
n_scans = 20
[voltammetry]
n_cycles = 1
step_v = 0.1
steps_per_spectrum = 4
[charging]
potentials_v = [-0.3, -1.5]
[transient_absorption]
excitons_per_dot = [0.5, 3.0]
delays_ps = [-3, 5, 2500]
time_zero_delays_ps = [-1.0, -0.5, 0.0, 0.5, 1.0]
n_shots = 20
n_dark_shots = 20
[reduction]
n_bootstrap = 321
"""


@pytest.fixture(scope="module")
def short_run(qdlab_command: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a short run, not to be changed."""
    folder = tmp_path_factory.mktemp("short")
    recipe, out = folder / "short.toml", folder / "short.h5"
    recipe.write_text(SHORT, encoding="utf-8")
    ran = qdlab_command("run", recipe, "--bench", find_config("paper_sim"), "--out", out)
    assert ran.returncode == 0, ran.stderr
    return out


@pytest.fixture
def own_run(short_run: Path, tmp_path: Path) -> Path:
    """A copy of its own for a test that changes it."""
    return Path(shutil.copy(short_run, tmp_path))


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["demo", "--help"], ["import", "--help"]]
)
def test_help_can_be_followed(qdlab_command: CommandLine, arguments: list[str]) -> None:
    said = qdlab_command(*arguments)
    assert said.returncode == 0
    assert "Usage: qdlab" in said.stdout
    if arguments == ["--help"]:
        for command in ("demo", "run", "reduce", "info", "import"):
            assert command in said.stdout


def test_version(qdlab_command: CommandLine) -> None:
    assert qdlab_command("--version").stdout.strip() == f"qdlab {qdlab.__version__}"


def test_a_log_holds_the_bytes_on_every_line(qdlab_command: CommandLine, tmp_path: Path) -> None:
    log = tmp_path / "bench.log"
    examined = qdlab_command("--log", log, "doctor", "--bench", "paper_wires")
    assert examined.returncode == 0, examined.stderr
    text = log.read_text(encoding="utf-8")
    assert r"delay_stage: sim:// WRITE b'1ST\r'" in text
    assert r"chopper: sim:// READ " in text
    refused = qdlab_command("--log", tmp_path / "nowhere" / "bench.log", "info", "run.h5")
    assert refused.returncode == 2
    assert "No such file or directory" in refused.stderr


def test_a_plan_is_told_and_kept(
    qdlab_command: CommandLine, recipe: Path, short_run: Path, tmp_path: Path
) -> None:
    told = qdlab_command("plan", recipe, "--bench", "paper_sim")
    assert told.returncode == 0, told.stderr
    assert "19 points" in told.stdout  # 12 in the map, 5 about time zero, 2 dark
    assert "charging the film at -1.500 V" in told.stdout
    assert list(tmp_path.iterdir()) == [recipe]
    minutes, seconds = re.search(r"0:(\d\d):(\d\d)", told.stdout).groups()  # type: ignore[union-attr]
    with qdlab.open(short_run) as run:
        begin, end = (datetime.fromisoformat(run.attrs[key]) for key in ("start_time", "end_time"))
    assert (end - begin).total_seconds() == pytest.approx(60 * int(minutes) + int(seconds), rel=0.02)


def test_a_short_run_from_recipe_to_results(
    qdlab_command: CommandLine, own_run: Path, tmp_path: Path
) -> None:
    out = own_run
    told = qdlab_command("info", out)
    assert told.returncode == 0, told.stderr
    assert "finished" in told.stdout
    assert "time_zero" in told.stdout
    reduced = qdlab_command("reduce", out)
    assert reduced.returncode == 0, reduced.stderr
    assert (tmp_path / "short-results" / "results.json").is_file()
    refused = qdlab_command("reduce", out)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    again = qdlab_command("reduce", out, "--again")
    assert again.returncode == 0, again.stderr
    assert "repeated to the last digit" in again.stdout
    chosen = tmp_path / "mine.toml"
    chosen.write_text("gain_delay_ps = 6.0\n", encoding="utf-8")
    other = qdlab_command("report", out, "--choices", chosen)
    assert other.returncode == 2
    assert "results.json holds other numbers: of another run, or with other choices" in other.stderr
    same = qdlab_command("report", out)
    assert same.returncode == 0, same.stderr
    assert (tmp_path / "short-results" / "report.html").is_file()


def test_numbers_that_differ_from_those_in_the_file_are_told(
    qdlab_command: CommandLine, own_run: Path, tmp_path: Path
) -> None:
    out = own_run
    nothing = qdlab_command("reduce", out, "--again")
    assert nothing.returncode == 2
    assert "no reduction is kept in it" in nothing.stderr
    chosen = tmp_path / "mine.toml"
    chosen.write_text("gain_delay_ps = 6.0\n", encoding="utf-8")
    assert qdlab_command("reduce", out, "--choices", chosen).returncode == 0
    with qdlab.open(out) as run:
        kept = run["results/reduction"].attrs
    assert kept["choices"]["gain_delay_ps"] == 6.0
    results = json.loads((tmp_path / "short-results" / "results.json").read_text(encoding="utf-8"))
    assert results["digest"] == kept["digest"]
    with h5py.File(out, "r+") as file:
        digest = file["entry/results/reduction/digest"]
        digest[()] = json.dumps("0" * 64)
    differs = qdlab_command("reduce", out, "--again")
    assert differs.returncode == 1
    assert "the numbers are not those kept in it" in differs.stderr


def test_a_wrong_choice_is_told_with_its_file(
    qdlab_command: CommandLine, recipe: Path, tmp_path: Path
) -> None:
    chosen = tmp_path / "mine.toml"
    chosen.write_text("[reduction]\ngain_delay_fs = 6.0\n", encoding="utf-8")
    refused = qdlab_command("report", recipe, "--choices", chosen)
    assert refused.returncode == 2
    assert (
        "mine.toml: reduction.gain_delay_fs: there is no such key; did you mean gain_delay_ps?"
        in refused.stderr
    )


def test_the_choices_of_a_recipe_reach_its_reduction(
    qdlab_command: CommandLine, own_run: Path, tmp_path: Path
) -> None:
    assert qdlab_command("reduce", own_run, "--out", tmp_path / "results").returncode == 0
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["choices"]["n_bootstrap"] == 321
    assert results["choices"]["band_nm"] == [606.0, 630.0]


def _helios_csv(line_end: str) -> str:
    """A chirped coherent artefact and a decaying bleach, as Surface Xplorer would export them."""
    delays_ps = np.concatenate([np.arange(-2.0, 2.0, 0.05), np.geomspace(2.0, 1000.0, 20)])
    rows = [",".join(["0.00000E+0", *(f"{delay:.5E}" for delay in delays_ps)])]
    for wavelength_nm in np.linspace(500.0, 700.0, 41):
        since_ps = delays_ps - 0.3 * (wavelength_nm - 600.0) / 100.0
        artefact = 2e-3 * np.exp(-((since_ps / 0.1) ** 2) / 2.0)
        bleach = -1e-3 * np.exp(-np.abs(since_ps) / 300.0) * ndtr(since_ps / 0.1)
        rows.append(",".join([f"{wavelength_nm:.5E}", *(f"{value:.5E}" for value in artefact + bleach)]))
    footer = ["file info:Date: July 22, 2009", "Sample: ", "Pump wavelength (nm): 400", "Time units: ps"]
    return line_end.join([*rows, *footer])


@pytest.mark.parametrize("line_end", ["\n", "\r"])
def test_another_programs_scan_is_the_same_with_any_line_end(
    qdlab_command: CommandLine, tmp_path: Path, line_end: str
) -> None:
    scans = []
    for name, end in (("a", "\r\n"), ("b", line_end)):
        scan, out = tmp_path / f"{name}.csv", tmp_path / f"{name}.h5"
        scan.write_bytes(_helios_csv(end).encode())
        brought = qdlab_command("import", scan, "-o", out)
        assert brought.returncode == 0, brought.stderr
        with qdlab.open(out) as run:
            scans.append(run["ta"].to_dataset().load())
    xr.testing.assert_equal(*scans)


def test_another_programs_scan_comes_in_and_is_reduced_as_far_as_it_goes(
    qdlab_command: CommandLine, tmp_path: Path
) -> None:
    scan, out = tmp_path / "scan.csv", tmp_path / "scan.h5"
    scan.write_bytes(_helios_csv("\r\n").encode())
    brought = qdlab_command("import", scan, "-o", out)
    assert brought.returncode == 0, brought.stderr
    assert qdlab_command("info", out).returncode == 0
    reduced = qdlab_command("report", out)
    assert reduced.returncode == 0, reduced.stderr
    assert "no threshold" in reduced.stdout
    results = json.loads((tmp_path / "scan-results" / "results.json").read_text(encoding="utf-8"))
    assert results["thresholds"] == []
    t0 = results["chirp"]
    at_650_nm = sum(c * (50.0 / 100.0) ** k for k, c in enumerate(t0["coefficients"])) if t0 else None
    assert t0["centre_nm"] == pytest.approx(600.0, abs=1.0)
    assert at_650_nm == pytest.approx(0.15, abs=0.02)
    figures = {path.stem for path in (tmp_path / "scan-results" / "figures").glob("*.png")}
    assert {"transient_map", "kinetics", "chirp"} <= figures


@pytest.mark.parametrize("text", ["", "0,1,2\n500,nonsense,3\n", "0,1\n500,1,2,3\n", "\x00\x01\x02" * 99])
def test_a_broken_scan_is_told_in_a_line_and_leaves_nothing(
    qdlab_command: CommandLine, tmp_path: Path, text: str
) -> None:
    scan = tmp_path / "scan.csv"
    scan.write_text(text, encoding="utf-8")
    refused = qdlab_command("import", scan, "-o", tmp_path / "scan.h5")
    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "scan.csv" in refused.stderr
    assert list(tmp_path.iterdir()) == [scan]


def test_an_existing_run_file_is_never_overwritten_without_force(
    qdlab_command: CommandLine, recipe: Path, tmp_path: Path
) -> None:
    out = tmp_path / "precious.h5"
    out.write_bytes(b"precious")
    refused = qdlab_command("run", recipe, "--bench", "paper_sim", "--out", out)
    assert refused.returncode == 2
    assert "precious.h5 exists already" in refused.stderr
    assert out.read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["precious.h5", "short.toml"]
    forced = qdlab_command("run", recipe, "--bench", "paper_sim", "--out", out, "--force")
    assert forced.returncode == 0, forced.stderr
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "finished"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[-0.3, -1.5]", "[-0.3, -1.9]"), "potential: -1.9 V is outside -1.6 to 0.2 V"),
        (("potentials_v", "potentials_mv"), "did you mean 'potentials_v'"),
        (("n_cycles = 1", "n_cycles = 0"), "n_cycles = 0: 0 is outside 1 to 1000"),
        (("2500]", "25000]"), "delay: 25000 ps is outside"),
    ],
)
def test_a_bad_recipe_is_refused_and_leaves_nothing(
    qdlab_command: CommandLine, recipe: Path, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    recipe.write_text(SHORT.replace(*change), encoding="utf-8")
    refused = qdlab_command("run", recipe, "--bench", "paper_sim", "--out", tmp_path / "x.h5")
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == [recipe]


def test_missing_files_are_the_users_error(qdlab_command: CommandLine, recipe: Path, tmp_path: Path) -> None:
    for arguments in (
        ("run", "nowhere.toml", "--bench", "paper_sim", "--out", tmp_path / "x.h5"),
        ("run", recipe, "--bench", "nowhere.toml", "--out", tmp_path / "x.h5"),
        ("run", recipe, "--bench", "paper_sim", "--out", tmp_path / "no" / "x.h5"),
        ("reduce", tmp_path / "no.h5"),
        ("info", recipe),
        ("import", tmp_path / "no.csv", "-o", tmp_path / "x.h5"),
    ):
        refused = qdlab_command(*arguments)
        assert refused.returncode == 2, arguments
        assert refused.stderr.startswith("qdlab: "), refused.stderr
    assert list(tmp_path.iterdir()) == [recipe]


def test_a_safety_limit_exits_with_4(qdlab_command: CommandLine, recipe: Path, tmp_path: Path) -> None:
    bench = tmp_path / "strict.toml"
    text = find_config("paper_sim").read_text(encoding="utf-8")
    bench.write_text(text.replace("current_a = 2e-3", "current_a = 1e-7"), encoding="utf-8")
    out = tmp_path / "x.h5"
    ended = qdlab_command("run", recipe, "--bench", bench, "--out", out)
    assert ended.returncode == 4, ended.stderr
    assert "cell current" in ended.stderr
    with qdlab.open(out) as run:
        assert run.attrs["status"] == "failed"
        assert "cell current" in run.attrs["reason"]


@pytest.fixture
def real_time_run(recipe: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A run in real time, which lasts minutes, as soon as its file is there; and the file."""
    bench = tmp_path / "real_time.toml"
    text = find_config("paper_sim").read_text(encoding="utf-8")
    bench.write_text(text.replace('clock = "virtual"', 'clock = "wall"'), encoding="utf-8")
    out = tmp_path / "x.h5"
    command = [sys.executable, "-m", "qdlab", "run", recipe, "--bench", bench, "--out", out]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, encoding="utf-8") as process:
        while not out.exists() and process.poll() is None:
            threading.Event().wait(0.01)
        yield process, out
        process.kill()


RealTimeRun = tuple[subprocess.Popen[str], Path]


def test_a_killed_run_has_died_and_its_file_opens(
    real_time_run: RealTimeRun, qdlab_command: CommandLine
) -> None:
    process, out = real_time_run
    assert "running" in qdlab_command("info", out).stdout
    process.kill()
    process.communicate(timeout=60)
    told = qdlab_command("info", out)
    assert told.returncode == 0
    assert "died" in told.stdout
    reduced = qdlab_command("reduce", out)
    assert reduced.returncode == 0, reduced.stderr
    assert "note:" in reduced.stdout
