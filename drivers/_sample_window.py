"""The potentials a sample can bear, for drivers of potentiostats."""

from __future__ import annotations

from pydantic import Field, model_validator

from drivers._line_instrument import DriverOptions
from qdlab.limits import Range


class SampleWindow(DriverOptions):
    """Options that say which potentials may be applied to the sample."""

    potential_low_v: float = Field(ge=-10.0, le=10.0)
    """Lowest potential that may be applied to the sample (V)."""
    potential_high_v: float = Field(ge=-10.0, le=10.0)
    """Highest potential that may be applied to the sample (V)."""
    current_limit_a: float = Field(0.8, gt=0.0, le=10.0)
    """Largest current range that may be asked for (A); a PGSTAT128N is linear up to 0.8 A."""

    @model_validator(mode="after")
    def _check_order(self) -> SampleWindow:
        if not self.potential_low_v < self.potential_high_v:
            raise ValueError(
                f"potential_low_v = {self.potential_low_v} is not below "
                f"potential_high_v = {self.potential_high_v}"
            )
        return self

    @property
    def potentials(self) -> Range:
        """Potentials that may be applied, in V."""
        return Range(self.potential_low_v, self.potential_high_v, "V")

    @property
    def currents(self) -> Range:
        """Currents a range may be asked for, in A."""
        return Range(0.0, self.current_limit_a, "A")
