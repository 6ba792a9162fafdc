"""Steps of light: what is in the beam, which paths are open, and the spectra of the fibre spectrometer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qdlab.plan._steps._base import Step
from qdlab.plan._streams import Slot

Light = frozenset[str]
"""Names of the light paths that are open: any of LIGHT_PATHS; every other shutter is closed."""

LIGHT_PATHS = ("lamp", "excitation", "pump", "probe")
"""Fibre lamp, PL excitation, TA pump, TA probe."""

DARK: Light = frozenset()

SamplePosition = Literal["film", "blank"]
"""What can be in the beam: the film, or the bare substrate stack."""

ProbeBeam = Literal["transmitted", "reflected"]
"""Which light of the probe reaches the camera: what the film lets through, or what its front reflects."""


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
