"""The far side of the bridge's protocol (docs/reference/autolab-bridge.md, version 1) in front of the world.

A cable has no clients to log in or to turn away, so AUTH is taken and BUSY never said.
"""

from __future__ import annotations

import math
import re

from qdlab.errors import InstrumentError, InstrumentStateError, LimitError
from qdlab.instruments import Staircase, SweepTrace
from simulators.faces import SimulatedPotentiostat
from simulators.wires._wire import Wire
from simulators.world import World

_LONGEST = 4096
_STATES = {"0": False, "OFF": False, "1": True, "ON": True}
_WORDS = (
    "AUTH", "*RST", "CELL", "POT", "CURR:RANG", "SWE:CLE", "SWE:ADD", "SWE:STAR", "*IDN?", "SYST:ERR?",
    "SYST:ECHO?", "SYST:TIME?", "CELL?", "MEAS?", "OCP?", "SWE:STAT?", "SWE:COUN?", "SWE:DATA?",
)  # fmt: skip
_DECIMAL = re.compile(r"^[-+]?(\d+([.]\d*)?|[.]\d+)([eE][-+]?\d+)?$")


class _NoSuchThingError(Exception):
    """A line that the protocol does not know, or with another number of parameters."""


class AutolabScpiWire(Wire):
    """A simulated potentiostat behind a simulated bridge."""

    def __init__(self, world: World, low_v: str = "-1.6", high_v: str = "0.2") -> None:
        super().__init__(world)
        options = SimulatedPotentiostat.Options(potential_low_v=float(low_v), potential_high_v=float(high_v))
        self._face = SimulatedPotentiostat("potentiostat", options, world)
        self._face.open()
        self._unfinished = b""
        self._faults: list[str] = []
        self._list_v: list[float] = []
        self._points: SweepTrace | None = None

    def receive(self, data: bytes) -> None:
        """Take in bytes, and answer every line that is complete."""
        self._unfinished += data
        while b"\n" in self._unfinished:
            line, self._unfinished = self._unfinished.split(b"\n", 1)
            if len(line) > _LONGEST:
                self._complain(-363, "line too long")
            elif line.strip():
                self._line(line)

    def _line(self, line: bytes) -> None:
        words = line.decode("latin-1").split(None, 1)
        what, rest = words[0].upper(), words[1] if len(words) > 1 else ""
        items = [item.strip() for item in rest.split(",")] if rest.strip() else []
        answer = "ERROR"
        try:
            if what.endswith("?"):
                answer = self._ask(what, items)
            else:
                self._tell(what, items)
        except _NoSuchThingError as error:
            self._complain(-109 if what in _WORDS else -100, str(error))
        except (ValueError, KeyError) as error:
            self._complain(-104, str(error))
        except LimitError as error:
            self._complain(-222, str(error))
        except InstrumentStateError as error:
            self._complain(-221, str(error))
        except InstrumentError as error:
            self._complain(-240, str(error))
        if what.endswith("?"):
            self._pending += f"{answer}\n".encode("latin-1")

    def _ask(self, what: str, items: list[str]) -> str:
        match what, items:
            case "SYST:ERR?", []:
                return self._faults.pop(0) if self._faults else '0,"No error"'
            case "SYST:ECHO?", [word]:
                return word
            case "SWE:DATA?", [first, count]:
                return self._data(int(first), int(count))
            case _, []:
                return self._look(what)
        raise _NoSuchThingError(f"{what} {items}")

    def _look(self, what: str) -> str:
        match what:
            case "*IDN?":
                return "qdlab,AutolabScpiWire,,"
            case "SYST:TIME?":
                return f"{self._world.clock.now_s!r}"
            case "CELL?":
                return "1" if self._face.cell_on else "0"
            case "MEAS?":
                shown = self._face.measure()
                return f"{shown.potential_v!r},{shown.current_a!r},{'1' if shown.overload else '0'}"
            case "OCP?":
                return f"{self._face.open_circuit_potential_v()!r}"
            case "SWE:STAT?":
                return "1" if self._face.sweeping else "0"
            case "SWE:COUN?":
                return f"{len(self._sweep().time_s)}"
        raise _NoSuchThingError(what)

    def _tell(self, what: str, items: list[str]) -> None:
        match what, items:
            case "AUTH", [_]:
                pass
            case "*RST", []:
                self._face.make_safe()
            case "CELL", [state]:
                self._face.set_cell(_STATES[state.upper()])
            case "POT", [value]:
                self._face.hold(_decimal(value))
            case "CURR:RANG", [value]:
                self._face.set_current_range(_decimal(value))
            case "SWE:CLE", []:
                self._list_v = []
            case "SWE:ADD", [_, *_]:
                self._list_v += [_decimal(item) for item in items]
            case "SWE:STAR", [value]:
                self._face.start_sweep(Staircase(tuple(self._list_v), _decimal(value)))
                self._points = None
            case _:
                raise _NoSuchThingError(f"{what} {items}")

    def _sweep(self) -> SweepTrace:
        if self._points is None or self._face.sweeping:
            self._points = self._face.read_sweep()
        return self._points

    def _data(self, first: int, count: int) -> str:
        sweep = self._sweep()
        if not (0 < count <= 100 and 0 <= first <= len(sweep.time_s) - count):
            raise ValueError(f"no points {first},{count}")
        return ";".join(
            f"{float(sweep.time_s[k])!r},{float(sweep.potential_v[k])!r},{float(sweep.current_a[k])!r}"
            for k in range(first, first + count)
        )

    def _complain(self, code: int, text: str) -> None:
        if len(self._faults) == 10:
            self._faults[-1] = '-350,"queue overflow"'
        else:
            shown = text.encode("ascii", "backslashreplace").decode().replace('"', '""')
            self._faults.append(f'{code},"{shown}"')


def _decimal(text: str) -> float:
    if not _DECIMAL.match(text) or not math.isfinite(float(text)):
        raise ValueError(f"{text} is no number")
    return float(text)
