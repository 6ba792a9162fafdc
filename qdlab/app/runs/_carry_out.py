"""Recipe + bench -> run file: the one road by which every face of qdlab carries a run out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qdlab.app._words import SIMULATED_MARK
from qdlab.app.config import LoadedBench, Recipe
from qdlab.app.runs._first_look import FirstLook, Watch, unwatched
from qdlab.app.runs._recall import recall
from qdlab.instruments import settings
from qdlab.plan import Lab, Plan
from qdlab.run import Listener, MakePlan, OpenSink, Run, Sink, StopToken
from qdlab.storage import Provenance, check_destination, check_resumable, create_run, reopen_run


def carry_out(
    recipe: Recipe,
    loaded: LoadedBench,
    out: Path,
    *,
    force: bool,
    stop: StopToken,
    tell: Listener,
    watch: Watch = unwatched,
) -> None:
    """Carry a recipe out on a bench into a new file.

    InputError before anything is opened or created if the plan does not suit the bench, or the file
    cannot be made; afterwards whatever ended the run, with the bench safe and the file saying why.
    `tell` hears of progress in the thread of the run, `watch` sees the records with the first look at dA.
    """

    def open_sink(plan: Plan, lab: Lab, identities: Mapping[str, str]) -> Sink:
        file = create_run(out, plan, lab, _provenance(recipe, loaded, identities), force=force)
        return FirstLook(file, lab, plan.sample, watch(plan, lab))

    def check(plan: Plan) -> None:
        check_destination(out, plan.n_bytes, force=force)

    _execute(recipe, loaded, open_sink, check, stop, tell)


def go_on(
    recipe: Recipe,
    loaded: LoadedBench,
    path: Path,
    *,
    stop: StopToken,
    tell: Listener,
    watch: Watch = unwatched,
) -> None:
    """Measure what is missing in the file of a run that stopped, failed or died, as carry_out() would have.

    Who watches sees what is there first. Records that are whole stay as they are, bit for bit. InputError
    before anything is opened or changed if recipe and bench are not those of the file, or it cannot be
    resumed.
    """

    def open_sink(plan: Plan, lab: Lab, identities: Mapping[str, str]) -> Sink:
        file, see = reopen_run(path, plan), watch(plan, lab)
        if watch is not unwatched:
            recall(file, plan, see)
        return FirstLook(file, lab, plan.sample, see)

    _execute(recipe, loaded, open_sink, lambda plan: check_resumable(path, plan), stop, tell)


def _execute(
    recipe: Recipe,
    loaded: LoadedBench,
    open_sink: OpenSink,
    check: Callable[[Plan], None],
    stop: StopToken,
    tell: Listener,
) -> None:
    """Execute the experiment, plan and file checked before anything is opened."""

    def carry(make_plan: MakePlan) -> None:
        run = Run(make_plan, loaded.bench, loaded.clock, open_sink, stop, tell)
        plan, _ = run.check()
        check(plan)
        run.carry_out()

    recipe.experiment.carry_out = carry
    recipe.experiment.execute()


def _provenance(recipe: Recipe, loaded: LoadedBench, identities: Mapping[str, str]) -> Provenance:
    world = loaded.world
    return Provenance(
        start=loaded.clock.date,
        recipe=recipe.source,
        bench=loaded.source,
        identities={
            name: text + SIMULATED_MARK * (name in loaded.simulated) for name, text in identities.items()
        },
        settings=_settings(loaded),
        operator=recipe.experiment.operator,
        notes=recipe.experiment.notes,
        seed=None if world is None else world.options.seed,
        truth=None if world is None else world.truth(),
    )


def _settings(loaded: LoadedBench) -> dict[str, dict[str, Any]]:
    """Return, for each instrument of the open bench, what it was made with and what it reads back."""
    return {
        item.name: {"options": loaded.options.get(item.name, {}), "state": settings(item)}
        for item in loaded.bench.instruments()
    }
