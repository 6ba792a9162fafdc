"""The engine: performs a plan's steps one after another and tells whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import Any

from qdlab import plan as steps
from qdlab.errors import LimitError
from qdlab.plan import Chosen, Lab, Plan, Record, Script, Seen, Slot, Step, Stopwatch, estimate, step_problems
from qdlab.run._events import Listener, StepStarted
from qdlab.run._session import Session
from qdlab.run._shots import move_delay, read_power, run_chopper, set_fluence, take_shots
from qdlab.run._spectra import cycle_potential, hold_potential, read_spectrum


def _select_sample(step: steps.SelectSample, session: Session) -> None:
    session.bench.sample_holder.select(step.position)


def _select_probe(step: steps.SelectProbe, session: Session) -> None:
    session.bench.probe_selector.select(step.beam)


def _set_light(step: steps.SetLight, session: Session) -> None:
    session.set_light(step.paths)


def _cell_off(step: steps.CellOff, session: Session) -> None:
    if session.bench.has("potentiostat"):
        session.bench.potentiostat.set_cell(on=False)


def _choose(step: steps.Choose, session: Session) -> None:
    session.emit(step.slot, Chosen(session.clock.now_s, step.value))


ACTIONS: dict[type[Step], Callable[[Any, Session], None]] = {
    steps.CellOff: _cell_off,
    steps.Choose: _choose,
    steps.CyclePotential: cycle_potential,
    steps.HoldPotential: hold_potential,
    steps.MoveDelay: move_delay,
    steps.ReadPower: read_power,
    steps.ReadSpectrum: read_spectrum,
    steps.RunChopper: run_chopper,
    steps.SelectProbe: _select_probe,
    steps.SelectSample: _select_sample,
    steps.SetFluence: set_fluence,
    steps.SetLight: _set_light,
    steps.TakeShots: take_shots,
}
"""How each step is done; a new kind of step is a new line here."""


def perform(plan: Plan, session: Session, tell: Listener) -> None:
    """Perform every step in order; the stop token is looked at before each one.

    What a script chooses is held against the laboratory as the whole plan was: LimitError before a step that
    this laboratory cannot or must not do.
    """
    lab = session.bench.describe()
    watch = Stopwatch.at_start(lab)
    total_s, passed_s = estimate(plan, lab).duration_s, 0.0
    with closing(plan.begin()) as script:
        step = next(script, None)
        for index in count():
            if step is None:
                return
            session.stop.check()
            _refuse(step, lab)
            tell(StepStarted(index, len(plan), step.describe(), max(total_s - passed_s, 0.0), total_s))
            seen = _perform(step, session)
            passed_s += watch.lap_s(step)
            step = _after(script, seen)


def _after(script: Script, seen: Seen) -> Step | None:
    """Return the step that follows what was seen; None at the end."""
    try:
        return script.send(seen)
    except StopIteration:
        return None


def _perform(step: Step, session: Session) -> Seen:
    """Perform one step and return the records it left."""
    left: dict[Slot, Record] = {}

    def emit(slot: Slot, record: Record) -> None:
        left[slot] = record
        session.emit(slot, record)

    ACTIONS[type(step)](step, replace(session, emit=emit))
    return left


def _refuse(step: Step, lab: Lab) -> None:
    if found := list(step_problems(step, lab)):
        raise LimitError("the run would do what it must not: " + "; ".join(found))
