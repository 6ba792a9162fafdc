"""Take another program's file into a run file: the same layout, one stream, nothing measured by us."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from qdlab.errors import InputError, StorageError
from qdlab.plan import Plan, Record, Sample, Stream
from qdlab.storage.disk._spill import spill_path
from qdlab.storage.exchange._imported import imported_stream, n_missing
from qdlab.storage.formats import Format, Imported, Units
from qdlab.storage.schema._provenance import Provenance
from qdlab.storage.writing._destination import check_destination
from qdlab.storage.writing._writer import create_run

ENTRY_POINTS = "qdlab.formats"
AS_THE_FILE_SAYS = Units()


def import_file(
    source: Path,
    destination: Path,
    *,
    force: bool = False,
    format_name: str | None = None,
    units: Units = AS_THE_FILE_SAYS,
) -> str:
    """Make a run file of a file another program wrote; return the name of the format it was read as.

    `units` are those the file does not say itself. InputError if the source cannot be read or the destination
    not be made; then nothing is left there, and an old file stays as it was.
    """
    check_destination(destination, 0, force=force)
    imported, told = _read(source, format_name, units)
    stream, records = imported_stream(imported)
    check_destination(destination, stream.n_bytes, force=force)
    # Under another name first: a failure on the way must not cost the old file, nor leave half a new one.
    unfinished = destination.with_name(destination.name + ".import")
    try:
        _write(unfinished, source.name, stream, records, told)
        unfinished.replace(destination)
        spill_path(destination).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{destination} could not be made: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return str(told["format"])


def read_foreign(source: Path, *, units: Units = AS_THE_FILE_SAYS) -> Imported:
    """Return what another program's file holds, without making a run file of it; InputError if it cannot."""
    return _read(source, None, units)[0]


def _read(source: Path, format_name: str | None, units: Units) -> tuple[Imported, dict[str, Any]]:
    """Return what a file holds, and what is to be told about where it comes from."""
    try:
        chosen = _choose_format(source, format_name)
        imported = chosen.read(source, units)
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{source}: cannot be read: {error.strerror}") from error
    except MemoryError as error:
        raise InputError(f"{source}: takes more memory to read than there is") from error
    about = {"file": source.name, "format": chosen.name, "sha256": digest, "n_missing": n_missing(imported)}
    return imported, {**about, **imported.source, "metadata": imported.metadata}


def _choose_format(source: Path, name: str | None) -> Format:
    """Return the format asked for, or the one that knows the file, by its contents or else its name."""
    formats = list(_formats())
    if name is not None:
        fitting = [item for item in formats if item.name == name]
    else:
        fitting = _knowing(formats, source)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        could = ", ".join(item.name for item in fitting)
        raise InputError(f"{source}: it could be any of {could}; say which with --format")
    if source.stat().st_size == 0:
        raise InputError(f"{source}: is empty")
    known = ", ".join(item.name for item in formats)
    if name is not None:
        raise InputError(f"{source}: there is no format {name!r}; known: {known}")
    raise InputError(f"{source}: its format is not recognised; say with --format which it is: {known}")


def _knowing(formats: list[Format], source: Path) -> list[Format]:
    """Return the formats that recognise a file: those with a signature before those with a mere shape."""
    for generic in (False, True):
        if knowing := [item for item in formats if item.generic is generic and item.sniff(source)]:
            return knowing
    named = [item for item in formats if source.suffix.lower() in item.suffixes]
    return named if len(named) == 1 else []


def _formats() -> Iterator[Format]:
    for entry_point in sorted(entry_points(group=ENTRY_POINTS), key=lambda item: item.name):
        yield entry_point.load()()


def _write(path: Path, title: str, stream: Stream, records: Iterator[Record], told: dict[str, Any]) -> None:
    now = datetime.now().astimezone()
    plan = Plan(title, "import", {}, _unknown_sample(title), (stream,), ())
    with create_run(path, plan, None, Provenance(start=now, imported=told), force=True) as writer:
        for index, record in zip(np.ndindex(stream.shape), records, strict=True):
            writer.write(stream.slot(*index), record)
        writer.finish("finished", "", datetime.now().astimezone())


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
