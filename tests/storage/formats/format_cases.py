"""Maps of any shape, run files that hold them, and the formats by name."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from qdlab.plan import Axis, Chosen, DeltaAWithError, Plan, Sample, Stream, axis_to_choose, chosen_along
from qdlab.storage import Provenance, create_run
from qdlab.storage.formats import ExportedMap, Units

START = datetime(2021, 1, 1, 12, tzinfo=UTC)
NAN = float("nan")
PS_AND_OD = Units(time="ps", delta_a="OD")
UNITLESS = {"glotaran-ascii"}
"""Formats that have no place for units."""

SAMPLE = Sample("film", NAN, NAN, NAN, NAN, NAN, NAN, NAN, "", "", (NAN, NAN), (NAN, NAN))


def formats(group: str) -> dict[str, Any]:
    return {point.name: point.load()() for point in entry_points(group=group)}


IMPORT = formats("qdlab.formats")
EXPORT = formats("qdlab.export_formats")

finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def exported_maps(draw: st.DrawFn) -> ExportedMap:
    """Delays in any order, also repeated; wavelengths once each; dA and errors of any size, with gaps."""
    delays = draw(st.lists(finite, min_size=1, max_size=6))
    wavelengths = draw(st.lists(st.floats(1.0, 1e5), min_size=1, max_size=5, unique=True))
    cells = st.lists(finite | st.just(NAN), min_size=len(wavelengths), max_size=len(wavelengths))
    rows = st.lists(cells, min_size=len(delays), max_size=len(delays))
    return ExportedMap(
        title=draw(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)),
        potential_v=draw(st.sampled_from([NAN, -0.3, 0.0])),
        fluence_cm2=draw(st.sampled_from([NAN, 3e13])),
        delays_ps=np.array(delays),
        wavelengths_nm=np.array(wavelengths),
        delta_a=np.array(draw(rows)),
        delta_a_error=np.abs(np.array(draw(rows))),
    )


def small_map(**changes: Any) -> ExportedMap:
    known: dict[str, Any] = {
        "title": "a film",
        "potential_v": -0.3,
        "fluence_cm2": 3e13,
        "delays_ps": np.array([-3.0, 5.0, 5.0]),
        "wavelengths_nm": np.array([600.0, 620.5]),
        "delta_a": np.array([[0.0, 1e-5], [-0.00042, NAN], [-0.25, 1 / 3]]),
        "delta_a_error": np.array([[1e-6, 2e-6], [3e-6, NAN], [NAN, 1e-7]]),
    }
    return ExportedMap(**(known | changes))


def write_run(
    path: Path,
    potentials_v: tuple[float, ...],
    fluences_cm2: tuple[float, ...],
    chosen_cm2: dict[tuple[int, int], float] | None = None,
) -> NDArray[Any]:
    """Make a run file of which the last point is missing; return its dA [potential, fluence, delay, nm].

    With `chosen_cm2`, by place, the run chose its fluences.
    """
    potential = Axis("potential_v", "V", potentials_v)
    fluence = Axis("fluence_cm2", "cm^-2", fluences_cm2)
    if chosen_cm2 is not None:
        fluence = axis_to_choose("fluence_cm2", "cm^-2", len(fluences_cm2))
    choices = chosen_along(potential, fluence)
    axes = (
        potential,
        fluence,
        Axis("delay_ps", "ps", (-3.0, 5.0, 2000.0)),
    )
    wavelength = Axis("wavelength_nm", "nm", (600.0, 620.0, 640.0, 660.0))
    stream = Stream("ta", DeltaAWithError, "transient absorption", axes, {"wavelength": wavelength})
    streams = (stream,) if chosen_cm2 is None else (stream, choices)
    delta_a = np.random.default_rng(7).normal(0.0, 1e-3, (*stream.shape, 4))
    with create_run(
        path, Plan("a run", "Made", {}, SAMPLE, streams, ()), None, Provenance(start=START)
    ) as run:
        for index in [*np.ndindex(stream.shape)][:-1]:
            run.write(stream.slot(*index), DeltaAWithError(delta_a[index], np.full(4, 1e-5)))
        for place, value in (chosen_cm2 or {}).items():
            run.write(choices.slot(*place), Chosen(0.0, value))
        run.finish("finished", "", START)
    delta_a[-1, -1, -1] = math.nan
    return delta_a
