"""What is watched while a run goes on: limits of this sample and these instruments."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["warn", "pause", "stop"]
"""What happens when a limit is passed: note it and go on; wait, dark, for a person; end the run."""


@dataclass(frozen=True, slots=True)
class Safety:
    """The limits of the interlocks; each field is one, and `actions` says what is unusual about some.

    Fractions have no unit. docs/explanation/safety.md says what each one holds against its limit.
    """

    current_a: float
    """Largest cell current, of either sign."""
    saturated_fraction: float
    """Largest share of camera read-outs, pixel by pixel, that may be saturated in one point."""
    charge_c: float = math.inf
    """Largest net charge, of either sign, through the sample since the cell was switched on."""
    potential_error_v: float = 0.02
    """Largest distance of the potential read back from the one that is held."""
    position_error_mm: float = 0.01
    """Largest distance of the stage from where it was sent."""
    chopper_rate_fraction: float = 0.01
    """Largest relative difference of the chopped pulse rate from the one fluences are computed with."""
    chopper_lock_fraction: float = 0.0
    """Share of looks at a turning chopper at which it may be unlocked."""
    chopper_parity_fraction: float = 0.1
    """Largest share of consecutive shots with the same pump tag; a blade out of step has about a half."""
    dark_fraction: float = 0.2
    """Highest dark level of camera and spectrometer, of saturation."""
    probe_fraction: float = 0.01
    """Least rise of the camera's brightest pixel above dark with the probe open, of saturation."""
    lamp_fraction: float = 0.01
    """Least rise of the spectrometer's brightest pixel above dark with the lamp open, of saturation."""
    pump_fraction: float = 0.05
    """Least pump power, of what the bench's calibration promises."""
    pump_drift_fraction: float = 0.15
    """Largest relative change of the pump power at one transmission since it was first measured."""
    time_zero_ps: float = 1.5
    """Largest distance of time zero from where the bench believes it to be."""
    time_zero_drift_ps: float = 0.3
    """Largest distance of time zero from where it was first found."""
    rest_absorbance: float = 1e-3
    """Largest change of the neutral film's band absorbance since it was first measured."""
    rest_pl_fraction: float = 0.5
    """Largest share of the neutral film's photoluminescence that may be lost."""
    pause_s: float = 3600.0
    """How long a pause may last; then the run is stopped."""
    rest_v: float | None = None
    """Potential at which the cell is left when a run finished or was stopped; None leaves it off."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    """What happens beyond a limit, by its name, where it is not the interlock's usual action."""
