"""The layout of a run file, as data: every path, shape, type, unit and attribute. Nothing here does I/O.

    /                   NXroot
    /entry              NXentry, NXoptical_spectroscopy (pump-probe); @streams: the streams in order
    /entry/run          how far the run is and how it ended: overwritten in place
    /entry/provenance   where it comes from: text, or JSON where @type says so
    /entry/instrument, /entry/sample
    /entry/<stream>     NXdata: one dataset per column of the stream's record, its axes, done and crc32
    /entry/results      what was made of the data, after the run

A stream names its record's columns in @columns, each dataset of it its dimensions in @dims. A record counts
if its `done` is 1 and `crc32` is that of its bytes, all columns in that order. The values are little-endian;
floats not yet measured are NaN.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from qdlab.plan import Axis, Column, Lab, Plan, Stream, columns
from qdlab.storage._provenance import Provenance

VERSION = 1
VERSION_KEY = "qdlab_schema"
STREAMS_KEY = "streams"
DIMS_KEY = "dims"
RECORD_KEY = "record"
COLUMNS_KEY = "columns"
MEDIA_TYPE_KEY = "type"
JSON_TYPE = "application/json"

ENTRY = "entry"
TITLE = f"{ENTRY}/title"
START_TIME = f"{ENTRY}/start_time"
END_TIME = f"{ENTRY}/run/end_time"
STATUS = f"{ENTRY}/run/status"
REASON = f"{ENTRY}/run/reason"
RECORDS_DONE = f"{ENTRY}/run/records_done"
HEARTBEAT = f"{ENTRY}/run/heartbeat"
PROCESS_ID = f"{ENTRY}/run/process_id"
HOST = f"{ENTRY}/run/host"
LOG = f"{ENTRY}/run/log"
PROVENANCE = f"{ENTRY}/provenance"
IMPORT = "import"
RESULTS = f"{ENTRY}/results"
DATASETS_KEY = "datasets"
COORDINATES_KEY = "coordinates"
ATTRIBUTES_KEY = "attributes"
N_RECORDS = "n_records"
"""What is told of every reduction: how many records there were when it was made."""

TEXT_BYTES = {END_TIME: 40, STATUS: 40, REASON: 2048, LOG: 32768}
"""The texts that are overwritten as the run goes, and the length they have for ever."""

OPTIONAL_SPACES = (LOG,)
"""What files of the first days do not have."""

REQUIRED_TEXTS = (
    *(TITLE, START_TIME, HOST),
    *(f"{ENTRY}/{name}" for name in ("definition", "experiment_type", "experiment_sub_type", "sample/name")),
    *(f"{ENTRY}/instrument/{beam}/parameter_reliability" for beam in ("beam_pump", "beam_probe")),
    f"{ENTRY}/instrument/detector_probe/detector_channel_type",
    *(
        f"{PROVENANCE}/{name}"
        for name in ("procedure", "plan_digest", "parameters", "sample", "recipe", "bench")
    ),
    *(f"{PROVENANCE}/{name}" for name in ("identities", "versions", "notes")),
)
"""The texts that every run file has."""

STREAM_TITLE = "title"
DONE = "done"
CHECKSUM = "crc32"

RUNNING = "running"
DIED = "died"
RECOVERED = "recovered from"
ENDS = ("finished", "stopped", "failed")
DEFAULT_STREAM = "ta"

Attribute = str | int | tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A group and its attributes."""

    path: str
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True)
class Value:
    """A dataset whose contents are known before the run."""

    path: str
    contents: str | int | float | NDArray[Any]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Space:
    """A dataset laid out at its final size before the run, its bytes overwritten as the run goes.

    `packing` is how it is compressed after the run, in HDF5's words.
    """

    path: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    packing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The path of the group it is in."""
        return self.path.rpartition("/")[0]

    @property
    def n_bytes(self) -> int:
        """Its size on the disk."""
        return math.prod(self.shape) * self.dtype.itemsize


Node = Group | Value | Space


def fixed_text(path: str, contents: str) -> bytes:
    """Return `contents` as the bytes of the fixed-length text at `path`, cut between characters."""
    size = TEXT_BYTES[path]
    whole = contents.encode(errors="replace")[:size].decode(errors="ignore").encode()
    return whole.ljust(size, b"\0")


def layout(plan: Plan, lab: Lab | None, provenance: Provenance) -> tuple[Node, ...]:
    """Return everything in the file of a run, groups before what is in them; ValueError if names clash."""
    nodes = tuple(_nodes(plan, lab, provenance))
    times = Counter(node.path for node in nodes)
    if clashes := [path for path, n in times.items() if n > 1]:
        raise ValueError(f"two things in the run file would be called {', '.join(clashes)}")
    return nodes


def _nodes(plan: Plan, lab: Lab | None, provenance: Provenance) -> Iterator[Node]:
    yield from _entry(plan)
    yield from _run(provenance)
    yield from _provenance(plan, lab, provenance)
    yield from _instrument(lab)
    yield Group(f"{ENTRY}/sample", {"NX_class": "NXsample"})
    yield Value(f"{ENTRY}/sample/name", plan.sample.name)
    yield Group(RESULTS, {"NX_class": "NXcollection"})
    for stream in plan.streams:
        yield from _stream(stream)


def _entry(plan: Plan) -> Iterator[Node]:
    names = tuple(stream.name for stream in plan.streams)
    shown = DEFAULT_STREAM if DEFAULT_STREAM in names else names[-1]
    root: dict[str, Attribute] = {
        "NX_class": "NXroot",
        "default": ENTRY,
        "creator": "qdlab",
        VERSION_KEY: VERSION,
    }
    yield Group("/", root)
    yield Group(ENTRY, {"NX_class": "NXentry", "default": shown, STREAMS_KEY: names})
    yield Value(f"{ENTRY}/definition", "NXoptical_spectroscopy", {
        "version": "v2026.01",
        "URL": "https://manual.nexusformat.org/classes/applications/NXoptical_spectroscopy.html",
    })  # fmt: skip
    yield Value(f"{ENTRY}/experiment_type", "transmission spectroscopy")
    yield Value(f"{ENTRY}/experiment_sub_type", "pump-probe")
    yield Value(TITLE, plan.title)


def _run(provenance: Provenance) -> Iterator[Node]:
    yield Value(START_TIME, provenance.start.isoformat())
    yield Group(f"{ENTRY}/run", {"NX_class": "NXcollection"})
    yield Value(HOST, provenance.host)
    yield from run_spaces()


def run_spaces() -> Iterator[Space]:
    """Yield what tells how far a run is and how it ended."""
    for path, n_bytes in TEXT_BYTES.items():
        yield Space(path, h5py.string_dtype("utf-8", n_bytes))
    yield Space(RECORDS_DONE, np.dtype("<u8"))
    yield Space(PROCESS_ID, np.dtype("<u8"))
    yield Space(HEARTBEAT, np.dtype("<f8"), (), {"units": "s", "long_name": "last sign of life, Unix time"})


def _provenance(plan: Plan, lab: Lab | None, provenance: Provenance) -> Iterator[Node]:
    yield Group(PROVENANCE, {"NX_class": "NXcollection"})
    told = {
        "procedure": plan.procedure,
        "plan_digest": plan.digest,
        "chooses": plan.chooses or None,
        "parameters": plan.parameters,
        "sample": asdict(plan.sample),
        "lab": _lab(lab),
        "recipe": provenance.recipe,
        "bench": provenance.bench,
        "identities": provenance.identities,
        "settings": provenance.settings,
        "versions": provenance.versions,
        "operator": provenance.operator,
        "notes": provenance.notes,
        "seed": provenance.seed,
        "truth": provenance.truth,
        IMPORT: provenance.imported,
    }
    for name, contents in told.items():
        if isinstance(contents, str):
            yield Value(f"{PROVENANCE}/{name}", contents)
        elif contents is not None:
            yield Value(f"{PROVENANCE}/{name}", json_text(contents), {MEDIA_TYPE_KEY: JSON_TYPE})


def _lab(lab: Lab | None) -> dict[str, Any] | None:
    """Return the laboratory without the wavelengths, which are coordinates of the streams."""
    if lab is None:
        return None
    axes = ("wavelengths_nm", "spectrometer_nm")
    return {name: value for name, value in asdict(lab).items() if name not in axes}


def json_text(contents: object) -> str:
    """Return plain data as JSON; TypeError if it is not plain."""
    return json.dumps(contents, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    """Turn what recipes and records hold besides JSON's own types into those."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a run file keeps plain data, not {type(value).__name__}")


