"""How long a plan takes on a laboratory: the sum of what each step waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qdlab.plan import _steps as steps
from qdlab.plan._lab import Lab
from qdlab.plan._plan import Plan


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan costs before anything moves; the most, if it chooses, and the least if that is known."""

    n_points: int
    duration_s: float
    n_bytes: int
    least_s: float | None = None


@dataclass
class Stopwatch:
    """Counts the time steps take, remembering what the laboratory was left in (stage, shutters).

    `head_start_s` is how long the stage has been on its way to the next point: it sets off when the last
    shots were read; None if it is not on its way.
    """

    lab: Lab
    position_mm: float
    chooses: bool
    light: steps.Light = steps.DARK
    head_start_s: float | None = None

    @classmethod
    def at_start(cls, lab: Lab, *, chooses: bool = False) -> Stopwatch:
        """Return one for a laboratory as a run finds it: dark, the stage at the end of its travel.

        Of a plan that `chooses`, the next point is not known before the last one was looked at.
        """
        start_mm = lab.delay_line.to_mm(lab.delay.low)
        return cls(lab, start_mm, chooses, head_start_s=None if chooses else 0.0)

    def lap_s(self, step: steps.Step) -> float:
        """Return the time one step takes and remember what it leaves behind."""
        lasting_s = self._lasting_s(step)
        if isinstance(step, steps.TakeShots) and not self.chooses:
            self.head_start_s = 0.0
        elif isinstance(step, steps.MoveDelay):
            self.head_start_s = None
        elif self.head_start_s is not None:
            self.head_start_s += lasting_s
        return lasting_s

    def _lasting_s(self, step: steps.Step) -> float:
        match step:
            case steps.SetLight(paths):
                return self._switch_s(paths)
            case steps.ReadSpectrum():
                return self._switch_s(step.light) + step.n_scans * step.integration_s
            case steps.HoldPotential():
                look_s = step.settle.n_scans * step.settle.integration_s
                return self._switch_s(frozenset({"lamp"})) + step.settle.expected_s + look_s
            case steps.CyclePotential():
                self.light = frozenset({"excitation"})
                return step.n_samples * step.step_s
            case steps.MoveDelay(delay_ps):
                return self._move_s(delay_ps)
            case steps.TakeShots():
                return step.n_shots / self.lab.shot_rate_hz
            case steps.ReadPower():
                return step.n_readings * self.lab.power_reading_s
            case _:
                return self._always_s.get(type(step), 0.0)

    @property
    def _always_s(self) -> dict[type[steps.Step], float]:
        """Return the steps that always take the same time."""
        lab = self.lab
        return {
            steps.RunChopper: lab.chopper_s,
            steps.ScanDelays: lab.scan_s,
            steps.SetFluence: lab.attenuator_s,
        }

    def _switch_s(self, paths: steps.Light) -> float:
        changed, self.light = paths ^ self.light, paths
        return len(changed) * self.lab.shutter_s

    def _move_s(self, delay_ps: float) -> float:
        target_mm = self.lab.delay_line.to_mm(delay_ps)
        travel_mm, self.position_mm = abs(target_mm - self.position_mm), target_mm
        return max(travel_mm / self.lab.stage_velocity_mm_s - (self.head_start_s or 0.0), 0.0)


def durations_s(plan: Plan, lab: Lab) -> Iterator[float]:
    """Yield the time each step of the plan takes, in order."""
    return _laps_s(plan.steps, plan, lab)


def estimate(plan: Plan, lab: Lab) -> Estimate:
    """Return points, duration and bytes of a plan on a laboratory."""
    fewest = tuple(plan.fewest())
    least_s = sum(_laps_s(fewest, plan, lab)) if fewest else None
    return Estimate(plan.n_points, sum(durations_s(plan, lab)), plan.n_bytes, least_s)


def _laps_s(performed: Iterable[steps.Step], plan: Plan, lab: Lab) -> Iterator[float]:
    watch = Stopwatch.at_start(lab, chooses=plan.chooses)
    return (watch.lap_s(step) for step in performed)
