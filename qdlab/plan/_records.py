"""What one measurement leaves behind: each record declares its columns once, with type, shape and unit.

The storage package lays files out from these declarations; nobody else spells a dataset's type or unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Column:
    """One named quantity of a record: its type on disk, its inner dimensions, its unit and what it is."""

    name: str
    dtype: str
    dims: tuple[str, ...]
    unit: str
    meaning: str


def column(dtype: str, unit: str, meaning: str, dims: tuple[str, ...] = ()) -> Any:
    """Declare a record's column; `dims` are dimensions inside one record, such as ("shot", "wavelength")."""
    return field(metadata={"dtype": dtype, "unit": unit, "meaning": meaning, "dims": dims})


def columns(record: type[Record]) -> tuple[Column, ...]:
    """Return the declared columns of a record type, in order; worked out once for each type."""
    if record not in _KNOWN:
        _KNOWN[record] = tuple(Column(name=item.name, **item.metadata) for item in fields(record))
    return _KNOWN[record]


_KNOWN: dict[type, tuple[Column, ...]] = {}


@dataclass(frozen=True)
class Record:
    """The base of all records; a record is one item of a stream, stored whole or not at all."""


@dataclass(frozen=True)
class ShotSeries(Record):
    """Read-outs of the line camera without a pump-probe meaning, as for the dark level."""

    time_s: float = column("float64", "s", "run time at the first shot")
    shots: NDArray[np.uint16] = column("uint16", "counts", "camera read-outs", ("shot", "wavelength"))


@dataclass(frozen=True)
class TaPoint(Record):
    """One transient-absorption point: every shot, which of them were pumped, and what was reached.

    Shots that never arrived stand at the end: no light, pulse number 0.
    """

    time_s: float = column("float64", "s", "run time at the first shot")
    position_mm: float = column("float64", "mm", "delay stage position read back")
    measured_potential_v: float = column("float64", "V", "potential read back")
    current_a: float = column("float64", "A", "cell current")
    shots: NDArray[np.uint16] = column("uint16", "counts", "camera read-outs", ("shot", "wavelength"))
    pump_on: NDArray[np.bool_] = column("uint8", "", "1 where the pump reached the sample", ("shot",))
    sequence: NDArray[np.uint64] = column("uint64", "", "running number of the laser pulse", ("shot",))
    delta_a: NDArray[np.float64] = column("float64", "", "dA as first seen, not corrected", ("wavelength",))
    delta_a_error: NDArray[np.float64] = column("float64", "", "its standard error", ("wavelength",))


@dataclass(frozen=True)
class DeltaA(Record):
    """One transient spectrum that came without its shots, as other programs export it."""

    delta_a: NDArray[np.float64] = column("float64", "", "dA = log10(I_off/I_on)", ("wavelength",))


@dataclass(frozen=True)
class DeltaAWithError(DeltaA):
    """One transient spectrum that came without its shots, but with its error."""

    delta_a_error: NDArray[np.float64] = column("float64", "", "its standard error", ("wavelength",))


@dataclass(frozen=True)
class DelayScan(Record):
    """A whole map from an instrument that scans its own delays; NaN where it gives no value."""

    time_s: float = column("float64", "s", "run time at the start of the scan")
    measured_potential_v: float = column("float64", "V", "potential read back; NaN with the cell off")
    current_a: float = column("float64", "A", "cell current; NaN with the cell off")
    n_scans: float = column("float64", "", "scans the instrument averaged, 0 if it does not say")
    delta_a: NDArray[np.float64] = column("float64", "", "dA = log10(I_off/I_on)", ("delay", "wavelength"))


@dataclass(frozen=True)
class AbsorbanceSpectrum(Record):
    """One absorbance spectrum as another program exports it."""

    time_s: float = column("float64", "s", "time since the first spectrum, NaN if not told")
    absorbance: NDArray[np.float64] = column("float64", "", "absorbance", ("wavelength",))


@dataclass(frozen=True)
class CountsSpectrum(Record):
    """One spectrum of counts as another program exports it: averaged or corrected, so not whole numbers."""

    time_s: float = column("float64", "s", "time since the first spectrum, NaN if not told")
    counts: NDArray[np.float64] = column("float64", "counts", "spectrometer counts", ("wavelength",))


@dataclass(frozen=True)
class Spectrum(Record):
    """Several scans of the fibre spectrometer under one condition."""

    time_s: NDArray[np.float64] = column("float64", "s", "run time at the start of each scan", ("scan",))
    measured_potential_v: float = column("float64", "V", "potential read back; NaN with the cell off")
    current_a: float = column("float64", "A", "cell current; NaN with the cell off")
    counts: NDArray[np.uint16] = column("uint16", "counts", "spectrometer counts", ("scan", "wavelength"))


@dataclass(frozen=True)
class Voltammogram(Record):
    """A potential sweep as the potentiostat buffered it."""

    time_s: NDArray[np.float64] = column("float64", "s", "run time", ("sample",))
    potential_v: NDArray[np.float64] = column("float64", "V", "potential", ("sample",))
    current_a: NDArray[np.float64] = column("float64", "A", "cell current", ("sample",))


@dataclass(frozen=True)
class Settling(Record):
    """How the film charged while a potential was held, until its absorbance stood still (NaN after that)."""

    settled: bool = column("uint8", "", "1 if the criterion was met before time ran out")
    time_s: NDArray[np.float64] = column("float64", "s", "run time", ("look",))
    current_a: NDArray[np.float64] = column("float64", "A", "cell current", ("look",))
    absorbance: NDArray[np.float64] = column(
        "float64", "", "band absorbance relative to the first look", ("look",)
    )


@dataclass(frozen=True)
class Chosen(Record):
    """A coordinate that the run chose: the value of one place on the last axis of its stream."""

    time_s: float = column("float64", "s", "run time")
    value: float = column("float64", "", "what was chosen, in the unit of the axis")


@dataclass(frozen=True)
class PumpPower(Record):
    """The pump as it was measured after its fluence was set."""

    time_s: float = column("float64", "s", "run time")
    transmission: float = column("float64", "", "attenuator transmission read back")
    power_w: float = column("float64", "W", "mean power through the pinhole, pump chopped")
    power_error_w: float = column("float64", "W", "standard error of the mean power")
