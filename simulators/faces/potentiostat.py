"""A simulated potentiostat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from qdlab.errors import InstrumentStateError
from qdlab.instruments import CellReading, Potentiostat, Staircase, SweepTrace
from qdlab.limits import Range
from simulators.faces._face import SimulatedInstrument
from simulators.world import StrictOptions, World


@dataclass(frozen=True, slots=True)
class _Sweep:
    """A sweep as it was started."""

    steps: Staircase
    start_s: float


class SimulatedPotentiostat(SimulatedInstrument, Potentiostat):
    """A potentiostat with decades of current ranges; in a sweep it integrates the current over each step."""

    class Options(StrictOptions):
        """Options of the simulated potentiostat."""

        potential_low_v: float = Field(-1.6, ge=-10.0, le=10.0)
        """Lowest potential that may be applied to the sample."""
        potential_high_v: float = Field(0.2, ge=-10.0, le=10.0)
        """Highest potential that may be applied to the sample."""
        potential_step_v: float = Field(1.5e-4, gt=0.0, le=0.1)
        """Smallest step of the potential; what is asked is rounded to it."""
        current_noise_a: float = Field(2e-9, ge=0.0, le=1.0)
        """Scatter of current readings (rms)."""
        ordered: ClassVar = (("potential_low_v", "potential_high_v"),)

    _RANGES_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
    _RANGE_AT_START_A = 1e-3
    _STEPS_PER_RANGE = 1 << 19

    def __init__(self, name: str, options: Options, world: World) -> None:
        super().__init__(name, world)
        self._options = options
        self._range_a = self._RANGE_AT_START_A
        self._sweep: _Sweep | None = None

    @property
    def potential_range(self) -> Range:
        """Get the potentials that may be applied to the sample."""
        return Range(self._options.potential_low_v, self._options.potential_high_v, "V")

    @property
    def cell_on(self) -> bool:
        """Get whether the cell is connected."""
        world = self._reach()
        return world.cell.connected(world.clock.now_s)

    @property
    def sweeping(self) -> bool:
        """Get whether a sweep is under way."""
        world = self._reach()
        return world.cell.sweeping(world.clock.now_s)

    def set_cell(self, on: bool) -> None:
        """Connect or disconnect the cell; disconnecting ends a sweep."""
        world = self._reach()
        world.cell.connect(on, world.clock.now_s)

    def set_current_range(self, full_scale_a: float) -> None:
        """Choose the smallest range that holds it."""
        self._reach()
        Range(0.0, self._RANGES_A[-1], "A").require(f"{self.name}: current range", full_scale_a)
        self._range_a = min(item for item in self._RANGES_A if item >= full_scale_a)

    def open_circuit_potential_v(self) -> float:
        """Measure the potential of the disconnected cell."""
        if self.cell_on:
            raise InstrumentStateError(f"{self.name}: the cell is on; switch it off to see its own potential")
        world = self._reach()
        return world.cell.potential_v(world.clock.now_s)

    def hold(self, potential_v: float) -> None:
        """Apply the nearest step; InstrumentStateError while a sweep runs."""
        world = self._idle("hold a potential")
        self.potential_range.require(f"{self.name}: potential", potential_v)
        world.cell.apply(self._rounded_v(potential_v), world.clock.now_s)

    def measure(self) -> CellReading:
        """Read potential and current once; a current beyond the range reads as the range, with overload."""
        world = self._reach()
        now_s = world.clock.now_s
        current_a, overload = self._metered(world.cell.current_a(now_s))
        return CellReading(now_s, world.cell.potential_v(now_s), float(current_a), bool(overload))

    def start_sweep(self, sweep: Staircase) -> None:
        """Start a sweep; InstrumentStateError while the cell is off or another one runs."""
        world = self._idle("start a sweep")
        if not self.cell_on:
            raise InstrumentStateError(f"{self.name}: the cell is off; set_cell(True) before a sweep")
        if not sweep.potentials_v or not sweep.step_s > 0.0:
            raise InstrumentStateError(f"{self.name}: a sweep needs potentials and a step above 0 s")
        for potential_v in sweep.potentials_v:
            self.potential_range.require(f"{self.name}: sweep potential", potential_v)
        potentials_v = tuple(self._rounded_v(potential_v) for potential_v in sweep.potentials_v)
        self._sweep = _Sweep(Staircase(potentials_v, sweep.step_s), world.clock.now_s)
        world.cell.sweep(potentials_v, sweep.step_s, world.clock.now_s)

    def read_sweep(self) -> SweepTrace:
        """Return the end of each step, its potential, and its mean current."""
        world = self._idle("read a sweep")
        charges_c = np.array(world.cell.sweep_charges_c(world.clock.now_s))
        if self._sweep is None or charges_c.size < len(self._sweep.steps.potentials_v):
            raise InstrumentStateError(f"{self.name}: no finished sweep to read; start_sweep() first")
        steps = self._sweep.steps
        time_s = self._sweep.start_s + steps.step_s * np.arange(1.0, charges_c.size + 1.0)
        current_a, _ = self._metered(charges_c / steps.step_s)
        return SweepTrace(time_s, np.array(steps.potentials_v), current_a)

    def make_safe(self) -> None:
        """Stop a sweep and switch the cell off."""
        self.set_cell(False)

    def _idle(self, what: str) -> World:
        """Return the world; InstrumentStateError if a sweep runs."""
        if self.sweeping:
            raise InstrumentStateError(f"{self.name}: cannot {what} while a sweep runs")
        return self._reach()

    def _rounded_v(self, potential_v: float) -> float:
        step_v = self._options.potential_step_v
        return round(potential_v / step_v) * step_v

    def _metered(self, current_a: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return what the meter shows of a current, in its steps, and where it is overloaded."""
        clean_a = np.asarray(current_a, dtype=np.float64)
        noise_a = self._options.current_noise_a * self._reach().noise("cell").standard_normal(clean_a.shape)
        step_a = self._range_a / self._STEPS_PER_RANGE
        shown_a = np.rint((clean_a + noise_a) / step_a) * step_a
        overload = np.abs(shown_a) > self._range_a
        return np.clip(shown_a, -self._range_a, self._range_a), np.asarray(overload)
