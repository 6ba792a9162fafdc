"""The whole reduction of a run: from the tree of its file to thresholds."""

from __future__ import annotations

import numpy as np
import xarray as xr

from qdlab.analysis._charging import reduce_charging
from qdlab.analysis._choices import Choices
from qdlab.analysis._notes import Notes
from qdlab.analysis._pump_probe import reduce_pump_probe
from qdlab.analysis._reduction import EXTINCTION, Reduction
from qdlab.analysis._threshold import Series
from qdlab.analysis._thresholds import absorption_maps, find_thresholds

PROVENANCE = (
    "procedure",
    "status",
    "start_time",
    "end_time",
    "plan_digest",
    "versions",
    "identities",
    "sample",
)


def reduce(tree: xr.DataTree, choices: Choices | None = None) -> Reduction:
    """Reduce a run, or an imported matrix, as far as it goes; what is missing is in the notes.

    `tree` is what opening a run file gives. The same file and choices give the same result to the last digit.
    """
    chosen = Choices.for_run(tree.attrs) if choices is None else choices
    notes = Notes()
    charging = reduce_charging(tree, chosen, notes)
    pumped = reduce_pump_probe(tree, chosen, notes)
    held, found, a_star = charging.held, None, None
    if (
        pumped.gain is not None
        and "n_x" in pumped.gain
        and held is not None
        and pumped.cross_section is not None
    ):
        found = notes.attempt(find_thresholds, pumped.gain, held, pumped.cross_section, chosen)
    else:
        notes.add(
            "no threshold: it takes the 1S level of the charged film and the band's bleach over fluence"
        )
    if found:
        _tell_unknown_errors([series for _, series in found], notes)
    if pumped.transient is not None and held is not None and charging.ground is not None:
        a_star = absorption_maps(pumped.transient, charging.ground, held)
    thresholds, series = zip(*found, strict=True) if found else ((), ())
    return Reduction(
        title=str(tree.attrs.get("title", "")),
        quantity=EXTINCTION,
        choices=chosen,
        notes=tuple(notes),
        provenance={name: tree.attrs[name] for name in PROVENANCE if name in tree.attrs},
        ground=charging.ground,
        lines=charging.lines,
        held=held,
        sweep=charging.sweep,
        fermi=charging.fermi,
        chirp=pumped.chirp,
        cross_section=pumped.cross_section,
        transient=pumped.transient,
        gain=pumped.gain,
        a_star=a_star,
        thresholds=tuple(thresholds),
        series=tuple(series),
    )


def _tell_unknown_errors(series: list[Series], notes: Notes) -> None:
    """Say where an interval lacks a part, because a single scan or pair of shots shows no scatter."""
    if any(np.isnan(one.level_error) for one in series):
        notes.add("the error of A0 + dA_SEC is not known (one scan each), so the intervals leave it out")
    if any(np.isnan(one.bleach_error).any() for one in series):
        notes.add(
            "the error of dA is not known everywhere (one pair of shots), so the intervals leave it out"
        )
