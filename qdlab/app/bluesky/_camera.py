"""The transient-absorption camera as a detector that gives dA."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bluesky.protocols import Reading, Status
from event_model import DataKey

from qdlab.analysis import Camera, PairedShots, pairs_to_da
from qdlab.app.bluesky._status import Act
from qdlab.clock import Clock
from qdlab.errors import InstrumentStateError
from qdlab.instruments import Bench, ShotBlock
from qdlab.plan import Sample

_GRACE_S = 10.0


@dataclass(eq=False)
class CameraDevice:
    """Takes `n_shots` at each trigger and gives dA, its error and the pairs it is made of.

    Staging takes the dark level, starts the chopper and opens pump and probe; unstaging ends all that.
    """

    name: str
    bench: Bench
    sample: Sample
    n_shots: int
    clock: Clock
    worker: Executor
    parent: None = None
    _dark: np.ndarray[Any, np.dtype[np.float32]] | None = field(default=None, init=False)
    _seen: tuple[PairedShots, float] | None = field(default=None, init=False)

    @property
    def hints(self) -> dict[str, list[str]]:
        """Return what is to be plotted: the average over the band."""
        return {"fields": [f"{self.name}_band"]}

    def stage(self) -> Status:
        """Take the dark level, then let pump and probe through."""
        return Act(self.worker.submit(self._begin))

    def unstage(self) -> Status:
        """Close the light and stop the chopper."""
        return Act(self.worker.submit(self._end))

    def trigger(self) -> Status:
        """Take the shots of one point."""
        return Act(self.worker.submit(self._take))

    def read(self) -> dict[str, Reading[Any]]:
        """Return the last point; InstrumentStateError before the first."""
        if self._seen is None:
            raise InstrumentStateError(f"{self.name}: nothing was taken yet; trigger it first")
        seen, timestamp = self._seen
        values = {
            "delta_a": seen.delta_a,
            "delta_a_error": seen.error,
            "band": seen.band,
            "band_error": seen.band_error,
            "n_pairs": seen.n_pairs,
        }
        return {
            f"{self.name}_{key}": Reading(value=value, timestamp=timestamp) for key, value in values.items()
        }

    def describe(self) -> dict[str, DataKey]:
        """Return what read() gives; dA has no unit."""
        n_px = len(self.bench.ta_detector.wavelengths_nm)
        shapes: dict[str, list[int | None]] = {
            "delta_a": [n_px],
            "delta_a_error": [n_px],
            "band": [],
            "band_error": [],
            "n_pairs": [],
        }
        return {
            f"{self.name}_{key}": DataKey(
                source="qdlab", dtype="array" if shape else "number", shape=shape, units=""
            )
            for key, shape in shapes.items()
        }

    def read_configuration(self) -> dict[str, Reading[Any]]:
        """Return the wavelengths of the pixels and the number of shots."""
        timestamp = self.clock.date.timestamp()
        wavelengths_nm = self.bench.ta_detector.wavelengths_nm
        return {
            f"{self.name}_wavelength_nm": Reading(value=wavelengths_nm, timestamp=timestamp),
            f"{self.name}_n_shots": Reading(value=self.n_shots, timestamp=timestamp),
        }

    def describe_configuration(self) -> dict[str, DataKey]:
        """Return what read_configuration() gives."""
        n_px = len(self.bench.ta_detector.wavelengths_nm)
        return {
            f"{self.name}_wavelength_nm": DataKey(source="qdlab", dtype="array", shape=[n_px], units="nm"),
            f"{self.name}_n_shots": DataKey(source="qdlab", dtype="integer", shape=[]),
        }

    def _begin(self) -> None:
        self._let_through(False)
        self._dark = self._shots().shots.mean(axis=0, dtype=np.float32)
        self.bench.chopper.start()
        self._let_through(True)

    def _end(self) -> None:
        self._let_through(False)
        self.bench.chopper.stop()

    def _let_through(self, is_open: bool) -> None:
        for path in ("pump", "probe"):
            self.bench.shutters[path].set_open(is_open)

    def _shots(self) -> ShotBlock:
        camera = self.bench.ta_detector
        camera.arm(self.n_shots)
        return camera.read(timeout_s=2.0 * self.n_shots / camera.shot_rate_hz + _GRACE_S)

    def _take(self) -> None:
        if self._dark is None:
            raise InstrumentStateError(f"{self.name}: its dark level is not known; stage it first")
        detector, sample, timestamp = self.bench.ta_detector, self.sample, self.clock.date.timestamp()
        block = self._shots()
        camera = Camera.of(
            detector.wavelengths_nm, sample.band_nm, sample.quiet_nm, detector.saturation_counts
        )
        seen = pairs_to_da(block.shots, block.pump_on, block.sequence, camera.darkened(self._dark))
        self._seen = seen, timestamp
