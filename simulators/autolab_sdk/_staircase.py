"""The potentials of the command "CV staircase": from vertex to vertex until the stop has been crossed."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.autolab_sdk._machine import LSB_V

_MOST_STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class CyclicStaircase:
    """The parameters of FHCyclicVoltammetry2, in their order there."""

    start_v: float
    upper_v: float
    lower_v: float
    step_v: float
    crossings: int
    stop_v: float
    rate_v_s: float

    @property
    def step_lsb(self) -> int:
        """The step in steps of the converter."""
        return round(self.step_v / LSB_V)

    @property
    def step_s(self) -> float:
        """Time of a step."""
        return abs(self.step_lsb) * LSB_V / self.rate_v_s

    def potentials_v(self) -> list[float]:
        """Return the applied potentials.

        The direction turns at the first step at or beyond a vertex, and the last potential is the first
        one at or beyond the stop on the last crossing; leaving the stop is no crossing. So the stock
        sweep (0, 1, -1 and back to 0 V in steps of 2.44 mV, 2 crossings) has the 1640 points that
        were measured. That a negative step goes down first is general knowledge, not measured.
        """
        if self.step_lsb == 0:
            return []
        at, step, crossings, points = round(self.start_v / LSB_V), self.step_lsb, 0, []
        for _ in range(_MOST_STEPS):
            before_v, at = at * LSB_V - self.stop_v, at + step
            points.append(at * LSB_V)
            now_v = at * LSB_V - self.stop_v
            crossings += before_v != 0.0 and before_v * now_v <= 0.0
            if crossings >= self.crossings:
                return points
            if (step > 0 and at * LSB_V >= self.upper_v) or (step < 0 and at * LSB_V <= self.lower_v):
                step = -step
        raise ValueError("CV staircase: the stop potential is never crossed")

    def scans(self, n_points: int) -> list[int]:
        """Return the number of the cycle each point belongs to."""
        per_cycle = max(1, 2 * n_points // max(1, self.crossings))
        return [1 + index // per_cycle for index in range(n_points)]
