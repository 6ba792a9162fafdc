"""A staircase of potentials as the Autolab's CV procedure knows it: start, vertices, step, crossings, stop.

Pure arithmetic on the steps of the instrument's converter; no instrument here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qdlab.instruments import Staircase

LSB_V = 10.0 / 2**16
"""Step of the applied potential, 0.1526 mV: 16 bits over +-10 V at half weight (0.1 V was seen to become
0.099945 V, 655 of them; the stock step of 2.44 mV is 16 of them)."""
CROSSINGS_PER_CYCLE = 2
"""Crossings of the stop potential in one cycle (measured: 2 are one cycle, 4 are two)."""


@dataclass(frozen=True, slots=True)
class CvCycle:
    """The seven parameters of FHCyclicVoltammetry2, in the order in which they stand there."""

    start_v: float
    upper_v: float
    lower_v: float
    step_v: float
    crossings: int
    stop_v: float
    rate_v_s: float

    @property
    def parameters(self) -> tuple[float | int, ...]:
        """The values by index."""
        return (
            self.start_v, self.upper_v, self.lower_v, self.step_v, self.crossings, self.stop_v, self.rate_v_s,
        )  # fmt: skip


def cv_cycle(sweep: Staircase) -> CvCycle:
    """Return the CV procedure's parameters for cycles start -> vertex -> start in even steps.

    The first potential is one step from the start, the last is the start. Start and step are rounded to the
    converter's steps, the step towards zero so that no potential lies beyond the vertex asked for; vertex
    and stop stand half a step before the potentials at which they are to act, so that no rounding
    decides how many steps are made. ValueError, in words, if the staircase is something else.
    """
    asked_v = np.array(sweep.potentials_v)
    start_v = float(asked_v[-1])
    n_half = int(np.argmax(np.abs(asked_v - start_v))) + 1
    n_cycles, rest = divmod(asked_v.size, 2 * n_half)
    vertex_v = float(asked_v[n_half - 1])
    rise_v = (vertex_v - start_v) / n_half
    up = start_v + rise_v * np.arange(n_half + 1)
    cycle_v = np.concatenate([up[1:], up[-2::-1]])
    if rest or not np.allclose(np.tile(cycle_v, n_cycles), asked_v, rtol=0.0, atol=1e-6):
        raise ValueError(
            "the CV procedure makes whole cycles start -> vertex -> start in even steps, first potential one "
            f"step from the start, last potential the start; the {asked_v.size} potentials asked for "
            f"({asked_v[0]:g} V to {start_v:g} V by way of {vertex_v:g} V) are no such cycles"
        )
    n_lsb = math.floor(abs(rise_v) / LSB_V + 1e-9)
    if n_lsb == 0:
        raise ValueError(f"a step of {abs(rise_v) * 1e3:g} mV is below the instrument's {LSB_V * 1e3:.4g} mV")
    step_v = math.copysign(n_lsb * LSB_V, rise_v)
    start_v = round(start_v / LSB_V) * LSB_V
    turn_v = start_v + (n_half - 0.5) * step_v
    return CvCycle(
        start_v=start_v,
        upper_v=max(start_v, turn_v),
        lower_v=min(start_v, turn_v),
        step_v=step_v,
        crossings=CROSSINGS_PER_CYCLE * n_cycles,
        stop_v=start_v + 0.5 * step_v,
        rate_v_s=abs(step_v) / sweep.step_s,
    )
