"""Give dA of a run to another program: one potential, one fluence, as first seen, nothing corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import xarray as xr

from qdlab.errors import InputError, StorageError
from qdlab.plan import CHOSEN
from qdlab.storage.formats import ExportedMap, ExportFormat
from qdlab.storage.reading._reader import open_run
from qdlab.storage.writing._destination import check_destination

ENTRY_POINTS = "qdlab.export_formats"
CHOICES = {"potential_v": ("--potential", "V"), "fluence_cm2": ("--fluence", "cm^-2")}
SAME = 1e-5
"""Relative difference (of potentials: in V) of two values that are the same to a person."""


def export_file(
    source: Path,
    destination: Path,
    format_name: str,
    *,
    potential_v: float | None = None,
    fluence_cm2: float | None = None,
    force: bool = False,
) -> tuple[str, ...]:
    """Write the dA of a run file in another program's format; return remarks on it, one line each.

    Potential and fluence may be left out where the run has only one. InputError if there is no such map or
    format, or if the destination exists (and not `force`); then nothing is left there, and an old file stays.
    """
    chosen = _choose_format(format_name)
    check_destination(destination, 0, force=force)
    if destination.exists() and destination.samefile(source):
        raise InputError(f"{destination} is the run file itself; name another file")
    with open_run(source) as tree:
        exported, remarks = _select(source, tree, {"potential_v": potential_v, "fluence_cm2": fluence_cm2})
    if not chosen.holds.gaps:
        exported, dropped = _without_gaps(source, chosen.name, exported)
        remarks += dropped
    unfinished = destination.with_name(destination.name + ".export")
    try:
        chosen.write(exported, unfinished)
        unfinished.replace(destination)
    except OSError as error:
        raise StorageError(f"{destination} could not be made: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return (*remarks, *_dropped(chosen, exported))


def export_formats() -> tuple[str, ...]:
    """Return the names of the formats there are."""
    return tuple(item.name for item in _formats())


def _choose_format(name: str) -> ExportFormat:
    for item in _formats():
        if item.name == name:
            return item
    raise InputError(f"there is no format {name!r} to export; known: {', '.join(export_formats())}")


def _formats() -> Iterator[ExportFormat]:
    for entry_point in sorted(entry_points(group=ENTRY_POINTS), key=lambda item: item.name):
        yield entry_point.load()()


def _select(
    source: Path, tree: xr.DataTree, wanted: dict[str, float | None]
) -> tuple[ExportedMap, list[str]]:
    """Return the map at one potential and fluence, and remarks on the choice."""
    if "ta" not in tree.children:
        raise InputError(f"{source}: there is no transient absorption in it, nothing to export")
    points = tree["ta"].to_dataset()
    at, remarks = {}, []
    for name, value in wanted.items():
        # Fluences that the run chose for each potential are no values of the axis itself.
        there = points.coords.get(f"{CHOSEN}{name}", points[name]).to_numpy()
        place, n_same = _place(source, there, value, name)
        if n_same > 1:
            option, unit = CHOICES[name]
            remarks.append(f"{option} {value:g} {unit} is in the run {n_same} times; the first is taken")
        at[name] = float(there[place])
        points = points.isel({name: place})
    delta_a = _finite(points["delta_a"])
    errors = _finite(points["delta_a_error"]) if "delta_a_error" in points else np.full_like(delta_a, np.nan)
    exported = ExportedMap(
        title=str(tree.attrs["title"]),
        **at,
        delays_ps=points["delay_ps"].to_numpy(),
        wavelengths_nm=points["wavelength_nm"].to_numpy(),
        delta_a=delta_a,
        delta_a_error=errors,
    )
    return exported, remarks


def _place(source: Path, there: np.ndarray, value: float | None, name: str) -> tuple[int, int]:
    """Return the place of a value on an axis, and how often it is there."""
    option, unit = CHOICES[name]
    listed = ", ".join(f"{one:g}" for one in there[np.isfinite(there)])
    if value is None:
        if there.size > 1:
            raise InputError(f"{source}: say which one with {option}, in {unit}: {listed}")
        return 0, 1
    found = np.flatnonzero(np.isclose(there, value, rtol=SAME, atol=SAME if unit == "V" else 0.0))
    if not found.size:
        raise InputError(f"{source}: {option} {value:g} {unit} is not in the run; there are {listed}")
    return int(found[0]), int(found.size)


def _finite(values: xr.DataArray) -> np.ndarray:
    """Return [delay, wavelength], NaN where there is no number."""
    plain = values.transpose("delay_ps", "wavelength_nm").to_numpy().astype(np.float64)
    plain[~np.isfinite(plain)] = np.nan
    return plain


def _without_gaps(source: Path, name: str, exported: ExportedMap) -> tuple[ExportedMap, list[str]]:
    """Leave out delays without any number, then wavelengths with a gap; say how many."""
    known = np.isfinite(exported.delta_a)
    delays = known.any(axis=1)
    wavelengths = known[delays].all(axis=0)
    if not (delays.any() and wavelengths.any()):
        raise InputError(f"{source}: {name} has no place for gaps, and every wavelength has one")
    kept = replace(
        exported,
        delays_ps=exported.delays_ps[delays],
        wavelengths_nm=exported.wavelengths_nm[wavelengths],
        delta_a=exported.delta_a[np.ix_(delays, wavelengths)],
        delta_a_error=exported.delta_a_error[np.ix_(delays, wavelengths)],
    )
    n_delays, n_wavelengths = int((~delays).sum()), int((~wavelengths).sum())
    if not (n_delays or n_wavelengths):
        return kept, []
    lost = f"{n_delays} of {delays.size} delays and {n_wavelengths} of {wavelengths.size} wavelengths"
    return kept, [f"{name} has no place for gaps: {lost} are left out"]


def _dropped(chosen: ExportFormat, exported: ExportedMap) -> list[str]:
    """Say what is not in the map, or has no place in the format."""
    dropped = []
    if n_gaps := int(np.isnan(exported.delta_a).sum()):
        dropped.append(f"{n_gaps} of {exported.delta_a.size} values are not known; written as gaps (NaN)")
    if not chosen.holds.errors and np.isfinite(exported.delta_a_error).any():
        dropped.append(f"{chosen.name} has no place for errors: they are left out")
    if not chosen.holds.facts:
        facts = ", ".join(f"{name} {value}" for name, value in exported.facts.items())
        dropped.append(f"{chosen.name} has no place for other text: left out are {facts}")
    return dropped
