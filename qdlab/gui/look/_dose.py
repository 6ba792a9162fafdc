"""How much pump light a plan puts onto the film: what bleaches it, known before it is begun."""

from __future__ import annotations

from qdlab.gui.look._situation import Situation
from qdlab.plan import Lab, Plan, durations_s


def pump_dose_j_cm2(plan: Plan, lab: Lab) -> float:
    """Return the pump's energy per area in J/cm²: fluence, pulse rate and time while its shutter is open.

    The shutter stays open while the stage moves. Chopped pulses are counted, as `pulse_rate_hz` does.
    """
    beam, situation, photons_cm2 = lab.pump_beam, Situation(), 0.0
    for step, lasting_s in zip(plan, durations_s(plan, lab), strict=True):
        situation = situation.after(step)
        if "pump" in situation.light and situation.fluence_cm2 is not None:
            photons_cm2 += situation.fluence_cm2 * beam.pulse_rate_hz * lasting_s
    return photons_cm2 * beam.photon_energy_j
