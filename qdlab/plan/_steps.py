"""The steps an experiment is made of: small frozen facts, no instrument in them.

A step says what is to be true or measured; qdlab.run knows how. `describe` is what a person reads meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from qdlab.plan._streams import CHOSEN, Slot

Light = frozenset[str]
"""Names of the light paths that are open: any of LIGHT_PATHS; every other shutter is closed."""

LIGHT_PATHS = ("lamp", "excitation", "pump", "probe")
"""Fibre lamp, PL excitation, TA pump, TA probe."""

DARK: Light = frozenset()

_CHOSEN_UNITS = {"v": "V", "cm2": "photons/cm2"}
"""How a person writes the unit that an axis' name ends with."""

SamplePosition = Literal["film", "blank"]
"""What can be in the beam: the film, or the bare substrate stack."""


ProbeBeam = Literal["transmitted", "reflected"]
"""Which light of the probe reaches the camera: what the film lets through, or what its front reflects."""


@dataclass(frozen=True)
class Step:
    """The base of all steps; `uses` names the instruments it cannot do without, by role."""

    uses: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return type(self).__name__


@dataclass(frozen=True)
class SelectSample(Step):
    """Put the film, or the bare substrate stack ("blank") it is compared with, into the beam."""

    uses = ("sample_holder",)
    position: SamplePosition

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"{self.position} into the beam"


@dataclass(frozen=True)
class SelectProbe(Step):
    """Send the transmitted, or the reflected, probe into the camera."""

    uses = ("probe_selector",)
    beam: ProbeBeam

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"{self.beam} probe into the camera"


@dataclass(frozen=True)
class SetLight(Step):
    """Open exactly these light paths and close all others."""

    paths: Light

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "light: " + (", ".join(sorted(self.paths)) or "all shutters closed")


@dataclass(frozen=True)
class ReadSpectrum(Step):
    """Take `n_scans` scans with the fibre spectrometer under the given light."""

    uses = ("spectrometer",)
    slot: Slot
    light: Light
    n_scans: int
    integration_s: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"spectrum {self.slot.stream}"


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


@dataclass(frozen=True)
class RunChopper(Step):
    """Start the chopper, or stop it."""

    uses = ("chopper",)
    running: bool

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "starting the chopper" if self.running else "stopping the chopper"


@dataclass(frozen=True)
class Choose(Step):
    """Note a coordinate that the run has chosen; `slot` is in a stream made by `chosen_along`."""

    slot: Slot
    value: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        quantity, _, unit = self.slot.stream.removeprefix(CHOSEN).rpartition("_")
        return f"{quantity} chosen: {self.value:.4g} {_CHOSEN_UNITS.get(unit, unit)}"


@dataclass(frozen=True)
class Remark(Step):
    """Say something to whoever follows the run: why a script goes on to something else."""

    text: str

    def describe(self) -> str:
        """Say it."""
        return self.text


@dataclass(frozen=True)
class SetFluence(Step):
    """Set the attenuator so that this many photons per cm^2 and pulse reach the sample."""

    uses = ("attenuator",)
    fluence_cm2: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"fluence {self.fluence_cm2:.3g} photons/cm2"


@dataclass(frozen=True)
class ReadPower(Step):
    """Measure the pump power at the fluence that is set; the pump must be open and chopped."""

    uses = ("power_meter", "attenuator")
    slot: Slot
    n_readings: int

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return "measuring the pump power"


@dataclass(frozen=True)
class MoveDelay(Step):
    """Move the delay stage to a pump-probe delay."""

    uses = ("delay_stage",)
    delay_ps: float

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"delay {self.delay_ps:g} ps"


@dataclass(frozen=True)
class ScanDelays(Step):
    """Have an instrument that scans its own delays do so, and take the map in."""

    uses = ("ta_scanner",)
    slot: Slot

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"scan of all delays for {self.slot.stream} {list(self.slot.index)}"


@dataclass(frozen=True)
class TakeShots(Step):
    """Take `n_shots` camera read-outs into a record of shots."""

    uses = ("ta_detector",)
    slot: Slot
    n_shots: int

    def describe(self) -> str:
        """Say in a few words what is being done."""
        return f"{self.n_shots} shots for {self.slot.stream} {list(self.slot.index)}"
