"""What holds for every procedure: planned as it runs, whole in its file, reduced without a fuss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every_procedure import PROCEDURES, SMALL, bench_for, small_recipe
from typer.testing import CliRunner, Result

import qdlab
from procedures import Experiment
from qdlab.app.cli import app
from qdlab.app.config import load, shipped_configs
from qdlab.app.parts import load_bench, load_recipe
from qdlab.plan import Plan, estimate, problems, slots_of

Ran = Callable[[str], Path]

UNITS = {"v": "V", "s": "s", "v_s": "V/s", "nm": "nm", "ps": "ps", "cm2": "cm^2", "photons_cm2": "cm^-2"}
"""What the ending of a parameter's name says of its unit; the longest ending counts."""

BESIDE_RECORDS = 400_000
"""Bytes of a run file for axes, provenance, marks and names."""


def command(*arguments: str | Path) -> Result:
    """Run a command of qdlab; it must succeed."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    return done


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Runs the small recipe of a procedure once, through the command line; gives its file."""
    folder, files = tmp_path_factory.mktemp("runs"), dict[str, Path]()

    def run(procedure: str) -> Path:
        if procedure not in files:
            out = folder / f"{procedure}.h5"
            command("run", small_recipe(procedure), "--bench", bench_for(procedure), "--out", out)
            files[procedure] = out
        return files[procedure]

    return run


def planned(procedure: str) -> tuple[Plan, float]:
    """Return the plan of the small recipe and how long it should take."""
    lab = load_bench(bench_for(procedure)).bench.describe()
    plan = load_recipe(small_recipe(procedure)).experiment.plan(lab)
    assert problems(plan, lab) == []
    return plan, estimate(plan, lab).duration_s


def test_every_procedure_has_a_small_recipe_and_no_recipe_is_left_over() -> None:
    assert {path.stem for path in SMALL.glob("*.toml")} == set(PROCEDURES)


def test_every_procedure_has_a_shipped_recipe() -> None:
    named = {
        name: load_recipe(path).experiment
        for name, path in shipped_configs().items()
        if "procedure = " in path.read_text("utf-8")
    }
    assert {type(experiment).__name__ for experiment in named.values()} == set(PROCEDURES)
    for name, experiment in named.items():
        lab = load_bench(bench_for(type(experiment).__name__)).bench.describe()
        assert problems(experiment.plan(lab), lab) == [], name
        assert experiment.title != "untitled", name


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_parameter_says_what_it_is(procedure: str) -> None:
    experiment: type[Experiment] = load("procedures", procedure, "test")
    for table, parameters in experiment.groups().items():
        for name, parameter in parameters.items():
            assert parameter.description, f"{table}.{name}"
            units = getattr(parameter, "units", None)
            endings = [ending for ending in UNITS if f"_{name}".endswith(f"_{ending}")]
            if endings:
                assert units == UNITS[max(endings, key=len)], f"{table}.{name}"


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_record_of_every_stream_has_one_step_that_fills_it(procedure: str) -> None:
    plan, _ = planned(procedure)
    filled = [slot for step in plan for slot in slots_of(step)]
    assert len(filled) == len(set(filled))
    assert set(filled) == {
        stream.slot(*index) for stream in plan.streams for index in np.ndindex(stream.shape)
    }


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_run_takes_the_time_and_leaves_the_records_that_were_planned(procedure: str, ran: Ran) -> None:
    plan, planned_s = planned(procedure)
    with qdlab.open(ran(procedure)) as run:
        begin, end = (datetime.fromisoformat(run.attrs[key]) for key in ("start_time", "end_time"))
        assert run.attrs["status"] == "finished"
        assert run.attrs["procedure"] == procedure
        assert set(run.children) == {stream.name for stream in plan.streams}
        assert all(bool(run[stream.name]["done"].all()) for stream in plan.streams)
    assert (end - begin).total_seconds() == pytest.approx(planned_s, rel=0.02)
    assert plan.n_bytes < ran(procedure).stat().st_size < 1.05 * plan.n_bytes + BESIDE_RECORDS


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_what_it_measured_can_be_told_and_reduced(procedure: str, ran: Ran, tmp_path: Path) -> None:
    file = ran(procedure)
    assert "finished" in command("info", file).output
    assert "problem" not in command("verify", file).output
    told = command("reduce", file, "--out", tmp_path / "results")
    assert "Traceback" not in told.output
    assert (tmp_path / "results" / "results.json").is_file()


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_its_recipe_can_be_read_back_from_the_file(procedure: str, ran: Ran) -> None:
    experiment = load_recipe(small_recipe(procedure)).experiment
    with qdlab.open(ran(procedure)) as run:
        kept: dict[str, dict[str, Any]] = run.attrs["parameters"]
    assert repr(kept) == repr(experiment.values())  # as text, in which NaN is NaN


def test_spectra_and_current_of_a_voltammogram_are_on_one_time_base(ran: Ran) -> None:
    with qdlab.open(ran("Voltammetry")) as run:
        cv, absorption, pl = (run[name] for name in ("cv", "cv_absorption", "cv_pl"))
        ends_s, potential_v = cv["time_s"].to_numpy(), cv["potential_v"].to_numpy()
        for spectra in (absorption, pl):
            time_s = spectra["time_s"].to_numpy()[:, 0]
            applied_v = potential_v[np.searchsorted(ends_s, time_s)]
            np.testing.assert_allclose(spectra["measured_potential_v"], applied_v, atol=1e-3)
        assert np.all(pl["time_s"].to_numpy()[:, 0] > absorption["time_s"].to_numpy()[:, -1])
