"""What holds for every sample holder."""

from __future__ import annotations

from typing import ClassVar

import pytest

from qdlab.instruments import SampleHolder
from qdlab.plan import SamplePosition
from qdlab.testing._instrument import InstrumentContract, Uses


class SampleHolderContract(InstrumentContract):
    """Contract of a SampleHolder; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = SampleHolder

    def uses(self, instrument: SampleHolder) -> Uses:
        """Return what must be refused while the sample holder is closed."""
        return super().uses(instrument) | {
            "position": lambda: instrument.position,
            "select": lambda: instrument.select("film"),
        }

    def test_reads_back_what_is_in_the_beam(self, opened: SampleHolder) -> None:
        """It does as it is told, twice as well as once."""
        positions: tuple[SamplePosition, ...] = ("film", "blank", "blank", "film")
        for position in positions:
            opened.select(position)
            assert opened.position == position

    @pytest.mark.parametrize("position", ["film", "blank"])
    def test_is_made_safe_by_leaving_it(self, opened: SampleHolder, position: SamplePosition) -> None:
        """make_safe moves nothing."""
        opened.select(position)
        opened.make_safe()
        assert opened.position == position
