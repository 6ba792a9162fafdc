"""Charging: hold a potential until the film's absorbance stands still, then look at the film."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from pymeasure.experiment import FloatParameter

from procedures._experiment import Streams
from procedures._parameters import FloatListParameter
from procedures._sample import OnSample
from procedures._spectra import SteadySpectra
from qdlab.plan import Axis, HoldPotential, Lab, Settle, Settling, Step, Stream

_LOOK_S = 0.5
_LOOKS_IN_LINE = 6
_SCANS_PER_LOOK = 20
_NEAR_REST_V = 0.3
"""So near to its open-circuit potential a film is taken for neutral."""


class Charging(SteadySpectra, OnSample):
    """When a held film counts as charged, and what is then seen of it."""

    TABLE = "charging"

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

    @abstractmethod
    def potentials(self) -> list[float]:
        """Return the potentials that are held, in V and in order."""

    def contradictions(self) -> Iterator[str]:
        """Yield what in the parameters cannot be meant."""
        yield from super().contradictions()
        if self.settle_minimum_s > self.settle_maximum_s:
            yield (
                f"charging.settle_minimum_s = {self.settle_minimum_s:g} s is more than settle_maximum_s = "
                f"{self.settle_maximum_s:g} s"
            )

    def potential_axis(self) -> Axis:
        """Return the axis of held potentials."""
        return Axis("potential_v", "V", tuple(self.potentials()))

    def settle(self) -> Settle:
        """Return the criterion; looks are half a second apart and six make a line."""
        return Settle(
            band_nm=(self.band_nm[0], self.band_nm[1]),
            quiet_nm=(self.quiet_nm[0], self.quiet_nm[1]),
            tolerance=self.settle_tolerance,
            look_s=_LOOK_S,
            window=_LOOKS_IN_LINE,
            minimum_s=self.settle_minimum_s,
            maximum_s=self.settle_maximum_s,
            expected_s=self.settle_minimum_s,
            n_scans=_SCANS_PER_LOOK,
            integration_s=self.integration_s,
        )

    def settling_stream(self) -> Stream:
        """Return the stream of looks."""
        inner = {"look": self.settle().max_looks}
        return Stream("settling", Settling, "charging at each potential", (self.potential_axis(),), inner)

    def charging_streams(self, lab: Lab) -> Iterator[Stream]:
        """Yield the looks while the film charges, and the spectra of the charged film."""
        yield self.settling_stream()
        yield from self.held_streams(self.potential_axis(), lab)

    def hold(self, streams: Streams, i: int, potential_v: float) -> HoldPotential:
        """Return the step that charges the film to the i-th potential."""
        return HoldPotential(streams["settling"].slot(i), potential_v, self.settle())

    def charging_steps(self, streams: Streams, i: int, potential_v: float) -> Iterator[Step]:
        """Yield charging to the i-th potential, and both spectra."""
        yield self.hold(streams, i, potential_v)
        yield from self.held_steps(streams, i)


class HeldPotentials(Charging):
    """Several potentials, one after another."""

    potentials_v = FloatListParameter(
        "Potentials", units="V", minimum=-5, maximum=5, default=[-0.3, -1.1, -1.2, -1.5],
        description="held one after another; the first must leave the film neutral",
    )  # fmt: skip

    def potentials(self) -> list[float]:
        """Return the potentials that are held."""
        return list(self.potentials_v)

    def doubts(self) -> Iterator[str]:
        """Yield what in the parameters is rarely meant."""
        yield from super().doubts()
        if abs(self.potentials()[0] - self.open_circuit_v) > _NEAR_REST_V:
            yield (
                f"charging.potentials_v: the first, {self.potentials()[0]:g} V, is far from open_circuit_v = "
                f"{self.open_circuit_v:g} V; it must leave the film neutral, for cross section and lifetimes"
            )


class HeldPotential(Charging):
    """One potential."""

    potential_v = FloatParameter(
        "Potential", units="V", minimum=-5, maximum=5, default=-0.3, description="held for the whole run"
    )

    def potentials(self) -> list[float]:
        """Return the one potential."""
        return [self.potential_v]
