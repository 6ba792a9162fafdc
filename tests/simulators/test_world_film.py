"""The film against transition counting and recombination as qdlab.physics has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qdlab.physics import (
    decaying_absorption,
    depth_factor,
    dopant_shares,
    ensemble_absorption,
    gain_threshold,
)
from simulators.world import WorldOptions
from simulators.world.pump_probe import PumpProbe

WAVELENGTHS_NM = np.linspace(480.0, 700.0, 1024)
BAND = (WAVELENGTHS_NM >= 606.0) & (WAVELENGTHS_NM <= 630.0)
SIGMA_CM2 = 3.6e-14


def film(**options: Any) -> PumpProbe:
    return PumpProbe(WorldOptions.model_validate({"film": options}), WAVELENGTHS_NM)


def fluence_cm2(n_x: float) -> float:
    """Return the photons that give `n_x` excitons per dot on average over the default film's depth."""
    return n_x / SIGMA_CM2 / float(depth_factor(0.16))


def relative_absorption(view: PumpProbe, n_x: float, n_1s: float, delay_ps: float) -> float:
    """Return A*/A0, both averaged over the 1S band."""
    excited = view.absorbance(n_1s) + view.transient(n_1s, delay_ps, fluence_cm2(n_x))
    return float(excited[BAND].mean() / view.absorbance(0.0)[BAND].mean())


def by_counting(view: PumpProbe, n_x: float, n_1s: float) -> float:
    """Return A*/A0 of the band by the world's line shapes alone: no depth, no time."""
    n = np.arange(view.spectra.dots.shape[1])
    poisson = np.exp(-n_x) * np.cumprod(np.concatenate([[1.0], n_x / n[1:]]))
    dots = view.spectra.dots[:, :, BAND].mean(axis=-1)
    return float(dopant_shares(n_1s) @ dots @ poisson / dots[0, 0])


def test_the_film_absorbs_as_little_as_the_papers() -> None:
    absorbance = film().absorbance(0.0)
    assert absorbance[BAND].mean() == pytest.approx(4.0e-3, rel=0.02)
    assert 0.02 < absorbance[0] < 0.08
    assert np.argmax(absorbance * (WAVELENGTHS_NM > 600.0)) == pytest.approx(
        np.argmin(np.abs(WAVELENGTHS_NM - 616.0)), abs=5
    )


def test_the_second_transition_hardly_reaches_into_the_band() -> None:
    both, alone = film().absorbance(0.0), film(second_absorbance=0.0).absorbance(0.0)
    assert 0.0 < (both - alone)[BAND].mean() < 0.003 * alone[BAND].mean()


def test_red_pixels_carry_no_signal() -> None:
    red = film().spectra.dots[:, :, WAVELENGTHS_NM > 655.0]
    assert np.abs(red).max() < 1e-6


@pytest.mark.parametrize("n_1s", [0.0, 0.5, 1.0, 1.5, 1.9, 2.0])
def test_line_shapes_keep_to_counting_within_one_percent(n_1s: float) -> None:
    view = film()
    off = [
        by_counting(view, n_x, n_1s) - float(ensemble_absorption(n_x, n_1s)) for n_x in np.linspace(0, 8, 33)
    ]
    assert np.abs(off).max() < 0.01


@pytest.mark.parametrize("n_1s", [0.0, 0.5, 1.0, 1.5, 1.9, 2.0])
def test_the_film_counts_where_nothing_decays(n_1s: float) -> None:
    view = film(tau_xx_ps=1e9, tau_r_ps=1e9)
    for n_x in np.linspace(0.0, 7.0, 15):
        counted = float(ensemble_absorption(n_x, n_1s))
        assert relative_absorption(view, n_x, n_1s, delay_ps=5.0) == pytest.approx(counted, abs=0.02)


@pytest.mark.parametrize("n_1s", [0.0, 1.0, 1.9])
def test_the_film_at_5_ps_has_the_threshold_of_counting(n_1s: float) -> None:
    view, counted = film(), float(gain_threshold(n_1s))
    assert relative_absorption(view, 0.97 * counted, n_1s, delay_ps=5.0) > 0.0
    assert relative_absorption(view, 1.03 * counted, n_1s, delay_ps=5.0) < 0.0


