"""What to measure next: pure choices, held against a world of which the threshold is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qdlab.analysis import (
    Film,
    Series,
    Shares,
    bracket,
    find_crossing,
    next_anchor,
    next_excitation,
    repeats_wanted,
    shares_of_width,
)
from qdlab.physics import ensemble_absorption, gain_threshold

A0 = 4e-3
HIGHEST = 8.0
WIDTH = 0.05


def _bleach(n_x: np.ndarray, n_1s: float, stretch: float = 1.0) -> np.ndarray:
    """The bleach of a world in which excitons count for `stretch` times what counting expects."""
    counted = ensemble_absorption(0.0, n_1s) - ensemble_absorption(n_x * stretch, n_1s)
    return np.asarray(A0 * counted)


def _series(n_x: list[float], n_1s: float, stretch: float = 1.0, error: float = 1.6e-5) -> Series:
    rising = np.sort(n_x)
    level = A0 * (1.0 - n_1s / 2.0)
    errors = np.full(rising.size, error)
    return Series(rising, 1e-3 * rising, _bleach(rising, n_1s, stretch), errors, level, 1e-5, 0.01)


def _search(n_1s: float, stretch: float, highest: float = HIGHEST) -> list[float]:
    """The fluences that a search takes until it has what it wants."""
    film, taken = Film(n_1s, A0 * (1.0 - n_1s / 2.0), A0), list[float]()
    while len(taken) < 12:
        series = _series(taken, n_1s, stretch) if taken else None
        wanted = next_excitation(film, series, WIDTH, highest)
        if wanted is None:
            break
        taken.append(wanted)
    return taken


@given(st.floats(0.0, 1.999), st.floats(0.6, 1.6))
@example(0.330078125, 0.6)
def test_a_search_ends_with_the_threshold_between_near_fluences_also_where_counting_is_wrong(
    n_1s: float, stretch: float
) -> None:
    taken = _search(n_1s, stretch)
    truth = float(gain_threshold(n_1s)) / stretch
    below, above = bracket(_series(taken, n_1s, stretch))
    assert below <= truth + 1e-9
    assert above >= truth - 1e-9
    assert above - below <= 0.2 + 1e-9  # so that the bend hardly moves the crossing
    assert len(taken) <= 6


def test_two_fluences_are_enough_where_counting_is_right_and_one_where_gain_costs_nothing() -> None:
    assert [len(_search(n_1s, 1.0)) for n_1s in (0.0, 0.5, 1.0, 1.5)] == [2, 2, 2, 2]
    assert len(_search(1.99, 1.0)) == 1


def test_a_film_without_gain_is_followed_to_the_highest_fluence_and_no_further() -> None:
    taken = _search(0.0, 0.1, highest=6.0)
    assert taken[-1] == 6.0
    assert len(taken) <= 6


def test_the_crossing_between_so_near_fluences_is_right_to_a_tenth_of_the_width() -> None:
    for n_1s in (0.0, 0.5, 1.0, 1.5, 1.9):
        series = replace(_series(_search(n_1s, 1.0), n_1s, error=1e-9), level_error=1e-9, scale_error=0.0)
        found = find_crossing(series, 50, 1).n_gain
        assert found == pytest.approx(float(gain_threshold(n_1s)), abs=0.1 * WIDTH)


def test_the_cross_section_gets_a_saturated_and_a_steep_fluence_only_where_it_needs_them() -> None:
    pair = [1.42, 1.66]
    assert next_anchor(_series(pair, 0.0), WIDTH, HIGHEST) == 6.0
    assert next_anchor(_series([*pair, 6.0], 0.0), WIDTH, HIGHEST) == 0.7
    assert next_anchor(_series([*pair, 5.0], 0.0), WIDTH, highest=5.0) == 0.7
    known = replace(_series([*pair, 6.0, 0.7], 0.0), scale_error=1e-3)
    assert next_anchor(known, WIDTH, HIGHEST) is None


def test_the_shares_of_a_width_are_those_that_the_bootstrap_finds() -> None:
    whole = _series([1.42, 1.66, 6.0], 0.0)
    parts = shares_of_width(whole)
    found = find_crossing(whole, 4000, 1)
    assert parts.together == pytest.approx(found.n_gain_high - found.n_gain_low, rel=0.1)
    silent = replace(whole, level_error=0.0, scale_error=0.0)
    of_bleach = find_crossing(silent, 4000, 1)
    assert parts.bleach == pytest.approx(of_bleach.n_gain_high - of_bleach.n_gain_low, rel=0.15)


parts_of_width = st.builds(Shares, st.floats(0.0, 0.2), st.floats(0.0, 0.2), st.floats(0.0, 0.2))


@given(parts_of_width, st.integers(1, 8), st.integers(1, 8))
def test_repeats_are_as_few_as_reach_the_width_and_none_where_none_would(
    parts: Shares, near: int, late: int
) -> None:
    more = repeats_wanted(parts, WIDTH, (near, late), 10, (4.0, 1.0))
    assert near + more[0] <= 10
    assert late + more[1] <= 10

    def after(extra: tuple[int, int]) -> float:
        bleach = parts.bleach**2 * near / (near + extra[0])
        scale = parts.scale**2 * late / (late + extra[1])
        return float(np.sqrt(bleach + scale + parts.level**2))

    best = after((10 - near, 10 - late))
    aim = max(0.9 * WIDTH, 1.1 * best)
    assert after(more) <= aim * (1 + 1e-12)
    for fewer in ((more[0] - 1, more[1]), (more[0], more[1] - 1)):
        if min(fewer) >= 0:
            assert after(fewer) > aim
