"""Newport XPS controllers (C8, Q8, D): one positioner of a group as the delay stage.

Sources: the client newportxps 2026.1.1 and public lists of the controller's error and status codes. A
request on TCP port 5001 is C-like text without an end mark; the reply is `code,payload,EndOfAPI`. A move is
answered when it is over and until then blocks its connection. So there are two: one for moves, whose
answer is picked up when it has come, and one for questions and for GroupMoveAbort.

Not found: the programmer's manual itself; whether a position beyond the controller's own limits is refused
with -17 or -35 (either is reported). A group has to be homed after power-up before it moves.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import Field

from drivers._polled_stage import PolledStage, StageOptions, digits
from qdlab.errors import InstrumentError, InstrumentStateError, InstrumentTimeoutError, NotConnectedError
from qdlab.instruments import Identity, Surroundings, Transport

_POLL_S = 0.005
_REPLY = re.compile(r"(-?\d{1,4}),([ -~]*)")
_NOT_ALLOWED, _ABORTED = -22, -27
_HOMING, _MOVING = 43, 44
_READY = {*range(10, 20), 56, 70, 77, 79}


@dataclass
class _UnderWay:
    """A request that is answered when it is done, and what has come of the answer."""

    request: str
    answer: bytearray = field(default_factory=bytearray)
    stopping: bool = False


class NewportXps(PolledStage):
    """A stage behind an XPS, alone in its group."""

    terminator = b",EndOfAPI"
    password = (b"FirmwareVersionGet(char *)", re.compile(rb"0,[^,]*[A-Za-z][^,]*"))

    class Options(StageOptions):
        """Options of a stage behind an XPS."""

        group: str = Field("GROUP1", pattern=r"^\w+$")
        """Name of the positioner's group in the controller's system.ini."""
        positioner: str = Field("POSITIONER", pattern=r"^\w+$")
        """Name of the positioner in its group."""

    def __init__(self, name: str, options: Options, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._group = options.group
        self._positioner = f"{options.group}.{options.positioner}"
        self._mover: Transport | None = None
        self._under_way: _UnderWay | None = None
        self._failure: InstrumentError | None = None

    def close(self) -> None:
        """Disconnect both connections."""
        if self._mover is not None:
            self._mover.close()
            self._mover = None
        self._under_way = self._failure = None
        super().close()

    def identify(self) -> Identity:
        """Ask for the firmware, which names the model too."""
        return Identity("Newport", "XPS", firmware=self._call("FirmwareVersionGet(char *)"))

    @property
    def position_mm(self) -> float:
        """Read back the position."""
        return float(self._numbers(f"GroupPositionCurrentGet({self._positioner},double *)", 1)[0])

    @property
    def moving(self) -> bool:
        """Whether a move has not been answered yet, or the group says that it moves."""
        self._line_open()
        self._collect()
        return self._under_way is not None or self._status() in (_HOMING, _MOVING)

    def home(self) -> None:
        """Kill, initialize and home the group, which is the only order it accepts, and wait."""
        for act in ("GroupKill", "GroupInitialize", "GroupHomeSearch"):
            self._begin(f"{act}({self._group})")
            self.wait(self._homing_timeout_s)

    def stop(self) -> None:
        """Abort a move, or a search for the reference mark, which is then lost."""
        if self._under_way is not None:
            self._under_way.stopping = True
        end_s = self._clock.now_s + self._timeout_s
        while not self._give_up() and self._under_way is not None and self._clock.now_s < end_s:
            self._clock.sleep(_POLL_S)  # the other connection may be slower: the move is still to begin
            self._collect()
        self._await_answer()

    def make_safe(self) -> None:
        """Stop; how the last move ended no longer matters."""
        self.stop()
        self._failure = None

    def _start(self) -> None:
        self._mover = self._connect(self._resource, self.line)
        super()._start()

    def _configure(self) -> None:
        """Set the speed, leave acceleration and jerk times, and read the speed back."""
        get = f"PositionerSGammaParametersGet({self._positioner},double *,double *,double *,double *)"
        speed, rest = digits(self._asked_velocity_mm_s).decode(), ",".join(self._numbers(get, 4)[1:])
        self._call(f"PositionerSGammaParametersSet({self._positioner},{speed},{rest})")
        self._take_velocity(float(self._numbers(get, 4)[0]))

    def _go(self, position_mm: float) -> None:
        status = self._status()
        if status not in (*_READY, _HOMING, _MOVING):
            text = self._call(f"GroupStatusStringGet({status},char *)")
            raise InstrumentStateError(
                f"{self.name}: group {self._group} cannot move: {status}, {text}; home it"
            )
        self._begin(f"GroupMoveAbsolute({self._positioner},{digits(position_mm).decode()})")

    def _give_up(self) -> bool:
        """Abort what moves; False if nothing does."""
        request = f"GroupMoveAbort({self._group})"
        if self._out_of_step:
            self._tell(request.encode())  # at once; the answer goes with the late ones
        code, _ = self._exchange(request)
        if code == _NOT_ALLOWED and self._status() == _HOMING:
            self._call(f"GroupKill({self._group})")
            return True
        if code not in (0, _NOT_ALLOWED):
            raise self._refusal(request, code)
        return code == 0

    def _check_end_of_move(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _begin(self, request: str) -> None:
        """Send what is answered only when it is done; InstrumentStateError if something is under way."""
        mover = self._moves()
        self._collect()
        if self._under_way is not None:
            busy = self._under_way.request
            raise InstrumentStateError(f"{self.name}: busy with {busy}; wait(), or stop() it")
        mover.discard_input()
        mover.write(request.encode())
        self._under_way, self._failure = _UnderWay(request), None

    def _collect(self) -> None:
        """Take what has come of the answer under way; once it is complete, keep what is wrong with it."""
        mover, move = self._moves(), self._under_way
        if move is None:
            return
        with suppress(InstrumentTimeoutError):
            while not move.answer.endswith(self.terminator):
                move.answer += mover.read_exactly(1, 0.0)
        if not move.answer.endswith(self.terminator):
            return
        self._under_way = None
        code, _ = self._parse(move.request, bytes(move.answer).removesuffix(self.terminator))
        if code != 0 and not (move.stopping and code == _ABORTED):
            self._failure = self._refusal(move.request, code)

    def _await_answer(self) -> None:
        """Let the answer to a stopped move come; if it is lost, begin a new connection."""
        end_s = self._clock.now_s + self._timeout_s
        self._collect()
        while self._under_way is not None and self._clock.now_s < end_s:
            self._clock.sleep(_POLL_S)
            self._collect()
        if self._under_way is not None:
            self._moves().close()
            self._under_way = None
            self._mover = self._connect(self._resource, self.line)

    def _moves(self) -> Transport:
        self._line_open()
        if self._mover is None:
            raise NotConnectedError(f"{self.name}: its connection for moves is gone; close() and open() it")
        return self._mover

    def _status(self) -> int:
        request = f"GroupStatusGet({self._group},int *)"
        payload = self._call(request)
        if not re.fullmatch(r"\d{1,3}", payload):
            raise self._bad_reply(request.encode(), payload.encode(), "a status code")
        return int(payload)

    def _numbers(self, request: str, n: int) -> list[str]:
        """Return the n numbers of the answer as they were written."""
        payload = self._call(request)
        fields = payload.split(",")
        if len(fields) != n:
            raise self._bad_reply(request.encode(), payload.encode(), f"{n} number(s)")
        for text in fields:
            self._number(request.encode(), text.encode())
        return fields

    def _call(self, request: str) -> str:
        """Return the payload of the answer; InstrumentError with number and text if it is an error."""
        code, payload = self._exchange(request)
        if code != 0:
            raise self._refusal(request, code)
        return payload

    def _exchange(self, request: str) -> tuple[int, str]:
        return self._parse(request, self._ask(request.encode()))

    def _parse(self, request: str, reply: bytes) -> tuple[int, str]:
        found = _REPLY.fullmatch(reply.decode("latin-1"))
        if found is None:
            raise self._bad_reply(request.encode(), reply, "'code,payload,EndOfAPI'")
        return int(found[1]), found[2]

    def _refusal(self, request: str, code: int) -> InstrumentError:
        """Return the error for a refused request, with the controller's own words for the code."""
        asked, text = self._exchange(f"ErrorStringGet({code},char *)")
        return InstrumentError(f"{self.name}: {request}: error {code}, {text if asked == 0 else 'unknown'}")
