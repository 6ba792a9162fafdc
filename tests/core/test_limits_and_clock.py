import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdlab.clock import VirtualClock, WallClock
from qdlab.errors import LimitError
from qdlab.limits import Range

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def test_the_message_names_instrument_value_limits_and_unit() -> None:
    with pytest.raises(LimitError, match=r"^delay_stage: 412 mm is outside 0 to 300 mm$"):
        Range(0, 300, "mm").require("delay_stage", 412.0)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_value_is_returned_unchanged_exactly_if_it_is_inside(a: float, b: float, value: float) -> None:
    limits = Range(min(a, b), max(a, b), "V")
    if min(a, b) <= value <= max(a, b):
        assert limits.require("x", value) == value
    else:
        with pytest.raises(LimitError):
            limits.require("x", value)


def test_nan_is_never_inside() -> None:
    with pytest.raises(LimitError, match="nan"):
        Range(-1, 1, "V").require("potentiostat", math.nan)


def test_zero_is_a_limit_like_any_other() -> None:
    assert 0.0 in Range(0.0, 0.0, "V")
    assert 1e-12 not in Range(0.0, 0.0, "V")


def test_a_range_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="low <= high"):
        Range(1, 0, "V")


def test_virtual_time_passes_only_by_sleeping_and_never_backwards() -> None:
    clock = VirtualClock()
    begin = clock.date
    clock.sleep(3600.0)
    clock.sleep(-5.0)
    assert clock.now_s == 3600.0
    assert (clock.date - begin).total_seconds() == 3600.0


def test_wall_time_passes_by_itself() -> None:
    clock = WallClock()
    first = clock.now_s
    clock.sleep(0.0)
    assert clock.now_s >= first >= 0.0
    assert clock.date.tzinfo is not None
