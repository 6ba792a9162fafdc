"""Do the intervals hold the truth as often as they say? Simulated experiments, each with a sample of its own.

    python tests/benchmarks/interval_coverage.py --experiments 200 --rows rows.jsonl

Prints the table of docs/validation.md. Each experiment leaves a line in the file; one that is there already
is not measured again, so that a study can be stopped and continued, shared out or printed once more.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from simulated_experiments import BIN_NM, CHIRP_NM, FILLINGS, Experiment, Truth, draw, measure

from qdlab.analysis import Reduction

ENDS = ("", "_low", "_high", "_low95", "_high95")
ENDLESS = 1.9
"""With so many electrons per dot gain outlasts the scan."""
LIMITS = 0.1
"""Where more of the estimates are upper limits, the others are a selection: their bias means nothing."""


@dataclass(frozen=True)
class Estimate:
    """One number of one experiment: the truth, what was found, and its 68 and 95 % interval."""

    quantity: str
    true: float
    found: float
    low: float
    high: float
    low95: float
    high95: float

    @classmethod
    def with_error(cls, quantity: str, true: float, found: float, error: float) -> Estimate:
        """Return an estimate with a Gaussian error."""
        wide = 1.959964 * error
        return cls(quantity, true, found, found - error, found + error, found - wide, found + wide)

    @classmethod
    def of_threshold(cls, quantity: str, true: float, threshold: Mapping[str, Any]) -> Estimate:
        """Return the estimate of a threshold; an upper limit has an interval and no value."""
        value, *ends = (float(threshold[f"n_gain{end}"]) for end in ENDS)
        return cls(quantity, true, np.nan if threshold["censored"] == "below" else value, *ends)

    @property
    def error(self) -> float:
        """Half the 68 % interval."""
        return (self.high - self.low) / 2.0


def estimates(experiment: Experiment, reduction: Reduction) -> Iterator[Estimate]:
    """Yield everything that is held against the truth."""
    truth, film, cell = Truth(experiment), experiment.options.film, experiment.options.cell
    held, chirp, sigma, fermi = reduction.held, reduction.chirp, reduction.cross_section, reduction.fermi
    decay, bins, lifetimes = reduction.biexciton, reduction.wavelength_thresholds, reduction.gain_lifetimes
    assert held is not None
    assert chirp is not None
    assert sigma is not None
    assert fermi is not None
    assert decay is not None
    assert bins is not None
    assert lifetimes is not None
    for nm, true_ps in zip(CHIRP_NM, truth.t0_ps(CHIRP_NM), strict=True):
        found = (float(chirp.t0_ps([nm])[0]), float(chirp.error_ps([nm])[0]))
        yield Estimate.with_error(f"time zero at {nm:.0f} nm", float(true_ps), *found)
    yield Estimate.with_error("sigma", film.cross_section_cm2, sigma.sigma_cm2, sigma.error_cm2)
    yield Estimate.with_error("tau_XX", film.tau_xx_ps, decay.tau_xx_ps, decay.tau_xx_error_ps)
    yield Estimate.with_error("tau_r", film.tau_r_ps, decay.tau_r_ps, decay.tau_r_error_ps)
    yield Estimate.with_error("V_half", cell.v_half_v, fermi.v_half_v, fermi.v_half_error_v)
    yield Estimate.with_error("filling width", cell.width_v, fermi.width_v, fermi.width_error_v)
    for i, filling in enumerate(FILLINGS):
        at, threshold = f"at n = {filling:g}", reduction.thresholds[i]
        found = (float(held["n_1s"][i]), float(held["n_1s_error"][i]))
        yield Estimate.with_error(f"n_1S {at}", float(truth.n_1s[i]), *found)
        yield Estimate.of_threshold(f"threshold {at}", truth.threshold(i), vars(threshold))
        one = bins.sel(demand_cm=0.0, bin_nm=BIN_NM).isel(potential_v=i)
        true = truth.threshold(i, (BIN_NM - 1.0, BIN_NM + 1.0))
        yield Estimate.of_threshold(
            f"threshold of {BIN_NM:.0f} nm {at}", true, {k: v.item() for k, v in one.items()}
        )
        if filling < ENDLESS:
            last = lifetimes.isel(potential_v=i, fluence_cm2=-1)
            numbers = [float(last[f"lifetime{end}_ps"]) for end in ENDS]
            yield Estimate(f"gain lifetime {at}", truth.lifetime_ps(i, float(last["fluence_cm2"])), *numbers)


@dataclass(frozen=True)
class Coverage:
    """How estimates of one quantity compare with the truth; `pull` is the scatter of (found - true)/error."""

    quantity: str
    n: int
    limits: float
    inside68: float
    inside95: float
    bias: float
    pull: float
    relative_error: float

    @classmethod
    def of(cls, quantity: str, those: list[Estimate]) -> Coverage:
        """Return the coverage; bias in standard errors; NaN for both where limits are many."""
        pulls = np.array([(one.found - one.true) / one.error for one in those])
        limits = float(np.isnan(pulls).mean())
        told = pulls[~np.isnan(pulls)] if limits < LIMITS else np.array([np.nan])
        return cls(
            quantity,
            len(those),
            limits,
            float(np.mean([one.low <= one.true <= one.high for one in those])),
            float(np.mean([one.low95 <= one.true <= one.high95 for one in those])),
            float(told.mean()),
            float(told.std()),
            float(np.median([one.error / max(abs(one.true), 1e-30) for one in those])),
        )


def coverages(found: Iterable[Estimate]) -> list[Coverage]:
    """Return the coverage of each quantity, in the order they came."""
    groups: dict[str, list[Estimate]] = {}
    for one in found:
        groups.setdefault(one.quantity, []).append(one)
    return [Coverage.of(quantity, those) for quantity, those in groups.items()]


def table(rows: Iterable[Coverage]) -> str:
    """Return the coverages as a table in Markdown."""
    lines = [
        "| quantity | in 68 % | in 95 % | bias / error | scatter / error | error |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        error = "" if row.relative_error > 1.0 else f"{100 * row.relative_error:.2g} %"
        judged = f"{row.bias:+.2f} | {row.pull:.2f}"
        if np.isnan(row.bias):
            judged = f"{100 * row.limits:.0f} % limits | "
        inside = f"{100 * row.inside68:.0f} % | {100 * row.inside95:.0f} %"
        lines.append(f"| {row.quantity} | {inside} | {judged} | {error} |")
    return "\n".join(lines)


def time_zero_left(found: Iterable[Estimate]) -> str:
    """Say what offset of time zero is left, over all experiments and wavelengths."""
    left_fs = 1e3 * np.array([one.found - one.true for one in found if one.quantity.startswith("time zero")])
    mean, scatter = left_fs.mean(), np.sqrt(np.mean(left_fs**2))
    most = np.abs(left_fs).max()
    return f"time zero: off by {mean:+.2f} fs on average, {scatter:.2f} fs rms, {most:.1f} fs at most"


def study(seeds: Iterable[int], rows: Path) -> None:
    """Measure each seed that the file does not know yet, and add a line for it."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in sorted(set(seeds) - known(rows).keys()):
            experiment = draw(seed)
            found = [asdict(one) for one in estimates(experiment, measure(experiment, Path(folder)))]
            with rows.open("a") as file:
                file.write(json.dumps({"seed": seed, "estimates": found}) + "\n")


def known(rows: Path) -> dict[int, list[Estimate]]:
    """Return what the file holds, by seed."""
    lines = map(json.loads, rows.read_text().splitlines()) if rows.exists() else ()
    return {line["seed"]: [Estimate(**one) for one in line["estimates"]] for line in lines}


def main() -> None:
    """Run the study of the command line and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiments", type=int, default=200)
    parser.add_argument("--first", type=int, default=1, help="seed of the first experiment")
    parser.add_argument("--rows", type=Path, required=True, help="file that keeps what was measured")
    options = parser.parse_args()
    study(range(options.first, options.first + options.experiments), options.rows)
    found = [one for each in known(options.rows).values() for one in each]
    print(f"{table(coverages(found))}\n\n{time_zero_left(found)}")


if __name__ == "__main__":
    main()
