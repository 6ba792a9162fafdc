"""What a run has asked of the bench so far: cell, light, chopper, fluence, delay; from its steps alone.

Nobody but the run speaks with the instruments while it goes on, so a window knows the bench by the steps
that were begun.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qdlab.plan import (
    DARK,
    CellOff,
    CyclePotential,
    HoldPotential,
    Light,
    MoveDelay,
    ReadSpectrum,
    RunChopper,
    SetFluence,
    SetLight,
    Step,
)

LAMP: Light = frozenset({"lamp"})


@dataclass(frozen=True)
class Situation:
    """The bench as the steps left it; `potential_v` is None with the cell off, `sweeping` during a CV."""

    potential_v: float | None = None
    sweeping: bool = False
    charging: bool = False
    light: Light = DARK
    chopper: bool = False
    fluence_cm2: float | None = None
    delay_ps: float | None = None

    def after(self, step: Step) -> Situation:
        """Return the situation once this step has begun."""
        now = replace(self, sweeping=False, charging=False)
        match step:
            case CellOff():
                return replace(now, potential_v=None)
            case HoldPotential(potential_v=potential_v):
                return replace(now, potential_v=potential_v, charging=True, light=LAMP)
            case CyclePotential(vertex_v=vertex_v):
                return replace(now, potential_v=vertex_v, sweeping=True, light=LAMP)
            case SetLight(paths):
                return replace(now, light=paths)
            case ReadSpectrum(light=light):
                return replace(now, light=light)
            case RunChopper(running):
                return replace(now, chopper=running)
            case SetFluence(fluence_cm2):
                return replace(now, fluence_cm2=fluence_cm2)
            case MoveDelay(delay_ps):
                return replace(now, delay_ps=delay_ps)
            case _:
                return now

    @property
    def is_dark(self) -> bool:
        """Whether the cell is off and every shutter closed."""
        return self.potential_v is None and not self.light

    @property
    def on_film(self) -> bool:
        """Whether the film is looked at by the fibre spectrometer, charged or swept."""
        return self.charging or self.sweeping or bool(self.light & {"lamp", "excitation"})

    @property
    def on_pulses(self) -> bool:
        """Whether it is looked at by pump and probe."""
        return self.chopper or bool(self.light & {"pump", "probe"})

    def in_words(self) -> str:
        """Say it in one line."""
        if self.potential_v is None:
            cell = "cell off"
        elif self.sweeping:
            cell = f"cell ON → {self.potential_v:+.2f} V"
        else:
            cell = f"cell ON {self.potential_v:+.3f} V"
        light = f"open: {', '.join(sorted(self.light))}" if self.light else "all shutters closed"
        return f"{cell}; {light}"
