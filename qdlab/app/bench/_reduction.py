"""The reduction of a file of raw shots, beside reading its bytes once; and the bootstrap, beside a loop."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qdlab.analysis import Choices, Series, find_crossing, reduce
from qdlab.app.bench._laboratory import SAMPLE
from qdlab.app.bench._measured import Measured, doing, in_turn, measured
from qdlab.app.bench._prepared import N_PIXELS, WAVELENGTHS_NM, Prepared
from qdlab.plan import Axis, Plan, ShotSeries, Stream, TaPoint
from qdlab.storage import Provenance, create_run, open_run

Floats = NDArray[np.float64]

N_POTENTIALS, N_FLUENCES = 2, 4
FLUENCES_CM2 = tuple(np.geomspace(1e12, 1e14, N_FLUENCES).tolist())
SERIES = Series(
    n_x=np.array([0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]),
    n_x_error=np.full(7, 0.02),
    bleach=0.06 * (1.0 - np.exp(-np.array([0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0]) / 1.5)),
    bleach_error=np.full(7, 5e-4),
    level=0.035,
    level_error=5e-4,
    scale_error=0.05,
)


def measure_reduction(folder: Path, n_shots: int, n_delays: int, n_rounds: int) -> Measured:
    """Measure the reduction of raw shots over potential, fluence and delay, without a bootstrap."""
    path = folder / "raw.h5"
    try:
        n_points = write_raw(path, n_shots, n_delays)
        rounds = in_turn(doing(reduce_raw, path), doing(path.read_bytes), n_rounds)
    finally:
        path.unlink(missing_ok=True)
    return measured(
        rounds,
        name="reduce_vs_read",
        what="a file of raw shots reduced",
        plain="read_bytes",
        faster_is_more=False,
        goal=3.0,
        amount=n_points * n_shots,
        unit="shots",
    )


def write_raw(path: Path, n_shots: int, n_delays: int) -> int:
    """Write a run file of raw shots over potential, fluence and delay; return the number of its points."""
    plan = _raw_plan(n_shots, n_delays)
    point, unknown = Prepared.of(n_shots), np.full(N_PIXELS, np.nan)
    dark = np.full((n_shots, N_PIXELS), 300, dtype=np.uint16)
    record = TaPoint(0.0, 0.0, 0.0, 0.0, point.shots, point.pump_on, point.sequence, unknown, unknown)
    start = datetime(2021, 1, 1, tzinfo=UTC)
    with create_run(path, plan, None, Provenance(start=start), force=True) as writer:
        for stream, item in zip(plan.streams, (ShotSeries(0.0, dark), record), strict=True):
            for index in np.ndindex(stream.shape):
                writer.write(stream.slot(*index), item)
        writer.finish("finished", "", start)
    return plan.stream("ta").n_records


def _raw_plan(n_shots: int, n_delays: int) -> Plan:
    potential = Axis("potential_v", "V", tuple(-0.1 * k for k in range(N_POTENTIALS)))
    fluence = Axis("fluence_cm2", "cm^-2", FLUENCES_CM2)
    delay = Axis("delay_ps", "ps", tuple(np.linspace(-5.0, 100.0, n_delays).tolist()))
    camera: dict[str, int | Axis] = {
        "shot": n_shots,
        "wavelength": Axis("wavelength_nm", "nm", tuple(WAVELENGTHS_NM.tolist())),
    }
    streams = (
        Stream("ta_dark", ShotSeries, "camera in the dark", (potential,), camera),
        Stream("ta", TaPoint, "transient absorption", (potential, fluence, delay), camera),
    )
    return Plan("benchmark", "Benchmark", {}, SAMPLE, streams, ())


def reduce_raw(path: Path) -> None:
    """Reduce the file as `qdlab reduce` does."""
    with open_run(path) as tree:
        reduction = reduce(tree, replace(Choices.for_run(tree.attrs), n_bootstrap=1))
    if reduction.transient is None:
        raise AssertionError(f"{path} was not reduced: {reduction.notes}")


def measure_bootstrap(n_bootstrap: int, n_rounds: int) -> Measured:
    """Measure the interval of one threshold."""
    return measured(
        in_turn(doing(bootstrapped, n_bootstrap), doing(looped, n_bootstrap), n_rounds),
        name="bootstrap_vs_loop",
        what="interval of a threshold",
        plain="a loop, scipy",
        faster_is_more=True,
        goal=15.0,
        amount=n_bootstrap,
        unit="repetitions",
    )


def bootstrapped(n_bootstrap: int) -> tuple[float, float]:
    """Return the 68 % interval as the reduction finds it."""
    crossing = find_crossing(SERIES, n_bootstrap, seed=0)
    return crossing.n_gain_low, crossing.n_gain_high


def looped(n_bootstrap: int) -> tuple[float, float]:
    """Return the same interval, from the same noise, one repetition after the other."""
    noise = np.random.default_rng(0).standard_normal((len(SERIES.n_x) + 3, n_bootstrap))
    error = np.hypot(SERIES.bleach_error, _slope(_fit(SERIES.bleach)) * SERIES.n_x_error)
    found = [_repetition(error, column) for column in noise.T]
    low, high = np.quantile(found, [0.16, 0.84], method="inverted_cdf")
    return float(low), float(high)


def _repetition(error: Floats, noise: Floats) -> float:
    """Return where the curve through noisy points reaches a noisy level; the last number is not used."""
    from scipy.optimize import brentq

    amplitudes = _fit(SERIES.bleach + error * noise[:-3])
    level = SERIES.level + SERIES.level_error * noise[-3]
    highest = float(SERIES.n_x[-1])
    if float(_shares(highest) @ amplitudes) < level:
        return math.inf
    crossing = brentq(lambda n: float(_shares(n) @ amplitudes) - level, 0.0, highest)
    return float(crossing * np.exp(SERIES.scale_error * noise[-2]))


def _fit(bleach: Floats) -> Floats:
    """Return by how much 1, 2 .. excitons bleach a dot, fitted to the points."""
    weights = 1.0 / SERIES.bleach_error
    design = _shares(SERIES.n_x[:, np.newaxis]) * weights[:, np.newaxis]
    return np.asarray(np.linalg.lstsq(design, bleach * weights)[0])


def _shares(n_x: Floats | float) -> Floats:
    """Return the shares of dots with at least 1, 2 .. excitons."""
    from scipy.special import pdtrc

    return np.asarray(pdtrc(np.arange(SERIES.n_states), n_x))


def _slope(amplitudes: Floats) -> Floats:
    """Return the slope of the curve at the points."""
    from scipy.stats import poisson

    return np.asarray(poisson.pmf(np.arange(SERIES.n_states), SERIES.n_x[:, np.newaxis]) @ amplitudes)
