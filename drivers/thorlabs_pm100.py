"""Thorlabs PM100D, PM100A and PM100USB power meters (hardware.md 6.1; PM100D manual section 6.4)."""

from __future__ import annotations

import re

from pydantic import Field

from drivers._line_instrument import LineInstrument, LineOptions
from qdlab.errors import BadReplyError, InstrumentStateError
from qdlab.instruments import Identity, PowerMeter, Surroundings
from qdlab.limits import Range

_POWER_SENSOR, _WAVELENGTH_SETTABLE = 1, 32  # sensor flags, PM100D manual p. 49
_SENSOR_FIELDS = 6
_OVERRANGE_W = 1e6  # SCPI's number for "too much" is 9.9E37
_QUEUE_LENGTH = 32
_ERROR = re.compile(rb'([+-]?[0-9]{1,5}),"([^"]*)"')


class ThorlabsPm100(LineInstrument, PowerMeter):
    """A power meter that speaks SCPI, over USB (a VISA resource) or any line; lines end with LF.

    The console remembers its front panel: if it was left showing dBm, it would answer in dBm. So opening sets
    watts and automatic range, and reads both back. Not found: what a reading beyond the range answers
    (SCPI's 9.9E37 and anything above 1 MW are refused), and to what a wavelength is rounded (read back).
    """

    class Options(LineOptions):
        """Options of the power meter."""

        wavelength_nm: float | None = Field(None, gt=0.0)
        """Wavelength to correct for from the start, in nm; without it, what the console has."""
        wavelength_tolerance_nm: float = Field(1.0, gt=0.0, le=10.0)
        """How far from what was asked the wavelength read back may be, in nm."""

    terminator = b"\n"
    late_s = 1.0

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options

    @property
    def wavelength_nm(self) -> float:
        """Read back the wavelength the reading is corrected for."""
        return self._value("SENS:CORR:WAV?")

    def set_wavelength(self, wavelength_nm: float) -> None:
        """Correct further readings for this wavelength; LimitError if the sensor is not calibrated there."""
        low_nm, high_nm = self._value("SENS:CORR:WAV? MIN"), self._value("SENS:CORR:WAV? MAX")
        if low_nm > high_nm:
            raise BadReplyError(f"{self.name}: its sensor is calibrated from {low_nm:g} to {high_nm:g} nm")
        Range(low_nm, high_nm, "nm").require(f"{self.name}: wavelength", wavelength_nm)
        self._do(f"SENS:CORR:WAV {float(wavelength_nm)!r}")
        kept_nm = self.wavelength_nm
        if abs(kept_nm - wavelength_nm) > self._options.wavelength_tolerance_nm:
            raise InstrumentStateError(
                f"{self.name}: wavelength set to {wavelength_nm:g} nm, but it reads back {kept_nm:g} nm"
            )

    def read_power_w(self) -> float:
        """Measure once."""
        power_w = self._value("MEAS:POW?")
        if abs(power_w) > _OVERRANGE_W:
            raise InstrumentStateError(f"{self.name}: the power is beyond the sensor's range ({power_w:g})")
        return power_w

    def make_safe(self) -> None:
        """Do nothing: it only looks."""
        self._line_open()

    def identify(self) -> Identity:
        """Ask for maker, model, serial number and firmware."""
        return self._identity(b"*IDN?", self._query("*IDN?"))

    def _start(self) -> None:
        """Require a power sensor; set watts and automatic range."""
        self._errors()  # of whoever was here before
        self._require_sensor()
        self._set("SENS:POW:UNIT", "W", b"W")
        self._set("SENS:POW:RANG:AUTO", "ON", b"1")
        if self._options.wavelength_nm is not None:
            self.set_wavelength(self._options.wavelength_nm)

    def _require_sensor(self) -> None:
        question = "SYST:SENS:IDN?"
        reply = self._query(question)
        name, *rest = (field.strip(b' "') for field in reply.split(b","))
        if name.lower() == b"no sensor":
            raise InstrumentStateError(f"{self.name}: no sensor is connected")
        if len(rest) < _SENSOR_FIELDS - 1 or not re.fullmatch(rb"[0-9]{1,5}", rest[-1]):
            raise self._bad_reply(question.encode(), reply, "name,serial,calibration,type,subtype,flags")
        flags = int(rest[-1])
        if not flags & _POWER_SENSOR or not flags & _WAVELENGTH_SETTABLE:
            raise InstrumentStateError(
                f"{self.name}: sensor {name.decode('ascii', 'replace')} "
                "does not measure power at a wavelength"
            )

    def _query(self, question: str) -> bytes:
        """Return the answer to a question; a CR before the LF does not count."""
        return self._ask(question.encode("ascii") + b"\n").removesuffix(b"\r")

    def _value(self, question: str) -> float:
        return self._number(question.encode("ascii"), self._query(question))

    def _set(self, key: str, value: str, kept: bytes) -> None:
        self._do(f"{key} {value}")
        if (reply := self._query(f"{key}?")) != kept:
            raise InstrumentStateError(f"{self.name}: {key} set to {value}, but it reads back {reply!r}")

    def _do(self, command: str) -> None:
        """Carry a command out; InstrumentStateError with the instrument's own words if it refuses."""
        self._tell(command.encode("ascii") + b"\n")
        if errors := self._errors():
            raise InstrumentStateError(f"{self.name}: told {command!r}, reports {'; '.join(errors)}")

    def _errors(self) -> list[str]:
        """Empty the queue of errors, oldest first."""
        errors: list[str] = []
        while len(errors) < _QUEUE_LENGTH:
            reply = self._query("SYST:ERR?")
            found = _ERROR.fullmatch(reply)
            if found is None:
                raise self._bad_reply(b"SYST:ERR?", reply, 'number,"words"')
            if int(found[1]) == 0:
                break
            errors.append(f"{found[1].decode()} {found[2].decode('ascii', 'replace')}")
        return errors
