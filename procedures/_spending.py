"""What a run has spent, and what it may: beam time, shots and photons on the film."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qdlab.plan import Lab, SetFluence, Step, Stopwatch, TakeShots


@dataclass(frozen=True)
class Budget:
    """An amount of beam time, shots and pump photons per area."""

    time_s: float
    shots: float
    photons_cm2: float

    def problem(self, allowed: Budget) -> str | None:
        """Say in which respect this is more than is allowed; None if it is not."""
        for what, spent, most in (
            ("beam time", self.time_s, allowed.time_s),
            ("shots", self.shots, allowed.shots),
            ("pump dose", self.photons_cm2, allowed.photons_cm2),
        ):
            if spent > most:
                return what
        return None

    def share(self, total: Budget, of: int) -> Budget:
        """Return how far spending may go if what is left of `total` is shared among `of`."""
        return Budget(
            self.time_s + (total.time_s - self.time_s) / of,
            self.shots + (total.shots - self.shots) / of,
            self.photons_cm2 + (total.photons_cm2 - self.photons_cm2) / of,
        )


class Spending:
    """Adds up steps by what the plan expects of them.

    Never by the clock: a resumed run has to choose the same again.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._watch = Stopwatch.at_start(lab, chooses=True)
        self._fluence_cm2 = 0.0
        self.spent = Budget(0.0, 0, 0.0)

    def add(self, step: Step) -> None:
        """Take one step into account."""
        pumped = "pump" in self._watch.light
        lasting_s = self._watch.lap_s(step)
        if isinstance(step, SetFluence):
            self._fluence_cm2 = step.fluence_cm2
        pulses = lasting_s * self._lab.pump_beam.pulse_rate_hz if pumped else 0.0
        shots = step.n_shots if isinstance(step, TakeShots) else 0
        self.spent = Budget(
            self.spent.time_s + lasting_s,
            self.spent.shots + shots,
            self.spent.photons_cm2 + pulses * self._fluence_cm2,
        )

    @property
    def delay_ps(self) -> float:
        """Where the delay stage stands."""
        return self._lab.delay_line.to_ps(self._watch.position_mm)

    def after(self, steps: Iterable[Step]) -> Budget:
        """Return what will be spent after these steps as well."""
        ahead = Spending(self._lab)
        ahead._watch, ahead._fluence_cm2, ahead.spent = replace(self._watch), self._fluence_cm2, self.spent
        for step in steps:
            ahead.add(step)
        return ahead.spent
