"""A recipe of millions of points is refused in one clear message, before it takes all memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures import GainThresholdMap
from qdlab.app.config import prepare
from qdlab.errors import InputError
from qdlab.plan import MOST_RECORDS, Lab

MILLIONS = {
    "delays": ("[transient_absorption]\ndelays_ps = {many}\n", r"records, 36000000 of them in 'ta'"),
    "sweep": (
        "[voltammetry]\nvertex_v = -5\nstep_v = 1e-4\nn_cycles = 1000\nsteps_per_spectrum = 1\n",
        "of them in 'cv_absorption'",
    ),
}


@pytest.mark.parametrize(("table", "match"), MILLIONS.values(), ids=MILLIONS)
def test_millions_of_points_are_refused_in_one_line(tmp_path: Path, table: str, match: str) -> None:
    recipe = tmp_path / "recipe.toml"
    many = [0.001 * k for k in range(1_000_000)]
    recipe.write_text(f'procedure = "GainThresholdMap"\n{table.format(many=many)}', encoding="utf-8")
    with pytest.raises(InputError, match=f"{match}.*are more than the {MOST_RECORDS} of one run") as caught:
        prepare(recipe, "paper_sim")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["recipe.toml"]


def test_what_is_refused_for_its_size_is_not_unrolled(lab: Lab) -> None:
    recipe = GainThresholdMap()
    recipe.delays_ps = [0.01 * k for k in range(20_000)]
    plan = recipe.plan(lab)
    assert plan.steps == ()
    assert len(plan.contradictions) == 1
