"""An Autolab, or any potentiostat, behind `qdlab bridge autolab` on another computer.

The protocol is docs/reference/autolab-bridge.md, version 1: lines of ASCII over a socket,
"socket://host:5025" or "TCPIP::host::5025::SOCKET".

Every order is followed by SYST:ERR? in the same message, so that what the bridge refuses is raised here, as
the kind of error it was there. If an answer was late or bad, the next exchange begins with SYST:ECHO?, so
that an old answer is never taken for a new one.
"""

from __future__ import annotations

import os
import re

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from drivers._line_instrument import LineInstrument, LineOptions
from drivers._sample_window import SampleWindow
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    LimitError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import CellReading, Identity, Potentiostat, Staircase, Surroundings, SweepTrace
from qdlab.limits import Range

_ERROR = re.compile(rb'(0|-[1-9]\d{2}),"((?:[^"]|"")*)"')
_NUMBER = re.compile(rb"-?\d+(\.\d+)?(e[+-]?\d+)?")
_KINDS: dict[int, type[QdlabError]] = {
    -203: NotConnectedError,
    -221: InstrumentStateError,
    -222: LimitError,
    -365: InstrumentTimeoutError,
}
_ANSWERS = 20
_POTENTIALS_A_LINE = 100
_POINTS_AN_ANSWER = 100


