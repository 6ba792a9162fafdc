"""What every action of a run works with: bench, clock, stop token, and a way to hand records on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdlab.clock import Clock
from qdlab.errors import InstrumentStateError, SafetyError
from qdlab.instruments import Bench, ShotBlock
from qdlab.plan import LIGHT_PATHS, Light, Plan, Record, Slot
from qdlab.run._stop import StopToken, wait_until

Emit = Callable[[Slot, Record], None]

_SAME_TAGS = 0.1
"""Largest share of consecutive shots with the same tag: a blade out of step has about a half."""


@dataclass(frozen=True)
class Session:
    """One carrying out of a plan on an open bench, with the checks every reading goes through."""

    bench: Bench
    plan: Plan
    clock: Clock
    stop: StopToken
    emit: Emit

    def wait_until(self, time_s: float) -> None:
        """Wait for the clock, ready to stop."""
        wait_until(time_s, self.clock, self.stop)

    def set_light(self, paths: Light) -> None:
        """Close what is not wanted, then open what is; shutters that are right already are left alone."""
        for is_open in (False, True):
            for path in LIGHT_PATHS:
                shutter = self.bench.shutters[path]
                if (path in paths) == is_open != shutter.is_open:
                    shutter.set_open(is_open)

    def cell(self) -> tuple[float, float]:
        """Return potential in V and current in A, NaN with no cell on; SafetyError over the limit."""
        potentiostat, limit_a = self.bench.potentiostat, self.bench.safety.current_a
        if not self.bench.has("potentiostat") or not potentiostat.cell_on:
            return math.nan, math.nan
        reading = potentiostat.measure()
        if reading.overload or abs(reading.current_a) > limit_a:
            raise SafetyError(
                f"{potentiostat.name}: cell current {reading.current_a * 1e3:.3g} mA at "
                f"{reading.potential_v:+.3f} V passes the limit of {limit_a * 1e3:g} mA; cell switched off"
            )
        return reading.potential_v, reading.current_a

    def check_parity(self, block: ShotBlock) -> None:
        """Raise InstrumentStateError unless nearly all consecutive pulses differ in their tag.

        So a chopper that cannot report its lock, and one that reports it wrongly, is found by the data;
        the reduction leaves out the few pairs that a slip or a wrong tag spoils.
        """
        follows = np.diff(block.sequence.astype(np.int64)) == 1
        same = block.pump_on[1:] == block.pump_on[:-1]
        share = float(np.mean(same[follows])) if follows.any() else 1.0
        if share > _SAME_TAGS:
            raise InstrumentStateError(
                f"{self.bench.chopper.name}: {share:.0%} of consecutive shots have the same pump tag, "
                f"the limit is {_SAME_TAGS:.0%}; the chopper does not let every other laser pulse through"
            )

    def check_saturation(self, shots: NDArray[np.uint16]) -> None:
        """Raise SafetyError if too much of the camera is saturated."""
        detector, limit = self.bench.ta_detector, self.bench.safety.saturated_fraction
        if shots.max(initial=0) < detector.saturation_counts:
            return  # as nearly always, and found out in a tenth of the time of counting
        share = float(np.mean(shots >= detector.saturation_counts))
        if share > limit:
            raise SafetyError(
                f"{detector.name}: {share:.1%} of the read-outs are saturated ({detector.saturation_counts} "
                f"counts), the limit is {limit:.1%}; attenuate the probe"
            )
