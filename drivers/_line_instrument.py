"""What all drivers over a line share: options with a resource, being open or not, question and answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from qdlab.errors import BadReplyError, NotConnectedError
from qdlab.instruments import Identity, Instrument, LineSettings, Surroundings, Transport


class DriverOptions(BaseModel):
    """Base of a driver's table in a bench file: frozen, unknown keys and wrong types refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class LineOptions(DriverOptions):
    """Options of an instrument on a line."""

    resource: str
    """Port ("COM3", "/dev/ttyUSB0"), "socket://host:port", VISA resource, or "sim://" for the simulation."""
    timeout_s: float = Field(2.0, gt=0.0, le=60.0)
    """How long an answer may take."""


class LineInstrument(Instrument):
    """An instrument that has a transport while it is open; drivers add words to it.

    `terminator` ends every answer, `line` is how a serial port is set.
    """

    terminator = b"\r\n"
    line = LineSettings()
    late_s = 0.0
    """How late an answer may come after a question went wrong. The next question waits that long first, so
    that it is not given the old answer; for instruments whose answers do not show what they answer."""

    def __init__(self, name: str, options: LineOptions, surroundings: Surroundings) -> None:
        self.name = name
        self._resource = options.resource
        self._timeout_s = options.timeout_s
        self._clock = surroundings.clock
        self._connect = surroundings.connect
        self._transport: Transport | None = None
        self._went_wrong = False

    def open(self) -> None:
        """Connect and bring the instrument into a known, harmless state; harmless if open already."""
        if self._transport is not None:
            return
        self._transport = self._connect(self._resource, self.line)
        self._transport.resource = f"{self.name}: {self._resource}"
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Bring the instrument into its known state; drivers say how."""
        self.make_safe()

    def close(self) -> None:
        """Disconnect; harmless if closed already."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _line_open(self) -> Transport:
        if self._transport is None:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")
        return self._transport

    def _tell(self, command: bytes) -> None:
        """Send a command that has no answer."""
        transport = self._line_open()
        with transport.lock:
            transport.write(command)

    def _ask(self, question: bytes, timeout_s: float | None = None) -> bytes:
        """Return the answer to a question, without its terminator."""
        transport = self._line_open()
        with transport.lock:
            self._clock.sleep(self.late_s if self._went_wrong else 0.0)
            self._went_wrong = True  # until there is an answer
            transport.discard_input()
            transport.write(question)
            reply = transport.read_until(self.terminator, self._timeout_s if timeout_s is None else timeout_s)
            self._went_wrong = False
        return reply.removesuffix(self.terminator)

    def _bad_reply(self, question: bytes, reply: bytes, wanted: str) -> BadReplyError:
        """Return the error for an answer that the manual does not allow."""
        self._went_wrong = True
        return BadReplyError(f"{self.name}: asked {question!r}, answered {reply!r}; {wanted} was expected")

    def _identity(self, question: bytes, reply: bytes) -> Identity:
        """Return who answered "maker,model,serial number,firmware", as IEEE 488.2 has it."""
        parts = [part.strip() for part in reply.decode("ascii", "replace").split(",")]
        if len(parts) < 2 or not all(parts[:2]):
            raise self._bad_reply(question, reply, "maker,model,serial number,firmware")
        return Identity(*parts[:4])

    def _number(self, question: bytes, reply: bytes) -> float:
        """Return the reply as a finite number; BadReplyError if it is none."""
        try:
            value = float(reply.decode("ascii"))
        except (UnicodeDecodeError, ValueError):
            raise self._bad_reply(question, reply, "a number") from None
        if not abs(value) < float("inf") or b"_" in reply:
            raise self._bad_reply(question, reply, "a finite number")
        return value
