"""Damaged and partial runs through `qdlab report`: what can be had is shown, what is missing is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from rich.console import Console

from qdlab.analysis import summary
from qdlab.analysis.figures import figures
from qdlab.app.commands.report import report
from qdlab.app.report import _files
from qdlab.app.report._contents import document_of
from qdlab.app.results import reduce_file

CommandLine = Callable[..., Any]

RECIPE = """
procedure = "GainThresholdMap"
[steady_state]
n_scans = 20
[voltammetry]
n_cycles = 1
step_v = 0.05
steps_per_spectrum = 4
[charging]
potentials_v = [-0.3, -1.2, -1.5]
[transient_absorption]
excitons_per_dot = [0.5, 1.2, 3.0, 6.0]
delays_ps = [-3, 5, 8, 300, 2500]
time_zero_delays_ps = ["-1.2 to 1.2 step 0.1"]
n_shots = 20
n_dark_shots = 20
[reduction]
n_bootstrap = 100
"""


@dataclass
class Told:
    """What a report said on the screen, in results.json and on its page."""

    said: str
    results: dict[str, Any]
    page: str
    figures: set[str]

    @property
    def notes(self) -> str:
        return "\n".join(self.results["notes"])


@pytest.fixture(scope="module")
def whole(qdlab_command: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    recipe, file = folder / "small.toml", folder / "small.h5"
    recipe.write_text(RECIPE, encoding="utf-8")
    done = qdlab_command("run", recipe, "--bench", "paper_sim", "--out", file)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def reported(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[h5py.Group], None]], Told]:
    """Report of the run after a damage; no PDF, and coarse pictures where what is drawn may be at fault."""
    monkeypatch.setattr(_files, "FORMATS", ("png",))
    monkeypatch.setattr(_files, "DPI", 40)
    monkeypatch.setattr("qdlab.app.report.pdf_of", lambda *_: b"")

    def reported(damage: Callable[[h5py.Group], None]) -> Told:
        if damage not in DRAWN:
            monkeypatch.setattr("qdlab.app.report.figure_files", lambda name, _: {f"{name}.png": b""})
        file, folder = tmp_path / "run.h5", tmp_path / "results"
        shutil.copy(whole, file)
        with h5py.File(file, "r+") as hdf5:
            damage(hdf5["entry"])
        console = Console(width=300, record=True)
        report([file], folder, None, force=False, console=console)
        return Told(
            console.export_text(),
            json.loads((folder / "results.json").read_text(encoding="utf-8")),
            (folder / "report.html").read_text(encoding="utf-8"),
            {path.stem for path in (folder / "figures").glob("*.png")},
        )

    return reported


def lose(*streams: str) -> Callable[[h5py.Group], None]:
    """Nothing of these streams was measured."""

    def damage(entry: h5py.Group) -> None:
        for name in streams:
            entry[name]["done"][...] = 0

    return damage


def a_potential_missing(entry: h5py.Group) -> None:
    for name in ("settling", "held_absorption", "held_pl", "ta_dark", "pump", "ta"):
        entry[name]["done"][1, ...] = 0


def an_aborted_scan(entry: h5py.Group) -> None:
    entry["ta"]["done"][1, 2:, ...] = 0
    entry["ta"]["done"][1, 1, 3:] = 0
    lose("pump")(entry)
    for name in ("held_absorption", "held_pl", "ta", "ta_dark"):
        entry[name]["done"][2, ...] = 0


def dead_columns(entry: h5py.Group) -> None:
    """Pixels that are full without light, as hot columns are; and fibre pixels that never see any."""
    shots = entry["ta_dark"]["shots"]
    shots[..., 100:140] = 65535
    for name in ("film", "blank", "held_absorption", "cv_absorption"):
        counts = entry[name]["counts"]
        counts[..., :40] = 0


def one_fluence(entry: h5py.Group) -> None:
    entry["ta"]["done"][:, 1:, :] = 0
    entry["pump"]["done"][:, 1:] = 0


def delays_repeated_and_out_of_order(entry: h5py.Group) -> None:
    entry["ta"]["delay_ps"][...] = np.array([5.0, -3.0, 5.0, 2500.0, 300.0])


DRAWN = (dead_columns, an_aborted_scan)
"""Gaps within what is drawn; elsewhere a picture is there whole or not at all."""

CASES: dict[str, tuple[Callable[[h5py.Group], None], tuple[str, ...], int, tuple[str, ...]]] = {
    "a potential is missing": (
        a_potential_missing,
        ("of 60 transient-absorption points were not measured",),
        2,
        ("threshold_curve", "gain_maps", "spectroelectrochemistry", "charging"),
    ),
    "the scan was aborted": (
        an_aborted_scan,
        ("transient-absorption points were not measured", "no measured fluence"),
        2,
        ("threshold_determination", "gain_spectra", "kinetics"),
    ),
    "columns are dead": (dead_columns, (), 3, ("threshold_curve", "gain_maps", "chirp")),
    "a single fluence": (
        one_fluence,
        ("the cross section is the one stated for the sample", "too few to fit the cross section"),
        3,
        ("spectroelectrochemistry", "kinetics", "gain_spectra"),
    ),
    "no A0": (
        lose("blank"),
        ("no absorption of the film A0: stream 'blank' was not measured", "no threshold"),
        0,
        ("spectroelectrochemistry", "kinetics", "gain_spectra"),
    ),
    "delays repeated and out of order": (delays_repeated_and_out_of_order, (), 3, ("gain_maps", "kinetics")),
    "nothing at all": (
        lose(
            *("spectrometer_dark", "blank", "film", "pl_film", "cv", "cv_absorption", "cv_pl", "settling"),
            *("held_absorption", "held_pl", "ta_dark", "pump", "time_zero", "ta"),
        ),
        ("no absorption spectra", "no transient absorption"),
        0,
        (),
    ),
}


PARTS_LOST = {
    "film": ("no absorption of the film A0: stream 'film' was not measured", ("kinetics", "chirp")),
    "time_zero": ("no chirp: stream 'time_zero' was not measured", ("gain_maps", "threshold_curve")),
    "ta_dark": ("no transient absorption: stream 'ta_dark' was not measured", ("charging",)),
    "spectrometer_dark": (
        "no absorption spectra: stream 'spectrometer_dark' was not measured",
        ("kinetics", "reversibility"),
    ),
    "cv_absorption": (
        "no spectroelectrochemistry: stream 'cv_absorption' was not measured",
        ("spectroelectrochemistry", "threshold_curve"),
    ),
    "held_pl": ("no photoluminescence: stream 'held_pl' was not measured", ("spectroelectrochemistry",)),
    "held_absorption": ("stream 'held_absorption' was not measured", ("reversibility", "kinetics")),
}


@pytest.mark.parametrize("stream", PARTS_LOST)
def test_a_part_that_was_lost_is_named_and_the_rest_is_drawn(
    whole: Path, tmp_path: Path, stream: str
) -> None:
    file = tmp_path / "run.h5"
    shutil.copy(whole, file)
    with h5py.File(file, "r+") as hdf5:
        lose(stream)(hdf5["entry"])
    reduction = reduce_file(file, {"n_bootstrap": 20})
    reason, figures_left = PARTS_LOST[stream]
    drawn = dict(figures(reduction))
    assert reason in "\n".join(reduction.notes)
    assert set(figures_left) <= drawn.keys()
    document = document_of(summary(reduction), drawn)
    assert {picture.name for picture in document.pictures} == drawn.keys()


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_had_is_shown_and_what_is_missing_is_named(
    reported: Callable[[Callable[[h5py.Group], None]], Told], name: str
) -> None:
    damage, reasons, n_thresholds, figures = CASES[name]
    told = reported(damage)
    for reason in reasons:
        assert reason in told.notes
        assert reason in told.said
        assert reason.replace("'", "&#x27;") in told.page
    assert len(told.results["thresholds"]) == n_thresholds
    assert set(figures) <= told.figures
    # Never a silent zero: a threshold of nothing is a limit, and says so.
    assert all(row["n_gain"] != 0.0 or row["censored"] for row in told.results["thresholds"])


def test_a_run_without_transient_reflection_calls_its_absorbance_extinction(
    reported: Callable[[Callable[[h5py.Group], None]], Told],
) -> None:
    told = reported(lambda _: None)
    assert "extinction (no transient reflection measured)" in told.page
    assert len(told.results["thresholds"]) == 3
