"""The engine: performs a plan's steps one after another and tells whoever listens."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any

from qdlab import plan as steps
from qdlab.plan import Plan, Step, durations_s
from qdlab.run._events import Listener, StepStarted
from qdlab.run._session import Session
from qdlab.run._shots import move_delay, read_power, run_chopper, set_fluence, take_shots
from qdlab.run._spectra import cycle_potential, hold_potential, read_spectrum


def _select_sample(step: steps.SelectSample, session: Session) -> None:
    session.bench.sample_holder.select(step.position)


def _set_light(step: steps.SetLight, session: Session) -> None:
    session.set_light(step.paths)


def _cell_off(step: steps.CellOff, session: Session) -> None:
    if session.bench.has("potentiostat"):
        session.bench.potentiostat.set_cell(on=False)


ACTIONS: dict[type[Step], Callable[[Any, Session], None]] = {
    steps.CellOff: _cell_off,
    steps.CyclePotential: cycle_potential,
    steps.HoldPotential: hold_potential,
    steps.MoveDelay: move_delay,
    steps.ReadPower: read_power,
    steps.ReadSpectrum: read_spectrum,
    steps.RunChopper: run_chopper,
    steps.SelectSample: _select_sample,
    steps.SetFluence: set_fluence,
    steps.SetLight: _set_light,
    steps.TakeShots: take_shots,
}
"""How each step is done; a new kind of step is a new line here."""


def perform(plan: Plan, session: Session, tell: Listener) -> None:
    """Perform every step in order; the stop token is looked at before each one."""
    lasting_s = list(durations_s(plan, session.bench.describe()))
    passed_s = [0.0, *accumulate(lasting_s)]
    total_s = passed_s[-1]
    for index, step in enumerate(plan):
        session.stop.check()
        tell(StepStarted(index, len(plan), step.describe(), total_s - passed_s[index], total_s))
        ACTIONS[type(step)](step, session)
