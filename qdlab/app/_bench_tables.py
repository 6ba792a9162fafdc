"""The tables of a bench file, with their limits; the instruments' own options belong to their drivers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from qdlab.app._tables import Table
from qdlab.instruments import SINGLE_ROLES
from qdlab.plan import LIGHT_PATHS

SHUTTERS = tuple(f"{path}_shutter" for path in LIGHT_PATHS)
ROLES = (*SINGLE_ROLES, *SHUTTERS)
SIMULATED = "simulated"
SIMULATED_LINE = "sim://"


class DelayLineTable(Table):
    """[delay_line]: passes of the light over the stage, and the position of time zero."""

    passes: int = Field(ge=1, le=64)
    zero_mm: float


class PumpBeamTable(Table):
    """[pump_beam]: what turns a power through the pinhole into photons per area."""

    wavelength_nm: float = Field(gt=100, lt=10_000)
    pinhole_radius_mm: float = Field(gt=0, le=50)
    pulse_rate_hz: float = Field(gt=0, description="pulses that reach the sensor: behind the chopper")
    full_fluence_cm2: float = Field(gt=0, description="photons/cm^2 per pulse at full transmission")


class TimingTable(Table):
    """[timing]: how long instruments without a speed of their own take, for a plan's duration."""

    shutter_s: float = Field(ge=0)
    chopper_s: float = Field(ge=0)
    attenuator_s: float = Field(ge=0)
    power_reading_s: float = Field(ge=0)


class SafetyTable(Table):
    """[safety]: measurements beyond these end the run."""

    current_a: float = Field(gt=0)
    saturated_fraction: float = Field(ge=0, le=1)


class BenchTable(Table):
    """A whole bench file."""

    name: str
    clock: Literal["wall", "virtual"] = "wall"
    delay_line: DelayLineTable
    pump_beam: PumpBeamTable
    timing: TimingTable
    safety: SafetyTable
    instruments: dict[str, dict[str, Any]]
    simulation: dict[str, Any] = Field(default_factory=dict)
    wires: dict[str, str] = Field(
        default_factory=dict, description="what `qdlab simulate` serves for instruments without bytes"
    )
