"""A pause: the light goes, the cell stays as it is and stays watched, until somebody says go on."""

from __future__ import annotations

from dataclasses import replace

from qdlab.errors import StoppedError
from qdlab.plan import DARK
from qdlab.run._events import Paused, Proceeded
from qdlab.run._session import Session

LOOK_S = 1.0
"""How often the cell is looked at meanwhile."""


def pause(session: Session) -> None:
    """Wait between two steps, dark, while the stop token says pause; StoppedError if nobody ends it.

    The potential is held, or not, as before, so that the next point is what it would have been; chopper and
    stage go on. It is people who are waited for, so the waiting is in real time whatever the clock. What the
    cell sets off meanwhile is told and prolongs nothing: there is no reading to take again.
    """
    session = replace(session, repeatable=False)
    light, reason = session.asked.light, session.stop.pause_reason
    session.set_light(DARK)
    session.note(f"paused: {reason}")
    session.tell(Paused(reason))
    longest_s, waited_s = session.bench.safety.pause_s, 0.0
    while waited_s < longest_s and session.stop.stays_paused(min(LOOK_S, longest_s - waited_s)):
        waited_s += LOOK_S
        session.cell()
    session.stop.check()
    if session.stop.paused:
        raise StoppedError(f"paused ({reason}), and nobody let it go on within {longest_s:g} s")
    session.panel.excuse()
    session.set_light(light)
    session.note("goes on")
    session.tell(Proceeded())
