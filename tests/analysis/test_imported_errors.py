"""Errors that came with imported dA go through the reduction, as errors of independent pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdlab.analysis import Choices
from qdlab.analysis._notes import Notes
from qdlab.analysis._pump_probe import transient_of
from qdlab.analysis.transient import exported
from qdlab.storage import import_file, open_run

NM = np.linspace(590.0, 650.0, 61)
DELAYS_PS = np.array([-5.0, -3.0, 5.0, 5.0, 100.0])
ERROR = np.linspace(1e-5, 3e-4, NM.size)
CHOICES = Choices()


def imported(folder: Path, delta_a: np.ndarray, **arrays: np.ndarray) -> Path:
    np.savez(folder / "map.npz", delay_ps=DELAYS_PS, wavelength_nm=NM, delta_a=delta_a, **arrays)
    import_file(folder / "map.npz", folder / "map.h5", force=True)
    return folder / "map.h5"


def test_the_error_of_an_average_is_the_scatter_of_averages(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    errors = np.tile(ERROR, (DELAYS_PS.size, 1))
    with open_run(imported(tmp_path, np.zeros_like(errors), delta_a_error=errors)) as tree:
        points = tree["ta"].to_dataset().load()
        told = transient_of(tree, CHOICES, Notes())
    noisy = [
        exported(points.assign(delta_a=points["delta_a"] + rng.normal(0.0, ERROR)), CHOICES)
        for _ in range(400)
    ]
    in_band = slice(600, 640)
    for name, place in (("band", {}), ("bins", {"bin_nm": in_band})):
        scatter = np.std([one[name].sel(place) for one in noisy], axis=0)
        ratio = scatter / noisy[0][f"{name}_error"].sel(place)
        assert float(ratio.mean()) == pytest.approx(1.0, abs=0.05)
    # Two scans of one delay are better known than one.
    assert told["da_error"].sel(delay_ps=5.0).mean() < told["da_error"].sel(delay_ps=100.0).mean()


def test_without_errors_they_stay_unknown(tmp_path: Path) -> None:
    with open_run(imported(tmp_path, np.zeros((DELAYS_PS.size, NM.size)))) as tree:
        transient = transient_of(tree, CHOICES, Notes())
    for name in ("da_error", "band_error", "bins_error"):
        assert np.isnan(transient[name]).all()
