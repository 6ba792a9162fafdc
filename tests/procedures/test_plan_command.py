"""`qdlab plan`: what it tells, and that everything wrong is said at once before anything is opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qdlab.app.cli import app
from qdlab.app.config import doubts, load_recipe, read_toml, shipped_configs

WRONG = """
procedure = "GainThresholdMap"
[charging]
potentials_v = [-0.3, -1.9]
settle_minimum_s = 50
settle_maximum_s = 20
setle_tolerance = 1
[transient_absorption]
delays_ps = [-100, 5, 25000]
excitons_per_dot = [0.5, 50]
n_shots = 7
n_power_readings = 0
[voltammetry]
vertex_v = -2
cv_scans = 400
"""
SAID = (
    "wrong.toml: charging.setle_tolerance: unknown key; did you mean 'settle_tolerance'?",
    "wrong.toml: transient_absorption.n_power_readings = 0: 0 is outside 2 to 10000",
    "wrong.toml: charging.settle_minimum_s = 50 s is more than settle_maximum_s = 20 s",
    "wrong.toml: voltammetry.vertex_v: sweep vertex: -2 V is outside -1.6 to 0.2 V",
    "wrong.toml: voltammetry.rate_v_s: cyclic voltammetry: an absorption and a PL spectrum together take",
    "wrong.toml: transient_absorption.excitons_per_dot: fluence: 1.66e+15 photons/cm2 is outside 2.7e+11 to",
    "wrong.toml: transient_absorption.n_shots: shots per point: 7 is not an even number",
    "wrong.toml: transient_absorption.delays_ps: delay: -100 ps is outside -66.7128 to 2935.36 ps",
    "wrong.toml: transient_absorption.delays_ps: delay: 25000 ps is outside -66.7128 to 2935.36 ps",
    "wrong.toml: charging.potentials_v: potential: -1.9 V is outside -1.6 to 0.2 V",
)


def told(*arguments: str | Path) -> tuple[int, str]:
    """Return exit code and everything said, on one line each."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    return done.exit_code, done.output


