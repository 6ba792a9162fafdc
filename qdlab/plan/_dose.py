"""What a plan does to the film: light that falls on it, charge that goes in and out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from qdlab.plan import _steps as steps
from qdlab.plan._estimate import Stopwatch
from qdlab.plan._lab import Lab
from qdlab.plan._plan import Plan, Sample

_ELEMENTARY_CHARGE_C = 1.602176634e-19
ELECTRONS = 2
"""Electrons that fill a dot's 1S level."""


@dataclass
class Dose:
    """What the film gets from a plan, at most.

    Attributes
    ----------
    pump_photons_cm2, pump_j_cm2
        Pump light while its shutter is open and the film is in the beam; the stage may move meanwhile.
    lit_s
        How long each light path is open, by its name; 0 for none.
    n_charges
        How often the film is charged or discharged, each time by 2 electrons a dot at most.
    charge_c_cm2
        The charge of that, per area of film, in either direction.
    cell_on_s
        How long the cell is on.
    """

    pump_photons_cm2: float = 0.0
    pump_j_cm2: float = 0.0
    lit_s: dict[str, float] = field(default_factory=lambda: dict.fromkeys(steps.LIGHT_PATHS, 0.0))
    n_charges: int = 0
    charge_c_cm2: float = 0.0
    cell_on_s: float = 0.0


def dose(plan: Plan, lab: Lab) -> Dose:
    """Return what the film gets from a plan on a laboratory, as far as it can be known before the run."""
    rest_v = plan.sample.open_circuit_v
    counter = _Counter(lab, Stopwatch.at_start(lab, chooses=plan.chooses), rest_v, rest_v)
    for step in (*plan, steps.CellOff()):  # as every run ends
        counter.add(step)
    told = counter.dose
    told.pump_j_cm2 = told.pump_photons_cm2 * lab.pump_beam.photon_energy_j
    told.charge_c_cm2 = told.n_charges * ELECTRONS * _ELEMENTARY_CHARGE_C * dots_cm2(plan.sample)
    return told


def dots_cm2(sample: Sample) -> float:
    """Return dots per area of film, A ln 10 / sigma: each dot takes its cross section of the pump."""
    return sample.pump_absorbance * math.log(10.0) / sample.cross_section_cm2


@dataclass
class _Counter:
    """Goes through the steps, remembering what the film is exposed to."""

    lab: Lab
    watch: Stopwatch
    rest_v: float
    potential_v: float
    cell_on: bool = False
    dose: Dose = field(default_factory=Dose)
    fluence_cm2: float = 0.0
    film_in_beam: bool = True

    def add(self, step: steps.Step) -> None:
        """Count one step."""
        match step:
            case steps.SelectSample(position):
                self.film_in_beam = position == "film"
            case steps.SetFluence(fluence_cm2):
                self.fluence_cm2 = fluence_cm2
            case steps.CellOff():
                self._charge_to(self.rest_v, cell_on=False)
            case steps.HoldPotential(potential_v=potential_v):
                self._charge_to(potential_v, cell_on=True)
            case steps.CyclePotential():
                self._charge_to(step.start_v, cell_on=True)
                self.dose.n_charges += 2 * step.n_cycles
        self._pass(self.watch.lap_s(step), step)

    def _charge_to(self, potential_v: float, *, cell_on: bool) -> None:
        """Count a change of the potential; a film that floats comes to rest at its open-circuit potential."""
        self.dose.n_charges += potential_v != self.potential_v
        self.potential_v, self.cell_on = potential_v, cell_on

    def _pass(self, lasting_s: float, step: steps.Step) -> None:
        self.dose.cell_on_s += lasting_s if self.cell_on else 0.0
        if not self.film_in_beam:
            return
        for path, share in _shares(self.watch.light, step, lasting_s).items():
            self.dose.lit_s[path] += share * lasting_s
            if path == "pump":
                pulses = self.lab.pump_beam.pulse_rate_hz * lasting_s
                self.dose.pump_photons_cm2 += self.fluence_cm2 * pulses


def _shares(light: steps.Light, step: steps.Step, lasting_s: float) -> dict[str, float]:
    """Return the share of a step's time for which each path is open; along a sweep two take turns."""
    if isinstance(step, steps.CyclePotential):
        lamp = min(step.n_spectra * step.n_scans * step.integration_s / lasting_s, 1.0)
        return {"lamp": lamp, "excitation": 1.0 - lamp}
    return dict.fromkeys(light, 1.0)
