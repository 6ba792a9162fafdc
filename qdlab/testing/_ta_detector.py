"""What holds for every transient-absorption detector."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from qdlab.clock import Clock
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError, LimitError
from qdlab.instruments import TADetector
from qdlab.testing._instrument import InstrumentContract, Uses


class TADetectorContract(InstrumentContract):
    """Contract of a TADetector; its fixture `instrument` gives one, unopened.

    The laser runs, and the chopper turns and lets every other pulse through.
    """

    protocol: ClassVar[type] = TADetector
    patience_s: ClassVar[float] = 10.0
    """Longer than any block taken here, and the reading of it, lasts."""
    n_shots: ClassVar[int] = 100
    """Shots of a usual block."""

    def uses(self, instrument: TADetector) -> Uses:
        """Return what must be refused while the detector is closed."""
        return super().uses(instrument) | {
            "arm": lambda: instrument.arm(self.n_shots),
            "read": lambda: instrument.read(self.patience_s),
        }

    def facts(self, instrument: TADetector) -> Uses:
        """Return what must be known without opening the detector."""
        return super().facts(instrument) | {
            "wavelengths_nm": lambda: instrument.wavelengths_nm,
            "saturation_counts": lambda: instrument.saturation_counts,
            "shot_rate_hz": lambda: instrument.shot_rate_hz,
        }

    def test_facts_make_sense(self, instrument: TADetector) -> None:
        """Wavelengths rise along the line, saturation fits into uint16, the rate is a rate."""
        assert instrument.wavelengths_nm.ndim == 1
        assert instrument.wavelengths_nm.dtype == np.float64
        assert np.all(np.diff(instrument.wavelengths_nm) > 0.0)
        assert 0 < instrument.saturation_counts <= np.iinfo(np.uint16).max
        assert instrument.shot_rate_hz > 0.0

    @pytest.mark.parametrize("n_shots", [2, 7, 100])
    def test_takes_as_many_shots_as_asked(self, opened: TADetector, n_shots: int) -> None:
        """Every shot has a read-out, a tag and a number, of the types the file stores."""
        opened.arm(n_shots)
        block = opened.read(self.patience_s)
        assert block.shots.shape == (n_shots, opened.wavelengths_nm.size)
        assert block.pump_on.shape == block.sequence.shape == (n_shots,)
        assert block.shots.dtype == np.uint16
        assert block.pump_on.dtype == np.bool_
        assert block.sequence.dtype == np.uint64
        assert block.shots.max() <= opened.saturation_counts

    def test_tags_alternate(self, opened: TADetector) -> None:
        """Pumped and unpumped shots take turns, in step with the pulse numbers, from block to block too."""
        blocks = [self._take(opened, 7) for _ in range(4)]
        tags = np.concatenate([block[0] for block in blocks])
        sequence = np.concatenate([block[1] for block in blocks])
        assert len({int(number) % 2 for number in sequence[tags]}) == 1
        assert len({int(number) % 2 for number in sequence[~tags]}) == 1
        assert all(np.all(tag[1:] != tag[:-1]) for tag, _ in blocks)

    def test_numbers_rise(self, opened: TADetector) -> None:
        """Pulses are numbered one by one, and no number comes twice."""
        first, second = self._take(opened, self.n_shots)[1], self._take(opened, self.n_shots)[1]
        assert np.all(np.diff(first.astype(np.int64)) == 1)
        assert second[0] > first[-1]

    def test_shots_are_taken_while_others_work(self, opened: TADetector, clock: Clock) -> None:
        """arm() returns before the shots are there; read() waits for the shots, and only for them."""
        start_s, block_s = clock.now_s, self.n_shots / opened.shot_rate_hz
        opened.arm(self.n_shots)
        assert clock.now_s - start_s < 0.5 * block_s
        opened.read(self.patience_s)
        assert clock.now_s - start_s >= 0.9 * block_s

    def test_refuses_to_read_what_was_not_armed(self, opened: TADetector) -> None:
        """Without arm() there is nothing to wait for; each block is read once."""
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.read(self.patience_s)
        self._take(opened, self.n_shots)
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.read(self.patience_s)

    @pytest.mark.parametrize("n_shots", [0, -2])
    def test_refuses_a_block_without_shots(self, opened: TADetector, n_shots: int) -> None:
        """Less than one shot is refused, and nothing is armed."""
        with pytest.raises(LimitError, match=rf"{opened.name}.*{n_shots}"):
            opened.arm(n_shots)
        with pytest.raises(InstrumentStateError):
            opened.read(self.patience_s)

    def test_says_when_shots_take_too_long(self, opened: TADetector) -> None:
        """A read that runs out of time names the detector."""
        opened.arm(self.n_shots)
        with pytest.raises(InstrumentTimeoutError, match=opened.name):
            opened.read(timeout_s=0.1 * self.n_shots / opened.shot_rate_hz)

    def test_is_made_safe_while_armed(self, opened: TADetector) -> None:
        """make_safe ends the acquisition; the next one starts afresh."""
        opened.arm(self.n_shots)
        opened.make_safe()
        with pytest.raises(InstrumentStateError):
            opened.read(self.patience_s)
        assert self._take(opened, 10)[1].size == 10

    def _take(self, detector: TADetector, n_shots: int) -> tuple[np.ndarray, np.ndarray]:
        """Return tags and numbers of a block."""
        detector.arm(n_shots)
        block = detector.read(self.patience_s)
        return block.pump_on, block.sequence