def _instrument(lab: Lab | None) -> Iterator[Node]:
    instrument = f"{ENTRY}/instrument"
    yield Group(instrument, {"NX_class": "NXinstrument"})
    for beam in ("beam_pump", "beam_probe"):
        yield Group(f"{instrument}/{beam}", {"NX_class": "NXbeam"})
        yield Value(f"{instrument}/{beam}/parameter_reliability", "nominal")
    if lab is not None:
        pump_nm = lab.pump_beam.wavelength_nm
        yield Value(f"{instrument}/beam_pump/incident_wavelength", pump_nm, {"units": "nm"})
    yield Group(f"{instrument}/detector_probe", {"NX_class": "NXdetector"})
    yield Value(f"{instrument}/detector_probe/detector_channel_type", "multichannel")


def _stream(stream: Stream) -> Iterator[Node]:
    axes = stream_axes(stream)
    yield Group(stream_path(stream.name), _plot(stream, axes))
    yield Value(stream_path(stream.name, STREAM_TITLE), stream.meaning)
    for axis in axes.values():
        attributes: dict[str, Attribute] = {"units": axis.unit, DIMS_KEY: (axis.name,)}
        yield Value(stream_path(stream.name, axis.name), np.asarray(axis.values, dtype="<f8"), attributes)
    plotted = signal(stream)
    for item in columns(stream.record):
        attributes = {"units": item.unit, "long_name": item.meaning, DIMS_KEY: dims(stream, item)}
        if item is plotted:
            known = [name in axes for name in dims(stream, item)[-2:]]
            attributes["interpretation"] = "image" if known == [True, True] else "spectrum"
        shape = (*stream.shape, *row_shape(stream, item))
        yield Space(stream_path(stream.name, item.name), column_dtype(item), shape, attributes)
    outer: dict[str, Attribute] = {DIMS_KEY: tuple(axis.name for axis in stream.axes)}
    yield Space(stream_path(stream.name, CHECKSUM), np.dtype("<u4"), stream.shape, outer)
    yield Space(stream_path(stream.name, DONE), np.dtype("u1"), stream.shape, outer)


