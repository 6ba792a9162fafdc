"""What the acquisition last said and showed, between its threads and the window's: latest values only.

The acquisition's side stores references and copies one row; the window's side takes what is new, about
thirty times a second. Neither ever waits for the other's work.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qdlab.app.parts import See
from qdlab.plan import Lab, Plan, Record, Slot, TaPoint, Voltammogram
from qdlab.run import Event, RunEnded, RunStarted, StepStarted

SCAN_STREAM = "ta"


@dataclass(frozen=True)
class DelayScan:
    """dA over the delays at one potential and fluence; rows that are not measured yet are NaN."""

    where: tuple[tuple[str, float], ...]
    delays_ps: tuple[float, ...]
    delta_a: NDArray[np.float64]


@dataclass(frozen=True)
class Latest:
    """All that can be seen of a run at one moment."""

    opening: bool = False
    step: StepStarted | None = None
    ended: RunEnded | None = None
    lab: Lab | None = None
    point: TaPoint | None = None
    scan: DelayScan | None = None
    cv: Voltammogram | None = None


class Mailbox:
    """Filled by the threads of the acquisition, emptied by the window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest = Latest()
        self._is_new = False
        self._scan_at: tuple[int, ...] | None = None

    def tell(self, event: Event) -> None:
        """Note an event; the listener of a run."""
        match event:
            case RunStarted():
                self._put(opening=True)
            case StepStarted():
                self._put(opening=False, step=event)
            case _:
                pass  # records come by watch(), with their dA; the end by end(), when the bench is closed

    def end(self, status: str, reason: str) -> None:
        """Note that the acquisition is over: the bench is safe and closed, the file too."""
        self._put(opening=False, ended=RunEnded(status, reason))

    def watch(self, plan: Plan, lab: Lab) -> See:
        """Return what sees the records of this plan."""
        self._put(lab=lab)

        def see(slot: Slot, record: Record) -> None:
            match record:
                case TaPoint():
                    self._put(point=record)
                    if slot.stream == SCAN_STREAM:
                        self._add_row(plan, slot, record)
                case Voltammogram():
                    self._put(cv=record)

        return see

    def take(self) -> Latest | None:
        """Return what is known if anything is new, else None."""
        with self._lock:
            if not self._is_new:
                return None
            self._is_new = False
            scan = self._latest.scan
            return replace(self._latest, scan=scan and replace(scan, delta_a=scan.delta_a.copy()))

    def _put(self, **changes: object) -> None:
        with self._lock:
            self._latest = replace(self._latest, **changes)  # type: ignore[arg-type]
            self._is_new = True

    def _add_row(self, plan: Plan, slot: Slot, point: TaPoint) -> None:
        """Put a point's dA into the scan it belongs to; another potential or fluence begins a new scan."""
        if self._scan_at != slot.index[:-1]:
            self._scan_at = slot.index[:-1]
            self._put(scan=_empty_scan(plan, slot, len(point.delta_a)))
        with self._lock:
            if self._latest.scan is not None:
                self._latest.scan.delta_a[slot.index[-1]] = point.delta_a


def _empty_scan(plan: Plan, slot: Slot, n_pixels: int) -> DelayScan:
    *outer, delay = plan.stream(slot.stream).axes
    where = tuple((axis.name, axis.values[i]) for axis, i in zip(outer, slot.index[:-1], strict=True))
    return DelayScan(where, delay.values, np.full((len(delay), n_pixels), np.nan))
