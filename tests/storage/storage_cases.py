"""A plan with a stream of every record type, and records whose every value is known from their slot."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from qdlab.plan import (
    Axis,
    DeltaA,
    Plan,
    PumpPower,
    Record,
    Sample,
    Settling,
    ShotSeries,
    Slot,
    Spectrum,
    Stream,
    TaPoint,
    Voltammogram,
    columns,
)
from qdlab.storage import Provenance
from qdlab.storage.schema import row_shape

START = datetime(2021, 1, 1, 12, tzinfo=UTC)
END = datetime(2021, 1, 1, 13, 30, tzinfo=UTC)

POTENTIAL = Axis("potential_v", "V", (-0.3, 0.0, -1.5))
FLUENCE = Axis("fluence_cm2", "cm^-2", (1e12, 3e13))
# Out of order and repeated, as people do scan.
DELAY = Axis("delay_ps", "ps", (-3.0, 0.0, 5.0, 5.0, 2000.0))
WAVELENGTH = Axis("wavelength_nm", "nm", tuple(np.linspace(480.0, 700.0, 16).tolist()))
CAMERA: dict[str, int | Axis] = {"shot": 6, "wavelength": WAVELENGTH}
FIBRE: dict[str, int | Axis] = {"scan": 3, "wavelength": Axis("wavelength_nm", "nm", (400.0, 500.0, 600.0))}

STREAMS = (
    Stream("ta_dark", ShotSeries, "camera, all light blocked", (POTENTIAL,), CAMERA),
    Stream("blank", Spectrum, "lamp through the blank", (), FIBRE),
    Stream("cv", Voltammogram, "cyclic voltammetry", (), {"sample": 7}),
    Stream("settling", Settling, "charging", (POTENTIAL,), {"look": 4}),
    Stream("held_absorption", Spectrum, "lamp at each potential", (POTENTIAL,), FIBRE),
    Stream("pump", PumpPower, "pump power", (POTENTIAL, FLUENCE)),
    Stream("ta", TaPoint, "transient absorption", (POTENTIAL, FLUENCE, DELAY), CAMERA),
    Stream("ta_seen", DeltaA, "dA alone", (DELAY,), {"wavelength": WAVELENGTH}),
)

SAMPLE = Sample(
    name="CdSe/CdS/ZnS film 7",
    thickness_nm=116.0,
    thickness_error_nm=13.0,
    cross_section_cm2=3.6e-14,
    cross_section_error_cm2=0.2e-14,
    pump_absorbance=0.1,
    reflectance=0.0,
    open_circuit_v=-0.3,
    electrolyte="LiClO4 in acetonitrile",
    reference_electrode="Ag",
    reference_vs_fc_v=-0.47,
    probe_reflectance=0.05,
    a0_source="the spectra of this run",
    band_nm=(600.0, 640.0),
    quiet_nm=(680.0, 700.0),
)


def make_plan(streams: tuple[Stream, ...] = STREAMS) -> Plan:
    parameters = {"potentials_v": [-0.3, 0.0, -1.5], "paths": frozenset({"pump", "probe"})}
    return Plan("a small map", "GainThresholdMap", parameters, SAMPLE, streams, ())


def make_provenance(**changes: Any) -> Provenance:
    told: dict[str, Any] = {
        "start": START,
        "recipe": {"title": "µ-film", "date": datetime(2021, 1, 1, tzinfo=UTC)},
        "bench": {"name": "a bench", "stage": {"velocity_mm_s": 100.0}},
        "identities": {"stage": "Acme, LTS300, 7"},
        "seed": 0,
        "truth": {"sigma_cm2": 3.6e-14},
        "notes": "first light",
    }
    return Provenance(**(told | changes))


def slots(plan: Plan) -> Iterator[Slot]:
    for stream in plan.streams:
        for index in np.ndindex(stream.shape):
            yield stream.slot(*index)


def make_record(stream: Stream, index: tuple[int, ...]) -> Record:
    """A record whose values follow from stream and index alone."""
    rng = np.random.default_rng([zlib.crc32(stream.name.encode()), *index])
    values = {}
    for item in columns(stream.record):
        shape, dtype = row_shape(stream, item), np.dtype(item.dtype)
        if dtype.kind == "f":
            values[item.name] = rng.normal(size=shape)
        elif dtype == np.uint8:
            values[item.name] = rng.integers(0, 2, shape).astype(bool)
        else:
            values[item.name] = rng.integers(0, np.iinfo(dtype).max, shape, dtype=dtype)
    return stream.record(**values)
