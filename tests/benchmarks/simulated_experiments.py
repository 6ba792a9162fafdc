"""Simulated experiments on samples that differ, and what a perfect analysis would find in each.

A camera and a fibre spectrometer with a quarter of the pixels, each with as much more light, show the same
noise in every window and cost so much less; single wavelengths are looked at in the band only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq

import qdlab
from qdlab.analysis import Choices, Reduction, reduce
from qdlab.app.config import LoadedBench, Recipe, bench_from, find_config, load_recipe, read_toml
from qdlab.app.runs import carry_out
from qdlab.physics import filling
from qdlab.plan import DelayLine
from qdlab.run import StopToken, ignore
from simulators.world import WorldOptions
from simulators.world.optics import chirp_ps
from simulators.world.pump_probe import PumpProbe
from simulators.world.transparency import true_threshold

FILLINGS = (0.0, 0.5, 0.94, 1.5, 1.99)
"""Electrons per dot that the potentials aim at, by a filling curve stated a little wrongly."""
CHIRP_NM = (520.0, 580.0, 640.0)
BIN_NM = 617.0
"""A single wavelength whose threshold is looked at."""
BAND_NM = (606.0, 630.0)
ZERO_MM = 10.0
FEWER_PIXELS: dict[str, dict[str, float]] = {
    "ta_detector": {"n_pixels": 256, "electrons_per_count": 25.0, "read_noise_electrons": 60.0},
    "spectrometer": {"n_pixels": 512, "electrons_per_count": 3.68, "read_noise_electrons": 50.0},
}


@dataclass(frozen=True)
class Experiment:
    """One sample in one virtual laboratory; `stated` is what its recipe says of the sample."""

    options: WorldOptions
    stated: Mapping[str, float]
    potentials_v: tuple[float, ...]


def draw(seed: int) -> Experiment:
    """Return an experiment with a sample, a laboratory and noise of its own."""
    random = np.random.default_rng([seed, 6])

    def about(value: float, share: float) -> float:
        return float(value * random.uniform(1.0 - share, 1.0 + share))

    film = {
        "band_edge_nm": float(random.uniform(614.5, 617.5)),
        "band_edge_width_nm": about(9.0, 0.08),
        "band_edge_absorbance": about(5.3e-3, 0.3),
        "second_absorbance": about(6.0e-3, 0.3),
        "shell_absorbance": about(0.04, 0.3),
        "repulsion_mev": about(2.0, 0.5),
        "stokes_shift_nm": about(2.0, 0.5),
        "cross_section_cm2": about(3.6e-14, 0.15),
        "pump_absorbance": about(0.16, 0.5),
        "reflectance": float(random.uniform(0.0, 0.1)),
        "tau_xx_ps": about(310.0, 0.4),
        "tau_r_ps": about(20_000.0, 0.3),
        "rise_ps": about(0.5, 0.4),
    }
    cell = {"v_half_v": about(-1.2, 0.03), "width_v": about(0.045, 0.2), "charging_s": about(1.5, 0.3)}
    probe = {
        "electrons": 4.0 * about(3.0e5, 0.3),
        "pulse_noise": about(0.005, 0.6),
        "chirp_offset_ps": float(random.uniform(-0.1, 0.2)),
        "chirp_linear_ps": about(0.5, 0.3),
        "chirp_quadratic_ps": about(-0.17, 0.3),
        "irf_ps": about(0.15, 0.2),
        "artefact_absorbance": about(1.5e-3, 0.4),
    }
    fibre = {"lamp_electrons_per_s": 4.0 * about(3.5e6, 0.2), "pl_electrons_per_s": 8.0e6}
    options = {"seed": seed, "film": film, "cell": cell, "probe": probe, "fibre": fibre}
    potentials_v = [-0.3, *(potential_v(n_1s, cell["v_half_v"], cell["width_v"]) for n_1s in FILLINGS[1:])]
    stated = {name: film[name] for name in ("pump_absorbance", "reflectance")}
    return Experiment(WorldOptions.model_validate(options), stated, tuple(potentials_v))


def measure(experiment: Experiment, folder: Path, **asked: Any) -> Reduction:
    """Carry the experiment out, with these parameters of the recipe changed, and reduce its file."""
    out = folder / "run.h5"
    carry_out(_recipe(experiment, asked), _bench(experiment), out, force=True, stop=StopToken(), tell=ignore)
    with qdlab.open(out) as run:
        return reduce(run, replace(Choices.for_run(run.attrs), bins_nm=BAND_NM))


class Truth:
    """What the experiment's film does without noise."""

    def __init__(self, experiment: Experiment) -> None:
        self.options = experiment.options
        self.potentials_v = np.array(experiment.potentials_v)

    @property
    def n_1s(self) -> np.ndarray:
        """Electrons per dot at each potential."""
        return filling(self.potentials_v, self.options.cell.v_half_v, self.options.cell.width_v)

    def t0_ps(self, wavelength_nm: tuple[float, ...]) -> np.ndarray:
        """Time zero on the bench's delay axis, whose zero is where it is believed to be."""
        late_ps = DelayLine(self.options.probe.passes, ZERO_MM).to_ps(self.options.probe.time_zero_mm)
        return chirp_ps(np.array(wavelength_nm), self.options.probe) + late_ps

    def band_absorbance(self) -> float:
        """Band average of A0."""
        view = PumpProbe(self.options, np.linspace(*BAND_NM, 97))
        return float(view.absorbance(0.0).mean())

    def threshold(self, index: int, window_nm: tuple[float, float] = BAND_NM) -> float:
        """Excitons per dot at which the window is transparent 5 ps after the pump."""
        return true_threshold(self.options, float(self.n_1s[index]), window_nm, self._nominal_ps(5.0))

    def lifetime_ps(self, index: int, fluence_cm2: float) -> float:
        """How long the band amplifies."""
        n_1s = float(self.n_1s[index])
        view = PumpProbe(self.options, np.linspace(*BAND_NM, 97))

        def absorption(delay_ps: float) -> float:
            excited = view.transient(n_1s, self._nominal_ps(delay_ps), fluence_cm2)
            return float((view.absorbance(n_1s) + excited).mean())

        return float(brentq(absorption, 5.0, 6000.0))

    def _nominal_ps(self, delay_ps: float) -> float:
        """Delay on the world's axis that is so long after the band's time zero."""
        return delay_ps + float(chirp_ps(np.array([np.mean(BAND_NM)]), self.options.probe)[0])


