"""What holds for every transient-absorption scanner."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import TAScanner
from qdlab.testing._instrument import InstrumentContract, Uses


class TAScannerContract(InstrumentContract):
    """Contract of a TAScanner; its fixture `instrument` gives one, unopened, whose scans come to an end."""

    protocol: ClassVar[type] = TAScanner
    patience_s: ClassVar[float] = 3600.0
    """Longer than a scan takes."""

    def uses(self, instrument: TAScanner) -> Uses:
        """Return what must be refused while the scanner is closed."""
        return super().uses(instrument) | {
            "scanning": lambda: instrument.scanning,
            "start_scan": instrument.start_scan,
            "await_scan": lambda: instrument.await_scan(self.patience_s),
        }

    def test_hands_over_a_map(self, opened: TAScanner) -> None:
        """Axes and values fit together; scans can follow one another."""
        for _ in range(2):
            opened.start_scan()
            assert opened.scanning
            scan = opened.await_scan(self.patience_s)
            assert not opened.scanning
            assert scan.delta_a.shape == (scan.delays_ps.size, scan.wavelengths_nm.size)
            assert scan.delta_a.size > 0
            for seen, known in (
                (scan.delays_ps, opened.delays_ps),
                (scan.wavelengths_nm, opened.wavelengths_nm),
            ):
                assert not known.size or np.allclose(seen, known, atol=0.01)
            assert np.isfinite(scan.delays_ps).all()
            assert np.all(scan.wavelengths_nm > 0.0)
            assert scan.n_scans >= 0

    def test_says_before_what_a_scan_will_be(self, instrument: TAScanner) -> None:
        """Axes, if it knows them, and duration are known without opening it."""
        assert instrument.delays_ps.ndim == instrument.wavelengths_nm.ndim == 1
        assert bool(instrument.delays_ps.size) == bool(instrument.wavelengths_nm.size)
        assert instrument.scan_s > 0.0

    def test_refuses_to_await_what_was_not_started(self, opened: TAScanner) -> None:
        """Without start_scan() there is nothing to wait for; each scan is handed over once."""
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.await_scan(self.patience_s)
        opened.start_scan()
        opened.await_scan(self.patience_s)
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.await_scan(self.patience_s)

    def test_refuses_a_second_scan_at_once(self, opened: TAScanner) -> None:
        """One scan at a time."""
        opened.start_scan()
        with pytest.raises(InstrumentStateError, match=opened.name):
            opened.start_scan()

    def test_says_when_a_scan_takes_too_long(self, opened: TAScanner) -> None:
        """A wait that runs out names the scanner; the scan can be awaited again."""
        opened.start_scan()
        with pytest.raises(InstrumentTimeoutError, match=opened.name):
            opened.await_scan(timeout_s=0.01)
        assert opened.scanning
        assert opened.await_scan(self.patience_s).delta_a.size > 0

    def test_is_made_safe_while_scanning(self, opened: TAScanner) -> None:
        """make_safe gives the scan up; the next one starts afresh."""
        opened.start_scan()
        opened.make_safe()
        assert not opened.scanning
        opened.start_scan()
        assert opened.scanning
