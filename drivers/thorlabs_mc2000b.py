"""Thorlabs MC2000B optical chopper on its USB serial port (hardware.md 3.1; manual TTN102010-D02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from drivers._line_instrument import LineOptions
from drivers._prompt_instrument import PromptInstrument
from qdlab.errors import InstrumentStateError, InstrumentTimeoutError
from qdlab.instruments import Chopper, Identity, LineSettings, Surroundings
from qdlab.limits import Range

_ID = b"THORLABS MC2000B"
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class _Blade:
    """A blade: its number in the instrument, and the chopping frequencies (low, high) of its rings in Hz."""

    index: int
    outer_hz: tuple[float, float]
    inner_hz: tuple[float, float] | None = None


_BLADES = {
    "MC1F2": _Blade(0, (200, 10_000), (4, 200)),
    "MC1F10": _Blade(1, (20, 1000)),
    "MC1F15": _Blade(2, (30, 1500)),
    "MC1F30": _Blade(3, (60, 3000)),
    "MC1F60": _Blade(4, (120, 6000)),
    "MC1F100": _Blade(5, (200, 10_000)),
    "MC1F10HP": _Blade(6, (200, 10_000), (20, 1000)),
    "MC1F2P10": _Blade(7, (200, 10_000), (4, 200)),
    "MC1F6P10": _Blade(8, (12, 600)),
    "MC1F10A": _Blade(9, (20, 1000)),
}
"""Blades that can follow the laser; slots times 2 to 100 turns a second."""


class ThorlabsMc2000b(PromptInstrument, Chopper):
    """A blade slaved to the laser's trigger at its input, at a whole fraction of the laser's rate.

    The instrument shows its lock on its display only (no command for it is known), so this driver does not
    report it: start() waits for the speed and then as long as the options say; a run checks the parity of the
    pump in the data. Blade, reference, output and harmonics are accepted in standby only (manual 5.2).
    Commands are lost at a high rate: each one follows a bare CR and its prompt. Not found: what input? and
    refoutfreq? answer byte by byte (any number is taken), which ring of a two-frequency blade (MC2F...)
    follows an external reference (such blades are not offered), and how an unlocked reference shows.
    """

    class Options(LineOptions):
        """Options of the chopper."""

        blade: Literal[
            "MC1F2", "MC1F10", "MC1F15", "MC1F30", "MC1F60", "MC1F100",
            "MC1F10HP", "MC1F2P10", "MC1F6P10", "MC1F10A",
        ] = "MC1F10HP"  # fmt: skip
        """The blade that is mounted."""
        ring: Literal["outer", "inner"] = "outer"
        """The ring of slots the pump passes, on blades that have two; of no meaning on others."""
        divisor: int = Field(2, ge=2, le=15)
        """Laser pulses per blade period."""
        phase_deg: int = Field(0, ge=0, le=360)
        """Phase of the blade against the laser, so that it opens between pulses, in degrees."""
        spin_up_s: float = Field(30.0, gt=0.0, le=300.0)
        """How long the blade may take to reach its speed."""
        lock_s: float = Field(5.0, ge=0.0, le=120.0)
        """How long to wait at that speed for the phase to lock ("within a few seconds", manual 5.2)."""
        frequency_tolerance: float = Field(0.01, gt=0.0, le=0.1)
        """Largest relative distance from the wanted chopping frequency."""

    line = LineSettings(baud_rate=115_200)

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._options = options

    @property
    def divisor(self) -> int:
        """Read back the laser pulses per blade period."""
        n_harmonic, d_harmonic = self._value("nharmonic"), self._value("dharmonic")
        if n_harmonic != 1 or d_harmonic != int(d_harmonic):
            raise InstrumentStateError(
                f"{self.name}: harmonics are {n_harmonic:g}/{d_harmonic:g}, not one of a whole number"
            )
        return int(d_harmonic)

    @property
    def running(self) -> bool:
        """Read back whether the blade is told to turn."""
        return self._flag("enable")

    def start(self) -> None:
        """Spin up, wait for the speed, and give the phase time to lock.

        LimitError if the laser's rate is beyond the blade; InstrumentTimeoutError if the speed is not
        reached; InstrumentStateError if the instrument stopped the blade.
        """
        wanted_hz = self._wanted_hz()
        turning = self.running
        if not turning:
            self._set("enable", 1)
        self._wait_for_speed(wanted_hz)
        if not turning:
            self._clock.sleep(self._options.lock_s)
            self._require_turning()

    def stop(self) -> None:
        """Let the blade run down."""
        self._set("enable", 0)

    def make_safe(self) -> None:
        """Stop the blade."""
        self.stop()

    def identify(self) -> Identity:
        """Ask for model and firmware; the serial number is not told."""
        reply = self._command("id?")
        if not reply.startswith(_ID):
            raise self._bad_reply(b"id?", reply, f"{_ID!r} and a version")
        return Identity("Thorlabs", "MC2000B", firmware=reply[len(_ID) :].decode("ascii", "replace").strip())

    def _start(self) -> None:
        """Go to standby, then slave the blade to the laser."""
        self.identify()
        self.stop()
        blade, options = _BLADES[self._options.blade], self._options
        outer = options.ring == "outer"
        self._set("blade", blade.index)
        self._set("ref", 1 if blade.inner_hz is None else (2 if outer else 3))  # external, by that ring
        self._set("output", 1 if blade.inner_hz is None or outer else 2)  # what the ring does, not the target
        self._set("nharmonic", 1)
        self._set("dharmonic", options.divisor)
        self._set("phase", options.phase_deg)

    def _wanted_hz(self) -> float:
        """Return the chopping frequency for the laser as it is now."""
        blade, options = _BLADES[self._options.blade], self._options
        inner = blade.inner_hz is not None and options.ring == "inner"
        low_hz, high_hz = blade.inner_hz if inner and blade.inner_hz else blade.outer_hz
        laser_hz = self._value("input")
        if laser_hz == 0.0:
            raise InstrumentStateError(f"{self.name}: no laser at the reference input")
        limits = Range(low_hz, high_hz, "Hz")
        return limits.require(f"{self.name}: chopping with blade {options.blade}", laser_hz / options.divisor)

    def _wait_for_speed(self, wanted_hz: float) -> None:
        end_s, tolerance_hz = self._clock.now_s + self._options.spin_up_s, self._options.frequency_tolerance
        while abs((turns_hz := self._value("refoutfreq")) - wanted_hz) > tolerance_hz * wanted_hz:
            self._require_turning()
            if self._clock.now_s >= end_s:
                raise InstrumentTimeoutError(
                    f"{self.name}: chops at {turns_hz:g} Hz after {self._options.spin_up_s:g} s, "
                    f"not at {wanted_hz:g} Hz"
                )
            self._clock.sleep(_POLL_S)

    def _require_turning(self) -> None:
        if not self.running:
            raise InstrumentStateError(
                f"{self.name}: stopped by itself (overspeed at spin-up?); see its display"
            )

    def _command(self, command: str) -> bytes:
        """Send a bare CR and wait for its prompt, else commands are lost; then ask as the family does."""
        with self._line_open().lock:
            self._ask(b"\r")
            return super()._command(command)
