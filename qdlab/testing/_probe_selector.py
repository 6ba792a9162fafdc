"""What holds for every probe selector."""

from __future__ import annotations

from typing import ClassVar

import pytest

from qdlab.instruments import ProbeSelector
from qdlab.plan import ProbeBeam
from qdlab.testing._instrument import InstrumentContract, Uses


class ProbeSelectorContract(InstrumentContract):
    """Contract of a ProbeSelector; its fixture `instrument` gives one, unopened."""

    protocol: ClassVar[type] = ProbeSelector

    def uses(self, instrument: ProbeSelector) -> Uses:
        """Return what must be refused while the probe selector is closed."""
        return super().uses(instrument) | {
            "beam": lambda: instrument.beam,
            "select": lambda: instrument.select("transmitted"),
        }

    def test_reads_back_which_light_reaches_the_camera(self, opened: ProbeSelector) -> None:
        """It does as it is told, twice as well as once."""
        beams: tuple[ProbeBeam, ...] = ("transmitted", "reflected", "reflected", "transmitted")
        for beam in beams:
            opened.select(beam)
            assert opened.beam == beam

    @pytest.mark.parametrize("beam", ["transmitted", "reflected"])
    def test_is_made_safe_by_leaving_it(self, opened: ProbeSelector, beam: ProbeBeam) -> None:
        """make_safe moves nothing."""
        opened.select(beam)
        opened.make_safe()
        assert opened.beam == beam