@pytest.mark.parametrize("command", [("plan",), ("run", "--out", "x.h5")])
def test_everything_wrong_is_said_at_once_and_nothing_is_opened(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("qdlab.instruments.Bench.open", lambda bench: pytest.fail("opened"))
    recipe = tmp_path / "wrong.toml"
    recipe.write_text(WRONG, encoding="utf-8")
    code, said = told(command[0], recipe, "--bench", "paper_sim", *command[1:])
    assert code == 2
    for problem in SAID:
        assert problem in said
    assert len(said.strip().splitlines()) == len(SAID)
    assert list(tmp_path.iterdir()) == [recipe]


def test_recipe_and_bench_may_both_be_wrong(tmp_path: Path) -> None:
    recipe, bench = tmp_path / "recipe.toml", tmp_path / "bench.toml"
    recipe.write_text('procedure = "SteadyState"\n[steady_state]\nn_scan = 3\n', encoding="utf-8")
    bench.write_text('name = "none"\n', encoding="utf-8")
    code, said = told("plan", recipe, "--bench", bench)
    assert code == 2
    assert "recipe.toml: steady_state.n_scan: unknown key" in said
    assert "bench.toml: pump_beam: is missing" in said


def test_time_disk_light_and_charge_are_told() -> None:
    code, said = told("plan", "fluence_series", "--bench", "paper_sim")
    assert code == 0
    assert re.search(r"164 points, 0:0[23]:\d\d, 19\d MB on Virtual laboratory of the paper", said)
    assert "on the film: pump" in said
    assert "J/cm²" in said
    assert "transient absorption (132)" in said


def test_a_plan_without_points_says_how_many_records_it_takes() -> None:
    code, said = told("plan", "steady_state", "--bench", "paper_sim")
    assert code == 0
    assert "4 records, 0:00:40" in said


def test_a_small_file_is_not_said_to_be_nothing() -> None:
    code, said = told("plan", "pump_calibration", "--bench", "paper_sim")
    assert code == 0
    assert "14 records, 0:00:33, less than 1 MB on" in said


def test_a_plan_that_chooses_says_that_it_is_the_most() -> None:
    code, said = told("plan", "paper", "--bench", "paper_sim")
    assert code == 0
    assert "at most 3115 points, 0:29:46 to 0:32:47, " in said
    assert "µC/cm²" in said
    assert "transient reflection (385)" in said
    assert "potential chosen: -0.3 V" in said


def test_a_map_that_chooses_its_fluences_is_not_probed_both_ways(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'procedure = "GainThresholdMap"\n[adaptive]\nstrategy = "adaptive"\n'
        '[transient_absorption]\nprobed = "transmission and reflection"\n',
        encoding="utf-8",
    )
    code, said = told("plan", recipe, "--bench", "paper_sim")
    assert code == 2
    assert "a map that chooses its fluences is probed in transmission alone" in said


def test_a_solution_has_neither_cell_nor_film() -> None:
    code, said = told("plan", "solution_benchmark", "--bench", "solution_sim")
    assert code == 0
    assert "lamp through the solvent" in said
    assert not re.search(r"cell (on|off)|held|substrate", said)


def test_windows_that_no_detector_sees_are_said_with_their_keys(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'procedure = "TransientAbsorption"\n[sample]\nband_nm = [1100, 1130]\nquiet_nm = [1120, 1140]\n',
        "utf-8",
    )
    code, said = told("plan", recipe, "--bench", "paper_sim")
    assert code == 2
    assert "recipe.toml: sample.band_nm: 1S band: 1100 to 1130 nm is not on the camera" in said
    assert "recipe.toml: sample.quiet_nm: quiet window: 1120 to 1140 nm is not on the camera" in said
    assert "recipe.toml: sample.quiet_nm = 1120 to 1140 nm overlaps the 1S band" in said


def test_electrons_are_not_found_from_a_sweep_with_few_spectra(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'procedure = "GainThresholdMap"\n[charging]\nelectrons_per_dot = [0, 1]\n'
        "[voltammetry]\nstep_v = 0.05\nsteps_per_spectrum = 10\n",
        encoding="utf-8",
    )
    code, said = told("plan", recipe, "--bench", "paper_sim")
    assert code == 2
    assert "at most 0.1 V apart; step_v x steps_per_spectrum is 0.5 V" in said


def test_a_bench_that_lacks_what_a_recipe_needs_says_so() -> None:
    code, said = told("plan", "fluence_series", "--bench", "solution_sim")
    assert code == 2
    named = "qdlab: Virtual laboratory for solutions: has no potentiostat: add [instruments.potentiostat]"
    assert said.strip() == named


def test_what_may_have_been_forgotten_is_said_before_hours_are_spent(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'procedure = "GainThresholdMap"\n[sample]\nband_nm = [606, 630]\nquiet_nm = [665, 698]\n'
        "[charging]\npotentials_v = [-1.2]\n[transient_absorption]\ndelays_ps = [3]\n",
        encoding="utf-8",
    )
    code, said = told("plan", recipe, "--bench", "paper_sim")
    assert code == 0
    notes = [line.removeprefix("note: ") for line in said.splitlines() if line.startswith("note: ")]
    assert [note.partition(":")[0] for note in notes] == [
        "sample", "charging.potentials_v", *["transient_absorption.delays_ps"] * 3,
    ]  # fmt: skip
    assert notes[0].endswith("thickness_nm = 116, cross_section_cm2 = 3.6e-14, pump_absorbance = 0.16")


def test_the_recipes_that_come_with_qdlab_leave_no_doubt() -> None:
    for name, path in shipped_configs().items():
        if "procedure" in read_toml(path):
            assert list(doubts(load_recipe(name))) == [], name
