"""What `qdlab demo` leaves behind, looked at as its user would."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import qdlab
from qdlab.physics import gain_threshold


@pytest.fixture(scope="module")
def results(demo_folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((demo_folder / "results.json").read_text(encoding="utf-8"))
    return found


def test_it_covers_the_experiment(demo_folder: Path) -> None:
    with qdlab.open(demo_folder / "run.h5") as run:
        ta = run["ta"]
        assert ta.sizes["potential_v"] >= 4
        assert ta.sizes["fluence_cm2"] >= 8
        assert float(ta.potential_v.max()) == -0.3
        assert float(ta.potential_v.min()) == -1.5
        assert bool(ta["done"].all())
        assert run.attrs["status"] == "finished"


def test_it_stays_within_the_size_it_promises(demo_folder: Path) -> None:
    assert sum(path.stat().st_size for path in demo_folder.rglob("*")) < 500e6


def test_the_thresholds_are_those_of_theory_within_their_intervals(results: dict[str, Any]) -> None:
    """One experiment: 68 % intervals widened to about three standard errors."""
    for row in results["thresholds"]:
        half = (row["n_gain_high"] - row["n_gain_low"]) / 2
        model = float(gain_threshold(row["n_1s"]))
        assert row["n_gain_model"] == pytest.approx(model, abs=1e-6)
        if row["censored"] == "below":
            assert row["n_gain_low95"] == 0.0
            assert model < 1.5 * row["n_gain_high95"]
        else:
            # the model itself is uncertain by n_1s: dN/dn is about -0.6 below one electron, -1.2 above
            allowed = np.hypot(3 * half, 3 * 1.2 * row["n_1s_err"])
            assert row["n_gain"] == pytest.approx(model, abs=float(allowed) + 0.02)


def test_the_neutral_film_needs_one_and_a_half_excitons(results: dict[str, Any]) -> None:
    neutral = results["thresholds"][0]
    assert neutral["potential_v"] == -0.3
    assert neutral["n_1s"] == pytest.approx(0.0, abs=0.05)
    assert neutral["n_gain"] == pytest.approx(1.5423, abs=0.10)
    assert neutral["censored"] is None


def test_the_doped_film_has_two_electrons_and_no_threshold_to_speak_of(results: dict[str, Any]) -> None:
    doped = results["thresholds"][-1]
    assert doped["potential_v"] == -1.5
    assert doped["n_1s"] == pytest.approx(2.0, abs=0.06)
    assert doped["n_gain_high"] < 0.15


def test_thresholds_fall_with_doping(results: dict[str, Any]) -> None:
    crossings = [row["n_gain"] for row in results["thresholds"] if row["censored"] is None]
    assert crossings == sorted(crossings, reverse=True)


def test_the_command_ends_with_the_table_and_the_paths(demo_folder: Path, results: dict[str, Any]) -> None:
    said = (demo_folder / "stdout.txt").read_text(encoding="utf-8")
    assert "Gain thresholds" in said
    for row in results["thresholds"]:
        assert f"{row['potential_v']:+.2f}" in said
    for name in ("report.html", "results.json", "run.h5"):
        assert name in said.replace("\n", "")


class _Images(HTMLParser):
    """Collects what a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.sources.append(dict(attrs)["src"] or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_report_shows_every_figure_by_itself(demo_folder: Path) -> None:
    page = _Images()
    page.feed((demo_folder / "report.html").read_text(encoding="utf-8"))
    assert len(page.sources) >= 5
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)
    assert len(list((demo_folder / "figures").glob("*.png"))) >= 5
    assert "CdSe" in "".join(page.text)


def test_the_file_opens_with_plain_h5py_from_its_root(demo_folder: Path) -> None:
    with h5py.File(demo_folder / "run.h5", "r") as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        signal = data[data.attrs["signal"]]
        assert signal.shape == tuple(len(data[axis]) for axis in data.attrs["axes"])
        assert np.isfinite(signal[0, -1, 4]).any()


def test_the_reduction_does_not_know_the_truth(demo_folder: Path, results: dict[str, Any]) -> None:
    """Reduce the same run with truth and seed taken away: nothing changes, to the last digit."""
    from qdlab.analysis import reduce, summary

    with qdlab.open(demo_folder / "run.h5") as run:
        for key in ("truth", "seed", "bench"):
            run.attrs.pop(key, None)
        blind = summary(reduce(run))
    assert blind["thresholds"] == results["thresholds"]
    assert blind["sigma_cm2"] == results["sigma_cm2"]
