"""Which parameter a problem of a plan comes from, so that a person knows what to mend."""

from __future__ import annotations

from procedures._experiment import Experiment

SET_BY = {
    "1S band": ("band_nm",),
    "cyclic voltammetry": ("rate_v_s",),
    "delay": ("delays_ps", "time_zero_delays_ps"),
    "fluence": ("excitons_per_dot",),
    "integration time": ("integration_s",),
    "potential": ("potentials_v", "potential_v"),
    "quiet window": ("quiet_nm",),
    "shots per point": ("n_shots", "n_dark_shots"),
    "sweep start": ("open_circuit_v",),
    "sweep vertex": ("vertex_v",),
}
"""What a problem begins with, and the parameters that may be the cause."""


def key_of(experiment: Experiment, problem: str) -> str | None:
    """Return the `table.name` of the parameter that a problem of the plan comes from; None if unknown."""
    what, _, rest = problem.partition(": ")
    tables = {name: table for table, names in experiment.groups().items() for name in names}
    causes = [name for name in SET_BY.get(what, ()) if name in tables]
    if len(causes) > 1:
        causes = [name for name in causes if _has(getattr(experiment, name), rest)]
    return f"{tables[causes[0]]}.{causes[0]}" if causes else None


def _has(values: float | list[float], rest: str) -> bool:
    """Whether what is said of a value is said of one of these."""
    return any(rest.startswith(f"{value:g} ") for value in (values if isinstance(values, list) else [values]))
