"""What holds for every shutter."""

from __future__ import annotations

from typing import ClassVar

from qdlab.instruments import Shutter
from qdlab.testing._instrument import InstrumentContract, Uses


class ShutterContract(InstrumentContract):
    """Contract of a Shutter; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = Shutter

    def uses(self, instrument: Shutter) -> Uses:
        """Return what must be refused while the shutter's connection is closed."""
        return super().uses(instrument) | {
            "is_open": lambda: instrument.is_open,
            "set_open": lambda: instrument.set_open(True),
        }

    def test_starts_dark(self, opened: Shutter) -> None:
        """After open() no light passes."""
        assert not opened.is_open

    def test_reads_back_what_it_was_told(self, opened: Shutter) -> None:
        """It does as it is told, twice as well as once."""
        for is_open in (True, True, False, False, True):
            opened.set_open(is_open)
            assert opened.is_open == is_open

    def test_is_made_safe_by_closing(self, opened: Shutter) -> None:
        """make_safe blocks the light."""
        opened.set_open(True)
        opened.make_safe()
        assert not opened.is_open