def _plot(stream: Stream, axes: Mapping[str, Axis]) -> dict[str, Attribute]:
    """Return the attributes that make a stream an NXdata: what to plot against what."""
    plotted = signal(stream)
    dim_names = dims(stream, plotted)
    attributes: dict[str, Attribute] = {
        "NX_class": "NXdata",
        RECORD_KEY: stream.record.__name__,
        COLUMNS_KEY: tuple(item.name for item in columns(stream.record)),
        "signal": plotted.name,
        # NeXus: a dot stands for a dimension that has no values, such as the running number of a shot.
        "axes": tuple(name if name in axes else "." for name in dim_names),
    }
    return attributes | {f"{name}_indices": i for i, name in enumerate(dim_names) if name in axes}


def signal(stream: Stream) -> Column:
    """Return the column that is plotted: the last that is not an error."""
    return [item for item in columns(stream.record) if "error" not in item.name][-1]


def stream_path(stream: str, name: str = "") -> str:
    """Return the path of a stream's group, or of one dataset in it."""
    return f"{ENTRY}/{stream}/{name}".rstrip("/")


def stream_axes(stream: Stream) -> dict[str, Axis]:
    """Return all axes of a stream that have values, outer first, by name."""
    inner = (extent for extent in stream.inner.values() if isinstance(extent, Axis))
    return {axis.name: axis for axis in (*stream.axes, *inner)}


def dims(stream: Stream, item: Column) -> tuple[str, ...]:
    """Return the names of a column's dimensions; an inner one with values is called after its axis."""
    extents = ((dim, stream.inner[dim]) for dim in item.dims)
    inner = (extent.name if isinstance(extent, Axis) else dim for dim, extent in extents)
    return (*(axis.name for axis in stream.axes), *inner)


def row_shape(stream: Stream, item: Column) -> tuple[int, ...]:
    """Return the shape of a column in one record."""
    return tuple(stream.inner_length(dim) for dim in item.dims)


def column_dtype(item: Column) -> np.dtype[Any]:
    """Return the type of a column on disk: little-endian on every machine."""
    return np.dtype(item.dtype).newbyteorder("<")
