"""Delays as a person writes them: numbers and ranges, linear, logarithmic and mixed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import DelayListParameter
from qdlab.app.config import checked

DELAYS = DelayListParameter("Delays", units="ps", minimum=-1e4, maximum=1e5, default=[0.0])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ([-5, 0, 2.5], [-5.0, 0.0, 2.5]),
        (["-1 to 1 step 0.5"], [-1.0, -0.5, 0.0, 0.5, 1.0]),
        (["1 to -1 step -1"], [1.0, 0.0, -1.0]),
        (["0 to 1 step 0.4"], [0.0, 0.4, 0.8]),
        (["1 to 1000 log 4"], [1.0, 10.0, 100.0, 1000.0]),
        (["1000 to 10 log 3"], [1000.0, 100.0, 10.0]),
        ([-10, "-2 to 1 step 1", "1 to 100 log 3", "5 ns"], [-10, -2, -1, 0, 1, 10, 100, 5000]),
        (["0 to 1 step 1", 1.0, 1.0], [0.0, 1.0, 1.0, 1.0]),  # what is typed twice is measured twice
    ],
)
def test_what_is_written_is_what_is_meant(written: list[float | str], meant: list[float]) -> None:
    assert checked(DELAYS, written) == meant


def test_the_text_of_a_form_is_understood_too() -> None:
    assert DELAYS.convert("-3, 0 to 2 step 1, 5") == [-3.0, 0.0, 1.0, 2.0, 5.0]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("0 to 5 step -1", r'"0 to 5 step -1": the step does not lead from 0 to 5'),
        ("0 to 5 step 0", "the step does not lead"),
        ("0 to 5 log 10", "log takes delays above zero"),
        ("1 to 5 log 1", "from 2 on"),
        ("1 to 5 log 2.5", "how many of them"),
        ("1 to 5 log 1e400", "how many of them"),
        ("1 to 5 log 1e9", '"1 to 5 log 1e9": these are more than the 500000 records of one run'),
        ("0 to 1e5 step 1e-9", "these are more than the 500000 records"),
        ("0 to 1e400 step 1", "these are more than the 500000 records"),
        ("1 to 200000 log 3", "200000 is outside -10000 to 100000 ps"),
        ("soon", "a number in ps is wanted here"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked(DELAYS, [written])


@given(st.floats(0.01, 100.0), st.floats(1.5, 1000.0), st.integers(2, 60))
def test_a_logarithmic_range_has_its_ends_and_one_ratio(first: float, ratio: float, n: int) -> None:
    first, last = round(first, 3), round(first * ratio, 3)
    delays = checked(DELAYS, [f"{first} to {last} log {n}"])
    assert len(delays) == n
    assert (delays[0], delays[-1]) == (first, last)
    step = (last / first) ** (1 / (n - 1))
    for before, after in pairwise(delays):
        assert after == pytest.approx(before * step, abs=0.002 * (1.0 + step))
