"""What another program measured, as a stream of a run: which axes it has, and its records in order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qdlab.plan import (
    AbsorbanceSpectrum,
    Axis,
    CountsSpectrum,
    DeltaA,
    DeltaAWithError,
    Record,
    Stream,
    Voltammogram,
)
from qdlab.storage.formats import Imported, ImportedMap, ImportedSpectra, ImportedSweep


def imported_stream(imported: Imported) -> tuple[Stream, Iterator[Record]]:
    """Return the stream of imported data, and its records in the stream's order."""
    match imported:
        case ImportedMap():
            return _map(imported)
        case ImportedSweep():
            return _sweep(imported)
        case ImportedSpectra():
            return _spectra(imported)


def n_missing(imported: Imported) -> int:
    """Return how many of the numbers that matter the file does not have."""
    match imported:
        case ImportedMap():
            return int(np.isnan(imported.delta_a).sum())
        case ImportedSweep():
            return int((np.isnan(imported.potential_v) | np.isnan(imported.current_a)).sum())
        case ImportedSpectra():
            return int(np.isnan(imported.spectra).sum())


def _map(imported: ImportedMap) -> tuple[Stream, Iterator[Record]]:
    """Return a `ta` stream at one potential and one fluence, both unknown."""
    axes = (
        Axis("potential_v", "V", (np.nan,)),
        Axis("fluence_cm2", "cm^-2", (np.nan,)),
        Axis("delay_ps", "ps", tuple(imported.delays_ps.tolist())),
    )
    inner = _wavelength(imported.wavelengths_nm)
    if imported.delta_a_error is None or np.isnan(imported.delta_a_error).all():
        stream = Stream("ta", DeltaA, "imported transient absorption", axes, inner)
        return stream, map(DeltaA, imported.delta_a)
    stream = Stream("ta", DeltaAWithError, "imported transient absorption", axes, inner)
    return stream, map(DeltaAWithError, imported.delta_a, imported.delta_a_error)


def _sweep(imported: ImportedSweep) -> tuple[Stream, Iterator[Record]]:
    """Return a `cv` stream of one voltammogram."""
    record = Voltammogram(imported.time_s, imported.potential_v, imported.current_a)
    inner = {"sample": imported.time_s.size}
    return Stream("cv", Voltammogram, "imported voltammogram", (), inner), iter([record])


def _spectra(imported: ImportedSpectra) -> tuple[Stream, Iterator[Record]]:
    """Return a `spectra` stream, in the file's order."""
    record = CountsSpectrum if imported.unit == "counts" else AbsorbanceSpectrum
    axes = (Axis("spectrum", "", tuple(float(i) for i in range(len(imported.spectra)))),)
    stream = Stream("spectra", record, "imported spectra", axes, _wavelength(imported.wavelengths_nm))
    return stream, map(record, imported.time_s.tolist(), imported.spectra)


def _wavelength(wavelengths_nm: NDArray[np.float64]) -> dict[str, int | Axis]:
    return {"wavelength": Axis("wavelength_nm", "nm", tuple(wavelengths_nm.tolist()))}
