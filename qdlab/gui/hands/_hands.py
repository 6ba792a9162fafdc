"""Manual control: connect, ask, read states, examine, stop; every error becomes words, none ends anything."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any

from qdlab.app.parts import examine
from qdlab.clock import Clock, VirtualClock
from qdlab.errors import QdlabError, SafetyError
from qdlab.gui.hands._acts import Act
from qdlab.gui.hands._states import state_of
from qdlab.instruments import SINGLE_ROLES, Bench
from qdlab.plan import Plan
from qdlab.run.interlocks import WELL, CellCurrent, CellSeen

log = logging.getLogger(__name__)

POLL_S = 0.4
N_WORDS = 200

Request = Callable[[], None]


class Hands:
    """The instruments of a bench by role, each connected or not.

    The thread begins with the first request and ends with release(): while it lives it holds the bench, so a
    run must not begin before. It is no daemon: no program ends with a cell left on.
    """

    def __init__(self, bench: Bench, clock: Clock) -> None:
        self.instruments: Mapping[str, Any] = _by_role(bench)
        self.states: dict[str, str] = dict.fromkeys(self.instruments, "")
        self.identities: dict[str, str] = {}
        self.findings: list[Any] = []
        self.words: deque[str] = deque(maxlen=N_WORDS)
        self.examining = False
        self.bench, self._clock = bench, clock
        self._connected: set[str] = set()
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    @property
    def holding(self) -> bool:
        """Whether the thread lives: instruments may be connected."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_on(self) -> bool:
        """Whether there is anything to make safe: an instrument is connected, or the doctor has them."""
        return self.holding and (bool(self._connected) or self.examining)

    @property
    def connected(self) -> frozenset[str]:
        """The roles of the instruments that are connected."""
        return frozenset(self._connected)

    def connect(self, role: str) -> None:
        """Open an instrument."""
        self._ask(role, lambda: self._open(role))

    def disconnect(self, role: str) -> None:
        """Make an instrument safe and close it."""
        self._ask(role, lambda: self._close(role))

    def ask(self, role: str, act: Act, value: float = 0.0) -> None:
        """Ask something of a connected instrument."""
        self._ask(role, lambda: self.say(role, act.do(self.bench, self.instruments[role], value)))

    def examine(self, plan: Plan | None) -> None:
        """Let the doctor look at the whole bench; `findings` grows meanwhile. What is connected is let go."""
        self.findings, self.examining = [], True
        self._ask("doctor", lambda: self._examine(plan))

    def stop(self) -> None:
        """Make all that is connected safe before anything else that was asked; returns at once."""
        if self.holding:
            self._stop.set()
            self._requests.put(self._make_safe)

    def release(self) -> None:
        """Let everything be made safe and closed; returns at once."""
        self._stop.set()
        self._requests.put(None)

    def join(self) -> None:
        """Wait until the bench is let go of; nobody holds it afterwards."""
        if self._thread is not None:
            self.release()
            self._thread.join()

    def _ask(self, role: str, request: Request) -> None:
        if self.holding:
            self._requests.put(lambda: self._attempt(role, request))
            return
        self._stop.clear()
        self._requests = queue.SimpleQueue()  # what was still asked of the last thread is over with it
        self._requests.put(lambda: self._attempt(role, request))
        self._thread = threading.Thread(target=self._work, name="qdlab-hands")
        self._thread.start()

    def _work(self) -> None:
        """Do what is asked, one after another; in between, look how things are."""
        while True:
            try:
                request = self._requests.get(timeout=POLL_S)
            except queue.Empty:
                self._look()
                continue
            if request is None:
                break
            if not self._stop.is_set() or request == self._make_safe:
                request()
            self._look()
        self._close_all()

    def _close_all(self) -> None:
        for role in self.instruments:  # shutters first: light goes first
            if role in self._connected:
                self._attempt(role, partial(self._close, role))

    def _attempt(self, role: str, request: Request) -> None:
        try:
            request()
        except QdlabError as error:
            self.say(role, str(error))
        except Exception as error:
            log.exception("%s", role)
            self.say(role, f"a fault of the driver: {type(error).__name__}: {error}")

    def _open(self, role: str) -> None:
        instrument = self.instruments[role]
        instrument.open()
        self._connected.add(role)
        self.identities[role] = str(instrument.identify())
        self.say(role, f"connected: {self.identities[role]}")

    def _close(self, role: str) -> None:
        instrument = self.instruments[role]
        try:
            instrument.make_safe()
        finally:
            self._connected.discard(role)
            self.states[role] = ""
            instrument.close()
        self.say(role, "safe and disconnected")

    def _make_safe(self) -> None:
        self._stop.clear()
        for role in self.instruments:
            if role in self._connected:
                self._attempt(role, self.instruments[role].make_safe)
        self.say("all", "stopped: cell off, shutters closed, stage still")

    def _look(self) -> None:
        """Read every state; a current beyond the sample's limit switches the cell off."""
        if isinstance(self._clock, VirtualClock):
            self._clock.sleep(POLL_S)
        for role in sorted(self._connected):
            self._attempt(role, partial(self._read, role))
        if "potentiostat" in self._connected:
            self._attempt("potentiostat", self._check_current)

    def _read(self, role: str) -> None:
        try:
            self.states[role] = state_of(self.bench, role, self.instruments[role])
        except Exception:
            self.states[role] = "does not answer"
            raise

    def _check_current(self) -> None:
        potentiostat = self.bench.potentiostat
        if not potentiostat.cell_on:
            return
        cell = potentiostat.measure()
        seen = CellSeen(self._clock.now_s, cell.potential_v, cell.current_a, cell.overload, None)
        message = CellCurrent(self.bench.safety.current_a).look(seen)
        if message != WELL:
            potentiostat.set_cell(on=False)
            raise SafetyError(f"{message}; cell switched off")

    def _examine(self, plan: Plan | None) -> None:
        self._close_all()
        try:
            with closing(examine(self.bench, plan)) as findings:  # closing it makes all safe
                for finding in findings:
                    self.findings = [*self.findings, finding]
                    if self._stop.is_set():
                        break
        finally:
            self.examining = False
        ill = sum(not finding.well for finding in self.findings)
        n_findings = len(self.findings)
        self.say(
            "doctor", f"{ill} of {n_findings} are not well" if ill else f"all {n_findings} findings are well"
        )

    def say(self, role: str, words: str) -> None:
        """Note a line for whoever looks; the same one twice in a row counts once."""
        line = words if words.startswith(role) else f"{role.replace('_', ' ')}: {words}"
        if not self.words or not self.words[-1].endswith(line):
            self.words.append(f"{datetime.now():%H:%M:%S}  {line}")


def _by_role(bench: Bench) -> dict[str, Any]:
    """Return the instruments there are; shutters first."""
    shutters = {f"{path}_shutter": shutter for path, shutter in bench.shutters.items()}
    return shutters | {role: getattr(bench, role) for role in SINGLE_ROLES if bench.has(role)}
