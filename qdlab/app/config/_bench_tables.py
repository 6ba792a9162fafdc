"""The tables of a bench file, with their limits; the instruments' own options belong to their drivers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from qdlab.app.config._tables import Table
from qdlab.instruments import SINGLE_ROLES, Action
from qdlab.plan import LIGHT_PATHS

SHUTTERS = tuple(f"{path}_shutter" for path in LIGHT_PATHS)
ROLES = (*SINGLE_ROLES, *SHUTTERS)
SIMULATED = "simulated"
MANUAL = "by-hand"
SIMULATED_LINE = "sim://"


class DelayLineTable(Table):
    """[delay_line]: the optics on the delay stage; needed where there is one."""

    passes: int = Field(ge=1, le=64)
    """How often the light goes over the stage: 2 for one retroreflector."""
    zero_mm: float
    """Position at which pump and probe meet in the middle of the 1S band."""


class PumpBeamTable(Table):
    """[pump_beam]: what turns a power through the pinhole into photons per area."""

    wavelength_nm: float = Field(gt=100, lt=10_000)
    """Of the pump."""
    pinhole_radius_mm: float = Field(gt=0, le=50)
    """Of the pinhole before the power meter."""
    pulse_rate_hz: float = Field(gt=0)
    """Pulses that reach the power meter: behind the chopper, half the laser's."""
    full_fluence_cm2: float = Field(gt=0)
    """Photons per cm^2 and pulse at full transmission."""


class TimingTable(Table):
    """[timing]: how long instruments without a speed of their own take, for a plan's duration."""

    shutter_s: float = Field(ge=0)
    """To open or close a shutter."""
    chopper_s: float = Field(ge=0)
    """To start or stop the chopper."""
    attenuator_s: float = Field(ge=0)
    """To set a transmission."""
    power_reading_s: float = Field(ge=0)
    """For one reading of the power meter."""


Limit = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class SafetyTable(Table):
    """[safety]: limits of the interlocks; what is left out has the value of qdlab.instruments.Safety."""

    current_a: Limit
    saturated_fraction: Share
    charge_c: Limit | None = None
    potential_error_v: Limit | None = None
    position_error_mm: Limit | None = None
    chopper_rate_fraction: Share | None = None
    chopper_lock_fraction: Share | None = None
    chopper_parity_fraction: Share | None = None
    dark_fraction: Share | None = None
    probe_fraction: Share | None = None
    lamp_fraction: Share | None = None
    pump_fraction: Share | None = None
    pump_drift_fraction: Limit | None = None
    time_zero_ps: Limit | None = None
    time_zero_drift_ps: Limit | None = None
    rest_absorbance: Limit | None = None
    rest_pl_fraction: Share | None = None
    pause_s: float | None = Field(None, ge=0)
    rest_v: float | None = None
    actions: dict[str, Action] = Field(default_factory=dict)

    @field_validator("actions")
    @classmethod
    def _check_names(cls, actions: dict[str, Action]) -> dict[str, Action]:
        for name in actions:
            if name not in cls.model_fields or name in ("actions", "pause_s", "rest_v"):
                raise ValueError(f"{name!r} is no limit of [safety]")
        return actions


class BenchTable(Table):
    """A whole bench file."""

    name: str
    """What the laboratory is called in messages and files."""
    clock: Literal["wall", "virtual"] = "wall"
    """"virtual" lets hours pass in seconds, where all instruments are simulated."""
    delay_line: DelayLineTable | None = None
    pump_beam: PumpBeamTable
    timing: TimingTable
    safety: SafetyTable
    instruments: dict[str, dict[str, Any]]
    """A table for each instrument, by its role."""
    simulation: dict[str, Any] = Field(default_factory=dict)
    """The virtual laboratory of simulated instruments."""
    wires: dict[str, str] = Field(default_factory=dict)
    """What `qdlab simulate` serves for instruments without bytes, by role."""
