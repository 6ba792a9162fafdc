"""SRS SR542 precision optical chopper on its USB serial port (hardware.md 3.2; manual sections 3.4, 3.5)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from drivers._line_instrument import LineOptions
from drivers._srs_instrument import SrsInstrument
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import Chopper, LineSettings, ReportsLock, Surroundings

_POLL_S = 0.1
_EXTERNAL_SOURCE = 3
_EDGES = {"rise": 0, "fall": 1, "sine": 2}
_TARGETS = {"shaft": 0, "inner": 1, "outer": 2}
_PHASE_LOCK = 8
_CONDITIONS = {
    2: "laser seen",
    4: "frequency locked",
    _PHASE_LOCK: "phase locked",
    16: "motor at full current",
}
"""Bits of CHCR (manual figure 3.1); the higher bits differ between the sources and are not read."""
_SOURCE_HZ, _CHOPPED_HZ = 3, 6  # what MFRQ? is asked for


class SrsSr542(SrsInstrument, Chopper, ReportsLock):
    """A blade slaved to the laser's trigger at its input, with a phase lock that it reports.

    A lock that was lost and found again may have the other pulses in it, so `locked` says no until the next
    start(); the instrument latches a loss that nobody looked at (CHNT 8, manual p. 61). That MULT over DIVR
    is the ratio of the blade to the source is derived from their names, so start() measures both frequencies
    and compares. Not found: the ranges of PHAS and DIVR, the numbers of its errors, and the terminator of
    replies before TERM LF (none is waited for).
    """

    class Options(LineOptions):
        """Options of the chopper."""

        edge: Literal["rise", "fall", "sine"] = "rise"
        """What of the laser's trigger the phase refers to."""
        control: Literal["shaft", "inner", "outer"] = "outer"
        """What is slaved to the laser: the ring of slots the pump passes, or the shaft."""
        divisor: int = Field(2, ge=2, le=200)
        """Laser pulses per blade period."""
        phase_deg: float = Field(0.0, ge=0.0, lt=360.0)
        """Phase of the blade against the laser, so that it opens between pulses, in degrees."""
        phase_tolerance_deg: float = Field(0.1, gt=0.0, le=10.0)
        """How far from that the phase read back may be, in degrees."""
        lock_timeout_s: float = Field(60.0, gt=0.0, le=600.0)
        """How long spinning up and locking may take."""
        frequency_tolerance: float = Field(0.01, gt=0.0, le=0.1)
        """Largest relative distance of the measured ratio of laser and blade from the divisor."""

    terminator = b"\n"
    line = LineSettings(baud_rate=115_200)

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options
        self._lost = False

    @property
    def divisor(self) -> int:
        """Read back the laser pulses per blade period."""
        multiplier, divisor = self._whole("MULT?"), self._whole("DIVR?")
        if multiplier != 1:
            raise InstrumentStateError(
                f"{self.name}: the ratio is {multiplier}/{divisor}, not one of a whole number"
            )
        return divisor

    @property
    def running(self) -> bool:
        """Read back whether the motor is on."""
        motor = self._whole("MOTR?")
        if motor not in (0, 1):
            raise self._bad_reply(b"MOTR?", str(motor).encode(), "0 or 1")
        return motor == 1

    @property
    def locked(self) -> bool:
        """Whether the phase follows the laser, and has done so without a break since start()."""
        if self._register("CHEV?") & _PHASE_LOCK:
            self._lost = True
        return bool(self._register("CHCR?") & _PHASE_LOCK) and not self._lost

    def start(self) -> None:
        """Spin up and wait for the phase lock.

        InstrumentTimeoutError, with what was reached, if it does not come; InstrumentStateError if the motor
        went off by itself, or blade and laser are not in the ratio asked for.
        """
        if not self.running:
            self._do("MOTR 1")
        end_s = self._clock.now_s + self._options.lock_timeout_s
        while not (condition := self._register("CHCR?")) & _PHASE_LOCK:
            if not self.running:
                raise InstrumentStateError(f"{self.name}: the motor went off by itself; see its display")
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: no phase lock after {self._options.lock_timeout_s:g} s; "
                    + _words(condition)
                )
            self._clock.sleep(_POLL_S)
        self._register("CHEV?")  # reading clears it: losses before now do not count
        self._lost = False
        self._require_ratio()

    def stop(self) -> None:
        """Switch the motor off."""
        self._set("MOTR", 0)

    def make_safe(self) -> None:
        """Switch the motor off."""
        self.stop()

    def _start(self) -> None:
        """Speak in numbers, stop, then slave the blade to the laser."""
        self._tell(b"TOKN OFF\n")
        self._tell(b"TERM LF\n")
        self._errors()  # of whoever was here before
        self.stop()
        options = self._options
        self._set("SRCE", _EXTERNAL_SOURCE)
        self._set("EDGE", _EDGES[options.edge])
        self._set("CTRL", _TARGETS[options.control])
        self._set("MULT", 1)
        self._set("DIVR", options.divisor)
        self._set_phase()
        self._set("CHNT", _PHASE_LOCK)

    def _set(self, key: str, value: int) -> None:
        self._do(f"{key} {value}")
        if (kept := self._whole(f"{key}?")) != value:
            raise InstrumentStateError(f"{self.name}: {key} set to {value}, but it reads back {kept}")

    def _set_phase(self) -> None:
        wanted_deg = self._options.phase_deg
        self._do(f"PHAS {wanted_deg!r}")
        kept_deg = self._number(b"PHAS?", self._query("PHAS?"))
        off_deg = (kept_deg - wanted_deg + 180.0) % 360.0 - 180.0
        if abs(off_deg) > self._options.phase_tolerance_deg:
            raise InstrumentStateError(
                f"{self.name}: phase set to {wanted_deg} deg, but it reads back {kept_deg} deg"
            )

    def _register(self, question: str) -> int:
        value = self._whole(question)
        if not 0 <= value <= 255:
            raise self._bad_reply(question.encode(), str(value).encode(), "a byte")
        return value

    def _require_ratio(self) -> None:
        laser_hz, blade_hz = self._frequency_hz(_SOURCE_HZ), self._frequency_hz(_CHOPPED_HZ)
        divisor = self._options.divisor
        if abs(laser_hz - divisor * blade_hz) > self._options.frequency_tolerance * laser_hz:
            raise InstrumentStateError(
                f"{self.name}: chops at {blade_hz:g} Hz, not at 1/{divisor} of the laser's {laser_hz:g} Hz"
            )

    def _frequency_hz(self, which: int) -> float:
        question = f"MFRQ? {which}"
        return self._number(question.encode(), self._query(question))


def _words(condition: int) -> str:
    return ", ".join(f"{'' if condition & bit else 'not '}{word}" for bit, word in _CONDITIONS.items())
