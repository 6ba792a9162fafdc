"""Steps of the electrochemistry: off, held until the film is charged, or swept."""

from __future__ import annotations

from dataclasses import dataclass

from qdlab.plan._steps._base import Step
from qdlab.plan._streams import Slot


@dataclass(frozen=True)
class CellOff(Step):
    """Disconnect the cell: the film floats at its open-circuit potential."""

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "cell off"


@dataclass(frozen=True)
class Settle:
    """When a held film counts as charged: its band absorbance no longer drifts.

    Looks are `look_s` apart; settled when a straight line through the last `window` looks moves by less
    than `tolerance` (absorbance), never before `minimum_s`, given up at `maximum_s`. The lamp's own
    noise is removed with `quiet_nm`, where the film does not absorb. `expected_s` is what the plan
    counts on.
    """

    band_nm: tuple[float, float]
    quiet_nm: tuple[float, float]
    tolerance: float
    look_s: float
    window: int
    minimum_s: float
    maximum_s: float
    expected_s: float
    n_scans: int
    integration_s: float

    @property
    def max_looks(self) -> int:
        """The most looks there can be."""
        return max(self.window, int(self.maximum_s / self.look_s) + 1)


@dataclass(frozen=True)
class HoldPotential(Step):
    """Hold a potential and wait until the film is charged."""

    uses = ("potentiostat", "spectrometer")
    slot: Slot
    potential_v: float
    settle: Settle

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"charging the film at {self.potential_v:+.3f} V"


@dataclass(frozen=True)
class CyclePotential(Step):
    """Sweep start -> vertex -> start `n_cycles` times in `step_v` steps, spectra in step with the potential.

    Every `spectrum_every`-th potential step, an absorption and a PL spectrum are taken into consecutive
    records of the two streams.
    """

    uses = ("potentiostat", "spectrometer")
    slot: Slot
    absorption_stream: str
    pl_stream: str
    start_v: float
    vertex_v: float
    rate_v_s: float
    step_v: float
    n_cycles: int
    spectrum_every: int
    n_scans: int
    integration_s: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        cycles = "1 cycle" if self.n_cycles == 1 else f"{self.n_cycles} cycles"
        return f"cyclic voltammetry {self.start_v:+.2f} V to {self.vertex_v:+.2f} V, {cycles}"

    @property
    def steps_per_half(self) -> int:
        """Potential steps from start to vertex."""
        return max(1, round(abs(self.vertex_v - self.start_v) / self.step_v))

    @property
    def n_samples(self) -> int:
        """Potential steps in all cycles together."""
        return 2 * self.steps_per_half * self.n_cycles

    @property
    def step_s(self) -> float:
        """Time spent at one potential step."""
        return abs(self.vertex_v - self.start_v) / self.steps_per_half / self.rate_v_s

    @property
    def n_spectra(self) -> int:
        """Absorption spectra, and as many PL spectra."""
        return -(-self.n_samples // self.spectrum_every)
