"""Spectra in the unit a person gave: absorbance or counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from qdlab.storage.formats._format import ImportedSpectra
from qdlab.storage.formats._units import Units, convert

Floats = NDArray[np.float64]


def spectra(
    path: Path,
    units: Units,
    wavelengths_nm: Floats,
    values: Floats,
    time_s: Floats,
    metadata: Mapping[str, Any],
    source: Mapping[str, str | int],
) -> ImportedSpectra:
    """Return spectra [spectrum, wavelength] of a file without their unit; InputError if none is given."""
    unit = units.settle(path, {"spectrum": None})["spectrum"]
    converted = np.ascontiguousarray(convert(values, "spectrum", unit))
    kept: Literal["OD", "counts"] = "counts" if unit == "counts" else "OD"
    return ImportedSpectra(wavelengths_nm, converted, kept, time_s, metadata, {**source, "spectrum": unit})
