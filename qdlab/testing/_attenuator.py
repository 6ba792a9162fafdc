"""What holds for every attenuator."""

from __future__ import annotations

import math
from typing import ClassVar

import pytest

from qdlab.instruments import Attenuator
from qdlab.testing._instrument import InstrumentContract, Uses, refuses


class AttenuatorContract(InstrumentContract):
    """Contract of an Attenuator; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = Attenuator
    tolerance: ClassVar[float] = 0.02
    """How near, relatively, the transmission read back must come."""

    def uses(self, instrument: Attenuator) -> Uses:
        """Return what must be refused while the attenuator is closed."""
        return super().uses(instrument) | {
            "transmission": lambda: instrument.transmission,
            "set_transmission": lambda: instrument.set_transmission(instrument.transmission_range.low),
        }

    def facts(self, instrument: Attenuator) -> Uses:
        """Return what must be known without opening the attenuator."""
        return super().facts(instrument) | {"transmission_range": lambda: instrument.transmission_range}

    def test_range_makes_sense(self, instrument: Attenuator) -> None:
        """Transmissions lie between nothing and everything."""
        assert 0.0 <= instrument.transmission_range.low < instrument.transmission_range.high <= 1.0

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
    def test_reads_back_its_transmission(self, opened: Attenuator, share: float) -> None:
        """What is set is reached, to the tolerance, at both ends of the range and between."""
        limits = opened.transmission_range
        transmission = limits.low + share * (limits.high - limits.low)
        opened.set_transmission(transmission)
        assert opened.transmission == pytest.approx(transmission, rel=self.tolerance)

    @pytest.mark.parametrize("side", ["below", "above", "no number"])
    def test_refuses_transmissions_outside_its_range(self, opened: Attenuator, side: str) -> None:
        """Such a transmission is refused, and the old one stays."""
        limits = opened.transmission_range
        opened.set_transmission(0.5 * (limits.low + limits.high))
        before = opened.transmission
        outside = {"below": limits.low - 0.1, "above": limits.high + 0.1, "no number": math.nan}[side]
        refuses(opened.set_transmission, outside, limits, opened.name)
        assert opened.transmission == before

    def test_is_made_safe_by_letting_least_through(self, opened: Attenuator) -> None:
        """make_safe goes to the lower end of the range."""
        opened.set_transmission(opened.transmission_range.high)
        opened.make_safe()
        assert opened.transmission == pytest.approx(opened.transmission_range.low, rel=self.tolerance)
