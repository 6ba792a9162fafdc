r"""Coherent FieldMaxII (TOP, TO) power meter on USB, through FieldMax2Lib.dll in a process of its own.

Windows only: the DLL comes with Coherent's FieldMaxII PC software, which must be closed. The DLL can hang for
ever, so it is called in a child process that is ended when a call takes longer than `timeout_s`.

Sources: Coherent's header FieldMax2Lib.h, revision 19 (functions, packets, state), and Coherent's note
"FieldMaxII Low-Level Remote Commands" (WOO: "1064,190,11000" = set, lowest, highest wavelength in nm; a value
outside is coerced, so it is refused here); clients jscman/pyFieldMaxII and fieldmax_power_meter_python
(a handle alone is no proof of a meter; fm2LibSync() is wanted after a packaged command).

- Some packets are signals (over range, attention, data dropped) and no readings; the DLL tells which.
- In joules, or as power per area, a reading would be a wrong number: such a meter is refused on opening.
- An attenuation factor set at the meter is in its readings, as somebody meant it to be.

Not found in any source: how many packets come in a second; whether fm2LibSync() drops old packets (they are
read away here); the time constant of a PS19Q (`settle_s` is a guess); what "attention" means in detail.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import Any

from pydantic import Field

from drivers._fieldmax_process import FieldMaxProcess, worker_command
from drivers._line_instrument import DriverOptions
from qdlab.errors import (
    BadReplyError,
    InstrumentError,
    InstrumentStateError,
    InstrumentTimeoutError,
    NotConnectedError,
    QdlabError,
)
from qdlab.instruments import Identity, PowerMeter, Surroundings
from qdlab.limits import Range

_WATTS = 2
_NO_PROBE = 0
_NO_HANDLE = -1
_PACKETS_AT_ONCE = 8
_POLL_S = 0.05
_SIGNALS = {
    "overrange": "over range; less light, or automatic ranging at the meter",
    "attention": "the meter asks for attention (temperature, probe); see its display",
}
_WAVELENGTHS = re.compile(r"([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6})[ \r\n]*")


class CoherentFieldmax(PowerMeter):
    """A FieldMaxII on a USB port of this computer."""

    class Options(DriverOptions):
        """Options of a FieldMaxII."""

        resource: str = Field("usb", pattern=r"^(usb|sim://.*)$")
        """"usb", or "sim://" for the simulation."""
        library: str = (
            r"C:\Program Files (x86)\Coherent\FieldMaxII PC\Drivers\Win10\FieldMax2Lib\x64\FieldMax2Lib.dll"
        )
        """The DLL, of the same 64 or 32 bits as Python."""
        index: int = Field(0, ge=0, le=126)
        """Which meter, if there are several; the first is 0."""
        timeout_s: float = Field(5.0, gt=0.0, le=60.0)
        """How long the DLL may take for one call, and how long readings may be waited for (s)."""
        settle_s: float = Field(3.0, ge=0.0, le=60.0)
        """Wait before a reading, because a thermopile follows slowly (s)."""
        n_readings: int = Field(4, ge=1, le=1000)
        """Readings that are averaged."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        self.name = name
        self._options = options
        self._clock = surroundings.clock
        self._simulated = surroundings.library
        self._library: Any = None
        self._handle: int | None = None

    def open(self) -> None:
        """Load the DLL, take the meter, and see that it measures watts; harmless if open already."""
        if self._library is not None:
            return
        options = self._options
        self._library = self._simulated or FieldMaxProcess(
            self.name, worker_command(options.library), options.timeout_s
        )
        try:
            self._start()
        except BaseException:
            with suppress(QdlabError):
                self.close()
            raise

    def close(self) -> None:
        """Give the meter back and end the DLL's process; harmless if closed already."""
        library, self._library = self._library, None
        handle, self._handle = self._handle, None
        if library is None:
            return
        try:
            if handle is not None:
                library.call("fm2LibCloseDriver", handle)
            library.call("fm2LibDeInit")
        finally:
            library.close()

    def identify(self) -> Identity:
        """Ask for the serial number."""
        serial = self._filled("fm2LibGetSerialNumber")
        if not isinstance(serial, str) or not serial.strip().isprintable() or not serial.strip():
            raise BadReplyError(f"{self.name}: its serial number is {serial!r}")
        return Identity("Coherent", "FieldMaxII", serial.strip())

    @property
    def wavelength_nm(self) -> float:
        """Get the wavelength that the meter corrects for."""
        return self._wavelengths("WOO")[0]

    def set_wavelength(self, wavelength_nm: float) -> None:
        """Correct further readings for this wavelength, in whole nm."""
        _, limits = self._wavelengths("WOO")
        limits.require(f"{self.name}: wavelength", wavelength_nm)
        asked_nm = round(wavelength_nm)
        set_nm, _ = self._wavelengths(f"WOO{asked_nm}")
        if set_nm != asked_nm:
            raise BadReplyError(f"{self.name}: asked for {asked_nm} nm, set to {set_nm:g} nm")

    def read_power_w(self) -> float:
        """Let the sensor settle, then return the mean of the next readings."""
        self._reach()
        self._clock.sleep(self._options.settle_s)
        if not self._call("fm2LibSync", self._handle):
            raise InstrumentError(f"{self.name}: fm2LibSync failed")
        end_s = self._clock.now_s + self._options.timeout_s
        while self._packets() and self._clock.now_s < end_s:
            pass  # what was measured before
        readings_w: list[float] = []
        while len(readings_w) < self._options.n_readings:
            if self._clock.now_s > end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: {len(readings_w)} of {self._options.n_readings} readings came within "
                    f"{self._options.timeout_s:g} s"
                )
            self._clock.sleep(_POLL_S)
            readings_w += [self._reading(*packet) for packet in self._packets() if packet[1] != "dropped"]
        return math.fsum(readings_w) / len(readings_w)

    def make_safe(self) -> None:
        """Do nothing: it only looks."""
        self._reach()

    def _start(self) -> None:
        """Take the meter, make sure that it answers, and that its readings are watts."""
        if not self._call("fm2LibInit"):
            raise NotConnectedError(f"{self.name}: fm2LibInit failed")
        handle = self._call("fm2LibOpenDriver", self._options.index)
        if handle == _NO_HANDLE:
            raise NotConnectedError(
                f"{self.name}: no meter at index {self._options.index}; is it plugged in, and Coherent's own "
                "program closed?"
            )
        self._handle = handle
        self.identify()
        self._check(self._filled("fm2LibGetInstrumentState"))

    def _check(self, state: dict[str, int]) -> None:
        """Refuse a meter whose readings are not the power of the beam."""
        wrong = {
            "is switched off": not state["powerState"],
            "has no sensor": state["probeType"] == _NO_PROBE,
            "measures joules; switch it to W": state["measurementMode"] != _WATTS,
            "shows power per area; switch its area correction off": bool(state["areaCorrectionEnabled"]),
        }
        if found := [text for text, so in wrong.items() if so]:
            raise InstrumentStateError(f"{self.name}: the meter {'; and it '.join(found)}")

    def _wavelengths(self, command: str) -> tuple[float, Range]:
        """Send WOO, or WOO with a wavelength; return the wavelength that is set, and the sensor's limits."""
        reply = self._filled("fm2LibPackagedSendReply", command)
        self._call("fm2LibSync", self._handle)
        found = _WAVELENGTHS.fullmatch(reply)
        set_nm, low_nm, high_nm = map(float, found.groups()) if found else (math.nan, math.nan, math.nan)
        if not low_nm <= set_nm <= high_nm:
            raise BadReplyError(
                f"{self.name}: asked {command!r}, answered {reply!r}; wavelength and limits were expected"
            )
        return set_nm, Range(low_nm, high_nm, "nm")

    def _packets(self) -> list[tuple[float, str]]:
        """Return the packets that wait, value and kind; there may be none, which may be called a failure."""
        ok, packets = self._call("fm2LibGetData", self._handle, _PACKETS_AT_ONCE)
        return packets if ok else []

    def _reading(self, value_w: float, kind: str) -> float:
        """Return the value of a packet, if it is a reading."""
        if kind in _SIGNALS:
            raise InstrumentStateError(f"{self.name}: {_SIGNALS[kind]}")
        if not math.isfinite(value_w):
            raise BadReplyError(f"{self.name}: a reading of {value_w} W")
        return value_w

    def _filled(self, function: str, *arguments: Any) -> Any:
        """Return what a function filled in; InstrumentError if it says that it failed."""
        self._reach()
        ok, content = self._call(function, self._handle, *arguments)
        if not ok:
            raise InstrumentError(f"{self.name}: {function} failed")
        return content

    def _call(self, function: str, *arguments: Any) -> Any:
        """Call a function of the library; after a hang or a crash there is none any more."""
        library = self._reach()
        try:
            return library.call(function, *arguments)
        except InstrumentError:
            self._library = self._handle = None
            library.close()
            raise

    def _reach(self) -> Any:
        if self._library is None:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")
        return self._library