class AutolabScpi(LineInstrument, Potentiostat):
    """A potentiostat at the far end of the bridge."""

    terminator = b"\n"

    class Options(LineOptions, SampleWindow):
        """Options of a potentiostat behind the bridge; the bridge has limits of its own as well."""

        sweep_timeout_s: float = Field(15.0, gt=0.0, le=120.0)
        """How long the potentiostat may take to start or to stop a sweep (s)."""
        token_variable: str = "QDLAB_BRIDGE_TOKEN"
        """Environment variable with the bridge's token, which is never written into a file."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options
        self._in_doubt = False
        self._echoes = 0

    def _start(self) -> None:
        """Log in and switch the cell off; one message, as what is wrong is said in answer to the first."""
        self._in_doubt = False
        token = os.environ.get(self._options.token_variable, "").encode("ascii", "replace")
        login = b"AUTH " + token + b"\n" if token else b""
        self._order(login + b"*RST", self._options.sweep_timeout_s)

    def identify(self) -> Identity:
        """Ask who the potentiostat is (*IDN?)."""
        reply = self._question(b"*IDN?")
        if reply.count(b",") != 3 or not reply.isascii() or not reply.decode().isprintable():
            raise self._bad_reply(b"*IDN?", reply, "maker,model,serial,firmware")
        return Identity(*reply.decode().split(","))

    @property
    def potential_range(self) -> Range:
        """Get the potentials that may be applied to the sample."""
        return self._options.potentials

    @property
    def cell_on(self) -> bool:
        """Get whether the cell is connected."""
        return self._flag(b"CELL?")

    def set_cell(self, on: bool) -> None:
        """Connect or disconnect the cell."""
        self._order(b"CELL %d" % on, self._options.sweep_timeout_s)

    def set_current_range(self, full_scale_a: float) -> None:
        """Choose the smallest range that holds it."""
        self._line_open()
        self._options.currents.require(f"{self.name}: current range", full_scale_a)
        self._order(b"CURR:RANG " + _digits(full_scale_a))

    def open_circuit_potential_v(self) -> float:
        """Measure the potential of the disconnected cell (OCP?)."""
        return self._value(b"OCP?")

    def hold(self, potential_v: float) -> None:
        """Apply a potential."""
        self._line_open()
        self.potential_range.require(f"{self.name}: potential", potential_v)
        self._order(b"POT " + _digits(potential_v))

    def measure(self) -> CellReading:
        """Read once (MEAS?); the time is halfway between question and answer."""
        before_s = self._clock.now_s
        reply = self._question(b"MEAS?")
        fields = reply.split(b",")
        if len(fields) != 3 or fields[2] not in (b"0", b"1"):
            raise self._bad_reply(b"MEAS?", reply, "potential,current,overload")
        time_s = 0.5 * (before_s + self._clock.now_s)
        potential_v, current_a = (self._number(b"MEAS?", item) for item in fields[:2])
        return CellReading(time_s, potential_v, current_a, fields[2] == b"1")

    def start_sweep(self, sweep: Staircase) -> None:
        """List the potentials at the bridge and start; it returns when the bridge says it runs."""
        self._line_open()
        if not sweep.potentials_v or not sweep.step_s > 0.0:
            raise InstrumentStateError(f"{self.name}: a sweep needs potentials and a step above 0 s")
        for potential_v in sweep.potentials_v:
            self.potential_range.require(f"{self.name}: sweep potential", potential_v)
        self._order(b"SWE:CLE")
        for first in range(0, len(sweep.potentials_v), _POTENTIALS_A_LINE):
            part = sweep.potentials_v[first : first + _POTENTIALS_A_LINE]
            self._order(b"SWE:ADD " + b",".join(_digits(potential_v) for potential_v in part))
        self._order(b"SWE:STAR " + _digits(sweep.step_s), self._options.sweep_timeout_s)

    @property
    def sweeping(self) -> bool:
        """Get whether a sweep is under way."""
        return self._flag(b"SWE:STAT?")

    def read_sweep(self) -> SweepTrace:
        """Fetch the points of the finished sweep; the bridge's clock is set against ours."""
        reply = self._question(b"SWE:COUN?")
        if not (reply.isdigit() and len(reply) < 7):
            raise self._bad_reply(b"SWE:COUN?", reply, "a number of points")
        n_points = int(reply)
        parts = [
            self._points(first, min(_POINTS_AN_ANSWER, n_points - first))
            for first in range(0, n_points, _POINTS_AN_ANSWER)
        ]
        before_s = self._clock.now_s
        bridge_s = self._value(b"SYST:TIME?")
        behind_s = 0.5 * (before_s + self._clock.now_s) - bridge_s
        time_s, potential_v, current_a = np.concatenate([np.empty((0, 3)), *parts]).T
        return SweepTrace(time_s + behind_s, potential_v, current_a)

    def make_safe(self) -> None:
        """Stop a sweep and switch the cell off (*RST)."""
        self._order(b"*RST", self._options.sweep_timeout_s)

    def _points(self, first: int, n_points: int) -> NDArray[np.float64]:
        """Return some points of the sweep, shape (n_points, 3)."""
        question = b"SWE:DATA? %d,%d" % (first, n_points)
        reply = self._question(question)
        rows = [row.split(b",") for row in reply.split(b";")]
        if len(rows) != n_points or any(len(row) != 3 for row in rows):
            raise self._bad_reply(question, reply, f"{n_points} points of time,potential,current")
        return np.array([[self._number(question, item) for item in row] for row in rows])

    def _order(self, order: bytes, timeout_s: float | None = None) -> None:
        """Give an order, and raise what it led to."""
        self._raise_errors(self._exchange(order + b"\nSYST:ERR?\n", timeout_s), order)

    def _question(self, question: bytes) -> bytes:
        """Return the answer; if there is none, raise the error that is the reason."""
        reply = self._exchange(question + b"\n")
        if reply == b"ERROR":
            self._raise_errors(self._exchange(b"SYST:ERR?\n"), question)
            raise self._bad_reply(question, reply, "a reason in SYST:ERR?")
        return reply

    def _raise_errors(self, reply: bytes, question: bytes) -> None:
        """Empty the queue, whose first entry is the reply; raise the first error with the texts of all."""
        first, texts = 0, []
        for _ in range(_ANSWERS):
            found = _ERROR.fullmatch(reply)
            if found is None or not reply.isascii():
                raise self._bad_reply(question, reply, 'code,"text"')
            code = int(found[1])
            if code == 0:
                break
            first = first or code
            texts.append(found[2].decode().replace('""', '"'))
            reply = self._exchange(b"SYST:ERR?\n")
        if texts:
            raise _KINDS.get(first, InstrumentError)(f"{self.name}: {'; '.join(texts)}")

    def _exchange(self, message: bytes, timeout_s: float | None = None) -> bytes:
        """Send a message that has one answer, and return it; find our place first if the last one failed."""
        with self._line_open().lock:
            if self._in_doubt:
                self._find_place()
            self._in_doubt = True
            reply = self._ask(message, timeout_s)
            self._in_doubt = False
        self._look_for_refusal(reply)
        return reply

    def _find_place(self) -> None:
        """Read old answers away until the one to a question never asked before."""
        self._echoes += 1
        mark = b"place-%d" % self._echoes
        reply = self._ask(b"\nSYST:ECHO? " + mark + b"\n")
        for _ in range(_ANSWERS):
            if reply == mark:
                return
            reply = (
                self._line_open().read_until(self.terminator, self._timeout_s).removesuffix(self.terminator)
            )
        raise self._bad_reply(b"SYST:ECHO? " + mark, reply, "its echo")

    def _look_for_refusal(self, reply: bytes) -> None:
        if reply.startswith(b"BUSY"):
            raise NotConnectedError(f"{self.name}: the bridge serves another client: {reply!r}")
        if reply == b"DENIED":
            raise NotConnectedError(
                f"{self.name}: the bridge does not accept the token in {self._options.token_variable}"
            )

    def _bad_reply(self, question: bytes, reply: bytes, wanted: str) -> BadReplyError:
        self._in_doubt = True
        return super()._bad_reply(question, reply, wanted)

    def _value(self, question: bytes) -> float:
        return self._number(question, self._question(question))

    def _number(self, question: bytes, reply: bytes) -> float:
        """Return a number in the one form the protocol has."""
        if not _NUMBER.fullmatch(reply):
            raise self._bad_reply(question, reply, "a number")
        return super()._number(question, reply)

    def _flag(self, question: bytes) -> bool:
        reply = self._question(question)
        if reply not in (b"0", b"1"):
            raise self._bad_reply(question, reply, "0 or 1")
        return reply == b"1"


def _digits(value: float) -> bytes:
    """Return the digits that give the same number back."""
    return repr(float(value)).encode()
