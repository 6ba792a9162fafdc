"""The action of an instrument that scans its own delays."""

from __future__ import annotations

from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments import ScanMap, TAScanner
from qdlab.plan import DelayScan, ScanDelays
from qdlab.run._session import Session

_LOOK_S = 1.0
_PATIENCE = 3.0
"""In times of the duration of a scan: somebody has to press a button first."""
_GRACE_S = 60.0


def scan_delays(step: ScanDelays, session: Session) -> None:
    """Have a scan made and hand its map on; whatever ends the wait early gives the scan up."""
    scanner, time_s = session.bench.ta_scanner, session.clock.now_s
    potential_v, current_a = session.cell()
    scanner.start_scan()
    try:
        scan = _awaited(scanner, session)
    except BaseException:
        scanner.make_safe()
        raise
    session.emit(step.slot, DelayScan(time_s, potential_v, current_a, float(scan.n_scans), scan.delta_a))


def _awaited(scanner: TAScanner, session: Session) -> ScanMap:
    """Wait for the scan, looking at the cell and the stop token meanwhile."""
    end_s = session.clock.now_s + _PATIENCE * scanner.scan_s + _GRACE_S
    while True:
        try:
            return scanner.await_scan(_LOOK_S)
        except InstrumentTimeoutError:
            if session.clock.now_s >= end_s:
                raise
        session.stop.check()
        session.cell()
