"""Take another program's map into a run file: the same layout, one stream, nothing measured by us."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from qdlab.errors import InputError, StorageError
from qdlab.plan import Axis, DeltaA, Plan, Sample, Stream
from qdlab.storage._destination import check_destination
from qdlab.storage._provenance import Provenance
from qdlab.storage._writer import create_run
from qdlab.storage.formats import Format, ImportedMap

ENTRY_POINTS = "qdlab.formats"


def import_file(
    source: Path, destination: Path, *, force: bool = False, format_name: str | None = None
) -> None:
    """Make a run file of a file another program wrote.

    InputError if the source cannot be read or the destination not be made; then nothing is left there, and
    an old file stays as it was.
    """
    check_destination(destination, 0, force=force)
    imported, told = _read(source, format_name)
    # Under another name first: a failure on the way must not cost the old file, nor leave half a new one.
    unfinished = destination.with_name(destination.name + ".import")
    try:
        _write(unfinished, source.name, imported, told)
        unfinished.replace(destination)
    except OSError as error:
        raise StorageError(f"{destination} could not be made: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _read(source: Path, format_name: str | None) -> tuple[ImportedMap, dict[str, Any]]:
    """Return what a file holds, and what is to be told about where it comes from."""
    try:
        chosen = _choose_format(source, format_name)
        imported = chosen.read(source)
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{source}: cannot be read: {error.strerror}") from error
    about = {"file": source.name, "format": chosen.name, "sha256": digest}
    return imported, {**about, **imported.source, "metadata": imported.metadata}


def _choose_format(source: Path, name: str | None) -> Format:
    """Return the format asked for, or that of the file's first bytes, or that of its name."""
    formats = list(_formats())
    if name is not None:
        fitting = [item for item in formats if item.name == name]
    else:
        fitting = [item for item in formats if item.sniff(source)]
        fitting += [item for item in formats if source.suffix.lower() in item.suffixes]
    if not fitting:
        problem = "its format is not known" if name is None else f"there is no format {name!r}"
        known = ", ".join(f"{item.name} ({' '.join(item.suffixes)})" for item in formats)
        raise InputError(f"{source}: {problem}; known: {known}")
    return fitting[0]


def _formats() -> Iterator[Format]:
    for entry_point in entry_points(group=ENTRY_POINTS):
        yield entry_point.load()()


def _write(path: Path, title: str, imported: ImportedMap, told: dict[str, Any]) -> None:
    now = datetime.now().astimezone()
    stream = _stream(imported)
    plan = Plan(title, "import", {}, _unknown_sample(title), (stream,), ())
    with create_run(path, plan, None, Provenance(start=now, imported=told), force=True) as writer:
        for i, delta_a in enumerate(imported.delta_a):
            writer.write(stream.slot(0, 0, i), DeltaA(delta_a))
        writer.finish("finished", "", datetime.now().astimezone())


def _stream(imported: ImportedMap) -> Stream:
    """Return a `ta` stream at one potential and one fluence, both unknown."""
    axes = (
        Axis("potential_v", "V", (np.nan,)),
        Axis("fluence_cm2", "cm^-2", (np.nan,)),
        Axis("delay_ps", "ps", tuple(imported.delays_ps.tolist())),
    )
    wavelength = Axis("wavelength_nm", "nm", tuple(imported.wavelengths_nm.tolist()))
    return Stream("ta", DeltaA, "imported transient absorption", axes, {"wavelength": wavelength})


def _unknown_sample(name: str) -> Sample:
    """Return a sample of which nothing but a name is known."""
    unknown = float("nan")
    return Sample(
        name=name,
        thickness_nm=unknown,
        thickness_error_nm=unknown,
        cross_section_cm2=unknown,
        cross_section_error_cm2=unknown,
        pump_absorbance=unknown,
        reflectance=unknown,
        open_circuit_v=unknown,
        electrolyte="",
        reference_electrode="",
        band_nm=(unknown, unknown),
        quiet_nm=(unknown, unknown),
    )
