"""Make the archive's files of schema version 1. Run once, while that was the version; never again.

    python tests/storage/archive/make_version_1.py

Every value follows from its place, see tests/storage/test_archive.py.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from qdlab.plan import Axis, Plan, PumpPower, Sample, Spectrum, Stream
from qdlab.storage import Provenance, RunWriter, schema
from qdlab.storage.disk._bytes import Bytes
from qdlab.storage.writing._create import create_file

HERE = Path(__file__).parent
START = datetime(2021, 1, 1, 12, tzinfo=UTC)
FLUENCE = Axis("fluence_cm2", "cm^-2", (1e12, 3e13))
DELAY = Axis("delay_ps", "ps", (-3.0, 5.0, 5.0, 2000.0))
WAVELENGTH = Axis("wavelength_nm", "nm", (600.0, 620.0, 640.0))
STREAMS = (
    Stream("pump", PumpPower, "pump power", (FLUENCE,)),
    Stream("ta", Spectrum, "spectra", (FLUENCE, DELAY), {"scan": 2, "wavelength": WAVELENGTH}),
)
SAMPLE = Sample(
    name="archived film",
    thickness_nm=116.0,
    thickness_error_nm=13.0,
    cross_section_cm2=3.6e-14,
    cross_section_error_cm2=0.2e-14,
    pump_absorbance=0.1,
    reflectance=0.0,
    open_circuit_v=-0.3,
    electrolyte="LiClO4 in acetonitrile",
    reference_electrode="Ag",
    band_nm=(600.0, 640.0),
    quiet_nm=(680.0, 700.0),
)
PLAN = Plan("a run to keep", "Archive", {"delays_ps": [-3.0, 5.0, 5.0, 2000.0]}, SAMPLE, STREAMS, ())


class FailingFile(Bytes):
    """A run file that takes nothing; its spill does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._fails = path.suffix != ".spill"
        self._n_syncs = 0

    def _write_some(self, data: memoryview, offset: int) -> int:
        if self._fails and self._n_syncs > 2:
            raise OSError("the disk is gone")
        return super()._write_some(data, offset)

    def sync(self) -> None:
        super().sync()
        self._n_syncs += 1


def make(name: str, open_file: type[Bytes]) -> None:
    """Leave a run with the last record missing."""
    provenance = Provenance(start=START, host="a bench", identities={"stage": "Acme, LTS300, 7"}, notes="µ")
    path = HERE / name
    places = create_file(path, schema.layout(PLAN, None, provenance))
    with RunWriter(path, PLAN, places, open_file=open_file, sleep=lambda _: None) as writer:
        for i in range(2):
            writer.write(STREAMS[0].slot(i), PumpPower(float(i), 0.5, 1e-6 * (i + 1), 1e-9))
        for i, k in np.ndindex(2, 4):
            if (i, k) != (1, 3):
                time_s = np.array([0.25, 0.5]) * (4 * i + k)
                counts = np.arange(6, dtype=np.uint16).reshape(2, 3) + 1000 * (4 * i + k)
                writer.write(STREAMS[1].slot(i, k), Spectrum(time_s, np.nan, -1e-3, counts))
        writer.finish("stopped", "stopped on request", datetime(2021, 1, 1, 13, tzinfo=UTC))


if __name__ == "__main__":
    if schema.VERSION != 1:
        sys.exit("these are files of version 1")
    make("version_1.h5", Bytes)
    make("version_1_spilled.h5", FailingFile)
