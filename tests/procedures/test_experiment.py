"""Parameters set in Python are held against their limits as those of a recipe are."""

from __future__ import annotations

import math

import pytest

from procedures import GainThresholdMap, TimeZero


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("n_shots", 0, r"n_shots = 0: 0 is outside 2 to 1e\+07"),
        ("n_shots", math.inf, "n_shots = inf: inf is outside 2 to"),
        ("n_shots", 10.5, "n_shots = 10.5: a whole number is wanted here"),
        ("vertex_v", -9.0, r"vertex_v = -9.0: -9 is outside -5 to 5 V"),
        ("vertex_v", True, "a number in V is wanted here"),
        ("potentials_v", [-0.3, -12.0], "-12 is outside -5 to 5 V"),
        ("potentials_v", -0.3, "a list of numbers is wanted here"),
        ("band_nm", [630.0, 606.0], "a window is two numbers, the lower one first"),
        ("delays_ps", ["5 to 1 step 1"], "the step does not lead from 5 to 1"),
        ("title", 7, "title = 7: text is wanted here"),
    ],
)
def test_what_a_parameter_does_not_take_is_refused_where_it_is_set(
    name: str, value: object, message: str
) -> None:
    recipe = GainThresholdMap()
    before = getattr(recipe, name)
    with pytest.raises(ValueError, match=message):
        setattr(recipe, name, value)
    assert getattr(recipe, name) == before


def test_what_it_takes_is_what_the_plan_has() -> None:
    recipe = GainThresholdMap()
    recipe.delays_ps = [-3, "0 to 1 step 0.5"]
    recipe.n_shots = 20.0
    assert recipe.delays_ps == [-3.0, 0.0, 0.5, 1.0]
    assert recipe.values()["transient_absorption"]["n_shots"] == 20


def test_a_number_may_be_a_fraction_though_its_default_is_whole() -> None:
    recipe = GainThresholdMap()
    recipe.reflectance = 0.08
    assert recipe.values()["sample"]["reflectance"] == 0.08


def test_a_choice_is_one_of_those_offered() -> None:
    with pytest.raises(ValueError, match="measured_on = 'floor'"):
        TimeZero().measured_on = "floor"