def potential_v(n_1s: float, v_half_v: float, width_v: float) -> float:
    """Return the potential that fills a dot so far, to a millivolt as a person would set it."""
    return round(v_half_v + width_v * float(np.log(2.0 / n_1s - 1.0)), 3)


def _recipe(experiment: Experiment, asked: Mapping[str, Any]) -> Recipe:
    recipe = load_recipe("quick")
    parameters: dict[str, Any] = {
        "potentials_v": list(experiment.potentials_v),
        "delays_ps": [
            -5.0,
            -4.0,
            -3.0,
            4.0,
            5.0,
            6.0,
            30.0,
            70.0,
            150.0,
            300.0,
            600.0,
            1000.0,
            2000.0,
            2500.0,
        ],
        "excitons_per_dot": [0.05, 0.15, 0.4, 0.8, 1.2, 1.6, 2.2, 3.5, 6.0],
        "n_shots": 150,
        "vertex_v": -0.4,
        "rate_v_s": 0.1,
        "steps_per_spectrum": 20,
        "cv_scans": 2,
        "n_scans": 300,
        **experiment.stated,
        **asked,
    }
    for name, value in parameters.items():
        setattr(recipe.experiment, name, value)
    return recipe


def _bench(experiment: Experiment) -> LoadedBench:
    """Make the paper's bench with this world and fewer pixels."""
    tables = read_toml(find_config("paper_sim"))
    tables["simulation"] = experiment.options.model_dump(mode="json", exclude_unset=True)
    for role, options in FEWER_PIXELS.items():
        tables["instruments"][role] |= options
    return bench_from(tables, "paper_sim")
