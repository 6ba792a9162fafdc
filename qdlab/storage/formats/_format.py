"""What other programs' files are to qdlab: a class per format reads or writes it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from qdlab.storage.formats._units import Units

Floats = NDArray[np.float64]
UNSAID = Units()


@dataclass(frozen=True)
class ImportedMap:
    """One transient-absorption map as another program left it, in its order and with its gaps.

    `delta_a` is [delay, wavelength] in OD, NaN where the file has no number; so is `delta_a_error`, None if
    the file has no errors. `metadata` is what the file says, `source` what its text was like.
    """

    wavelengths_nm: Floats
    delays_ps: Floats
    delta_a: Floats
    metadata: Mapping[str, Any]
    source: Mapping[str, str | int]
    delta_a_error: Floats | None = None


@dataclass(frozen=True)
class ImportedSweep:
    """One voltammogram: `time_s`, `potential_v` and `current_a` are [sample], NaN where unknown."""

    time_s: Floats
    potential_v: Floats
    current_a: Floats
    metadata: Mapping[str, Any]
    source: Mapping[str, str | int]


@dataclass(frozen=True)
class ImportedSpectra:
    """Steady-state spectra: `spectra` is [spectrum, wavelength], absorbance if `unit` is "OD", else counts.

    `time_s` is [spectrum], counted from the first, NaN where the file tells no time.
    """

    wavelengths_nm: Floats
    spectra: Floats
    unit: Literal["OD", "counts"]
    time_s: Floats
    metadata: Mapping[str, Any]
    source: Mapping[str, str | int]


Imported = ImportedMap | ImportedSweep | ImportedSpectra


class Format(Protocol):
    """A file format to import; registered under the entry point group `qdlab.formats`.

    `generic` says that sniff() knows only a shape, as of a matrix, and no signature: asked last.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    generic: ClassVar[bool] = False

    @abstractmethod
    def sniff(self, path: Path) -> bool:
        """Say whether a file looks like this format."""

    @abstractmethod
    def read(self, path: Path, units: Units = UNSAID) -> Imported:
        """Read a file; InputError naming file, place and what was expected."""


@dataclass(frozen=True)
class ExportedMap:
    """dA at one potential and one fluence, on its way to another program.

    `delta_a` and `delta_a_error` are [delay, wavelength] in OD, NaN where nothing was measured or known.
    """

    title: str
    potential_v: float
    fluence_cm2: float
    delays_ps: Floats
    wavelengths_nm: Floats
    delta_a: Floats
    delta_a_error: Floats

    @property
    def facts(self) -> dict[str, str]:
        """Return what is known besides the numbers, as text by name."""
        known = {"Title": " ".join(self.title.split())}
        if np.isfinite(self.potential_v):
            known["Potential (V)"] = repr(self.potential_v)
        if np.isfinite(self.fluence_cm2):
            known["Pump fluence (photons/cm2)"] = repr(self.fluence_cm2)
        return known


@dataclass(frozen=True)
class Holds:
    """What a format, or whoever reads it, has a place for besides numbers: errors, other text, NaN."""

    errors: bool = False
    facts: bool = False
    gaps: bool = True


class ExportFormat(Protocol):
    """A file format to export; registered under the entry point group `qdlab.export_formats`."""

    name: ClassVar[str]
    holds: ClassVar[Holds]

    @abstractmethod
    def write(self, exported: ExportedMap, path: Path) -> None:
        """Write a new file at `path`, every digit of every number; OSError if the disk fails."""
