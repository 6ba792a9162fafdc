"""The engine: performs a plan's steps one after another and tells whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qdlab import plan as steps
from qdlab.errors import LimitError
from qdlab.instruments import HolderByHand, SelectorByHand
from qdlab.plan import (
    Chosen,
    Lab,
    Record,
    SamplePosition,
    Seen,
    Slot,
    Step,
    Stopwatch,
    slots_of,
    step_problems,
)
from qdlab.run._course import Course
from qdlab.run._events import StepStarted
from qdlab.run._pause import pause
from qdlab.run._remaining import Kept, remaining
from qdlab.run._scans import scan_delays
from qdlab.run._session import AgainError, Emit, Session
from qdlab.run._shots import (
    move_delay,
    read_power,
    return_stage,
    run_chopper,
    set_fluence,
    start_delay,
    take_shots,
)
from qdlab.run._spectra import cycle_potential, hold_potential, read_spectrum
from qdlab.run._views import seen_again
from qdlab.run.interlocks import CellDisconnected


def _await_person(what: str, session: Session) -> None:
    """Pause until somebody says that it is done; nothing is asked if there is nothing to do."""
    if what:
        session.stop.pause(what)
        pause(session)


def _select_sample(step: steps.SelectSample, session: Session) -> None:
    holder = session.bench.sample_holder
    if isinstance(holder, HolderByHand):
        _await_person(holder.ask(step.position), session)
    holder.select(step.position)
    session.asked.sample = step.position


def _select_probe(step: steps.SelectProbe, session: Session) -> None:
    selector = session.bench.probe_selector
    if isinstance(selector, SelectorByHand):
        _await_person(selector.ask(step.beam), session)
    selector.select(step.beam)


def _set_light(step: steps.SetLight, session: Session) -> None:
    session.set_light(step.paths)


def _cell_off(step: steps.CellOff, session: Session) -> None:
    if session.bench.has("potentiostat"):
        session.bench.potentiostat.set_cell(on=False)
    session.asked.potential_v = None
    session.watch(CellDisconnected())


def _choose(step: steps.Choose, session: Session) -> None:
    session.emit(step.slot, Chosen(session.clock.now_s, step.value))


def _remark(step: steps.Remark, session: Session) -> None:
    """Do nothing: what it says was told when it began."""


ACTIONS: dict[type[Step], Callable[[Any, Session], None]] = {
    steps.CellOff: _cell_off,
    steps.Choose: _choose,
    steps.CyclePotential: cycle_potential,
    steps.HoldPotential: hold_potential,
    steps.MoveDelay: move_delay,
    steps.ReadPower: read_power,
    steps.ReadSpectrum: read_spectrum,
    steps.Remark: _remark,
    steps.RunChopper: run_chopper,
    steps.ScanDelays: scan_delays,
    steps.SelectProbe: _select_probe,
    steps.SelectSample: _select_sample,
    steps.SetFluence: set_fluence,
    steps.SetLight: _set_light,
    steps.TakeShots: take_shots,
}
"""How each step is done; a new kind of step is a new line here."""


def perform(session: Session, kept: Kept | None = None) -> None:
    """Perform every step of the session's plan in order, but for what is `kept` from earlier sessions.

    Before each one the stop token is looked at, which may also ask for a pause. What a script chooses is held
    against the laboratory as the whole plan was: LimitError before a step that this laboratory cannot or must
    not do.
    """
    plan, lab = session.plan, session.bench.describe()
    watch, passed_s, index = Stopwatch.at_start(lab, chooses=plan.chooses), 0.0, 0
    script = plan.begin() if kept is None else remaining(plan, kept, _recall(session))
    with Course(script, chooses=plan.chooses) as course:
        left: dict[Slot, Record] = {}
        session = replace(session, ahead=_ahead(course, session), emit=_noted(left, session.emit))
        repeatable = replace(session, repeatable=True)
        n_steps, total_s = course.expected(plan, lab)
        session.ahead()
        seen: Seen = {}
        while (step := course.next(seen)) is not None:
            if plan.chooses:
                _refuse(step, lab)
            session.tell(StepStarted(index, n_steps, step, max(total_s - passed_s, 0.0), total_s))
            left.clear()
            _perform(step, repeatable if len(slots_of(step)) < 2 else session)
            seen = dict(left)
            passed_s += watch.lap_s(step)
            index += 1


def _noted(left: dict[Slot, Record], emit: Emit) -> Emit:
    """Return what hands records on and notes them in `left`."""

    def note(slot: Slot, record: Record) -> None:
        left[slot] = record
        emit(slot, record)

    return note


def _perform(step: Step, session: Session) -> None:
    """Perform one step, once more if a reading asked for a pause."""
    while True:
        session.stop.check()
        if session.stop.paused:
            pause(session)
        try:
            return ACTIONS[type(step)](step, session)
        except AgainError:
            return_stage(session)


def _ahead(course: Course, session: Session) -> Callable[[], None]:
    """Return what sends the stage on its way to the next point, if that is known."""

    def start_next_move() -> None:
        if (move := course.next_move()) is not None:
            start_delay(move, session)

    return start_next_move


def _recall(session: Session) -> Callable[[Step, Slot, Record, SamplePosition | None], None]:
    """Return what shows records of earlier sessions to the interlocks."""

    def recall(step: Step, slot: Slot, record: Record, sample: SamplePosition | None) -> None:
        seen = seen_again(step, slot, record, session.plan, session.bench.pump_beam, sample)
        if seen is not None:
            session.panel.recall(seen)

    return recall


def _refuse(step: Step, lab: Lab) -> None:
    if found := list(step_problems(step, lab)):
        raise LimitError("the run would do what it must not: " + "; ".join(found))
