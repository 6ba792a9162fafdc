"""What the pump changes in the film's reflection is taken out of dA: a run against the film's absorption."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import qdlab
from qdlab.analysis import ABSORPTION, band_weights, reduce
from qdlab.app.config import bench_from, find_config, load_recipe, read_toml
from qdlab.app.runs import carry_out
from qdlab.plan import DelayLine
from qdlab.run import StopToken, ignore
from simulators.world import WorldOptions
from simulators.world.pump_probe import PumpProbe

BAND_NM = (606.0, 630.0)
OPTIONS = {
    "seed": 3,
    "film": {"reflectance_change": 2e-3, "probe_reflectance": 0.08},
    "probe": {"electrons": 1.2e6},
}
FEWER_PIXELS = {"n_pixels": 256, "electrons_per_count": 25.0, "read_noise_electrons": 60.0}


@pytest.fixture(scope="module")
def transient(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """dA over delays long enough after the pump for the carriers to have cooled."""
    out = tmp_path_factory.mktemp("reflection") / "run.h5"
    bench = read_toml(find_config("paper_sim"))
    bench["simulation"] = OPTIONS
    bench["instruments"]["ta_detector"] |= FEWER_PIXELS
    recipe = load_recipe("transient_reflection")
    recipe.experiment.excitons_per_dot = 2.0
    recipe.experiment.delays_ps = [-10, -8, -6, -4, 4, 5, 6, 30, 100, 300, 1000, 2500]
    recipe.experiment.n_delay_scans = 2
    recipe.experiment.n_shots = 400
    recipe.experiment.n_scans = 10
    carry_out(recipe, bench_from(bench, "paper_sim"), out, force=True, stop=StopToken(), tell=ignore)
    with qdlab.open(out) as run:
        found = reduce(run).transient
    assert found is not None
    assert found.attrs["quantity"] == ABSORPTION
    return found.isel(potential_v=0, fluence_cm2=0).sel(delay_ps=slice(3.0, None))


def band_of_the_film(transient: xr.Dataset, **film: float) -> np.ndarray:
    """Band average of dA without noise at the same delays."""
    options = WorldOptions.model_validate({**OPTIONS, "film": {**OPTIONS["film"], **film}})
    nm = np.linspace(480.0, 700.0, FEWER_PIXELS["n_pixels"])
    view, fluence_cm2 = PumpProbe(options, nm), float(transient["fluence_cm2"])
    late_ps = DelayLine(options.probe.passes, 10.0).to_ps(options.probe.time_zero_mm)
    spectra = [view.transient(0.0, t - late_ps, fluence_cm2) for t in transient["delay_ps"].to_numpy()]
    return np.array(spectra) @ band_weights(nm, BAND_NM)


def test_what_is_left_is_the_films_absorption_within_its_error(transient: xr.Dataset) -> None:
    absorption = band_of_the_film(transient, reflectance_change=0.0)
    pulls = (transient["band"].to_numpy() - absorption) / transient["band_error"].to_numpy()
    assert np.sum(pulls**2) < 20.1  # 1 % of chi2 with eight delays


def test_without_it_the_bleach_would_be_far_off(transient: xr.Dataset) -> None:
    extinction, absorption = (
        band_of_the_film(transient, **film) for film in ({}, {"reflectance_change": 0.0})
    )
    assert np.all(np.abs(extinction - absorption) > 30.0 * transient["band_error"].to_numpy())