@pytest.mark.parametrize("delay_ps", [5.0, 60.0, 400.0, 2000.0])
def test_the_film_decays_by_auger_and_radiation(delay_ps: float) -> None:
    thin = film(pump_absorbance=0.0)
    fluence = 3.0 / SIGMA_CM2
    excited = thin.absorbance(1.0) + thin.transient(1.0, delay_ps, fluence)
    seen = excited[BAND].mean() / thin.absorbance(0.0)[BAND].mean()
    expected = decaying_absorption(np.array([delay_ps]), 3.0, 1.0)[0]
    assert seen == pytest.approx(expected, abs=0.015)


def test_the_pump_fades_with_depth() -> None:
    front, absorbing = film(pump_absorbance=0.0), film(pump_absorbance=0.5)
    weak_cm2 = 0.001 / SIGMA_CM2
    ratio = absorbing.transient(0.0, 5.0, weak_cm2)[BAND] / front.transient(0.0, 5.0, weak_cm2)[BAND]
    assert ratio == pytest.approx(float(depth_factor(0.5)), rel=0.002)


def test_electrons_quench_the_photoluminescence_and_bleach_shell_and_second_transition() -> None:
    view = film()
    brightness = [view.emission(n_1s).max() for n_1s in (0.0, 1.0, 2.0)]
    assert brightness == pytest.approx([1.0, 0.25 * 1.0 + 0.5 * 0.05 + 0.25 * 0.02, 0.02], rel=0.01)
    near_2s = np.abs(WAVELENGTHS_NM - 580.0) < 3.0
    assert np.all(np.abs(view.absorbance(2.0)[near_2s]) < 0.01 * view.absorbance(0.0)[near_2s])
    blue = [view.absorbance(n_1s)[0] for n_1s in (0.0, 1.0, 2.0)]
    assert 0.95 * blue[0] < blue[2] < blue[1] < blue[0]


def test_stimulated_emission_lies_to_the_red_of_absorption() -> None:
    view = film(second_absorbance=0.0, repulsion_mev=0.0)
    inverted = view.spectra.dots[2, 4]
    edge = np.abs(WAVELENGTHS_NM - 616.0) < 40.0
    assert WAVELENGTHS_NM[edge][np.argmin(inverted[edge])] == pytest.approx(618.0, abs=0.3)


def test_many_excitons_shift_the_lines_to_the_blue() -> None:
    view = film(second_absorbance=0.0)
    edge = np.abs(WAVELENGTHS_NM - 616.0) < 40.0
    gain_nm = [WAVELENGTHS_NM[edge][np.argmin(view.spectra.dots[2, n, edge])] for n in (4, 8, 16)]
    assert gain_nm[0] > gain_nm[1] > gain_nm[2] > 618.0 - 3.5


def test_a_changed_reflectance_is_seen_as_extinction() -> None:
    plain = film(probe_reflectance=0.2)
    mirror = film(probe_reflectance=0.2, reflectance_change=0.002)
    weak_cm2 = fluence_cm2(0.1)
    added = mirror.transient(0.0, 50.0, weak_cm2) - plain.transient(0.0, 50.0, weak_cm2)
    change = 0.002 * 0.1 * mirror.spectra.edge
    assert added == pytest.approx(-np.log10((0.8 - change) / 0.8), rel=0.02, abs=1e-9)


def test_the_reflected_probe_shows_the_change_that_the_transmitted_one_loses() -> None:
    """What is reflected more is what passes less: R* and 1 - R* are of one film."""
    plain = film(probe_reflectance=0.2)
    mirror = film(probe_reflectance=0.2, reflectance_change=0.002)
    weak_cm2 = fluence_cm2(0.1)
    for delay_ps in (-5.0, 0.3, 5.0, 500.0):
        seen = mirror.transient_reflection(0.0, delay_ps, weak_cm2)
        lost = mirror.transient(0.0, delay_ps, weak_cm2) - plain.transient(0.0, delay_ps, weak_cm2)
        reflected, passing = 0.2 * 10.0**-seen, 0.8 * 10.0**-lost
        assert reflected + passing == pytest.approx(1.0, abs=1e-9)
    assert seen.min() < -1e-4
    assert np.abs(mirror.transient_reflection(0.0, -5.0, weak_cm2)).max() < 1e-9


def test_reflected_pump_light_excites_nothing() -> None:
    weak_cm2 = fluence_cm2(0.01)
    kept = (
        film(reflectance=0.3).transient(0.0, 5.0, weak_cm2)[BAND] / film().transient(0.0, 5.0, weak_cm2)[BAND]
    )
    assert kept == pytest.approx(0.7, rel=0.005)
