"""The bridge on a serial line: one client by nature, and no way to see it go but its silence."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qdlab.app.bridge._gone import Tell, WhenGone, leave_cell
from qdlab.app.bridge._interpreter import Interpreter
from qdlab.app.bridge._session import Session
from qdlab.clock import Clock
from qdlab.errors import InstrumentTimeoutError
from qdlab.instruments import Potentiostat, Transport

log = logging.getLogger(__name__)

SILENCE_S = 60.0
"""A client that says nothing for so long counts as gone; `autolab-scpi` asks far more often in a run."""
_LOOK_S = 0.05


class SerialBridge:
    """Offers an open potentiostat on a line that is open already."""

    def __init__(
        self,
        potentiostat: Potentiostat,
        clock: Clock,
        line: Transport,
        when_gone: WhenGone = "off",
        tell: Tell = log.info,
    ) -> None:
        self._potentiostat = potentiostat
        self._clock = clock
        self._line = line
        self._when_gone = when_gone
        self._tell = tell
        self._session = self._fresh_session()
        self._heard_s: float | None = None

    @property
    def place(self) -> str:
        """The line it is on."""
        return self._line.resource

    def serve(self, stopped: Callable[[], bool]) -> None:
        """Answer what comes until `stopped()`."""
        while not stopped():
            try:
                data = self._line.read_exactly(1, _LOOK_S)
            except InstrumentTimeoutError:
                self._look_at_the_clock()
            else:
                self._heard_s = self._clock.now_s
                if answer := self._session.receive(data):
                    self._line.write(answer)

    def _fresh_session(self) -> Session:
        return Session(Interpreter(self._potentiostat, self._clock), "", self._clock.now_s)

    def _look_at_the_clock(self) -> None:
        """After a long silence, bring the cell into the state that was chosen for that."""
        if self._heard_s is None or self._clock.now_s - self._heard_s < SILENCE_S:
            return
        self._session, self._heard_s = self._fresh_session(), None
        self._tell(f"nothing was heard on {self.place} for {SILENCE_S:g} s")
        leave_cell(self._potentiostat, self._when_gone, self._tell)
