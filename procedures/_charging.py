"""Charging: hold a potential until the film's absorbance stands still."""

from __future__ import annotations

from collections.abc import Iterator

from pymeasure.experiment import FloatParameter

from procedures._experiment import Group
from procedures._parameters import FloatListParameter
from qdlab.plan import Axis, Settle, Settling, Stream

_LOOK_S = 0.5
_LOOKS_IN_LINE = 6
_SCANS_PER_LOOK = 20


class Charging(Group):
    """The potentials that are held, and when a held film counts as charged."""

    TABLE = "charging"

    potentials_v = FloatListParameter(
        "Potentials", units="V", minimum=-5, maximum=5, default=[-0.3, -1.1, -1.2, -1.5],
        description="held one after another; the first must leave the film neutral",
    )  # fmt: skip
    settle_tolerance = FloatParameter(
        "Settling tolerance", minimum=1e-6, maximum=1, default=3e-4,
        description="largest drift of the 1S absorbance over three seconds",
    )  # fmt: skip
    settle_minimum_s = FloatParameter(
        "Settling at least", units="s", minimum=3, maximum=1e5, default=12,
        description="also what the plan's duration counts on",
    )  # fmt: skip
    settle_maximum_s = FloatParameter(
        "Settling at most", units="s", minimum=3, maximum=1e5, default=120,
        description="then the run goes on and the file says that the film had not settled",
    )  # fmt: skip

    def potential_axis(self) -> Axis:
        """Return the axis of held potentials."""
        return Axis("potential_v", "V", tuple(self.potentials_v))

    def settle(self, band_nm: list[float], quiet_nm: list[float], integration_s: float) -> Settle:
        """Return the criterion; looks are half a second apart and six make a line."""
        return Settle(
            band_nm=(band_nm[0], band_nm[1]),
            quiet_nm=(quiet_nm[0], quiet_nm[1]),
            tolerance=self.settle_tolerance,
            look_s=_LOOK_S,
            window=_LOOKS_IN_LINE,
            minimum_s=self.settle_minimum_s,
            maximum_s=max(self.settle_maximum_s, self.settle_minimum_s),
            expected_s=self.settle_minimum_s,
            n_scans=_SCANS_PER_LOOK,
            integration_s=integration_s,
        )

    def settling_stream(self, settle: Settle) -> Iterator[Stream]:
        """Yield the stream of looks."""
        axes = (self.potential_axis(),)
        yield Stream("settling", Settling, "charging at each potential", axes, {"look": settle.max_looks})
