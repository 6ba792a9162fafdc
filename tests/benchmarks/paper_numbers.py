"""The paper's numbers on its virtual film: n = 0, 0.94 and 1.99, at the fluences of its Fig. 4.

    python tests/benchmarks/paper_numbers.py

Prints the table of docs/validation.md. A fourth potential holds 1.9 electrons per dot: closer to two, the
gain lifetime hangs on the last hundredth of an electron.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from simulated_experiments import Experiment, Truth, measure, potential_v

from qdlab.analysis import Reduction, Threshold
from qdlab.analysis.gain import LIFETIMES, gain_of_absorbance, saturation
from qdlab.physics import gain_lifetime_ps
from simulators.world import WorldOptions

FILLINGS = (0.0, 0.94, 1.9, 1.99)
PAPER_THRESHOLDS = ("1.51", "0.80", "", "0.09 ± 0.09")
PAPER_LIFETIMES = ("up to ~ 0.5", "", "~ 1", "~ 1")
N_X = [0.03, 0.1, 0.3, 0.6, 0.9, 1.3, 1.6, 1.9, 3.0, 4.5, 6.6]
DELAYS_PS = [-6, -5, -4, -3, -2, 4, 5, 6, 10, 20, 40, 80, 150, 220, 300, 400, 500, 650, 800, 1000, 1250, 1600]
LATE_PS = [2000, 2300, 2600]

THICKNESS_NM = 116.0

Row = tuple[str, str, str, str, str]


def the_papers_film() -> Experiment:
    """Return the virtual laboratory's own film, held where it has the paper's electrons."""
    options = WorldOptions.model_validate(
        {
            "probe": {"electrons": 4.0 * 3.0e5},
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


def rows(experiment: Experiment, reduction: Reduction) -> Iterator[Row]:
    """Yield what it is, what was found, what the noise-free film does, what counting says, and the paper."""
    yield from _thresholds(experiment, reduction)
    yield from _lifetimes(experiment, reduction)
    yield from _gain(experiment, reduction)
    sigma, decay, film = reduction.cross_section, reduction.biexciton, experiment.options.film
    assert sigma is not None
    assert decay is not None
    found = _with_error(1e14 * sigma.sigma_cm2, 1e14 * sigma.error_cm2, 2)
    yield "cross section / 10⁻¹⁴ cm²", found, f"{1e14 * film.cross_section_cm2:.2f}", "", "3.6 ± 0.2"
    found = _with_error(decay.tau_xx_ps, decay.tau_xx_error_ps, 0)
    yield "biexciton lifetime / ps", found, f"{film.tau_xx_ps:.0f}", "", "310"


def _thresholds(experiment: Experiment, reduction: Reduction) -> Iterator[Row]:
    truth = Truth(experiment)
    for i, (threshold, paper) in enumerate(zip(reduction.thresholds, PAPER_THRESHOLDS, strict=True)):
        about = f"threshold at n = {_with_error(threshold.n_1s, threshold.n_1s_error, 3)}"
        yield about, _told(threshold), f"{truth.threshold(i):.3f}", f"{threshold.n_gain_model:.3f}", paper


def _lifetimes(experiment: Experiment, reduction: Reduction) -> Iterator[Row]:
    truth, lifetimes = Truth(experiment), reduction.gain_lifetimes
    assert lifetimes is not None
    for i, paper in enumerate(PAPER_LIFETIMES):
        last = lifetimes.isel(potential_v=i, fluence_cm2=-1)
        n_x, value, low, high = (float(last[name]) for name in ("n_x", *LIFETIMES[:3]))
        true = truth.lifetime_ps(i, float(last["fluence_cm2"]))
        model = float(gain_lifetime_ps(n_x, float(truth.n_1s[i])))
        yield (
            f"gain lifetime / ns at n = {FILLINGS[i]:g}, ⟨N⟩ = {n_x:.1f}",
            f"{value / 1e3:.3f} ({low / 1e3:.3f} to {high / 1e3:.3f})",
            f"{true / 1e3:.3f}",
            f"{model / 1e3:.3f}",
            paper,
        )


def _gain(experiment: Experiment, reduction: Reduction) -> Iterator[Row]:
    """Yield the neutral film's gain at the highest fluence, of the band and where it is largest."""
    coefficients = reduction.gain_coefficients
    assert coefficients is not None
    found, n_x = saturation(coefficients, 0), float(coefficients["n_x"][0, -1])
    assert found is not None
    inverted = gain_of_absorbance(THICKNESS_NM) * Truth(experiment).band_absorbance()
    share = coefficients.attrs["thickness_share"]
    for name, about, film in (
        ("band", f"band's gain / cm⁻¹ at ⟨N⟩ = {n_x:.1f}", f"{inverted:.0f} if all inverted"),
        ("peak", f"largest gain / cm⁻¹, at {found['peak_nm']:.0f} nm", ""),
    ):
        g_cm = found[f"{name}_g_cm"]
        yield (
            about,
            f"{_with_error(g_cm, found[f'{name}_g_err_cm'], 0)} ± {share * g_cm:.0f} (thickness)",
            film,
            "",
            "~ 800",
        )


def _told(threshold: Threshold) -> str:
    if threshold.censored == "below":
        return f"< {threshold.n_gain_high95:.3f} (95 %)"
    return f"{threshold.n_gain:.3f} ({threshold.n_gain_low:.3f} to {threshold.n_gain_high:.3f})"


def _with_error(value: float, error: float, digits: int) -> str:
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        experiment = the_papers_film()
        found = list(rows(experiment, reduced(experiment, Path(folder))))
    lines = ["| quantity | found | noise-free film | counting model | paper |", "|---|---|---|---|---|"]
    print("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in found)]))


if __name__ == "__main__":
    main()
