"""Hold a plan against a laboratory before anything is opened: every problem, each said once."""

from __future__ import annotations

from collections.abc import Iterator

from qdlab.plan import _steps as steps
from qdlab.plan._lab import Lab
from qdlab.plan._plan import Plan


def problems(plan: Plan, lab: Lab) -> list[str]:
    """Return what in the plan this laboratory cannot or must not do; empty if all is well."""
    of_steps = (text for step in plan for text in step_problems(step, lab))
    return list(dict.fromkeys([*plan.contradictions, *_missing(plan, lab), *_unseen(plan, lab), *of_steps]))


def _unseen(plan: Plan, lab: Lab) -> Iterator[str]:
    """Yield which windows of the sample lie beyond what a detector of this plan sees."""
    sample, used = plan.sample, {role for step in plan for role in step.uses}
    for role, name, seen_nm in (
        ("ta_detector", "camera", lab.wavelengths_nm),
        ("ta_scanner", "ta scanner", lab.scan_nm),
        ("spectrometer", "fibre spectrometer", lab.spectrometer_nm),
    ):
        if role not in used or not seen_nm:
            continue
        for what, (low_nm, high_nm) in (("1S band", sample.band_nm), ("quiet window", sample.quiet_nm)):
            if not any(low_nm <= nm <= high_nm for nm in seen_nm):
                yield (
                    f"{what}: {low_nm:g} to {high_nm:g} nm is not on the {name}, which sees "
                    f"{min(seen_nm):g} to {max(seen_nm):g} nm"
                )


def _missing(plan: Plan, lab: Lab) -> list[str]:
    """Return which instruments the plan needs and this laboratory does not have."""
    needed = dict.fromkeys(role for step in plan for role in step.uses)
    return [
        f"{lab.name}: has no {role.replace('_', ' ')}: add [instruments.{role}]"
        for role in needed
        if role not in lab.roles
    ]


def step_problems(step: steps.Step, lab: Lab) -> Iterator[str]:
    """Yield what in one step this laboratory cannot or must not do."""
    match step:
        case steps.HoldPotential(potential_v=potential_v):
            yield from _said(lab.potential.problem("potential", potential_v))
            yield from _said(lab.integration.problem("integration time", step.settle.integration_s))
        case steps.CyclePotential():
            yield from _said(lab.potential.problem("sweep start", step.start_v))
            yield from _said(lab.potential.problem("sweep vertex", step.vertex_v))
            yield from _said(lab.integration.problem("integration time", step.integration_s))
            yield from _said(_too_fast(step, lab))
        case steps.MoveDelay(delay_ps):
            yield from _said(lab.delay.problem("delay", delay_ps))
        case steps.SetFluence(fluence_cm2):
            yield from _said(_fluence_problem(fluence_cm2, lab))
        case steps.ReadSpectrum():
            yield from _said(lab.integration.problem("integration time", step.integration_s))
        case steps.ScanDelays() if not lab.scan_delays_ps:
            yield f"{lab.name}: the delays of its ta scanner are not known; name an earlier scan as `example`"
        case steps.TakeShots(n_shots=n_shots) if n_shots < 2 or n_shots % 2:
            yield f"shots per point: {n_shots} is not an even number of 2 or more (pump on, pump off)"
        case _:
            return


def _said(problem: str | None) -> Iterator[str]:
    if problem is not None:
        yield problem


def _fluence_problem(fluence_cm2: float, lab: Lab) -> str | None:
    full_cm2 = lab.pump_beam.full_fluence_cm2
    if fluence_cm2 / full_cm2 in lab.transmission:
        return None
    low, high = lab.transmission.low * full_cm2, lab.transmission.high * full_cm2
    return f"fluence: {fluence_cm2:.3g} photons/cm2 is outside {low:.3g} to {high:.3g} photons/cm2"


def _too_fast(step: steps.CyclePotential, lab: Lab) -> str | None:
    light_s = 2 * (step.n_scans * step.integration_s + 2 * lab.shutter_s)
    between_s = step.spectrum_every * step.step_s
    if light_s <= between_s:
        return None
    return (
        f"cyclic voltammetry: an absorption and a PL spectrum together take {light_s:g} s, more than the "
        f"{between_s:g} s between them; sweep slower, or take fewer or shorter scans"
    )
