"""Shots -> dA, beside numpy on whole arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis import pair_up, pairs_to_da
from qdlab.app.bench._measured import Measured, doing, in_turn, measured
from qdlab.app.bench._prepared import Prepared

Averages = tuple[NDArray[np.floating], NDArray[np.floating], float, float]


def measure_shots(n_shots: int, n_rounds: int) -> Measured:
    """Measure pairs -> dA of one point."""
    point = Prepared.of(n_shots)
    return measured(
        in_turn(doing(ours, point), doing(plainly, point), n_rounds),
        name="shots_vs_numpy",
        what="shots to dA, one core",
        plain="numpy, a point at once",
        faster_is_more=True,
        goal=2.5,
        amount=n_shots,
        unit="shots",
    )


def ours(point: Prepared) -> Averages:
    """Return dA, its error, and both of the band average."""
    seen = pairs_to_da(point.shots, point.pump_on, point.sequence, point.camera)
    return seen.delta_a, seen.error, seen.band, seen.band_error


def plainly(point: Prepared) -> Averages:
    """Return the same, as one writes it down."""
    camera = point.camera
    light = point.shots.astype(np.float32) - camera.dark
    brightness = light.sum(axis=1)
    saturated = (point.shots >= camera.saturation_counts).any(axis=1)
    on, off = pair_up(point.pump_on, point.sequence, ~saturated & (brightness > np.median(brightness) / 2))
    da = np.log10(light[off] / light[on])
    da -= da[:, camera.quiet].mean(axis=1, keepdims=True)
    band, root = (da @ camera.windows.weights)[:, 0], np.sqrt(len(da))
    error, band_error = da.std(axis=0, ddof=1) / root, band.std(ddof=1) / root
    return da.mean(axis=0), error, float(band.mean()), float(band_error)
