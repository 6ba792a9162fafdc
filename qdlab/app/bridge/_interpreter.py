"""What each command of the bridge does to the potentiostat. Lines in, lines out; no sockets."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qdlab.app.bridge._lines import ErrorQueue, RefusedError, field, number, parse, switch, whole
from qdlab.clock import Clock
from qdlab.errors import QdlabError
from qdlab.instruments import Potentiostat, Staircase, SweepTrace

log = logging.getLogger(__name__)

FAILED = "ERROR"
_MOST_POTENTIALS = 100_000
_MOST_POINTS = 100


class Interpreter:
    """One client's view of a potentiostat: its error queue, its list of potentials."""

    def __init__(self, potentiostat: Potentiostat, clock: Clock) -> None:
        self._potentiostat = potentiostat
        self._clock = clock
        self._errors = ErrorQueue()
        self._listed_v: list[float] = []
        self._trace: SweepTrace | None = None
        self._questions: dict[str, tuple[int | None, Callable[..., str]]] = {
            "*IDN?": (0, self._identity),
            "SYST:ERR?": (0, self._errors.take),
            "SYST:ECHO?": (1, str),
            "SYST:TIME?": (0, lambda: repr(clock.now_s)),
            "CELL?": (0, lambda: str(int(potentiostat.cell_on))),
            "MEAS?": (0, self._reading),
            "OCP?": (0, lambda: repr(potentiostat.open_circuit_potential_v())),
            "SWE:STAT?": (0, lambda: str(int(potentiostat.sweeping))),
            "SWE:COUN?": (0, lambda: str(self._sweep().time_s.size)),
            "SWE:DATA?": (2, self._points),
        }
        self._orders: dict[str, tuple[int | None, Callable[..., object]]] = {
            "*RST": (0, potentiostat.make_safe),
            "CELL": (1, lambda on: potentiostat.set_cell(switch(on))),
            "POT": (1, lambda text: potentiostat.hold(number(text))),
            "CURR:RANG": (1, lambda text: potentiostat.set_current_range(number(text))),
            "SWE:CLE": (0, self._listed_v.clear),
            "SWE:ADD": (None, self._add),
            "SWE:STAR": (1, self._start),
        }

    def answer(self, line: bytes) -> str | None:
        """Carry out a line; return the answer to a question, None to anything else."""
        is_question = line.strip().partition(b" ")[0].endswith(b"?")
        try:
            keyword, parameters = parse(line)
            return self._carry_out(keyword, parameters) if keyword else None
        except (QdlabError, RefusedError) as error:
            self._errors.add(error)
        except Exception as error:  # whatever a driver raises must not end the bridge with the cell on
            log.exception("%s failed", self._potentiostat.name)
            self._errors.add(error)
        return FAILED if is_question else None

    def refuse(self, code: int, text: str) -> None:
        """Put into the queue why a line was not even looked at."""
        self._errors.add(RefusedError(code, text))

    def _carry_out(self, keyword: str, parameters: list[str]) -> str | None:
        known = self._questions | self._orders
        if keyword not in known:
            raise RefusedError(-100, f"unknown command {keyword!r}")
        n_parameters, act = known[keyword]
        if not (parameters if n_parameters is None else len(parameters) == n_parameters):
            wanted = "at least one parameter" if n_parameters is None else f"{n_parameters} parameters"
            raise RefusedError(-109, f"{keyword} takes {wanted}, not {len(parameters)}")
        result = act(*parameters)
        return str(result) if keyword in self._questions else None

    def _identity(self) -> str:
        who = self._potentiostat.identify()
        return ",".join(field(item) for item in (who.maker, who.model, who.serial, who.firmware))

    def _reading(self) -> str:
        reading = self._potentiostat.measure()
        return f"{reading.potential_v!r},{reading.current_a!r},{int(reading.overload)}"

    def _add(self, *parameters: str) -> None:
        values_v = [number(text) for text in parameters]
        if len(self._listed_v) + len(values_v) > _MOST_POTENTIALS:
            raise RefusedError(-104, f"a sweep has at most {_MOST_POTENTIALS} potentials")
        self._listed_v.extend(values_v)

    def _start(self, step_s: str) -> None:
        self._potentiostat.start_sweep(Staircase(tuple(self._listed_v), number(step_s)))
        self._trace = None

    def _sweep(self) -> SweepTrace:
        """Return the finished sweep; it is read from the potentiostat once."""
        if self._trace is None or self._potentiostat.sweeping:
            self._trace = self._potentiostat.read_sweep()
        return self._trace

    def _points(self, first: str, n_points: str) -> str:
        begin, n, trace = whole(first), whole(n_points), self._sweep()
        if not (1 <= n <= _MOST_POINTS and begin + n <= trace.time_s.size):
            raise RefusedError(
                -104,
                f"{n} points from {begin} on: there are {trace.time_s.size}, at most {_MOST_POINTS} at once",
            )
        part = slice(begin, begin + n)
        columns = (trace.time_s, trace.potential_v, trace.current_a)
        rows = zip(*(column[part].tolist() for column in columns), strict=True)
        return ";".join(",".join(repr(value) for value in row) for row in rows)
