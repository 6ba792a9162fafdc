"""Potentials for so many electrons per dot: from a lagging sweep, and from held films."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from qdlab.analysis import (
    Fermi,
    MissingDataError,
    fermi_of_held,
    fermi_of_sweep,
    has_arrived,
    potential_holding,
)
from qdlab.limits import Range
from qdlab.physics import filling

V_HALF_V, WIDTH_V = -1.2, 0.045
WITHIN = Range(-1.5, -0.3, "V")
ERROR = 0.01


def _lagging_sweep(lag_v: float, low_v: float = -1.5) -> xr.Dataset:
    """A film that follows its potential with a time constant, down and up again: lag = rate x constant."""
    step_v = 0.002
    down = np.arange(-0.3, low_v, -step_v)
    potential_v = np.concatenate([down, down[::-1]])
    n_1s, n = np.empty(potential_v.size), 0.0
    for k, v in enumerate(potential_v):
        n += (float(filling(v, V_HALF_V, WIDTH_V)) - n) * (1.0 - np.exp(-step_v / lag_v) if lag_v else 1.0)
        n_1s[k] = n
    rng = np.random.default_rng(1)
    return xr.Dataset(
        {
            "n_1s": ("cv_step", n_1s + ERROR * rng.standard_normal(n_1s.size)),
            "n_1s_error": ("cv_step", np.full(n_1s.size, ERROR)),
            "scan": ("cv_step", np.repeat([-1, 1], down.size)),
        },
        {"measured_potential_v": ("cv_step", potential_v)},
    )


def _held(potentials_v: list[float], rng: np.random.Generator) -> xr.Dataset:
    n_1s = filling(np.array(potentials_v), V_HALF_V, WIDTH_V) + ERROR * rng.standard_normal(len(potentials_v))
    return xr.Dataset(
        {"n_1s": ("try", [*n_1s, np.nan]), "n_1s_error": ("try", [ERROR] * (n_1s.size + 1))},
        {"measured_potential_v": ("try", [*potentials_v, np.nan])},
    )


@pytest.mark.parametrize("lag_v", [0.0, 0.04, 0.1])
def test_the_lag_of_a_sweep_cancels_between_its_directions_and_is_its_error(lag_v: float) -> None:
    found = fermi_of_sweep(_lagging_sweep(lag_v))
    assert found.v_half_v == pytest.approx(V_HALF_V, abs=0.015)
    assert found.v_half_error_v == pytest.approx(lag_v, rel=0.25, abs=0.002)
    assert found.width_v >= WIDTH_V - 0.002  # a lag only broadens
    assert abs(found.width_v - WIDTH_V) < 2.0 * found.width_error_v


def test_a_sweep_that_does_not_reach_half_filling_gives_nothing() -> None:
    with pytest.raises(MissingDataError, match="one direction of the sweep do not pass through half filling"):
        fermi_of_sweep(_lagging_sweep(0.0, low_v=-1.1))


@pytest.mark.parametrize("lag_v", [0.02, 0.1, 0.2])
@pytest.mark.parametrize("target", [0.3, 0.94, 1.5, 1.9])
def test_a_few_held_films_find_the_electrons_however_much_the_sweep_lagged(
    lag_v: float, target: float
) -> None:
    rng, of_sweep = np.random.default_rng(7), fermi_of_sweep(_lagging_sweep(lag_v))
    fermi, tried = of_sweep, []
    for _ in range(4):
        tried.append(potential_holding(target, fermi, WITHIN))
        held = _held(tried, rng)
        if has_arrived(float(held["n_1s"][-2]), ERROR, target, 0.02):
            break
        fermi = fermi_of_held(held, of_sweep)
    # Three errors of what was seen beyond what counts as arrived.
    assert filling(tried[-1], V_HALF_V, WIDTH_V) == pytest.approx(target, abs=0.02 + 3 * ERROR)


@given(st.floats(0.0, 2.0), st.floats(-2.0, 0.0), st.floats(0.005, 0.5))
def test_no_potential_leaves_what_the_sweep_has_shown(n_1s: float, v_half_v: float, width_v: float) -> None:
    fermi = Fermi.of(v_half_v, 0.01, width_v, 0.01, "")
    potential_v = potential_holding(n_1s, fermi, WITHIN)
    assert potential_v in WITHIN
    if WITHIN.low < potential_v < WITHIN.high:
        assert fermi.n_1s(potential_v) == pytest.approx(n_1s, abs=1e-6)


def test_a_film_is_left_alone_when_its_error_hides_what_is_missing() -> None:
    assert has_arrived(1.955, 0.02, target=1.99, tolerance=0.02)
    assert not has_arrived(1.94, 0.02, target=1.99, tolerance=0.02)
    assert has_arrived(0.925, 0.001, target=0.94, tolerance=0.02)
