"""What all delay stages over a line share: soft limits, speed, and asking until they stand."""

from __future__ import annotations

import re
from abc import abstractmethod

import numpy as np
from pydantic import Field, model_validator

from drivers._line_instrument import LineInstrument, LineOptions
from qdlab.errors import BadReplyError, InstrumentTimeoutError
from qdlab.instruments import DelayStage, Surroundings
from qdlab.limits import Range

_POLL_S = 0.02
_LATE_ANSWERS = 100


class StageOptions(LineOptions):
    """Options of a delay stage on a line."""

    travel_low_mm: float = 0.0
    """Lower soft limit (mm)."""
    travel_high_mm: float
    """Upper soft limit (mm)."""
    velocity_mm_s: float = Field(gt=0.0, le=10_000.0)
    """Speed of a move (mm/s), set when the stage is opened; what the controller makes of it is read back."""
    home_when_opened: bool = False
    """Whether open() finds the reference mark, which moves the stage; for controllers just switched on."""
    homing_timeout_s: float = Field(120.0, gt=0.0, le=3600.0)
    """How long finding the reference mark may take (s)."""

    @model_validator(mode="after")
    def _check_travel(self) -> StageOptions:
        if not self.travel_low_mm < self.travel_high_mm:
            raise ValueError(
                f"travel_low_mm = {self.travel_low_mm} is not below travel_high_mm = {self.travel_high_mm}"
            )
        return self


class PolledStage(LineInstrument, DelayStage):
    """A stage that has to be asked whether it still moves; a driver says how it is asked and moved.

    Controllers answer in bare numbers. An answer that comes too late would be taken for that of the next
    question, so after a timeout nothing is believed until the answer to `password` was heard, and then
    nothing more for as long as an answer may take.
    """

    def __init__(self, name: str, options: StageOptions, surroundings: Surroundings) -> None:
        super().__init__(name, options, surroundings)
        self._travel = Range(options.travel_low_mm, options.travel_high_mm, "mm")
        self._asked_velocity_mm_s = self._velocity_mm_s = options.velocity_mm_s
        self._home_when_opened = options.home_when_opened
        self._homing_timeout_s = options.homing_timeout_s
        self._out_of_step = False

    @property
    @abstractmethod
    def password(self) -> tuple[bytes, re.Pattern[bytes]]:
        """Get a question, and a pattern that its answer matches and no number does."""

    @property
    def travel(self) -> Range:
        """Get the positions that may be asked for."""
        return self._travel

    @property
    def velocity_mm_s(self) -> float:
        """Get the speed of a move: the one asked for, after open() the one read back."""
        return self._velocity_mm_s

    def _start(self) -> None:
        """Stop, set units, power and speed; find the reference mark if the bench file says so."""
        self.make_safe()
        self._configure()
        if self._home_when_opened:
            self.home()

    def start_move(self, position_mm: float) -> None:
        """Start towards a position."""
        self._line_open()
        self._travel.require(f"{self.name}: position", position_mm)
        self._go(position_mm)

    def wait(self, timeout_s: float) -> None:
        """Ask until it stands; then raise what the controller has to say about the move."""
        end_s = self._clock.now_s + timeout_s
        while not self._settled():
            left_s = end_s - self._clock.now_s
            if left_s <= 0.0:
                raise InstrumentTimeoutError(f"{self.name}: move not finished after {timeout_s:g} s")
            self._clock.sleep(min(left_s, _POLL_S))
        self._check_end_of_move()

    def _take_velocity(self, velocity_mm_s: float) -> None:
        """Keep the speed the controller says it moves at; BadReplyError if nothing moves at it."""
        if not velocity_mm_s > 0.0:
            raise BadReplyError(f"{self.name}: says it moves at {velocity_mm_s:g} mm/s")
        self._velocity_mm_s = velocity_mm_s

    def _settled(self) -> bool:
        """Whether the move is over and the stage may be used."""
        return not self.moving

    def _ask(self, question: bytes, timeout_s: float | None = None) -> bytes:
        """Return the answer to a question, and not a late one to another."""
        if self._out_of_step:
            self._get_in_step()
        try:
            return super()._ask(question, timeout_s)
        except InstrumentTimeoutError:
            self._out_of_step = True
            raise

    def _get_in_step(self) -> None:
        """Throw away late answers; InstrumentTimeoutError if the password's does not come."""
        transport, (question, answer) = self._line_open(), self.password
        heard = False
        with transport.lock:
            transport.write(question)
            for _ in range(_LATE_ANSWERS):
                try:
                    reply = transport.read_until(self.terminator, self._timeout_s)
                except InstrumentTimeoutError:
                    if not heard:
                        raise
                    self._out_of_step = False
                    return
                heard = heard or answer.fullmatch(reply.removesuffix(self.terminator)) is not None
        raise BadReplyError(f"{self.name}: answers {_LATE_ANSWERS} times to {question!r}")

    @abstractmethod
    def _configure(self) -> None:
        """Set the controller as the options say, without moving."""

    @abstractmethod
    def _go(self, position_mm: float) -> None:
        """Start towards a position that is within the travel."""

    @abstractmethod
    def _check_end_of_move(self) -> None:
        """Raise InstrumentError if the move just over did not end as it should."""


def digits(value: float) -> bytes:
    """Return a number with all its digits and no exponent, as motion controllers read it."""
    return np.format_float_positional(value, trim="-").encode()
