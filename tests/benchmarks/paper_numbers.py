"""The paper's numbers on its virtual film: n = 0, 0.94 and 1.99, at the fluences of its Fig. 4.

    python tests/benchmarks/paper_numbers.py

Prints the table of docs/validation.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from simulated_experiments import Experiment, Truth, measure, potential_v

from qdlab.analysis import Reduction, Threshold, summary
from qdlab.physics import gain_lifetime_ps
from simulators.world import WorldOptions

FILLINGS = (0.0, 0.94, 1.99)
PAPER_THRESHOLDS = ("1.51", "0.80", "0.09 ± 0.09")
N_X = [0.03, 0.1, 0.3, 0.6, 0.9, 1.3, 1.6, 1.9, 3.0, 4.5, 6.6]
DELAYS_PS = [-6, -5, -4, -3, -2, 4, 5, 6, 10, 20, 40, 80, 150, 220, 300, 400, 500, 650, 800, 1000, 1250, 1600]
LATE_PS = [2000, 2300, 2600]


def the_papers_film() -> Experiment:
    """Return the virtual laboratory's own film, held where it has the paper's electrons."""
    options = WorldOptions.model_validate(
        {
            "seed": 2021,
            "probe": {"electrons": 8.0 * 3.0e5},
            "fibre": {"lamp_electrons_per_s": 4.0 * 4.2e6, "pl_electrons_per_s": 8.0e6},
        }
    )
    held_v = (potential_v(n_1s, options.cell.v_half_v, options.cell.width_v) for n_1s in FILLINGS[1:])
    return Experiment(options, {"pump_absorbance": 0.16, "reflectance": 0.0}, (-0.3, *held_v))


def reduced(experiment: Experiment, folder: Path) -> Reduction:
    """Measure the film as the paper did, and reduce the file."""
    return measure(
        experiment,
        folder,
        excitons_per_dot=N_X,
        delays_ps=[float(t) for t in (*DELAYS_PS, *LATE_PS)],
        n_shots=600,
        n_scans=1000,
        n_power_readings=20,
    )


def rows(experiment: Experiment, reduction: Reduction) -> Iterator[tuple[str, str, str, str]]:
    """Yield what it is, what was found, what the film is without noise or the model says, and the paper."""
    truth, lifetimes = Truth(experiment), reduction.gain_lifetimes
    assert lifetimes is not None
    for i, (threshold, paper) in enumerate(zip(reduction.thresholds, PAPER_THRESHOLDS, strict=True)):
        about = f"threshold at n = {threshold.n_1s:.2f} ± {threshold.n_1s_error:.2f}"
        yield about, _told(threshold), f"{threshold.n_gain_model:.2f}; film {truth.threshold(i):.2f}", paper
    for i, paper in ((0, "up to ~ 0.5"), (2, "~ 1")):
        last = lifetimes.isel(potential_v=i, fluence_cm2=-1)
        error = float(last["lifetime_high_ps"] - last["lifetime_low_ps"]) / 2.0
        model = float(gain_lifetime_ps(float(last["n_x"]), float(truth.n_1s[i])))
        about = f"gain lifetime / ns at n = {FILLINGS[i]:g}, N_X = {float(last['n_x']):.1f}"
        yield (
            about,
            f"{float(last['lifetime_ps']) / 1e3:.2f} ± {error / 1e3:.2f}",
            f"{model / 1e3:.2f}",
            paper,
        )
    for row in summary(reduction)["gain_coefficient"]:
        about = f"largest gain / cm⁻¹ at {row['potential_v']:.2f} V ({row['peak_nm']:.0f} nm)"
        spread = f"± {row['peak_g_err_cm']:.0f} ± {row['peak_g_cm'] * 13 / 116:.0f} (thickness)"
        yield about, f"{row['peak_g_cm']:.0f} {spread}", f"{row['band_g_cm']:.0f} (band)", "~ 800"
    sigma, decay = reduction.cross_section, reduction.biexciton
    assert sigma is not None
    assert decay is not None
    found = f"{1e14 * sigma.sigma_cm2:.2f} ± {1e14 * sigma.error_cm2:.2f}"
    yield "sigma / 10⁻¹⁴ cm²", found, "3.60", "3.6 ± 0.2"
    yield "biexciton lifetime / ps", f"{decay.tau_xx_ps:.0f} ± {decay.tau_xx_error_ps:.0f}", "310", "310"


def _told(threshold: Threshold) -> str:
    if threshold.censored == "below":
        return f"< {threshold.n_gain_high95:.3f} (95 %)"
    return f"{threshold.n_gain:.3f} ({threshold.n_gain_low:.3f} to {threshold.n_gain_high:.3f})"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        experiment = the_papers_film()
        found = list(rows(experiment, reduced(experiment, Path(folder))))
    lines = ["| quantity | found | model or film | paper |", "|---|---|---|---|"]
    print("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in found)]))


if __name__ == "__main__":
    main()
