"""What the window shows, worked out without Qt: situation, tiles, colours, cuts, tables."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from synthetic import NM, chirped_map

from procedures import GainThresholdMap
from qdlab.analysis import Choices
from qdlab.gui.look import (
    MISSING,
    ZERO,
    FilmLook,
    MapView,
    Seen,
    SeriesView,
    Situation,
    charging_tile,
    colour_numbers,
    counting_of,
    delay_of,
    even_limits,
    gain_limits,
    gain_tile,
    kinetics_at,
    map_table,
    rows_of,
    safety_tile,
    spectrum_at,
    working_tile,
    write_csv,
)
from qdlab.plan import CellOff, HoldPotential, Lab, TakeShots
from qdlab.run import RunEnded


def test_the_situation_follows_the_steps(lab: Lab, small_map: GainThresholdMap) -> None:
    situation, held = Situation(), []
    for step in small_map.plan(lab):
        situation = situation.after(step)
        if isinstance(step, HoldPotential):
            held.append((situation.potential_v, situation.charging, situation.light))
        if isinstance(step, TakeShots) and step.slot.stream == "ta":
            assert situation.light == {"pump", "probe"}
            assert situation.chopper
            assert not situation.charging
    assert held == [(-0.3, True, {"lamp"}), (0.0, True, {"lamp"})]
    assert not situation.light
    assert situation.after(CellOff()).is_dark


def test_what_is_looked_at_is_told_by_the_light_whoever_scans() -> None:
    """An instrument that scans its own delays has no chopper that could tell."""
    assert Situation(-1.2, light=frozenset({"pump", "probe"})).on_pulses
    assert Situation(-1.2, light=frozenset({"lamp"})).on_film
    assert Situation(-1.2, charging=True).on_film
    between = Situation(-1.2)
    assert not between.on_film
    assert not between.on_pulses


def test_theory_is_that_of_the_runs_own_material() -> None:
    usual, pbs = counting_of(Choices()), counting_of(Choices(g_e=8, g_h=8, dopants="integer"))
    assert usual.name == "theory (2 e, 4 h)"
    assert usual.n_gain[0] == pytest.approx(1.54, abs=0.01)
    assert pbs.name == "theory (8 e, 8 h, integer)"
    assert pbs.n_1s[-1] == 8.0
    assert pbs.n_gain[0] == pytest.approx(4.03, abs=0.05)


def test_what_is_on_is_said_and_what_is_off_is_calm() -> None:
    on = Situation(potential_v=-1.2, light=frozenset({"pump", "probe"}))
    tile = safety_tile(on, running=True, ended=None, bench="")
    assert tile.words == "cell ON -1.200 V; open: probe, pump"
    assert tile.mood == "alive"
    assert safety_tile(Situation(), running=True, ended=None, bench="").mood == "good"
    assert safety_tile(Situation(), running=False, ended=None, bench="cell ON").mood == "alive"


def test_a_bench_that_could_not_be_made_safe_is_an_alarm() -> None:
    ended = RunEnded("failed", "pump_shutter could not be made safe: no reply")
    assert safety_tile(Situation(), running=False, ended=ended, bench="").mood == "alarm"


@pytest.mark.parametrize(
    ("silent_s", "paused", "warned", "mood"),
    [
        (0.1, False, False, "good"),
        (31.0, False, False, "worry"),
        (0.1, True, False, "worry"),
        (0.1, False, True, "worry"),
    ],
)
def test_a_run_that_says_nothing_or_is_paused_or_warned_of_is_worth_a_look(
    silent_s: float, paused: bool, warned: bool, mood: str
) -> None:
    tile = working_tile(Seen(), running=True, ended=None, silent_s=silent_s, paused=paused, warned=warned)
    assert tile.mood == mood


def test_charging_says_electrons_with_their_error() -> None:
    charged = Seen(n_1s=1.48, n_1s_error=0.01)
    assert charging_tile(charged, Situation(-1.25)).words == "n(1S) = 1.48 ± 0.01"
    assert charging_tile(charged, Situation()).words == "last: 1.48 ± 0.01"
    assert "charging at -1.250 V" in charging_tile(Seen(), Situation(-1.25, charging=True)).words


def test_a_sample_without_a_cell_is_not_said_to_be_switched_off() -> None:
    assert charging_tile(Seen(n_1s=0.0, n_1s_error=0.01, held_v=math.nan), Situation()).words.endswith(
        "no cell"
    )


def test_a_film_that_was_its_own_blank_has_no_electrons_and_no_gain() -> None:
    """Who forgets to put the bare substrate in finds an A0 of noise, against which everything would gain."""
    nm, rng = np.linspace(450.0, 750.0, 301), np.random.default_rng(1)
    look = FilmLook(nm, Choices(), 65535.0)
    for stream in ("spectrometer_dark", "blank", "film", "held_absorption"):
        counts = 1000.0 if stream == "spectrometer_dark" else 30_000.0 + rng.normal(0.0, 3.0, nm.size)
        look.see(stream, np.full(nm.size, counts), -1.2, 0.0)
    assert "was the blank in" in look.problem
    assert look.held is not None
    assert np.isnan([look.n_1s, look.held.level]).all()
    assert look.level_at(nm) is None


def series(bleach: list[float], level: float) -> SeriesView:
    n_x = np.arange(1.0, len(bleach) + 1)
    return SeriesView(-1.25, n_x, np.array(bleach), np.zeros(len(bleach)), level, 0.0)


def test_gain_is_told_from_its_first_point_on() -> None:
    tile = gain_tile(Seen(series=(series([1e-3, 3e-3, 4e-3], 2e-3),)))
    assert (tile.words, tile.mood) == ("YES at -1.25 V, from N = 2", "good")


def test_without_gain_it_is_told_how_much_is_missing() -> None:
    tile = gain_tile(Seen(series=(series([1e-3, 3e-3], 5e-3),)))
    assert tile.words == "not yet at -1.25 V: 2.0 mOD short"


@given(
    arrays.arrays(np.float32, (5, 7), elements=st.floats(-1, 1, width=32) | st.just(float("nan"))),
    st.floats(1e-3, 2.0),
    st.floats(1e-3, 2.0),
)
def test_colours_keep_sign_and_order_and_what_is_missing(values: np.ndarray, low: float, high: float) -> None:
    numbers = colour_numbers(values, -low, high).astype(int)
    missing = np.isnan(values)
    assert (numbers[missing] == MISSING).all()
    assert (numbers[~missing] > MISSING).all()
    assert (numbers[values == 0.0] == ZERO).all()
    assert (numbers[values > 0.0] >= ZERO).all()
    assert (numbers[values < 0.0] <= ZERO).all()
    known = np.sort(values[~missing])
    order = colour_numbers(known[np.newaxis], -low, high)[0].astype(int)
    assert (np.diff(order) >= 0).all()


def test_little_gain_beside_much_absorption_has_a_scale_of_its_own() -> None:
    values = np.linspace(-0.005, 0.3, 1000, dtype=np.float32)
    low, high = gain_limits(values)
    assert low == pytest.approx(-0.006, abs=0.002)
    assert high == pytest.approx(0.3, rel=0.02)
    assert even_limits(values) == pytest.approx((-high, high))


def test_a_cut_is_taken_after_the_time_zero_of_each_colour() -> None:
    t0_ps = 0.01 * (NM - 600.0)
    view = chirped_map(t0_ps, np.arange(-5.0, 20.0, 0.5))
    np.testing.assert_allclose(spectrum_at(view, 5.0), 5.0, atol=1e-6)


def test_without_time_zero_a_cut_is_a_row() -> None:
    view = chirped_map(0.01 * (NM - 600.0), np.arange(-5.0, 20.0, 0.5))
    as_measured = MapView(view.wavelengths_nm, view.delays_ps, view.values, None, "")
    np.testing.assert_allclose(spectrum_at(as_measured, 5.0), view.values[20], atol=1e-6)


def test_kinetics_leave_out_what_is_not_measured_yet() -> None:
    view = chirped_map(np.zeros(NM.size), np.array([-1.0, 0.0, 1.0, 10.0]))
    view.values[2] = np.nan
    delays_ps, values = kinetics_at(view, 615.0)
    np.testing.assert_array_equal(delays_ps, [-1.0, 0.0, 10.0])
    np.testing.assert_allclose(values, [-1.0, 0.0, 10.0])


def test_rows_and_delays_belong_together() -> None:
    view = chirped_map(np.zeros(NM.size), np.array([-1.0, 0.0, 1.0, 100.0]))
    np.testing.assert_allclose(rows_of(view, np.array([-1.0, 0.5, 100.0])), [0.0, 1.5, 3.0])
    assert delay_of(view, 2.5) == 50.5


def test_a_table_is_written_in_full_precision_with_columns_of_any_length(tmp_path: Path) -> None:
    write_csv({"x (nm)": np.array([1.0, 1 / 3]), "y": np.array([2.0])}, tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()))
    assert rows == [["x (nm)", "y"], ["1.0", "2.0"], ["0.3333333333333333", ""]]


def test_a_map_is_a_column_for_each_delay() -> None:
    view = chirped_map(np.zeros(NM.size), np.array([0.0, 5.0]))
    table = map_table(view, "ΔA")
    assert list(table) == ["wavelength (nm)", "ΔA at 0 ps", "ΔA at 5 ps"]
    np.testing.assert_allclose(table["ΔA at 5 ps"], 5.0)
