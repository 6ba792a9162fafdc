"""`qdlab plqy`: the quantum yield of a sample from its emission spectra and those of a reference dye."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from qdlab.analysis import Emitter, QuantumYield, integrate_emission, quantum_yield
from qdlab.errors import InputError
from qdlab.storage import read_foreign
from qdlab.storage.formats import ImportedSpectra, Units

REABSORBED = 0.1
"""Above this absorbance a solution takes in again a share of its own light, which no formula here knows."""


def plqy(
    files: tuple[Path, Path],
    absorbances: tuple[float, float],
    absorbance_error: float,
    indices: tuple[float, float],
    window_nm: tuple[float, float],
    reference: tuple[float, float],
    *,
    console: Console,
) -> None:
    """Print the quantum yield of the first of both with its error; the second is the reference.

    `reference` is the quantum yield of the reference with its error.
    """
    _check(absorbances, absorbance_error, indices, window_nm, reference)
    sample, dye = (
        Emitter(*_emission(file, window_nm), absorbance, absorbance_error, index)
        for file, absorbance, index in zip(files, absorbances, indices, strict=True)
    )
    for line in _told(quantum_yield(sample, dye, *reference), absorbances):
        console.print(line, soft_wrap=True, highlight=False)


def _check(
    absorbances: tuple[float, float],
    absorbance_error: float,
    indices: tuple[float, float],
    window_nm: tuple[float, float],
    reference: tuple[float, float],
) -> None:
    problems = [
        f"absorbance of the {name} is {value:g}, but a solution that absorbs has more than 0"
        for name, value in zip(("sample", "reference"), absorbances, strict=True)
        if not value > 0.0
    ]
    problems += [
        f"refractive index of the {name}'s solvent is {value:g}, but none is below 1"
        for name, value in zip(("sample", "reference"), indices, strict=True)
        if not value >= 1.0
    ]
    if not 0.0 < reference[0] <= 1.0:
        problems.append(
            f"quantum yield of the reference is {reference[0]:g}, but it is above 0 and at most 1"
        )
    problems += [
        f"{name} is {value:g}, but an error is not below 0"
        for name, value in (("absorbance error", absorbance_error), ("error of the reference", reference[1]))
        if not value >= 0.0
    ]
    if not window_nm[0] < window_nm[1]:
        problems.append(f"window {window_nm[0]:g} to {window_nm[1]:g} nm: give the shorter wavelength first")
    if problems:
        raise InputError(*problems)


def _emission(file: Path, window_nm: tuple[float, float]) -> tuple[float, float]:
    imported = read_foreign(file, units=Units(spectrum="counts"))
    if not isinstance(imported, ImportedSpectra) or imported.unit != "counts":
        raise InputError(f"{file}: it holds no emission spectra")
    return integrate_emission(imported.wavelengths_nm, imported.spectra, window_nm)


def _told(found: QuantumYield, absorbances: tuple[float, float]) -> Iterator[str]:
    yield f"PLQY = {found.value:.3f} ± {found.error:.3f}"
    for source, share in found.parts.items():
        yield f"  {source}: ± {100.0 * share:.1f} %"
    for name, absorbance in zip(("sample", "reference"), absorbances, strict=True):
        if absorbance > REABSORBED:
            yield (
                f"note: the {name}'s absorbance of {absorbance:g} is above {REABSORBED:g}: "
                "it takes in its own light again; dilute it"
            )
    if found.value > 1.0:
        yield "note: more light than was absorbed: are exposure, slits and excitation the same for both?"
