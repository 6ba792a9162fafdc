"""Everything in the file of a run, from its plan, its laboratory and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import h5py
import numpy as np

from qdlab.plan import Lab, Plan
from qdlab.storage.schema._names import (
    DEFAULT_STREAM,
    ENTRY,
    HEARTBEAT,
    HOST,
    IMPORT,
    JSON_TYPE,
    MEDIA_TYPE_KEY,
    PROCESS_ID,
    PROVENANCE,
    RECORDS_DONE,
    RESULTS,
    START_TIME,
    STREAMS_KEY,
    TEXT_BYTES,
    TITLE,
    VERSION,
    VERSION_KEY,
)
from qdlab.storage.schema._nodes import Attribute, Group, Node, Space, Value
from qdlab.storage.schema._provenance import Provenance
from qdlab.storage.schema._streams import stream_nodes
from qdlab.storage.schema._texts import json_text


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
        yield from stream_nodes(stream)


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
