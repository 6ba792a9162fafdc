"""The cell against an integration step by step, and against what electrochemistry says of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from virtual_laboratory import open_laboratory

from qdlab.instruments import Staircase
from qdlab.physics import filling
from simulators.world import Cell, CellOptions

OPTIONS = CellOptions(series_ohm=50_000.0)


def integrate(potentials_v: list[float], step_s: float) -> tuple[float, np.ndarray]:
    """Return electrons per dot and the charge passed in each step, by Runge-Kutta."""
    electrons_c = -1.602176634e-19 * OPTIONS.dots_cm2 * OPTIONS.area_cm2
    state, charges = np.array([filling(-0.3, -1.2, 0.045), -0.3, 0.0]), []
    for potential_v in potentials_v:

        def rates(_: float, y: np.ndarray, potential_v: float = potential_v) -> list[float]:
            injected = (filling(potential_v, -1.2, 0.045) - y[0]) / OPTIONS.charging_s
            layer_a = (potential_v - y[1]) / OPTIONS.series_ohm
            leak_a = OPTIONS.leakage_siemens * (potential_v + 0.3)
            return [injected, layer_a / OPTIONS.double_layer_f, electrons_c * injected + layer_a + leak_a]

        before_c = state[2]
        state = solve_ivp(rates, (0.0, step_s), state, rtol=1e-10, atol=1e-14).y[:, -1]
        charges.append(state[2] - before_c)
    return float(state[0]), np.array(charges)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-1.6, 0.0), min_size=1, max_size=6), st.floats(0.05, 5.0))
def test_a_sweep_is_integrated_exactly(potentials_v: list[float], step_s: float) -> None:
    cell = Cell(OPTIONS, now_s=0.0)
    cell.apply(-0.3, now_s=0.0)
    cell.connect(True, now_s=0.0)
    cell.sweep(potentials_v, step_s, now_s=0.0)
    end_s = len(potentials_v) * step_s
    n_1s, charges_c = integrate(potentials_v, step_s)
    assert cell.n_1s(end_s) == pytest.approx(n_1s, rel=1e-7, abs=1e-9)
    assert cell.sweep_charges_c(end_s + 1e-6) == pytest.approx(charges_c, rel=1e-6, abs=1e-13)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.001, 3.0), min_size=1, max_size=8))
def test_looking_does_not_change_what_happens(pauses_s: list[float]) -> None:
    watched, left_alone = Cell(OPTIONS, 0.0), Cell(OPTIONS, 0.0)
    for cell in (watched, left_alone):
        cell.connect(True, 0.0)
        cell.sweep([-0.8, -1.2, -1.5, -1.0], 0.7, 0.0)
    now_s = 0.0
    for pause_s in pauses_s:
        now_s += pause_s
        watched.current_a(now_s)
    assert watched.n_1s(now_s) == pytest.approx(left_alone.n_1s(now_s), rel=1e-12)
    assert watched.current_a(now_s) == pytest.approx(left_alone.current_a(now_s), rel=1e-9, abs=1e-15)


def test_a_film_charges_with_its_time_constant_and_empties_when_disconnected() -> None:
    cell = Cell(CellOptions(), 0.0)
    cell.apply(-1.2, 0.0)
    cell.connect(True, 0.0)
    assert cell.n_1s(2.0) == pytest.approx(1.0 - np.exp(-1.0), abs=1e-6)
    assert cell.n_1s(40.0) == pytest.approx(1.0, abs=1e-6)
    cell.connect(False, 40.0)
    assert cell.n_1s(42.0) == pytest.approx(np.exp(-1.0), abs=1e-6)
    assert cell.potential_v(42.0) == pytest.approx(-0.3 - 0.9 * np.exp(-1.0), abs=1e-6)
    assert cell.potential_v(100.0) == pytest.approx(-0.3, abs=1e-6)
    assert cell.current_a(100.0) == 0.0


def test_two_electrons_fill_each_dot_at_the_end_of_the_papers_window() -> None:
    lab = open_laboratory()
    lab.charge(-1.5)
    assert lab.world.cell.n_1s(lab.clock.now_s) > 1.99


def test_injecting_electrons_draws_a_negative_current() -> None:
    lab = open_laboratory()
    lab.charge(-0.3)
    lab.potentiostat.hold(-1.5)
    lab.clock.sleep(1.0)
    expected_a = -1.602e-19 * 1e13 * 2.0 / 2.0 * np.exp(-0.5) - 1.2e-8
    assert lab.potentiostat.measure().current_a == pytest.approx(expected_a, rel=0.02)


def test_a_fast_sweep_lags_behind_the_potential() -> None:
    lab = open_laboratory()
    lab.charge(-0.3)
    half_v = np.linspace(-0.3, -1.5, 241)
    sweep = Staircase((*half_v[1:], *half_v[-2::-1]), step_s=0.25)
    lab.potentiostat.set_current_range(1e-6)
    lab.potentiostat.start_sweep(sweep)
    lab.clock.sleep(sweep.duration_s + 0.1)
    trace = lab.potentiostat.read_sweep()
    cathodic_v = trace.potential_v[np.argmin(trace.current_a)]
    anodic_v = trace.potential_v[np.argmax(trace.current_a)]
    # a first-order film lags by about rate x time constant = 20 mV/s x 2 s each way
    assert -1.2 - 0.05 < cathodic_v < -1.2 - 0.015
    assert -1.2 + 0.015 < anodic_v < -1.2 + 0.05
