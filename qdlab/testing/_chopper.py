"""What holds for every chopper."""

from __future__ import annotations

from typing import ClassVar

import pytest

from qdlab.instruments import Chopper, ReportsLock
from qdlab.testing._instrument import InstrumentContract, Uses


class ChopperContract(InstrumentContract):
    """Contract of a Chopper; its fixture `instrument` gives one, unopened, with the laser running."""

    protocol: ClassVar[type] = Chopper

    def uses(self, instrument: Chopper) -> Uses:
        """Return what must be refused while the chopper is closed."""
        return super().uses(instrument) | {
            "divisor": lambda: instrument.divisor,
            "running": lambda: instrument.running,
            "start": instrument.start,
            "stop": instrument.stop,
        }

    def test_divides_the_laser(self, opened: Chopper) -> None:
        """At least every other pulse is blocked, else there is nothing to compare with."""
        assert opened.divisor >= 2

    def test_opens_at_rest(self, opened: Chopper) -> None:
        """Opening leaves the blade standing."""
        assert not opened.running

    def test_starts_and_stops(self, opened: Chopper) -> None:
        """The blade does as it is told, twice as well as once."""
        for _ in range(2):
            opened.start()
            assert opened.running
        for _ in range(2):
            opened.stop()
            assert not opened.running

    def test_is_locked_once_started(self, opened: Chopper) -> None:
        """A chopper that reports its lock has it when start() returns, and not when it stands."""
        if not isinstance(opened, ReportsLock):
            pytest.skip("this chopper does not report its lock")
        opened.start()
        assert opened.locked
        opened.stop()
        assert not opened.locked

    def test_is_made_safe_while_turning(self, opened: Chopper) -> None:
        """make_safe stops the blade."""
        opened.start()
        opened.make_safe()
        assert not opened.running
