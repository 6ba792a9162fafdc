"""Several runs in, one result out: replicates of a sample, several samples, and how far they scatter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qdlab.analysis._digest import digest_of
from qdlab.analysis._summary import clean
from qdlab.analysis.campaign._random_effects import Combined, combine

Results = Mapping[str, Any]

SAME_V = 0.005
"""Potentials closer than this are one."""

SCALARS = (
    ("sigma_cm2", "cross section", "cm²", "", "sigma_cm2", "sigma_err_cm2"),
    ("v_half_v", "half filling", "V", "fermi", "v_half_v", "v_half_err_v"),
    ("width_v", "width of the Fermi step", "V", "fermi", "width_v", "width_err_v"),
    ("u_kt", "repulsion of two electrons", "kT", "repelling", "u_kt", "u_err_kt"),
    ("line_nm", "centre of the 1S line", "nm", "line", "centre_nm", "centre_err_nm"),
    ("line_amplitude", "1S line in A0", "", "line", "amplitude", "amplitude_err"),
)
"""Name, meaning, unit; the part of a summary, the number in it, and its error."""

PER_POTENTIAL = (
    ("n_gain", "gain threshold of the 1S band", "", "thresholds", "n_gain", ""),
    ("n_1s", "injected electrons per dot", "", "charging", "n_1s", "n_1s_err"),
    ("pl", "PL relative to the uncharged film", "", "charging", "pl", "pl_err"),
    (
        "band_g_cm",
        "gain coefficient at the largest fluence",
        "cm⁻¹",
        "gain_coefficient",
        "band_g_cm",
        "band_g_err_cm",
    ),
)
"""The same, of rows that have a potential."""


@dataclass(frozen=True)
class CampaignRun:
    """One run of a campaign: the name of its file, its sample, and its summary."""

    name: str
    sample: str
    results: Results


@dataclass(frozen=True)
class Quantity:
    """What several runs say of one quantity, at one potential (NaN: of the film as such).

    `samples` has the mean over the replicates of each sample; `over_samples`, with two samples or more, takes
    those means for the measurements. `n_limits` thresholds are only limits and are left out of all means.
    """

    name: str
    meaning: str
    unit: str
    potential_v: float
    runs: Mapping[str, tuple[float, float]]
    over_runs: Combined
    samples: Mapping[str, Combined]
    over_samples: Combined | None
    n_limits: int


def campaign_of(runs: Sequence[CampaignRun]) -> list[Quantity]:
    """Return every quantity that at least one run knows, combined; thresholds first."""
    potentials = _potentials(runs)
    found = []
    for name, meaning, unit, part, key, error_key in PER_POTENTIAL:
        for potential_v in potentials:
            rows = {run.name: _row(run.results.get(part), potential_v) for run in runs}
            found.append((name, meaning, unit, potential_v, _measured(rows, key, error_key), _limits(rows)))
    for name, meaning, unit, part, key, error_key in SCALARS:
        rows = {run.name: run.results.get(part) if part else run.results for run in runs}
        found.append((name, meaning, unit, np.nan, _measured(rows, key, error_key), 0))
    samples = {run.name: run.sample for run in runs}
    return [
        _combined(name, meaning, unit, potential_v, measured, samples, n_limits)
        for name, meaning, unit, potential_v, measured, n_limits in found
        if measured
    ]


def campaign_summary(runs: Sequence[CampaignRun], quantities: Sequence[Quantity]) -> dict[str, Any]:
    """Return a campaign as plain data: the combined quantities, then each run's summary."""
    told = {
        "method": "random-effects mean: Paule-Mandel scatter, Hartung-Knapp error, 95 % by Student's t",
        "runs": [{"file": run.name, "sample": run.sample, "digest": run.results["digest"]} for run in runs],
        "quantities": [asdict(quantity) for quantity in quantities],
    }
    cleaned: dict[str, Any] = clean(told)
    return {**cleaned, "digest": digest_of(cleaned), "results": {run.name: run.results for run in runs}}


def _potentials(runs: Sequence[CampaignRun]) -> list[float]:
    """Return the potentials of all runs, those that are one once, from high to low."""
    rows = (
        row for run in runs for _, _, _, part, _, _ in PER_POTENTIAL for row in run.results.get(part) or []
    )
    kept: list[float] = []
    for potential_v in sorted(
        {row["potential_v"] for row in rows if row["potential_v"] is not None}, reverse=True
    ):
        if not kept or kept[-1] - potential_v > SAME_V:
            kept.append(potential_v)
    return kept


def _row(rows: Sequence[Results] | None, potential_v: float) -> Results | None:
    near = [row for row in rows or [] if _is_near(row, potential_v)]
    return near[0] if near else None


def _is_near(row: Results, potential_v: float) -> bool:
    return row["potential_v"] is not None and abs(row["potential_v"] - potential_v) <= SAME_V


def _measured(rows: Mapping[str, Results | None], key: str, error_key: str) -> dict[str, tuple[float, float]]:
    """Return value and error by run, of those that have the value and for which it is no limit."""
    return {
        name: (float(row[key]), _error(row, error_key))
        for name, row in rows.items()
        if row is not None and row.get("censored") is None and row.get(key) is not None
    }


def _error(row: Results, key: str) -> float:
    """Return a standard error, of a threshold half of its 68 % interval; NaN if it is not known."""
    if key:
        return float(row[key]) if row.get(key) is not None else np.nan
    low, high = row["n_gain_low"], row["n_gain_high"]
    return np.nan if low is None or high is None else (float(high) - float(low)) / 2.0


def _limits(rows: Mapping[str, Results | None]) -> int:
    return sum(row is not None and row.get("censored") is not None for row in rows.values())


def _combined(
    name: str,
    meaning: str,
    unit: str,
    potential_v: float,
    measured: dict[str, tuple[float, float]],
    sample_of: Mapping[str, str],
    n_limits: int,
) -> Quantity:
    by_sample: dict[str, list[tuple[float, float]]] = {}
    for run, pair in measured.items():
        by_sample.setdefault(sample_of[run], []).append(pair)
    samples = {sample: _of(pairs) for sample, pairs in by_sample.items()}
    several = [(mean.value, mean.error) for mean in samples.values()]
    over_samples = _of(several) if len(several) > 1 else None
    over_runs = _of(list(measured.values()))
    return Quantity(name, meaning, unit, potential_v, measured, over_runs, samples, over_samples, n_limits)


def _of(pairs: Iterator[tuple[float, float]] | list[tuple[float, float]]) -> Combined:
    values, errors = np.array(list(pairs), dtype=np.float64).T
    return combine(values, errors)
