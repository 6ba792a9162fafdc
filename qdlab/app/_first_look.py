"""The first look at dA: computed while the run goes on, in the recorder's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np

from qdlab.analysis import inside, pairs_to_da
from qdlab.plan import Lab, Plan, Record, Sample, ShotSeries, Slot, TaPoint
from qdlab.run import RunStatus, Sink

See = Callable[[Slot, Record], None]
"""Called in the recorder's thread with every record once it is kept; must be quick and never raise."""

Watch = Callable[[Plan, Lab], See]
"""Told plan and laboratory as they are on the open bench; returns what sees the records."""


def unwatched(plan: Plan, lab: Lab) -> See:
    """Let nobody see the records."""
    return lambda slot, record: None


class FirstLook:
    """A sink before the file: adds dA and its error to every point, with the latest dark level.

    Nothing is corrected but the noise common to all pixels; the reduction starts again from the shots.
    """

    def __init__(self, file: Sink, lab: Lab, sample: Sample, see: See) -> None:
        wavelengths_nm = np.array(lab.wavelengths_nm)
        self._file = file
        self._see = see
        self._saturation_counts = lab.saturation_counts
        self._quiet = inside(wavelengths_nm, sample.quiet_nm)
        band = inside(wavelengths_nm, sample.band_nm).astype(np.float32)
        self._band = band / max(float(band.sum()), 1.0)
        self._dark = np.zeros(len(wavelengths_nm), dtype=np.float32)

    def write(self, slot: Slot, record: Record) -> None:
        """Look at the record, keep it, then let it be seen."""
        if isinstance(record, ShotSeries):
            self._dark = record.shots.mean(axis=0, dtype=np.float32)
        looked_at = self._looked_at(record) if isinstance(record, TaPoint) else record
        self._file.write(slot, looked_at)
        self._see(slot, looked_at)

    def finish(self, status: RunStatus, reason: str, date: datetime) -> None:
        """Hand on how the run ended."""
        self._file.finish(status, reason, date)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _looked_at(self, point: TaPoint) -> TaPoint:
        seen = pairs_to_da(
            point.shots,
            point.pump_on,
            point.sequence,
            dark=self._dark,
            quiet=self._quiet,
            band=self._band,
            saturation_counts=self._saturation_counts,
        )
        return replace(point, delta_a=seen.delta_a, delta_a_error=seen.error)
