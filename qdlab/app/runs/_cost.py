"""What a plan costs, in words: time, disk, and what the film gets."""

from __future__ import annotations

from collections.abc import Iterator

from qdlab.app._words import duration_in_words
from qdlab.plan import Dose, Lab, Plan, dose, estimate


def cost_in_words(plan: Plan, lab: Lab) -> str:
    """Say points (or else records), duration and size on a laboratory; the most, if the plan chooses."""
    cost = estimate(plan, lab)
    size = _size_in_words(cost.n_bytes)
    most = "at most " if plan.chooses else ""
    taken = f"{cost.n_points} points" if cost.n_points else f"{plan.n_records} records"
    least = "" if cost.least_s is None else f"{duration_in_words(cost.least_s)} to "
    return f"{most}{taken}, {least}{duration_in_words(cost.duration_s)}, {size} on {lab.name}"


def _size_in_words(n_bytes: int) -> str:
    if n_bytes < 1e6:
        return "less than 1 MB"
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes < 1e9 else f"{n_bytes / 1e9:.2f} GB"


def dose_in_words(plan: Plan, lab: Lab) -> str:
    """Say what the film gets, in one line; empty if it gets nothing."""
    return "; ".join(_parts(dose(plan, lab)))


def _parts(told: Dose) -> Iterator[str]:
    if told.pump_j_cm2 > 0.0:
        lit = duration_in_words(told.lit_s["pump"])
        yield f"pump {told.pump_j_cm2:.3g} J/cm² ({told.pump_photons_cm2:.3g} photons/cm²) in {lit}"
    for path in ("probe", "lamp", "excitation"):
        if told.lit_s[path] > 0.0:
            yield f"{path} {duration_in_words(told.lit_s[path])}"
    if told.cell_on_s > 0.0:
        yield f"cell on {duration_in_words(told.cell_on_s)}"
    if told.n_charges:
        charge = f"{told.n_charges} times 2 electrons a dot in or out, {1e6 * told.charge_c_cm2:.3g} µC/cm²"
        yield f"charge at most {charge}"
